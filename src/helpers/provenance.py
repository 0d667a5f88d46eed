"""Where a result comes from: code, data, parameters, packages, machine and date."""

from __future__ import annotations

import platform
import shutil
import subprocess
from collections.abc import Mapping
from importlib import metadata
from pathlib import Path
from typing import Any, Final

import helpers
from helpers.settings import Settings

PACKAGES: Final = (
    "numpy", "scipy", "pandas", "pandera", "openpyxl", "matplotlib", "seaborn", "great-tables",
)  # fmt: skip


def describe_provenance(
    settings: Settings, files: Mapping[str, str], parts: tuple[str, ...]
) -> dict[str, Any]:
    """Return the provenance of a run; ``files`` are the SHA-256 of the data files by name."""
    return {
        "code_version": code_version(),
        "data": dict(files),
        "parts": list(parts),
        "synthetic": settings.synthetic,
        "parameters": settings.told_parameters(),
        "packages": {name: metadata.version(name) for name in PACKAGES},
        "python": platform.python_version(),
        "platform": f"{platform.system()} {platform.machine()}",
        "seed": settings.seed,
        "date": settings.report_date.isoformat(),
    }


def code_version() -> str:
    """Return the version of the package, with the commit where it runs from a checkout."""
    root = Path(helpers.__file__).resolve().parents[2]
    git = shutil.which("git")
    if git is None or not (root / ".git").exists():
        return helpers.__version__
    described = subprocess.run(
        [git, "-C", str(root), "describe", "--always", "--dirty=, modified", "--abbrev=12",
         "--exclude=*"],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    commit = described.stdout.strip()
    return f"{helpers.__version__} ({commit})" if commit else helpers.__version__
