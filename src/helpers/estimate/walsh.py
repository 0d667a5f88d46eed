"""Order statistics of Walsh averages without listing all n(n + 1)/2 of them.

Scores of pain have few distinct differences, so that the averages of distinct differences, each
as often as it occurs, say it all. Where there are many, the averages are never listed: a rank is
found by bisection over the numbers that a computer has, counting in the sorted matrix.
"""

import numpy as np
import numpy.typing as npt

from helpers.estimate.ties import FloatArray

MOST_LISTED = 1500
"""Distinct differences up to which the averages of pairs of them are listed: a million."""
_SIGN = np.int64(-(2**63))

IntArray = npt.NDArray[np.int64]


def select_walsh(differences: FloatArray, ranks: npt.ArrayLike) -> FloatArray:
    """Find Walsh averages by rank; they are, to the last digit, those of the sorted list.

    Args:
        differences: shape (n,), any unit; n ≥ 1.
        ranks: shape (k,), from 0, of the averages in ascending order.

    Returns:
        Shape (k,), in the unit of the data.

    Reference:
        Walsh (1949); counting in the sorted matrix: Johnson and Mizoguchi (1978), Monahan (1984).
    """
    values, counts = np.unique(differences, return_counts=True)
    wanted = np.asarray(ranks, dtype=np.int64).ravel()
    if values.size <= MOST_LISTED:
        return _from_list(values, counts.astype(np.int64), wanted)
    return np.array([_by_bisection(values, counts.astype(np.int64), rank) for rank in wanted])


def _from_list(values: FloatArray, counts: IntArray, ranks: IntArray) -> FloatArray:
    """List the averages of distinct differences with how often each occurs."""
    first, second = np.triu_indices(values.size)
    averages = (values[first] + values[second]) / 2
    occurs = counts[first] * counts[second]
    same = first == second
    occurs[same] = counts * (counts + 1) // 2
    order = np.argsort(averages, kind="stable")
    passed = np.cumsum(occurs[order])
    found: FloatArray = averages[order][np.searchsorted(passed, ranks, side="right")]
    return found


def _by_bisection(values: FloatArray, counts: IntArray, rank: np.int64) -> float:
    """Find the least number that more than ``rank`` averages do not exceed."""
    passed = np.concatenate(([0], np.cumsum(counts)))
    low, high = (int(_as_ordered(end)) for end in (values[0], values[-1]))
    while low < high:
        middle = (low + high) // 2
        if _count(values, counts, passed, _as_number(middle)) > rank:
            high = middle
        else:
            low = middle + 1
    return _as_number(low)


def _count(values: FloatArray, counts: IntArray, passed: IntArray, limit: float) -> int:
    """Count the averages up to a limit: pairs in either order and each with itself, halved."""
    low, high = np.zeros(values.size, np.int64), np.full(values.size, values.size, np.int64)
    while (low < high).any():  # how many partners of each value keep the average in the limit
        middle = np.minimum((low + high) // 2, values.size - 1)
        within = (values + values[middle]) / 2 <= limit
        open_ = low < high
        low = np.where(open_ & within, middle + 1, low)
        high = np.where(open_ & ~within, middle, high)
    ordered = int(counts @ passed[low])
    alone = int(counts[values <= limit].sum())
    return (ordered + alone) // 2


def _as_ordered(number: float) -> np.int64:
    """Give a whole number for each number of the computer, in the same order."""
    bits = np.float64(number).view(np.int64)
    return bits if bits >= 0 else _SIGN - bits


def _as_number(ordered: int) -> float:
    bits = np.int64(ordered) if ordered >= 0 else _SIGN - np.int64(ordered)
    return float(bits.view(np.float64))
