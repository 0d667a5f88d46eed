"""The files for other workplaces: what they call is there, in the words that people use."""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[1]
WORKFLOW = ROOT / ".github" / "workflows" / "test.yml"
CONTAINER = ROOT / ".devcontainer" / "devcontainer.json"
HOOKS = ROOT / ".pre-commit-config.yaml"


def make_targets() -> set[str]:
    return set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))


def workflow_commands() -> list[str]:
    jobs = yaml.safe_load(WORKFLOW.read_text("utf-8"))["jobs"].values()
    return [step["run"] for job in jobs for step in job["steps"] if "run" in step]


def hooks() -> dict[str, dict[str, str]]:
    [local] = yaml.safe_load(HOOKS.read_text("utf-8"))["repos"]
    assert local["repo"] == "local"  # versions are those of the lock
    return {hook["id"]: hook for hook in local["hooks"]}


@pytest.mark.parametrize("path", [WORKFLOW, CONTAINER, HOOKS], ids=lambda path: path.name)
def test_every_make_target_and_test_that_is_called_exists(path: Path) -> None:
    text = path.read_text("utf-8")
    called = set(re.findall(r"\bmake ([a-z]+)\b", re.sub(r"#.*", "", text)))
    assert called <= make_targets()
    for name in re.findall(r"tests/\w+\.py", text):
        assert (ROOT / name).is_file(), name


def test_the_workflow_runs_the_commands_of_continuous_integration() -> None:
    own = re.findall(r"^make \w+$", (ROOT / ".ci" / "run").read_text("utf-8"), re.MULTILINE)
    assert own == [command for command in workflow_commands() if command in own]


def test_the_workflow_renders_with_quarto_and_compares() -> None:
    commands = "\n".join(workflow_commands())
    for wanted in ("quarto-cli==", "tests/test_quarto.py", "quarto render report.qmd",
                   "--engine quarto"):  # fmt: skip
        assert wanted in commands


def test_the_workflow_and_the_package_want_the_same_python() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    jobs = yaml.safe_load(WORKFLOW.read_text("utf-8"))["jobs"]
    oldest = jobs["test"]["strategy"]["matrix"]["python"][0]
    assert project["requires-python"] == f">={oldest}"


def test_the_container_sets_up_from_the_lock() -> None:
    container = json.loads(CONTAINER.read_text("utf-8"))
    assert "make setup" in container["postCreateCommand"]
    assert (CONTAINER.parent / container["build"]["dockerfile"]).is_file()


@pytest.mark.parametrize(
    ("name", "stopped"),
    [
        ("chart_review.xlsx", True),
        ("clinic/redcap_records.csv", True),
        ("notebooks/data_queries.xlsx", True),
        ("data/synthetic/chart_review.xlsx", False),
        ("src/helpers/ingest/chart_review.py", False),
    ],
)
def test_a_commit_of_study_data_is_stopped(name: str, stopped: bool) -> None:
    hook = hooks()["study-data"]
    caught = re.search(hook["files"], name) and not re.search(hook["exclude"], name)
    assert bool(caught) == stopped
