"""The code of a bundle: what git tracks, as it is; never anything of a clinic."""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
from collections.abc import Iterable, Mapping
from pathlib import Path, PurePosixPath
from typing import Final

from helpers.checkout import ROOT, find_document
from helpers.errors import InputError
from helpers.provenance import VERSION_FILE, write_version
from helpers.study import DATA_FILES

# What a copy without git holds of the project; a test holds it to what git tracks.
FOLDERS: Final = (".ci", ".devcontainer", ".github", "benchmarks", "docs", "notebooks", "src",
                  "tests")  # fmt: skip
FILES: Final = (".gitattributes", ".gitignore", ".pre-commit-config.yaml", "CHANGELOG.md",
                "CITATION.cff", "LICENSE", "Makefile", "README.md", "SECURITY.md",
                "environment.yml", "pyproject.toml", "references.bib", "report.qmd",
                "requirements.lock", "data/README.md", "data/archive/synthetic_results.json",
                "data/synthetic/truth.json",
                *(f"data/synthetic/{name}" for name in DATA_FILES))  # fmt: skip
_MADE: Final = ("__pycache__", ".ipynb_checkpoints", ".pytest_cache")
_MADE_SUFFIXES: Final = (".pyc", ".pyo")
_NEVER: Final = ("data/raw/", "data/private/")
_MADE_UP: Final = ("data/synthetic/", "tests/")  # where a study folder may lie
_OF_A_CLINIC: Final = (*DATA_FILES, "data_queries.csv", "data_queries.xlsx")


def read_code(archived: Mapping[str, str], root: Path = ROOT) -> dict[str, bytes]:
    """Read the files of the project by their path in it, with a file that tells their version.

    Parameters
    ----------
    archived
        SHA-256 of the files of the synthetic study by name, as its archived results tell them.
    root
        The checkout, or a copy of the project without git.

    Raises
    ------
    InputError
        When the package runs from no checkout, or data of a clinic may be among its files.
    """
    find_document()
    names = list_code(root)
    _refuse_data(names, _list_changed(root))
    files = {name: _read(root, name) for name in names}
    _refuse_changed_study(files, archived)
    for name in names:
        if name.endswith(".ipynb"):
            _refuse_outputs(name, files[name])
    version = write_version()
    return files | ({VERSION_FILE: version} if version else {})


def list_code(root: Path = ROOT) -> list[str]:
    """Return the files that git tracks and that are there; without git, those of the project."""
    tracked = _ask_git(root, "ls-files")
    names = list_known(root) if tracked is None else tracked
    return sorted({name for name in names if _is_there(root / name)} - {VERSION_FILE})


def list_known(root: Path = ROOT) -> list[str]:
    """Return the files of the project without asking git."""
    inside = [path for folder in FOLDERS for path in (root / folder).rglob("*")]
    paths = [*inside, *(root / name for name in FILES)]
    found = [path.relative_to(root) for path in paths if _is_there(path)]
    return [path.as_posix() for path in found
            if path.suffix not in _MADE_SUFFIXES and not set(_MADE) & set(path.parts)]  # fmt: skip


def _is_there(path: Path) -> bool:
    return path.is_symlink() or path.is_file()


def _list_changed(root: Path) -> list[str]:
    return _ask_git(root, "diff", "--name-only", "HEAD") or []


def _ask_git(root: Path, *question: str) -> list[str] | None:
    """Return the paths that git names; None where there is no git to ask."""
    git = shutil.which("git")
    if git is None or not (root / ".git").exists():
        return None
    answer = subprocess.run([git, "-C", str(root), *question, "-z"], capture_output=True,
                            check=False)  # fmt: skip
    if answer.returncode:
        return None
    return [name for name in answer.stdout.decode("utf-8", "surrogateescape").split("\0") if name]


def _refuse_data(names: Iterable[str], changed: Iterable[str]) -> None:
    for name in names:
        of_a_clinic = PurePosixPath(name).name in _OF_A_CLINIC
        if name.startswith(_NEVER) or (of_a_clinic and not name.startswith(_MADE_UP)):
            raise InputError(
                f"{name}: is among the files of the project, and may be data of a clinic; a bundle "
                "never takes it along. Take it out of git (git rm --cached) and run again."
            )
    for name in changed:
        if PurePosixPath(name).name in _OF_A_CLINIC and name.startswith(_MADE_UP):
            raise InputError(
                f"{name}: was changed since the last commit, and may be data of a clinic; a bundle "
                "takes along made-up studies as they were committed. Restore it (git restore) or "
                "commit it, and run again."
            )


def _read(root: Path, name: str) -> bytes:
    path = root / name
    if path.is_symlink():
        raise InputError(
            f"{name}: is a link, which may lead outside the project; a bundle takes files alone. "
            "Put the file itself there and run again."
        )
    return path.read_bytes()


def _refuse_outputs(name: str, content: bytes) -> None:
    try:
        cells = json.loads(content)["cells"]
        shown = any(cell.get("outputs") for cell in cells)
    except (ValueError, KeyError, TypeError, AttributeError):
        raise InputError(
            f"{name}: expected a notebook in JSON; restore it (git restore)."
        ) from None
    if shown:
        raise InputError(
            f"{name}: holds outputs, which may show patients; a bundle takes notebooks without. "
            "Clear all outputs, save it, and run again."
        )


def _refuse_changed_study(files: Mapping[str, bytes], archived: Mapping[str, str]) -> None:
    for name, digest in archived.items():
        content = files.get(f"data/synthetic/{name}")
        if content is None or hashlib.sha256(content).hexdigest() != digest:
            raise InputError(
                f"data/synthetic/{name}: is not the file of the archived results; a bundle takes "
                "along the synthetic study as it was archived. Restore it, or run `make archive`."
            )
