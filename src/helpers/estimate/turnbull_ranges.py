"""What interval-censored durations say about the median and S(t): ranges, not always points.

Within a Turnbull set the data do not say where its mass lies. All functions take many estimates
at once, one per row, so that the sample and its resamples are read by the same lines.
"""

from dataclasses import dataclass

import numpy as np

from helpers.estimate.ties import TOLERANCE, BoolArray, FloatArray
from helpers.estimate.turnbull_sets import Sets


@dataclass(frozen=True, slots=True)
class Range:
    """Readings of b estimates, each with the range that the data leave.

    Attributes:
        lower, upper: shape (b,), the identified range; upper may be infinite (days).
        estimate: shape (b,), by convention its middle.
        unbounded: shape (b,), whether the reading lies inside an unbounded set, and the estimate
            is of no use (medians: infinite).
    """

    lower: FloatArray
    upper: FloatArray
    estimate: FloatArray
    unbounded: BoolArray


def median_range(sets: Sets, masses: FloatArray) -> Range:
    """Find the set that holds the median: the first at which the mass so far exceeds ½.

    Where it is exactly ½ after one set, the ends of that set and of the next one with mass are
    averaged: the middle of a plateau, as in a Kaplan–Meier curve.

    Args:
        sets: of b estimates, shape (b, m).
        masses: shape (b, m), rows sum to 1.

    Returns:
        Days. An unbounded next set of a plateau counts as its left end alone; its upper is
        infinite, and the estimate is not.
    """
    rows = np.arange(len(masses))
    total = np.cumsum(masses, axis=1)
    holds_mass = masses > TOLERANCE
    here = np.argmax(holds_mass & (total >= 0.5 - TOLERANCE), axis=1)
    plateau = total[rows, here] <= 0.5 + TOLERANCE
    after = holds_mass & (np.arange(masses.shape[1]) > here[:, None])
    following = np.where(plateau, np.argmax(after, axis=1), here)
    lower = (sets.left[rows, here] + sets.left[rows, following]) / 2
    upper = (sets.right[rows, here] + sets.right[rows, following]) / 2
    next_end = sets.right[rows, following]
    next_end = np.where(plateau & np.isinf(next_end), sets.left[rows, following], next_end)
    middle = (lower + (sets.right[rows, here] + next_end) / 2) / 2
    return Range(lower, upper, middle, np.isinf(middle))


def survival_range(sets: Sets, masses: FloatArray, t: float) -> Range:
    """Bound S(t) = P(T > t) by the mass surely beyond t and that which may be.

    Args:
        sets: of b estimates, shape (b, m).
        masses: shape (b, m), rows sum to 1.
        t: days.

    Returns:
        Fractions 0–1; unbounded where t lies inside an unbounded set with mass.
    """
    surely_after = np.where(sets.is_point, t + TOLERANCE, t - TOLERANCE)
    beyond = np.where(sets.is_point, sets.left > surely_after, sets.left >= surely_after)
    around = ~beyond & (sets.right > t + TOLERANCE)
    lower = np.sum(masses, axis=1, where=beyond)
    open_mass = np.sum(masses, axis=1, where=around)
    open_mass = np.where(open_mass > TOLERANCE, open_mass, 0.0)
    lower, upper = np.minimum(lower, 1.0), np.minimum(lower + open_mass, 1.0)
    endless = np.any(around & np.isinf(sets.right), axis=1)
    return Range(lower, upper, (lower + upper) / 2, endless & (open_mass > 0))
