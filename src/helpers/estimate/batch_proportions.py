"""Proportions of many studies at once; see proportions.py for each."""

import numpy as np
from scipy import special

from helpers.estimate.batch import IntArray, Readings
from helpers.estimate.ties import FloatArray


def wilson(events: IntArray, n: IntArray, *, level: float = 0.95) -> Readings:
    """Estimate the proportion of each study with Wilson's interval, as proportions.wilson.

    Args:
        events: shape (b,), units with the event.
        n: shape (b,), units.
        level: confidence level of the two-sided interval.

    Reference:
        Wilson (1927); Newcombe (1998), in the arrangement of terms of SciPy's binomtest.
    """
    share, sizes = _shares(events, n)
    z = float(special.ndtri(0.5 + 0.5 * level))
    scale = 2 * (sizes + z**2)
    centre = (2 * sizes * share + z**2) / scale
    half_width = z / scale * np.sqrt(4 * sizes * share * (1 - share) + z**2)
    return _proportions(events, n, share, centre - half_width, centre + half_width)


def clopper_pearson(events: IntArray, n: IntArray, *, level: float = 0.95) -> Readings:
    """Estimate the proportion of each study with its exact interval, as clopper_pearson there.

    Args:
        events: shape (b,), units with the event.
        n: shape (b,), units.
        level: confidence level of the two-sided interval.

    Reference:
        Clopper and Pearson (1934).
    """
    share, _ = _shares(events, n)
    tail = (1 - level) / 2
    inside = np.maximum(events, 1), np.maximum(n - events, 1)
    lower = special.betaincinv(inside[0], np.maximum(n - events + 1, 1), tail)
    upper = special.betaincinv(events + 1, inside[1], 1 - tail)
    return _proportions(events, n, share, lower, upper)


def _shares(events: IntArray, n: IntArray) -> tuple[FloatArray, FloatArray]:
    """Give the shares, NaN where n is 0, and the sizes as floats, shape (b,) each."""
    sizes = n.astype(np.float64)
    share = np.divide(events, sizes, out=np.full(sizes.shape, np.nan), where=n > 0)
    return share, sizes


def _proportions(
    events: IntArray, n: IntArray, share: FloatArray, lower: FloatArray, upper: FloatArray
) -> Readings:
    """Put the limits at 0 and 1 where no unit, or every unit, has the event."""
    low = np.where(events == 0, 0.0, lower)
    high = np.where(events == n, 1.0, upper)
    return Readings.of(share, np.where(n > 0, low, np.nan), np.where(n > 0, high, np.nan))
