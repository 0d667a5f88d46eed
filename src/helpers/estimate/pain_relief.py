"""Integral of Pain Relief (IPR): percentage and duration of relief in one number.

The clinic's own two-dimensional measure (NCT05294432; Pain Reports 2026), in days of complete
relief. The published formula could not be read; :func:`relief_bounds` is the one place to change.
"""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from helpers.estimate.durations import Kinds
from helpers.estimate.ties import FloatArray, as_floats


def relief_bounds(
    percentage: npt.ArrayLike,
    lower: npt.ArrayLike,
    upper: npt.ArrayLike,
    kind: Kinds,
    horizon: float,
) -> tuple[FloatArray, FloatArray]:
    """Bound percentage/100 × min(days, horizon) of each patient by what the duration may be.

    Args:
        percentage: shape (n,), 0–100.
        lower: shape (n,), days: the relief lasted at least so long.
        upper: shape (n,), days: and at most so long; infinite where right-censored.
        kind: shape (n,); `none` is 0 whatever the percentage.
        horizon: days at which every duration is cut.

    Returns:
        Lower and upper bounds, shape (n,) each, days of complete relief.

    Reference:
        Wilderman et al., Pain Reports (2026): the measure; the formula is read from its words.
    """
    share = as_floats(percentage) / 100
    relief = np.asarray(kind, dtype=np.str_).ravel() != "none"
    bounds = [share * np.where(relief, np.minimum(as_floats(days), horizon), 0.0)
              for days in (lower, upper)]  # fmt: skip
    return bounds[0], bounds[1]


def serial_relief(visits: Sequence[tuple[float, float]], horizon: float) -> float:
    """Integrate the percentage over the visits of one patient.

    Each visit's percentage holds back to the previous visit (the first: to the infusion), and the
    last one on to the horizon.

    Args:
        visits: (day, percentage 0–100) of at least one visit, in order of day.
        horizon: days.

    Returns:
        Days of complete relief.

    Reference:
        As :func:`relief_bounds`; a step function over visits, since none is prescribed.
    """
    days = np.minimum([0.0, *(day for day, _ in visits), horizon], horizon)
    shares = np.array([*(percentage for _, percentage in visits), visits[-1][1]]) / 100
    return float(np.sum(np.maximum(np.diff(days), 0.0) * shares))
