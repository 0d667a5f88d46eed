"""Where a result comes from: code, data, parameters, packages, machine and date."""

from __future__ import annotations

import hashlib
import platform
import re
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
VERSION_FILE: Final = "VERSION"  # beside the code in a bundle, which holds no git
PACKAGES: Final = (
    "numpy", "scipy", "pandas", "pandera", "openpyxl", "firthmodels", "scikit-learn",
    "pingouin", "matplotlib", "seaborn", "great-tables",
)  # fmt: skip
# Parameters that hold the clinic's own words: they stand in no output but results.json.
OWN_WORDS: Final = ("missing_words", "ae_synonyms", "registered_outcomes")
_MODIFIED: Final = ", modified"
_TOLD_VERSION: Final = re.compile(
    rf"(?P<package>\S+) \((?P<commit>[0-9a-f]{{7,64}})(?P<modified>{_MODIFIED})?\)\n"
    r"(?P<code>[0-9a-f]{64})\n"
)


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


def code_version(root: Path = ROOT) -> str:
    """Return the version of the package, with the commit where a checkout or a bundle tells it."""
    git = shutil.which("git")
    if not (root / ".git").exists():
        return _version_of_a_bundle(root)
    if git is None:
        return helpers.__version__
    described = subprocess.run(
        [git, "-C", str(root), "describe", "--always", f"--dirty={_MODIFIED}", "--abbrev=12",
         "--exclude=*"],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    commit = described.stdout.strip()
    return f"{helpers.__version__} ({commit})" if commit else helpers.__version__


def write_version() -> bytes | None:
    """Return what a bundle says of its code beside it; None where no commit is known."""
    version = code_version()
    return f"{version}\n{code_hash()}\n".encode() if "(" in version else None


def _version_of_a_bundle(root: Path) -> str:
    """Return the version as the bundle tells it, marked where its code was changed since."""
    file = root / VERSION_FILE
    text = file.read_text(encoding="utf-8", errors="replace") if file.is_file() else ""
    told = _TOLD_VERSION.fullmatch(text)
    if told is None or told["package"] != helpers.__version__:
        return helpers.__version__
    modified = _MODIFIED if told["modified"] or told["code"] != code_hash() else ""
    return f"{helpers.__version__} ({told['commit']}{modified})"


@cache
def code_hash() -> str:
    """Return :func:`hash_code` as it was when it was first asked for."""
    return hash_code()


def hash_code() -> str:
    """Return the SHA-256 of the package's source, which tells two modified codes apart."""
    return hash_sources(
        {path.relative_to(PACKAGE).as_posix(): path.read_bytes() for path in PACKAGE.rglob("*.py")}
    )


def hash_sources(sources: Mapping[str, bytes]) -> str:
    """Return the SHA-256 of sources by their path inside the package."""
    digest = hashlib.sha256()
    for name in sorted(sources, key=lambda name: name.split("/")):
        digest.update(f"{name}\0{len(sources[name])}\0".encode())
        digest.update(sources[name])
    return digest.hexdigest()


def lock_hash() -> str | None:
    """Return the SHA-256 of the lock file; None where the package runs from no checkout."""
    return hashlib.sha256(LOCK.read_bytes()).hexdigest() if LOCK.is_file() else None
