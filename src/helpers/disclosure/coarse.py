"""Shares of numbers that are withheld, told coarsely."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from helpers.disclosure.cells import is_safe_share
from helpers.disclosure.withholding import without_limits
from helpers.results import Estimate
from helpers.units import round_half_up

DECIMALS: Final = 1  # of a share of a number that is not shown: ten percentage points


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


def fits_share(share: float, number: int, least: int) -> bool:
    """Return whether a share as it is told may be that of so many patients.

    Args:
        share: in coarse steps.
        number: of patients.
        least: the least count that may be shown; neither the count nor the rest is small.
    """
    counts = (count for count in range(number + 1) if is_safe_share(count, number, least))
    return any(_round(count / number) == share for count in counts)


def _round(share: float) -> float:
    return round_half_up(round_half_up(share, 9), DECIMALS)
