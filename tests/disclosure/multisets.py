"""Every way to reach the sums that a release gives back: the solver of the tests."""

from __future__ import annotations

from functools import cache

import numpy as np
import numpy.typing as npt

Reached = npt.NDArray[np.bool_]


@cache
def reached(n: int, top: int, without: int | None = None) -> tuple[Reached, ...]:
    """Return, for 0 to n whole numbers of 0 to ``top``, which sums and sums of squares they reach.

    Each has the shape (n·top + 1, n·top² + 1); the number ``without`` is not among them.
    """
    shape = n * top + 1, n * top * top + 1
    ways = [np.zeros(shape, dtype=np.bool_)]
    ways[0][0, 0] = True
    for _ in range(n):
        after = np.zeros(shape, dtype=np.bool_)
        for number in range(top + 1):
            if number != without:
                rows, columns = shape[0] - number, shape[1] - number * number
                after[number:, number * number :] |= ways[-1][:rows, :columns]
        ways.append(after)
    return tuple(ways)


def counts_of(number: int, n: int, top: int, total: int, squares: int) -> set[int]:
    """Return how many of n whole numbers may be ``number``, whose sums are known exactly."""
    ways = reached(n, top, number)
    left = [(count, total - count * number, squares - count * number * number)
            for count in range(n + 1)]  # fmt: skip
    return {
        count for count, one, two in left if one >= 0 and two >= 0 and ways[n - count][one, two]
    }


def all_sums(n: int, top: int) -> list[tuple[int, int]]:
    """Return every sum, with its sum of squares, that n whole numbers of 0 to ``top`` can have."""
    return [(int(one), int(two)) for one, two in np.argwhere(reached(n, top)[n])]


def determines_few(n: int, top: int, sums: list[tuple[int, int]], least: int) -> bool:
    """Return whether it follows that a small number of them have one value.

    ``sums`` are the sums and sums of squares that fit what is told.
    """
    for number in range(top + 1):
        possible = set().union(*(counts_of(number, n, top, *each) for each in sums))
        if len(possible) == 1 and 0 < min(possible) < least:
            return True
    return False
