"""When two numbers count as equal: arithmetic noise must not break ties or miss thresholds."""

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]

TOLERANCE = 1e-9
"""The plan's: equality with a threshold is to 1e-9."""


def as_floats(values: npt.ArrayLike) -> FloatArray:
    """Read values as a one-dimensional array of floats.

    Args:
        values: shape (n,), or anything that ravels to it; n may be 0.
    """
    return np.asarray(values, dtype=np.float64).ravel()


def merge_ties(values: npt.ArrayLike) -> FloatArray:
    """Give values that lie within 1e-9 of their next smaller neighbour the group's smallest value.

    2.6 − 0.3 and 6.4 − 4.1 are the same reduction of pain; in floating point they differ in the
    last digit, which would split a tie.

    Args:
        values: shape (n,), any unit; n may be 0.

    Returns:
        Shape (n,), same order and unit.
    """
    floats = as_floats(values)
    distinct, position = np.unique(floats, return_inverse=True)
    starts_group = np.concatenate(([True], np.diff(distinct) > TOLERANCE))[: distinct.size]
    first_of_group = np.flatnonzero(starts_group)
    merged: FloatArray = distinct[first_of_group[np.cumsum(starts_group) - 1]]
    return merged[position]


def all_equal(values: FloatArray) -> bool:
    """Say whether no two of the values, shape (n,), differ by more than 1e-9."""
    return values.size == 0 or bool(np.ptp(values) <= TOLERANCE)
