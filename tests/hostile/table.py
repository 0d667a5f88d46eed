"""The table of what was tried, written from the cases: ``python -m tests.hostile.table``."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from types import ModuleType
from typing import Final

from tests.hostile import (
    test_cell_values,
    test_csv_files,
    test_formula_injection,
    test_markup,
    test_messages,
    test_redcap_projects,
    test_sheet_layout,
    test_zip_bombs,
)
from tests.hostile.tried import QUERIED, REFUSED, SURVIVED, Tried

PAGE: Final = Path(__file__).parents[2] / "docs" / "hostile_input.md"
START: Final = "<!-- written by python -m tests.hostile.table -->"
END: Final = "<!-- end of what is written -->"
OUTCOMES: Final = (SURVIVED, QUERIED, REFUSED)
MODULES: Final[tuple[ModuleType, ...]] = (
    test_formula_injection,
    test_markup,
    test_zip_bombs,
    test_sheet_layout,
    test_cell_values,
    test_csv_files,
    test_redcap_projects,
    test_messages,
)


def render() -> str:
    """Return the tables: the counts, then one line per thing tried."""
    topics = [(module.TITLE, module.CASES) for module in MODULES]
    return "\n".join([_counts(topics), *(_topic(*topic) for topic in topics)])


def _counts(topics: Sequence[tuple[str, Sequence[Tried]]]) -> str:
    rows = [["topic", "tried", *OUTCOMES, "lost"], ["---", *["--:"] * 5]]
    rows += [[title, *_count(cases)] for title, cases in topics]
    rows += [["**all**", *_count([case for _, cases in topics for case in cases])]]
    return _lines(rows)


def _count(cases: Sequence[Tried]) -> list[str]:
    found = Counter(case.outcome for case in cases)
    lost = len(cases) - sum(found[outcome] for outcome in OUTCOMES)
    return [str(n) for n in (len(cases), *(found[outcome] for outcome in OUTCOMES), lost)]


def _topic(title: str, cases: Sequence[Tried]) -> str:
    rows = [["tried", "outcome"], ["---", "---"], *([case.what, _told(case)] for case in cases)]
    return f"\n### {title}\n\n{_lines(rows)}"


def _told(case: Tried) -> str:
    """Return an outcome, for queries with their codes, which the data dictionary explains."""
    codes = ", ".join(f"`{name}`" for name in case.expect.split())
    return f"{case.outcome}: {codes}" if case.outcome == QUERIED else case.outcome


def _lines(rows: Sequence[Sequence[str]]) -> str:
    return "".join(f"| {' | '.join(row)} |\n" for row in rows)


def split_page() -> tuple[str, str, str]:
    """Return the page as what stands before the tables, the tables, and what stands after."""
    before, _, rest = PAGE.read_text(encoding="utf-8").partition(START)
    tables, _, after = rest.partition(END)
    return before, tables, after


if __name__ == "__main__":
    head, _, tail = split_page()
    PAGE.write_text(f"{head}{START}\n\n{render()}\n{END}{tail}", encoding="utf-8")
