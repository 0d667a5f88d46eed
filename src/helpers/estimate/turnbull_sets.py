"""Where the mass of interval-censored durations can lie: Turnbull's innermost sets.

On the line of the distinct ends v0 < v1 < …, cell 2k is the point vk and cell 2k + 1 the stretch
from vk to the next end, both left out. A point covers cell 2k, and (vk, vl] the cells 2k + 1 … 2l:
half-open intervals and points alike are runs of whole numbers.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from helpers.estimate.durations import Kinds
from helpers.estimate.ties import BoolArray, FloatArray, as_floats, merge_ties

IntArray = npt.NDArray[np.integer[Any]]


@dataclass(frozen=True, slots=True)
class Sample:
    """Distinct observations, and the run of Turnbull sets that each of them covers.

    Attributes:
        values: distinct ends (k), days, ascending; the last may be infinite.
        start_cell, end_cell: shape (g,), first and last cell of each distinct observation.
        first, end: shape (g,), the sets it covers: first ≤ j < end.
        member: shape (n,), which distinct observation each observation is.
        m: number of sets; at each of them some observation starts and some observation ends.
    """

    values: FloatArray
    start_cell: IntArray
    end_cell: IntArray
    first: IntArray
    end: IntArray
    member: IntArray
    m: int

    def weights(self, counts: IntArray) -> FloatArray:
        """Count the distinct observations in resamples.

        Args:
            counts: shape (b, n), how often each observation was drawn.

        Returns:
            Shape (b, g).
        """
        return reduce_by(np.add, counts, self.member, len(self.first)).astype(np.float64)


@dataclass(frozen=True, slots=True)
class Sets:
    """Turnbull sets of resamples, laid on the sets of the sample; arrays have the shape (b, m).

    A resample lacks some ends, so that its sets are wider; each takes the place of the first of
    the sample's sets that it holds, and the other places stay empty.

    Attributes:
        exists: whether the resample has a set at this place; the rest is meant for these only.
        left, right: its ends, days: (left, right]; right may be infinite.
        is_point: whether it is the point left = right.
    """

    exists: BoolArray
    left: FloatArray
    right: FloatArray
    is_point: BoolArray


def read_sample(lower: npt.ArrayLike, upper: npt.ArrayLike, kind: Kinds) -> Sample:
    """Turn durations into runs of Turnbull sets.

    `none` and `exact` are the point lower, `interval` is (lower, upper], or a point where the two
    are equal, `left` is (0, upper], `right` is (lower, ∞). Ends within 1e-9 of each other are one.

    Args:
        lower: shape (n,), days, finite, ≥ 0; n ≥ 1.
        upper: shape (n,), days; infinite where right-censored.
        kind: shape (n,), `none`, `exact`, `interval`, `right` or `left`.

    Reference:
        Turnbull (1976); Peto (1973).
    """
    values, start_cells, end_cells = _cells(as_floats(lower), as_floats(upper), kind)
    keys = start_cells * 2 * values.size + end_cells
    distinct, member = np.unique(keys, return_inverse=True)
    start_cell, end_cell = np.divmod(distinct, 2 * values.size)
    set_starts, set_ends = _innermost(np.unique(start_cell), np.unique(end_cell))
    return Sample(
        values=values,
        start_cell=start_cell,
        end_cell=end_cell,
        first=np.asarray(np.searchsorted(set_starts, start_cell, side="left"), dtype=np.int64),
        end=np.asarray(np.searchsorted(set_ends, end_cell, side="right"), dtype=np.int64),
        member=member,
        m=set_starts.size,
    )


def find_sets(sample: Sample, weights: FloatArray) -> Sets:
    """Find the Turnbull sets of resamples: where a start is followed by an end before any start.

    Args:
        sample: the observations.
        weights: shape (b, g), how often each distinct observation occurs.
    """
    present = weights > 0
    nowhere = 2 * sample.values.size
    starts = np.where(present, sample.start_cell, -1)
    ends = np.where(present, sample.end_cell, nowhere)
    last_start = reduce_by(np.maximum, starts, sample.first, sample.m)
    first_end = reduce_by(np.minimum, ends, sample.end - 1, sample.m)
    end_place = next_true(first_end < nowhere)[:, :-1]
    exists = (last_start >= 0) & (end_place < next_true(last_start >= 0)[:, 1:])
    end_cell = np.take_along_axis(first_end, np.minimum(end_place, sample.m - 1), axis=1)
    return Sets(
        exists=exists,
        left=sample.values[np.where(exists, last_start, 0) // 2],
        right=sample.values[np.where(exists, end_cell, 0) // 2],
        is_point=exists & (last_start % 2 == 0),
    )


def reduce_by(
    operation: np.ufunc, entries: npt.NDArray[Any], group: IntArray, size: int
) -> npt.NDArray[Any]:
    """Reduce (b, g) to (b, size) by groups of columns, none of which may be empty.

    Args:
        operation: such as np.add.
        entries: shape (b, g).
        group: shape (g,), whole numbers below size, each of which occurs.
        size: number of groups.
    """
    order = np.argsort(group, kind="stable")
    starts = np.searchsorted(group[order], np.arange(size))
    reduced: npt.NDArray[Any] = operation.reduceat(entries[:, order], starts, axis=1)
    return reduced


def next_true(flags: BoolArray) -> IntArray:
    """Find, at each place of (b, m) and after the last, the first true flag from there on.

    Returns:
        Shape (b, m + 1), places from 0; m where there is none.
    """
    m = flags.shape[1]
    places = np.full((len(flags), m + 1), m, dtype=np.int64)
    places[:, :m] = np.where(flags, np.arange(m), m)
    found: IntArray = np.minimum.accumulate(places[:, ::-1], axis=1)[:, ::-1]
    return found


def _cells(
    lower: FloatArray, upper: FloatArray, kind: Kinds
) -> tuple[FloatArray, IntArray, IntArray]:
    """Give the distinct ends, and the first and last cell that each observation covers."""
    kinds = np.asarray(kind, dtype=np.str_).ravel()
    starts = np.where(kinds == "left", 0.0, lower)
    ends = np.where(
        kinds == "right", np.inf, np.where(np.isin(kinds, ["none", "exact"]), lower, upper)
    )
    values, place = np.unique(merge_ties(np.concatenate((starts, ends))), return_inverse=True)
    start, end = np.split(place, 2)
    return values, 2 * start + (start != end), 2 * end


def _innermost(starts: IntArray, ends: IntArray) -> tuple[IntArray, IntArray]:
    """Pair each end with the last start up to it, if no other end lies between."""
    last_start = starts[np.searchsorted(starts, ends, side="right") - 1]
    innermost = np.concatenate(([True], ends[:-1] < last_start[1:]))
    return last_start[innermost], ends[innermost]
