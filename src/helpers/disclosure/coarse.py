"""Shares of numbers that are withheld: told coarsely, and only where several numbers fit them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Final

from helpers.disclosure.basis import Disclosure
from helpers.disclosure.cells import is_safe_share
from helpers.disclosure.sizes import OPEN
from helpers.disclosure.withholding import withheld, without_limits
from helpers.results import Estimate
from helpers.units import round_half_up

DECIMALS: Final = 1  # of a share of a number that is not shown: ten percentage points
_WHOLE: Final = 1e-6  # a count differs from a whole number by less


def coarse_estimate(estimate: Estimate) -> Estimate:
    """Return a share of a number that is not shown: in coarse steps, and without its limits.

    Limits depend on the number and the count together, and so leave few pairs of the two possible,
    however coarsely they are told; often a single one.

    Args:
        estimate: a share, 0 to 1, of patients whose number is not shown.
    """
    further = {name: value for name, value in estimate.further.items()
               if name not in ("events", "lower_identified", "upper_identified")}  # fmt: skip
    bare = estimate if estimate.lower is None is estimate.upper else without_limits(estimate)
    share = None if bare.estimate is None else _round(bare.estimate)
    return replace(bare, estimate=share, further=further)


def _round(share: float) -> float:
    return round_half_up(round_half_up(share, 9), DECIMALS)


def keep_numbers_open(released: Iterable[Estimate], disclosure: Disclosure) -> Iterator[Estimate]:
    """Yield estimates, without the shares that would leave too few numbers for their patients.

    Shares of the same patients are taken together: of responders at several thresholds each may fit
    many numbers, and all of them few. Those that come first are told.

    Args:
        released: the estimates of one part as they would be told else, in their order.
        disclosure: what decides over that part.
    """
    left: dict[tuple[str, int], set[int]] = {}
    dropped: set[str] = set()
    for estimate in released:
        before = disclosure.results.estimates[estimate.key]
        if estimate.key.endswith(tuple(dropped)):  # the same share, counted another way
            estimate = withheld(estimate)
        if not _is_coarse_count(estimate, before):
            yield estimate
            continue
        bound, family = int(estimate.further["n_at_least"]), (_family(estimate), before.n or 0)
        possible = left.get(family) or _possible(estimate, bound, disclosure)
        fitting = {n for n in possible if _fits(estimate.estimate or 0.0, n, disclosure.least)}
        if len(fitting) < min(OPEN, len(possible)):
            dropped.add(f".{'.'.join(estimate.key.split('.')[2:])}")
            yield replace(withheld(estimate), further={"n_at_least": bound})
        else:
            left[family] = fitting
            yield estimate


def _family(estimate: Estimate) -> str:
    """Return the chapter of an estimate, whose estimates are of the same patients if as many."""
    return estimate.key.split(".")[1]


def _possible(estimate: Estimate, bound: int, disclosure: Disclosure) -> set[int]:
    """Return what the number behind an estimate may be: no more than can be among its patients."""
    everybody = "screened" if _family(estimate) == "safety_consented" else "eligible"
    most = int(disclosure.get(f"flow.{everybody}").estimate or 0)
    return set(disclosure.sizes["patients"].possible(bound, most))


def _is_coarse_count(estimate: Estimate, before: Estimate) -> bool:
    """Return whether an estimate is a count over a number of patients that is withheld."""
    hidden = estimate.n is None and "n_at_least" in estimate.further
    if not hidden or estimate.estimate is None or estimate.unit != "proportion":
        return False
    count = (before.estimate or 0.0) * (before.n or 0)
    return before.n_unit == "patients" and abs(count - round(count)) < _WHOLE


def _fits(share: float, number: int, least: int) -> bool:
    """Return whether a share as it is told may be that of so many patients."""
    counts = (count for count in range(number + 1) if is_safe_share(count, number, least))
    return any(_round(count / number) == share for count in counts)
