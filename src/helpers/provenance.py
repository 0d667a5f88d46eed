"""Where a result comes from: code, data, parameters, packages, machine and date."""

from __future__ import annotations

import hashlib
import platform
import shutil
import subprocess
from collections.abc import Mapping
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import Any, Final

import helpers
from helpers.checkout import PACKAGE, ROOT
from helpers.settings import Settings

LOCK: Final = ROOT / "requirements.lock"
PACKAGES: Final = (
    "numpy", "scipy", "pandas", "pandera", "openpyxl", "firthmodels", "scikit-learn",
    "pingouin", "matplotlib", "seaborn", "great-tables",
)  # fmt: skip
# Parameters that hold the clinic's own words: they stand in no output but results.json.
OWN_WORDS: Final = ("missing_words", "ae_synonyms", "registered_outcomes")
_MODIFIED: Final = ", modified"


def describe_provenance(
    settings: Settings, files: Mapping[str, str], parts: tuple[str, ...]
) -> dict[str, Any]:
    """Return the provenance of a run; ``files`` are the SHA-256 of the data files by name."""
    version = code_version()
    return {
        "code_version": version,
        "modified": version.endswith(f"{_MODIFIED})") if "(" in version else None,
        "code": code_hash(),
        "lock": lock_hash(),
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
        [git, "-C", str(root), "describe", "--always", f"--dirty={_MODIFIED}", "--abbrev=12",
         "--exclude=*"],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    commit = described.stdout.strip()
    return f"{helpers.__version__} ({commit})" if commit else helpers.__version__


@cache
def code_hash() -> str:
    """Return :func:`hash_code` as it was when it was first asked for."""
    return hash_code()


def hash_code() -> str:
    """Return the SHA-256 of the package's source, which tells two modified codes apart."""
    digest = hashlib.sha256()
    for path in sorted(PACKAGE.rglob("*.py")):
        content = path.read_bytes()
        digest.update(f"{path.relative_to(PACKAGE).as_posix()}\0{len(content)}\0".encode())
        digest.update(content)
    return digest.hexdigest()


def lock_hash() -> str | None:
    """Return the SHA-256 of the lock file; None where the package runs from no checkout."""
    return hashlib.sha256(LOCK.read_bytes()).hexdigest() if LOCK.is_file() else None
