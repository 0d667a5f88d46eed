"""Numbers of infusions and observations: which may be shown beside who came to each of them.

Such a number is the sum of a column of the table of attendance. Where all but one of its cells are
shown, the last follows from it, and so do two that can only be as many as there are patients.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from helpers.disclosure.cells import is_small
from helpers.study import FIRST_INFUSIONS

_COLUMNS: Final = ("patients", "attended", "scores", "percentages", "durations")
_OPEN: Final = 3  # numbers that a withheld cell must be left to be


@dataclass(frozen=True, slots=True)
class Columns:
    """The columns of a table of attendance, and the numbers of patients that may be shown.

    ``most`` is the most patients that can have come.
    """

    columns: Sequence[Sequence[int]]
    shown: frozenset[int]
    most: int
    least: int

    def keep_open(self, number: int, beside: frozenset[int]) -> bool:
        """Return whether no cell follows from a number of records, beside those already shown."""
        return all(self._leaves_open(cells, total) for column in self.columns
                   for cells, total in self._sums(column, number, beside))  # fmt: skip

    def _sums(
        self, column: Sequence[int], number: int, beside: frozenset[int]
    ) -> Iterator[tuple[Sequence[int], int]]:
        """Yield the cells that a number may be the sum of, with that sum.

        They are the whole column, the first infusions, and, where both are told, the others.
        """
        first, others = column[: len(FIRST_INFUSIONS)], column[len(FIRST_INFUSIONS) :]
        if self._may_be(column, number):
            yield column, number
            yield from ((others, number - n) for n in beside if self._may_be(first, n))
        if self._may_be(first, number):
            yield first, number
            yield from ((others, n - number) for n in beside if self._may_be(column, n))

    def _may_be(self, cells: Sequence[int], number: int) -> bool:
        beyond = number - sum(cells)  # a few records may be of nobody who is counted there
        return beyond == 0 or is_small(beyond, self.least)

    def _leaves_open(self, cells: Sequence[int], total: int) -> bool:
        """Return whether each withheld cell may still be one of several numbers."""
        hidden = [count for count in cells if count and count not in self.shown]
        rest = total - sum(count for count in cells if count in self.shown)
        possible = [n for n in range(1, self.most + 1) if n not in self.shown]
        sums = {0}
        for _ in hidden[1:]:
            sums = {one + other for one in sums for other in possible if one + other <= rest}
        return not hidden or sum(rest - n in sums for n in possible) >= _OPEN


def read_columns(
    rows: Sequence[Mapping[str, Any]], shown: frozenset[int], most: int, least: int
) -> Columns:
    """Return the columns of a table of attendance.

    Args:
        rows: one occasion each, with a count or None for every column.
        shown: the numbers of patients that may be shown.
        most: the number of patients.
        least: the least count that may be shown.
    """
    columns = [[int(row.get(name) or 0) for row in rows] for name in _COLUMNS]
    return Columns([column for column in columns if any(column)], shown, most, least)
