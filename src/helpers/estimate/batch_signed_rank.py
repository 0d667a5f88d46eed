"""Hodges–Lehmann estimates and signed-rank tests of many studies; see signed_rank.py for each."""

from typing import Final

import numpy as np
from scipy import special

from helpers.estimate.batch import IntArray, Readings, by_count
from helpers.estimate.signed_rank import walsh_rank
from helpers.estimate.ties import TOLERANCE, BoolArray, FloatArray

MOST_AVERAGES: Final = 2_000_000
"""Walsh averages held at a time: 16 MB, whatever the number of studies and patients."""


def hodges_lehmann(differences: FloatArray, *, level: float = 0.95) -> Readings:
    """Estimate each study's pseudo-median with interval and p value, as signed_rank there.

    Args:
        differences: shape (b, n), any unit, such as pre − post; NaN is missing.
        level: confidence level of the two-sided interval.

    Reference:
        Hodges and Lehmann (1963); Pratt (1959); Cureton (1967).
    """
    return by_count(differences, lambda known: _hodges_lehmann(known, level))


def _hodges_lehmann(known: FloatArray, level: float) -> Readings:
    """Compute the readings of complete rows, shape (k, m)."""
    studies, m = known.shape
    if m == 0:
        return Readings.nothing(studies)
    k = walsh_rank(m, level)
    step = max(MOST_AVERAGES // (m * (m + 1) // 2), 1)
    parts = [_walsh_readings(known[i : i + step], k) for i in range(0, studies, step)]
    estimate, lower, upper = np.concatenate(parts, axis=1)
    return Readings.of(estimate, lower, upper, _pratt_p_values(known))


def _walsh_readings(known: FloatArray, k: int) -> FloatArray:
    """Read estimate and limits off the Walsh averages, shape (3, studies)."""
    first, second = np.triu_indices(known.shape[1])
    walsh = np.sort((known[:, first] + known[:, second]) / 2, axis=1)
    count = walsh.shape[1]
    middle = (walsh[:, (count - 1) // 2] + walsh[:, count // 2]) / 2
    none = np.full(len(known), np.nan)
    limits = (walsh[:, k], walsh[:, count - 1 - k]) if k >= 0 else (none, none)
    return np.stack((middle, *limits))


def _pratt_p_values(known: FloatArray) -> FloatArray:
    """Test a centre of 0 in complete rows, shape (k, m); NaN where every difference is 0."""
    studies, m = known.shape
    order = np.argsort(np.abs(known), axis=1, kind="stable")
    differences = np.take_along_axis(known, order, axis=1)
    sizes = np.abs(differences)
    # A run of sizes, each within 1e-9 of the one before, is one tie; the run from 0 on are zeros.
    gaps = np.diff(sizes, axis=1, prepend=0.0) > TOLERANCE
    zero = ~np.logical_or.accumulate(gaps, axis=1)
    starts = gaps.copy()
    starts[:, 0] = True
    first, last = _runs(starts)
    ranks = (first + last) / 2 + 1
    positive = np.sum(np.where((differences > 0) & ~zero, ranks, 0.0), axis=1)
    zeros = np.count_nonzero(zero, axis=1).astype(np.float64)
    length = np.where(zero, 1.0, last - first + 1)
    ties = np.sum(length**2 - 1, axis=1)  # over the members of a run: t³ − t
    centre = m * (m + 1) * 0.25 - zeros * (zeros + 1) * 0.25
    variance = m * (m + 1) * (2 * m + 1) - zeros * (zeros + 1) * (2 * zeros + 1) - ties / 2
    se = np.sqrt(variance / 24)
    some = zeros < m
    z = np.divide(positive - centre, se, out=np.full(studies, np.nan), where=some)
    z -= np.divide(np.sign(z) * 0.5, se, out=np.zeros(studies), where=some)
    p_values: FloatArray = 2 * special.ndtr(-np.abs(z))
    return p_values


def _runs(starts: BoolArray) -> tuple[IntArray, IntArray]:
    """Give the first and last place of the run that each place belongs to, shape (k, m)."""
    m = starts.shape[1]
    places = np.arange(m)
    first = np.maximum.accumulate(np.where(starts, places, 0), axis=1)
    ends = np.roll(starts, -1, axis=1)
    ends[:, -1] = True
    last = np.minimum.accumulate(np.where(ends, places, m - 1)[:, ::-1], axis=1)[:, ::-1]
    return first, last
