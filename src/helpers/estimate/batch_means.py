"""Means, mean reductions and medians of many studies at once; see means.py for each."""

from functools import cache

import numpy as np
import scipy
from scipy import special

from helpers.estimate.batch import Readings, by_count
from helpers.estimate.ties import TOLERANCE, FloatArray


def mean(values: FloatArray, *, level: float = 0.95) -> Readings:
    """Estimate the mean of each study with its t interval, as means.mean.

    Args:
        values: shape (b, n), any unit; NaN is missing.
        level: confidence level of the two-sided interval.

    Reference:
        Student (1908).
    """
    return by_count(values, lambda known: _mean(known, level, tested=False))


def reduction(values: FloatArray, *, level: float = 0.95) -> Readings:
    """Estimate the mean reduction of each study with its paired t test, as means.paired_reduction.

    Args:
        values: shape (b, n), pre − post, any unit; NaN is missing.
        level: confidence level of the two-sided interval.

    Reference:
        Student (1908).
    """
    return by_count(values, lambda known: _mean(known, level, tested=True))


def median(values: FloatArray, *, level: float = 0.95) -> Readings:
    """Estimate the median of each study with its order-statistic interval, as means.median.

    Args:
        values: shape (b, n), any unit; NaN is missing.
        level: confidence level of the two-sided interval.

    Reference:
        Thompson (1936); Conover (1999), Practical Nonparametric Statistics, section 3.2.
    """
    return by_count(values, lambda known: _median(known, level))


def _mean(known: FloatArray, level: float, *, tested: bool) -> Readings:
    """Compute means of complete rows in ascending order, shape (k, m)."""
    studies, m = known.shape
    if m < 2:
        return Readings.nothing(studies)
    varies = known[:, -1] - known[:, 0] > TOLERANCE
    centre = np.mean(known, axis=1)
    sd = np.where(varies, np.std(known, axis=1, ddof=1), 0.0)
    half_width = _t_quantile(level, m - 1) * sd / m**0.5
    p_value = None
    if tested:
        t = np.divide(centre, sd / m**0.5, out=np.full(studies, np.nan), where=varies)
        p_value = 2 * special.stdtr(m - 1, -np.abs(t))
    return Readings.of(centre, centre - half_width, centre + half_width, p_value)


def _median(known: FloatArray, level: float) -> Readings:
    """Compute medians of complete rows in ascending order, shape (k, m)."""
    studies, m = known.shape
    if m == 0:
        return Readings.nothing(studies)
    middle = (known[:, (m - 1) // 2] + known[:, m // 2]) / 2
    rank = _lower_rank(level, m)
    none = np.full(studies, np.nan)
    return Readings.of(
        middle, known[:, rank - 1] if rank else none, known[:, m - rank] if rank else none
    )


@cache
def _t_quantile(level: float, df: int) -> float:
    return float(scipy.stats.t.ppf(0.5 + level / 2, df))


@cache
def _lower_rank(level: float, m: int) -> int:
    return int(scipy.stats.binom.ppf((1 - level) / 2, m, 0.5))
