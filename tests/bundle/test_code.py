"""The code of a bundle: what git tracks, and never anything that may be a clinic's."""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
from pathlib import Path

import pytest

from helpers import __version__, provenance
from helpers.bundle.code import list_code, list_known, read_code
from helpers.checkout import ROOT
from helpers.errors import InputError
from helpers.provenance import code_hash, code_version, hash_sources, write_version

STUDY = {"data/synthetic/study.toml": b"title = 'synthetic'\n"}
ARCHIVED = {"study.toml": hashlib.sha256(STUDY["data/synthetic/study.toml"]).hexdigest()}
needs_git = pytest.mark.skipif(
    shutil.which("git") is None or not (ROOT / ".git").exists(), reason="needs a git checkout"
)


def git(root: Path, *command: str) -> None:
    name = ["-c", "user.name=t", "-c", "user.email=t@localhost", "-c", "commit.gpgsign=false"]
    subprocess.run(["git", "-C", str(root), *name, *command], check=True, capture_output=True)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Return a small checkout."""
    write(tmp_path, STUDY | {"src/helpers/a.py": b"1\n", ".gitignore": b"data/raw/\n"})
    git(tmp_path, "init", "-q")
    commit(tmp_path)
    return tmp_path


def write(root: Path, files: dict[str, bytes]) -> None:
    for name, content in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(content)


def commit(root: Path) -> None:
    git(root, "add", "--all", "--force")
    git(root, "commit", "-q", "-m", "all")


@needs_git
def test_a_copy_without_git_holds_what_git_tracks() -> None:
    assert set(list_code()) <= set(list_known()), "name new folders and files in bundle/code.py"


@needs_git
def test_tracked_files_are_taken_as_they_are_and_no_other(project: Path) -> None:
    write(project, {"data/raw/x/chart_review.xlsx": b"secret", "notes.txt": b"untracked",
                    "src/helpers/a.py": b"2\n"})  # fmt: skip
    files = read_code(ARCHIVED, project)
    assert set(files) - {"VERSION"} == {*STUDY, "src/helpers/a.py", ".gitignore"}
    assert files["src/helpers/a.py"] == b"2\n"


def test_without_git_what_was_made_is_left_out(tmp_path: Path) -> None:
    write(tmp_path, STUDY | {"src/a.py": b"", "src/__pycache__/a.pyc": b"", "notes.txt": b"",
                             "data/raw/x/study.toml": b"", "results.json": b""})  # fmt: skip
    assert set(list_code(tmp_path)) == {*STUDY, "src/a.py"}


@needs_git
@pytest.mark.parametrize(
    "name", ["data/raw/a.txt", "data/private/a.txt", "data/mine/chart_review.xlsx",
             "docs/data_queries.csv", "redcap_records.csv"],
)  # fmt: skip
def test_tracked_data_of_a_clinic_are_refused(project: Path, name: str) -> None:
    write(project, {name: b"secret"})
    commit(project)
    with pytest.raises(InputError, match=name):
        read_code(ARCHIVED, project)


@needs_git
def test_a_made_up_study_that_was_written_over_is_refused(project: Path) -> None:
    write(project, {"tests/data/sample/chart_review.xlsx": b"made up"})
    commit(project)
    read_code(ARCHIVED, project)
    write(project, {"tests/data/sample/chart_review.xlsx": b"secret"})
    with pytest.raises(InputError, match="changed since the last commit"):
        read_code(ARCHIVED, project)


def test_a_synthetic_study_that_is_not_the_archived_one_is_refused(tmp_path: Path) -> None:
    write(tmp_path, {"data/synthetic/study.toml": b"title = 'ours'"})
    with pytest.raises(InputError, match="not the file of the archived results"):
        read_code(ARCHIVED, tmp_path)


@needs_git
def test_a_link_is_refused(project: Path) -> None:
    (project / "docs").symlink_to("/etc")
    commit(project)
    with pytest.raises(InputError, match="docs: is a link"):
        read_code(ARCHIVED, project)


@pytest.mark.parametrize("outputs", [[], [{"text": "R001"}]])
def test_a_notebook_with_outputs_is_refused(tmp_path: Path, outputs: list[object]) -> None:
    cells = [{"cell_type": "markdown"}, {"cell_type": "code", "outputs": outputs}]
    write(tmp_path, STUDY | {"notebooks/a.ipynb": json.dumps({"cells": cells}).encode()})
    if not outputs:
        read_code(ARCHIVED, tmp_path)
        return
    with pytest.raises(InputError, match="holds outputs"):
        read_code(ARCHIVED, tmp_path)


# the version, where there is no git


def test_a_bundle_tells_its_version(tmp_path: Path) -> None:
    assert code_version(tmp_path) == __version__
    told = f"{__version__} (0123456789ab)\n"
    (tmp_path / provenance.VERSION_FILE).write_text(f"{told}{code_hash()}\n")
    assert code_version(tmp_path) == told.strip()


def test_code_that_was_changed_since_it_was_packed_is_modified(tmp_path: Path) -> None:
    file = tmp_path / provenance.VERSION_FILE
    file.write_text(f"{__version__} (0123456789ab)\n{'0' * 64}\n")
    assert code_version(tmp_path) == f"{__version__} (0123456789ab, modified)"
    file.write_text(f"{__version__} (0123456789ab, modified)\n{code_hash()}\n")
    assert code_version(tmp_path) == f"{__version__} (0123456789ab, modified)"


@pytest.mark.parametrize("text", ["", "9.9.9 (0123456789ab)\n{}\n", "x\n", "\x1b[2J\n{}\n"])
def test_what_tells_no_version_is_not_believed(tmp_path: Path, text: str) -> None:
    (tmp_path / provenance.VERSION_FILE).write_text(text.format(code_hash()))
    assert code_version(tmp_path) == __version__


@needs_git
def test_what_a_bundle_tells_is_what_is_read(tmp_path: Path) -> None:
    (tmp_path / provenance.VERSION_FILE).write_bytes(write_version() or b"")
    assert code_version(tmp_path) == code_version()


def test_the_digest_of_code_is_that_of_its_files() -> None:
    folder = ROOT / "src" / "helpers"
    sources = {path.relative_to(folder).as_posix(): path.read_bytes()
               for path in folder.rglob("*.py")}  # fmt: skip
    assert hash_sources(sources) == code_hash()
    assert hash_sources({name: content + b"#" for name, content in sources.items()}) != code_hash()
