"""The table of what was tried says what the tests try, no more and no less."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from tests.hostile.table import MODULES, OUTCOMES, render, split_page


def test_the_page_is_current() -> None:
    assert split_page()[1].strip() == render().strip(), "run python -m tests.hostile.table"


def test_every_module_that_tries_something_is_in_the_table() -> None:
    files = {path.stem for path in Path(__file__).parent.glob("test_*.py")} - {"test_table"}
    assert {module.__name__.rpartition(".")[2] for module in MODULES} >= {
        name for name in files if "CASES: Sequence" in _source(name)
    }  # fmt: skip
    assert len(files) >= len(MODULES)


def _source(name: str) -> str:
    return (Path(__file__).parent / f"{name}.py").read_text(encoding="utf-8")


def test_nothing_is_tried_twice_and_nothing_is_lost() -> None:
    for module in MODULES:
        names = Counter(case.what for case in module.CASES)
        assert [name for name, count in names.items() if count > 1] == []
        assert {case.outcome for case in module.CASES} <= set(OUTCOMES)
