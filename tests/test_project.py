"""The project keeps its own promises: layers, lock, environment, dictionary, privacy."""

from __future__ import annotations

import ast
import re
import subprocess
import tomllib
from pathlib import Path

import pytest
import yaml

from helpers.ingest.data_dictionary import render_data_dictionary
from helpers.present.meanings import render_meanings

ROOT = Path(__file__).parents[1]
SOURCES = sorted((ROOT / "src" / "helpers").rglob("*.py"))

# One direction: a module may import from its own layer and from those before it.
LAYERS = (
    ("errors", "study", "published", "environment", "units", "interruption", "archives"),
    ("checkout", "locking", "moving", "program"),
    ("replacing", "store"),
    ("ingest.text", "settings"),
    ("mixed",),
    ("ingest",),
    ("cohort",),
    ("estimate",),
    ("results", "provenance", "agreement", "checklists", "plan"),
    ("verify", "registered", "regression"),
    ("disclosure",),
    ("analysis",),
    ("present",),
    ("sections",),
    ("render", "write", "report", "synthetic", "cleaning"),
    ("simulation",),
    ("notebook_kernel", "narration", "explore", "explore_widgets", "notebooks"),
    ("verify.run", "verify.with_r", "verify.keep"),
    ("verify.certificate", "verify.told"),
    ("build", "export"),
    ("bundle",),
    ("commands",),
    ("cli",),
)


def module_name(path: Path) -> str:
    relative = path.relative_to(ROOT / "src" / "helpers").with_suffix("")
    return ".".join(part for part in relative.parts if part != "__init__")


def layer(name: str) -> int:
    names = [(number, entry) for number, entries in enumerate(LAYERS) for entry in entries]
    matches = [(len(entry), number) for number, entry in names
               if name == entry or name.startswith(f"{entry}.")]  # fmt: skip
    assert matches, f"{name} belongs to no layer"
    return max(matches)[1]


def imported(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("helpers."):
            found.add((node.module or "").removeprefix("helpers."))
    return found


@pytest.mark.parametrize("path", SOURCES, ids=module_name)
def test_imports_run_one_way(path: Path) -> None:
    name = module_name(path)
    if not name:
        return
    later = {other for other in imported(path) if layer(other) > layer(name)}
    assert later == set()


def test_estimators_touch_no_disk_and_no_table_of_patients() -> None:
    for path in SOURCES:
        if not module_name(path).startswith("estimate"):
            continue
        text = path.read_text(encoding="utf-8")
        for word in ("open(", "pandas", "Path(", "helpers.ingest", "helpers.cohort"):
            assert word not in text, f"{path.name} mentions {word}"


def test_no_library_reads_the_raw_files_with_its_own_idea_of_missing() -> None:
    for path in SOURCES:
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"\b(pd|pandas)\.(read_|ExcelFile)", text), path
        assert "fillna(" not in text, path


def test_no_blanket_filter_of_warnings() -> None:
    for path in SOURCES:
        text = path.read_text(encoding="utf-8")
        # A filter names one category of one library, and what it hides becomes a status.
        assert not re.search(r"""filter(warnings)?\(["']ignore["']\)""", text), path
        assert not re.search(r"""filter(warnings)?\(["']ignore["'], (UserWarning|Warning)\)""",
                             text), path  # fmt: skip
        assert "seterr(" not in text, path  # for the whole process; errstate is for a block
        assert 'errstate(all="ignore")' not in text, path
        assert "except Exception:" not in text, path
        assert not re.search(r"^\s+assert ", text, re.MULTILINE), path


def requirement_names(requirements: list[str]) -> dict[str, str]:
    found = {}
    for requirement in requirements:
        name, limits = re.fullmatch(r"([A-Za-z0-9_.-]+)(.*)", requirement).groups()
        found[name.lower().replace("_", "-")] = limits
    return found


def test_conda_and_pip_list_the_same_packages() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = requirement_names(project["dependencies"] + project["optional-dependencies"]["lab"])
    environment = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))
    plain = [entry for entry in environment["dependencies"] if isinstance(entry, str)]
    pip = next(entry["pip"] for entry in environment["dependencies"] if isinstance(entry, dict))
    listed = requirement_names(plain + [entry for entry in pip if entry != "-e ."])
    assert "-e ." in pip
    extra = {"python", "pip", "quarto", "hatchling"}
    assert {name: listed[name] for name in listed if name not in extra} == wanted


def test_the_lock_covers_the_dependencies_with_hashes_and_names_no_host() -> None:
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    locked = set(re.findall(r"^([a-z0-9-]+)==", lock, re.MULTILINE))
    wanted = project["project"]["dependencies"] + project["dependency-groups"]["dev"]
    assert set(requirement_names(wanted)) <= locked
    assert lock.count("--hash=sha256:") > len(locked)
    assert not re.search(r"://|--index|--find-links", lock)


def test_the_data_dictionary_is_current() -> None:
    assert (ROOT / "data" / "README.md").read_text(encoding="utf-8") == render_data_dictionary()


def test_the_page_of_meanings_is_current() -> None:
    page = ROOT / "docs" / "what_each_number_means.md"
    assert page.read_text(encoding="utf-8") == render_meanings()


@pytest.mark.parametrize(
    "name",
    [
        "data/raw/clinic/chart_review.xlsx",
        "_output/report.html",
        ".study-cache/x",
        "data_queries.csv",
        "report.html",
    ],
)
def test_git_ignores_real_data_and_outputs(name: str) -> None:
    done = subprocess.run(["git", "check-ignore", "-q", name], cwd=ROOT, check=False)
    assert done.returncode == 0


def test_every_test_that_the_documents_name_exists() -> None:
    for document in (ROOT / "docs").glob("*.md"):
        for name in re.findall(r"`(tests/[\w/.]+)`", document.read_text(encoding="utf-8")):
            assert (ROOT / name).exists(), f"{document.name} names {name}"
