"""Numbers analysed: which may be shown beside each other.

The patients of an analysis are some of those eligible. Two such numbers that differ by one say
that one patient lacks a value, so that only numbers which differ by nothing, or by no small
number, are shown; of the others a lower bound is.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from helpers.disclosure.cells import keeps_apart
from helpers.disclosure.records import Columns, read_columns
from helpers.results import Estimate, Results

_OPEN = 3  # numbers that a lower bound leaves possible
_FIRST = ("flow.eligible", "flow.screened")  # what all else is a part of


@dataclass(frozen=True, slots=True)
class Sizes:
    """The numbers that may be shown of one part and one kind of unit."""

    shown: frozenset[int]
    least: int

    def shows(self, number: int | None) -> bool:
        """Return whether a number may be shown; nobody may always be."""
        return number is not None and (number == 0 or number in self.shown)

    def only_shown(self, number: int | None) -> int | None:
        """Return a number that may be shown, or None."""
        return number if self.shows(number) else None

    def at_least(self, number: int) -> int:
        """Return the lower bound that is shown instead of a number: a multiple of the least.

        It leaves several numbers open, of those that are not shown themselves.
        """
        bound = number // self.least * self.least
        above = min((size for size in self.shown if size > number), default=None)
        if above is None:
            return bound
        while bound > 0 and len([n for n in range(bound, above) if n not in self.shown]) < _OPEN:
            bound -= self.least
        return max(bound, 0)


def choose_sizes(results: Results, part: str, least: int) -> dict[str, Sizes]:
    """Return the sizes that may be shown of one part: of patients, and of what they have many of.

    Those eligible come first, then those screened, then the numbers behind most estimates.
    """
    mine = [estimate for estimate in results.estimates.values() if estimate.part == part]
    flow = [int(results.get(f"{part}.{name}").estimate or 0) for name in _FIRST]
    analysed = [each for each in mine if ".flow." not in each.key]
    patients = _choose([*flow, *_numbers(analysed, {"patients"})], least)
    attendance = read_columns(results.tables["attendance"][part], patients.shown, flow[0], least)
    # One chain: an observation is an infusion or a visit with a score.
    records = _numbers(analysed, {"infusions", "observations", "events"})
    return {"patients": patients, "records": _choose(records, least, attendance)}


def kind_of(estimate: Estimate) -> str:
    """Return to which chain of numbers an estimate's n belongs."""
    return "patients" if estimate.n_unit == "patients" else "records"


def _numbers(estimates: Iterable[Estimate], units: set[str]) -> list[int]:
    counted = Counter(each.n for each in estimates if each.n_unit in units and each.n is not None)
    return sorted(counted, key=lambda number: (-counted[number], -number))


def _choose(numbers: Iterable[int], least: int, attendance: Columns | None = None) -> Sizes:
    shown: frozenset[int] = frozenset()
    for number in numbers:
        apart = number >= least and keeps_apart(number, shown, least)
        if apart and (attendance is None or attendance.keep_open(number, shown)):
            shown |= {number}
    return Sizes(shown, least)
