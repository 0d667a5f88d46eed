"""Means and spreads of whole numbers, from which it may follow how many patients had each.

A score is a whole number of few that are possible, and so is a number of comorbidities. The sum and
the sum of squares of some scores, which mean and standard deviation give back, leave few ways to
reach them where the patients are few, or where nearly all have the same score. What is told here
leaves every count of 1 to 4 open to a solver that knows both sums exactly (``tests/disclosure/
test_whole_numbers.py``). Covered are scores of pain (0 to 10) and depression (0 to 27), percentages
as patients state them, doses, hours, years, vital signs and counts; weights and body-mass indices
have too many values to be counted.

Reference: Willenborg and de Waal (2001), Elements of Statistical Disclosure Control, chapter 6.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from helpers.disclosure.basis import GROUPS, Disclosure
from helpers.disclosure.cells import is_small
from helpers.disclosure.withholding import withheld, without_limits
from helpers.results import Estimate
from helpers.study import PHQ9_ITEMS, REDCAP_MAXIMA

COUNTED: Final = "number"  # the unit of what is counted: comorbidities, earlier infusions
_FEW_TIMES: Final = 2  # times the least count: fewer patients than that are told by any number
_LEAST_RANKED: Final = (
    20  # patients: of fewer, ranks beside mean and spread leave one set of scores
)
_LEAST_SPREAD: Final = 0.7  # of a step: below it nearly all patients have one of two values
# From one value that patients have to the next: what they state, or what is measured in.
_STEPS: Final[Mapping[str, float]] = {
    COUNTED: 1, "points": 1, "points, 0–10": 1, "points, 0–27": 1, "%": 10, "mg": 10, "h": 0.5,
    "years": 1, "mmHg": 1, "beats/min": 1, "percentage points": 1,
}  # fmt: skip
_ITEM_HIGHEST: Final = 3  # points of an item of the PHQ-9
# The ends of a scale, by the names that keys and rows have.
_ENDS: Final[Mapping[str, tuple[float, float]]] = {
    "nrs_pre": (0, REDCAP_MAXIMA["nrs"]), "nrs_post": (0, REDCAP_MAXIMA["nrs"]),
    "phq9": (0, _ITEM_HIGHEST * len(PHQ9_ITEMS)), "relief_pct": (0, REDCAP_MAXIMA["relief_pct"]),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Described:
    """Some whole numbers as mean and standard deviation describe them, in ``unit``."""

    n: int
    mean: float
    sd: float
    unit: str

    def few_differ_from(self, end: float, least: int) -> bool:
        """Return whether fewer than the least count may have another value, but not nobody.

        They are at least (Σy)²/Σy², y the distances (Cauchy and Schwarz).
        """
        distance = self.n * (self.mean - end)
        squares = (self.n - 1) * self.sd**2 + distance**2 / self.n
        return squares > 0 and distance**2 <= (least - 1) * squares

    def few_between(self, low: float, high: float, least: int) -> bool:
        """Return whether fewer than the least count may lie between both ends of their scale.

        They are at least Σ4(x − low)(high − x)/(high − low)², of which no summand is above 1. Where
        all have one value, nobody differs.
        """
        products = self.n * (self.mean - low) * (high - self.mean) - (self.n - 1) * self.sd**2
        return self.sd > 0 and 4 * products <= (least - 1) * (high - low) ** 2

    def is_flat(self) -> bool:
        """Return whether nearly all, but not all, have the same value."""
        return 0 < self.sd < _LEAST_SPREAD * _STEPS.get(self.unit, 0)


def least_described(least: int) -> int:
    """Return the least number of patients of whom a mean is told."""
    return _FEW_TIMES * least


def are_few(n: int | None, least: int) -> bool:
    """Return whether so few whole numbers stand behind a mean that it may tell each of them."""
    return n is not None and is_small(n, least_described(least))


def _few_on_scale(described: Described, key: str, least: int) -> bool:
    """Return whether few patients lie between the ends of the scale that a key names."""
    ends = next((ends for name, ends in _ENDS.items() if name in key.split(".")), None)
    return ends is not None and described.few_between(*ends, least)


def release_number(row: Mapping[str, Any], least: int) -> tuple[float | None, float | None]:
    """Return mean and standard deviation of a characteristic; None for what would tell a few.

    The standard deviation of what is counted is never told, since the counts are so small.

    Args:
        row: of the table of baseline characteristics, before anything was withheld.
        least: the least count that may be shown.
    """
    if are_few(row["n"], least) or row["mean"] is None or row["sd"] is None:
        return None, None
    described = Described(row["n"], row["mean"], row["sd"], row["unit"])
    counted = row["unit"] == COUNTED
    ends = (row["minimum"], row["maximum"]) if counted else ()
    if any(described.few_differ_from(end, least) for end in ends):
        return None, None
    if _few_on_scale(described, row["name"], least):
        return None, None
    return row["mean"], None if counted or described.is_flat() else row["sd"]


def withhold_spread(estimate: Estimate, disclosure: Disclosure) -> Estimate:
    """Withhold a mean where few lie between the ends of its scale; its spread where it is flat."""
    if estimate.sd is None or estimate.estimate is None or estimate.unit not in _STEPS:
        return estimate
    described = Described(estimate.n or 0, estimate.estimate, estimate.sd, estimate.unit)
    wide = estimate.unit == "%" and described.sd > 2 * abs(described.mean)
    if wide or _few_on_scale(described, estimate.key, disclosure.least):
        return withheld(estimate)
    if described.is_flat():  # the limits and p would give the spread back
        return replace(without_limits(estimate), sd=None, p_value=None)
    return estimate


def withhold_ranked(estimate: Estimate, disclosure: Disclosure) -> Estimate:
    """Withhold what ranks tell of few scores, and an effect size whose spread is withheld.

    Median of the Walsh averages, its limits and p, beside mean and spread of the same scores, leave
    a single set of scores for half of the studies of 12 patients, and none of 10 studies of 20.
    """
    if estimate.key.endswith(".wilcoxon"):
        return withheld(estimate) if is_small(estimate.n or 0, _LEAST_RANKED) else estimate
    if not estimate.key.endswith(".hedges_g"):
        return estimate
    scores = (disclosure.get(f"short_term.{name}.mean") for name in ("nrs_pre", "nrs_post"))
    hidden = any(withhold_spread(each, disclosure).sd is None for each in scores)
    return withheld(estimate) if hidden else estimate


def tells_characteristic(name: str, disclosure: Disclosure) -> bool:
    """Return whether the mean of a characteristic in all patients is told, if it is a number."""
    rows = [row for row in disclosure.rows("baseline") if row["name"] == name and "mean" in row]
    return all(release_number(row, disclosure.least)[0] is not None for row in rows)


def tells_group_means(further: Mapping[str, Any], name: str, unit: str, least: int) -> bool:
    """Return whether means and spreads of two groups may be told, whose sizes are told.

    Those of one would give back those of the other, beside those of all patients.

    Args:
        further: with n, mean and standard deviation of both groups.
        name: of the characteristic.
        unit: of the characteristic.
        least: the least count that may be shown.
    """
    groups = [
        Described(
            int(further[f"n_{group}"]), further[f"mean_{group}"], further[f"sd_{group}"], unit
        )
        for group in GROUPS
    ]
    if unit == COUNTED or any(are_few(group.n, least) for group in groups):
        return False
    return not any(group.is_flat() or _few_on_scale(group, name, least) for group in groups)
