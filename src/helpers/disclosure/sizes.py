"""Numbers analysed: which may be shown beside each other.

The patients of an analysis are some of those eligible. Two such numbers that differ by one say
that one patient lacks a value, so that only numbers which differ by nothing, or by no small
number, are shown; of the others a lower bound is.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from helpers.disclosure.cells import keeps_apart
from helpers.disclosure.records import Columns, read_columns
from helpers.results import Estimate, Results

OPEN: Final = 3  # numbers that what is told of a withheld one must leave possible
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

    def alike(self, number: int, most: int) -> list[int]:
        """Return the numbers of patients that have the lower bound of a withheld one.

        A withheld number is none of those that are shown, but next to one of them; else it would
        be shown too. All that it may be fall in classes by the multiple of the least below them;
        a class of fewer than three joins the next lower one, the lowest the next higher one.

        Args:
            number: of patients, withheld.
            most: how many there can be at all.

        Returns:
            As an attacker counts them, ascending; none where fewer than three numbers are
            possible, or the number is withheld for a reason of its own.
        """
        classes: dict[int, list[int]] = {}
        for n in range(most, self.least - 1, -1):
            if n not in self.shown and not keeps_apart(n, self.shown, self.least):
                classes.setdefault(n // self.least, []).append(n)
        groups: list[list[int]] = []
        for members in classes.values():
            if groups and len(groups[-1]) < OPEN:
                groups[-1] += members
            else:
                groups.append(list(members))
        if len(groups) > 1 and len(groups[-1]) < OPEN:
            lowest = groups.pop()
            groups[-1] += lowest
        found = next((group for group in groups if number in group), [])
        return sorted(found) if len(found) >= OPEN else []

    def at_least(self, number: int) -> int | None:
        """Return the lower bound that is shown instead of a number: a multiple of the least.

        It leaves several numbers open, of those that are not shown themselves; None where none
        does, since a number that is small itself has no bound either. For numbers of infusions and
        scores, of which nobody knows how many there can be; patients: :meth:`alike`.
        """
        above = min((size for size in self.shown if size > number), default=number + OPEN)
        for bound in range(number // self.least * self.least, 0, -self.least):
            if len([n for n in range(bound, above) if n not in self.shown]) >= OPEN:
                return bound
        return None


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
