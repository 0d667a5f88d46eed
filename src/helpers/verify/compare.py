"""Compares two computations of the same results, value by value."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from helpers.verify.numbers import EXACT, KINDS, LEAST_SCALE, Kind, Value, name_values

ARCHIVED: Final = "archived"
RECOMPUTED: Final = "recomputed"


@dataclass(frozen=True, slots=True)
class Comparison:
    """One value beside its recomputation.

    ``difference`` is relative to the archived number, or to ``LEAST_SCALE`` where that is smaller;
    None where the two are no numbers. ``only`` names the side that alone has the value, empty
    where both do.
    """

    name: str
    kind: Kind
    archived: Any
    recomputed: Any
    difference: float | None
    agrees: bool
    part: str
    drawn: bool
    only: str = ""


@dataclass(frozen=True, slots=True)
class Tally:
    """How many values of a kind were compared and agree, and the largest difference."""

    kind: Kind
    values: int
    agree: int
    largest: float


def compare_results(
    archived: Mapping[str, Any], recomputed: Mapping[str, Any]
) -> tuple[Comparison, ...]:
    """Return the comparison of every value that either of two ``results.json`` holds.

    Raises
    ------
    ValueError
        When two values of one side have one name.
    """
    before, now = name_values(archived), name_values(recomputed)
    return tuple(
        _compare(before.get(name), now.get(name)) for name in dict.fromkeys([*before, *now])
    )


def _compare(before: Value | None, now: Value | None) -> Comparison:
    if before is None or now is None:
        return _one_sided(before, now)
    is_number = _is_number(before.value) and _is_number(now.value)
    whole = not isinstance(before.value, float) and not isinstance(now.value, float)
    kind = before.kind if is_number and not whole else EXACT
    difference = _difference(before.value, now.value) if is_number else None
    # True equals 1 in Python, and no count is a yes.
    same = before.value == now.value and (is_number or type(before.value) is type(now.value))
    agrees = same if difference is None else difference <= kind.tolerance
    return Comparison(
        before.name, kind, before.value, now.value, difference, agrees, before.part,
        before.drawn or now.drawn,
    )  # fmt: skip


def _one_sided(before: Value | None, now: Value | None) -> Comparison:
    value = before or now
    if value is None:
        raise ValueError("a comparison needs a value on one side at least")
    return Comparison(
        value.name, EXACT, before.value if before else None, now.value if now else None, None,
        False, value.part, value.drawn, ARCHIVED if before else RECOMPUTED,
    )  # fmt: skip


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _difference(archived: float, recomputed: float) -> float:
    return abs(recomputed - archived) / max(LEAST_SCALE, abs(archived))


def tally(compared: Sequence[Comparison]) -> tuple[Tally, ...]:
    """Return for every kind how many values were compared, and how far they lie apart."""
    found = []
    for kind in KINDS:
        members = [each for each in compared if each.kind is kind]
        largest = max((each.difference or 0.0 for each in members), default=0.0)
        found.append(Tally(kind, len(members), sum(each.agrees for each in members), largest))
    return tuple(found)
