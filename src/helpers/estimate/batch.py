"""Many studies at once: one row per study, and the same numbers as study by study.

The modules ``batch_…`` hold the plan's closed-form and Kaplan–Meier estimators for a block of
studies, shape (studies, patients); a test holds each to its single-study counterpart.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields

import numpy as np
import numpy.typing as npt

from helpers.estimate.ties import FloatArray

IntArray = npt.NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Readings:
    """One estimate in each of b studies; NaN stands for what a Value has as None.

    Attributes:
        estimate, lower, upper: shape (b,), in the unit of the data.
        p_value: shape (b,), two-sided; NaN throughout where no test belongs to the estimate.
        tau: shape (b,), days to which a mean is restricted; NaN throughout elsewhere.
    """

    estimate: FloatArray
    lower: FloatArray
    upper: FloatArray
    p_value: FloatArray
    tau: FloatArray

    @classmethod
    def of(
        cls,
        estimate: FloatArray,
        lower: FloatArray,
        upper: FloatArray,
        p_value: FloatArray | None = None,
        tau: FloatArray | None = None,
    ) -> "Readings":
        """Put readings together; what is not given is NaN."""
        nothing = np.full(estimate.shape, np.nan)
        return cls(
            estimate,
            lower,
            upper,
            nothing if p_value is None else p_value,
            nothing if tau is None else tau,
        )

    @classmethod
    def nothing(cls, studies: int) -> "Readings":
        """Give so many studies without a number."""
        empty = np.full(studies, np.nan)
        return cls.of(empty, empty, empty)


def complete_rows(values: FloatArray) -> Iterator[tuple[IntArray, FloatArray]]:
    """Yield studies with equally many known values together, the values in ascending order.

    Args:
        values: shape (b, n); NaN is missing.

    Yields:
        Which studies (k of them), and their known values, shape (k, m), m ≥ 0.
    """
    ordered = np.sort(values, axis=1)  # NaN last
    known = np.count_nonzero(~np.isnan(values), axis=1)
    for count in np.unique(known).tolist():
        rows = np.flatnonzero(known == count)
        yield rows, ordered[rows, :count]


def by_count(values: FloatArray, estimate: Callable[[FloatArray], Readings]) -> Readings:
    """Estimate in studies that differ in how many of their values are known.

    Args:
        values: shape (b, n), one per patient; NaN is missing.
        estimate: from known values in ascending order, shape (k, m), to readings of k studies.
    """
    gathered = np.full((len(fields(Readings)), len(values)), np.nan)
    for rows, known in complete_rows(values):
        found = estimate(known)
        gathered[:, rows] = [getattr(found, field.name) for field in fields(Readings)]
    return Readings(*gathered)
