"""Counts and sums over the studies of a block, and what blocks together say of an estimator."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import astuple, dataclass

import numpy as np

from helpers.estimate.batch import Readings
from helpers.estimate.ties import FloatArray


@dataclass(frozen=True, slots=True)
class Tally:
    """What is kept of one key in so many studies.

    An interval that lacks one limit is unbounded there; one that lacks both is none.

    Attributes:
        studies: simulated.
        estimated: with an estimate.
        error_sum, error_squares: of estimate − truth over those.
        truth_sum: of the truth over those; of a restricted mean it differs between studies.
        intervals: studies with an interval; covering: those that hold the truth.
        bounded, width_sum: intervals with both limits, and the sum of their widths.
        tested: studies with a p value; rejecting: with one of at most 1 − level.
    """

    studies: int
    estimated: int
    error_sum: float
    error_squares: float
    truth_sum: float
    intervals: int
    covering: int
    bounded: int
    width_sum: float
    tested: int
    rejecting: int

    def __add__(self, other: Tally) -> Tally:
        """Put two sets of studies together."""
        return Tally(*(a + b for a, b in zip(astuple(self), astuple(other), strict=True)))


def tally(readings: Readings, truth: FloatArray, level: float) -> Tally:
    """Count and sum the readings of one key.

    Args:
        readings: of b studies.
        truth: shape (b,), in the unit of the estimate.
        level: confidence level; a p value of at most 1 − level rejects.
    """
    known = ~np.isnan(readings.estimate)
    errors = (readings.estimate - truth)[known]
    has_lower, has_upper = ~np.isnan(readings.lower), ~np.isnan(readings.upper)
    interval = has_lower | has_upper
    outside = (readings.lower > truth) | (readings.upper < truth)  # NaN: neither
    both = has_lower & has_upper
    alpha = round(1 - level, 12)
    return Tally(
        studies=truth.size,
        estimated=int(known.sum()),
        error_sum=float(errors.sum()),
        error_squares=float((errors**2).sum()),
        truth_sum=float(truth[known].sum()),
        intervals=int(interval.sum()),
        covering=int((interval & ~outside).sum()),
        bounded=int(both.sum()),
        width_sum=float((readings.upper - readings.lower)[both].sum()),
        tested=int((~np.isnan(readings.p_value)).sum()),
        rejecting=int((readings.p_value <= alpha).sum()),
    )


def add_up(blocks: Iterable[Mapping[str, Tally]]) -> dict[str, Tally]:
    """Add the tallies of blocks by key, in the order in which they come.

    Args:
        blocks: at least one.
    """
    total: dict[str, Tally] = {}
    for block in blocks:
        for key, found in block.items():
            total[key] = total[key] + found if key in total else found
    return total


@dataclass(frozen=True, slots=True)
class Figure:
    """A number and its Monte-Carlo standard error."""

    value: float
    error: float


def bias(found: Tally) -> Figure | None:
    """Return the mean error of the estimates; None with fewer than two.

    Reference:
        Morris, White and Crowther (2019), table 6.
    """
    spread = empirical_se(found)
    if spread is None:
        return None
    return Figure(found.error_sum / found.estimated, spread.value / math.sqrt(found.estimated))


def empirical_se(found: Tally) -> Figure | None:
    """Return the standard deviation of the errors; None with fewer than two.

    Reference:
        Morris, White and Crowther (2019), table 6.
    """
    n = found.estimated
    if n < 2:
        return None
    squares = max(found.error_squares - found.error_sum**2 / n, 0.0)
    sd = math.sqrt(squares / (n - 1))
    return Figure(sd, sd / math.sqrt(2 * (n - 1)))


def rate(count: int, of: int) -> Figure | None:
    """Return a share of studies; its error is that of a share half a study away from 0 and 1.

    Args:
        count: studies with the property.
        of: studies that could have it; None comes back where there are none.
    """
    if of == 0:
        return None
    share = count / of
    inside = min(max(share, 0.5 / of), 1 - 0.5 / of)
    return Figure(share, math.sqrt(inside * (1 - inside) / of))
