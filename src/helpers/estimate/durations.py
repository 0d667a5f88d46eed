"""Durations of relief as reported (closed intervals) turned into what the estimators take."""

from collections.abc import Sequence
from typing import Literal

import numpy as np
import numpy.typing as npt

from helpers.estimate.proportions import wilson
from helpers.estimate.ties import BoolArray, FloatArray, as_floats
from helpers.estimate.value import Value

Kind = Literal["none", "exact", "interval", "right", "left"]
Kinds = Sequence[str] | npt.NDArray[np.str_] | npt.NDArray[np.object_]


def midpoint_times(
    lower: npt.ArrayLike, upper: npt.ArrayLike, kind: Kinds
) -> tuple[FloatArray, BoolArray]:
    """Turn intervals into times and events by the midpoint convention.

    An interval [a, b] ends at (a + b)/2, a left-censored [0, t] at t/2, none at 0; right-censored
    [t, ∞) is censored at t. The conventional curve; the Turnbull estimate needs no such choice.

    Args:
        lower: shape (n,), days, finite.
        upper: shape (n,), days, infinite where right-censored.
        kind: shape (n,), `none`, `exact`, `interval`, `right` or `left`.

    Returns:
        time, shape (n,), days; event, shape (n,), True where relief was seen to end.

    Reference:
        Law and Brookmeyer (1992), on what the midpoint does to the estimate.
    """
    starts, ends = as_floats(lower), as_floats(upper)
    event: BoolArray = np.asarray(kind, dtype=np.str_).ravel() != "right"
    time: FloatArray = np.where(event, (starts + ends) / 2, starts)
    return time, event


def has_relief(kind: Kinds) -> BoolArray:
    """Say of each duration whether there was any relief: every kind but `none`.

    Args:
        kind: shape (n,); `left` ("less than a week") is relief of some length.

    Returns:
        Shape (n,).
    """
    relief: BoolArray = np.asarray(kind, dtype=np.str_).ravel() != "none"
    return relief


def any_relief(kind: Kinds, *, level: float = 0.95) -> Value:
    """Estimate the share with any relief, with Wilson's interval.

    Args:
        kind: shape (n,), one per patient.
        level: confidence level of the two-sided interval.

    Returns:
        Value as a fraction 0–1; extra: events (with relief). Without number when n = 0.

    Reference:
        Wilson (1927).
    """
    relief = has_relief(kind)
    return wilson(int(np.count_nonzero(relief)), relief.size, level=level)
