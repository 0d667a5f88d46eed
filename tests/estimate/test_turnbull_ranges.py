import numpy as np
import pytest

from helpers.estimate.turnbull_ranges import Range, median_range, survival_range
from helpers.estimate.turnbull_sets import Sets

INF = np.inf
# 0 | (0, 7] | 10 | (14, 28] | (28, ∞)
LEFT, RIGHT = [0.0, 0.0, 10.0, 14.0, 28.0], [0.0, 7.0, 10.0, 28.0, INF]
SETS = Sets(
    exists=np.ones((1, 5), bool),
    left=np.array([LEFT]),
    right=np.array([RIGHT]),
    is_point=np.array([[True, False, True, False, False]]),
)


def one(found: Range) -> tuple:
    return (
        found.lower[0].item(), found.upper[0].item(),
        found.estimate[0].item(), found.unbounded[0].item(),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("masses", "expected"),
    [
        # inside a set
        ([0.2, 0.4, 0.1, 0.2, 0.1], (0, 7, 3.5, False)),
        ([0.6, 0.1, 0.1, 0.1, 0.1], (0, 0, 0, False)),
        ([0.2, 0.2, 0.2, 0.2, 0.2], (10, 10, 10, False)),
        ([0.1, 0.1, 0.1, 0.1, 0.6], (28, INF, INF, True)),
        # exactly ½ after a set: the middle of this and the next
        ([0.5, 0.2, 0.1, 0.1, 0.1], (0, 3.5, 1.75, False)),
        ([0.25, 0.25, 0.3, 0.1, 0.1], (5, 8.5, 6.75, False)),
        ([0.1, 0.4, 0.0, 0.4, 0.1], (7, 17.5, 12.25, False)),
        ([0.1, 0.2, 0.2, 0.4, 0.1], (12, 19, 15.5, False)),
        # … and where the next one is unbounded, its left end counts: (10 + 10 + 28 + 28)/4
        ([0.1, 0.2, 0.2, 0.0, 0.5], (19, INF, 19, False)),
        ([0.1, 0.1, 0.1, 0.2, 0.5], (21, INF, 24.5, False)),
        # ½ is meant to 1e-9
        ([0.5 + 1e-12, 0.2, 0.1, 0.1, 0.1 - 1e-12], (0, 3.5, 1.75, False)),
        ([0.5 - 1e-12, 1e-12, 0.3, 0.1, 0.1], (5, 5, 5, False)),
    ],
)
def test_median(masses: list[float], expected: tuple) -> None:
    assert one(median_range(SETS, np.array([masses]))) == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize(
    ("t", "expected"),
    [
        (0, (0.9, 0.9, 0.9, False)),  # beyond the point 0, and at the left end of (0, 7]
        (3, (0.7, 0.9, 0.8, False)),  # inside (0, 7]
        (7, (0.7, 0.7, 0.7, False)),  # at its right end
        (7 - 1e-12, (0.7, 0.7, 0.7, False)),
        (9, (0.7, 0.7, 0.7, False)),
        (10, (0.4, 0.4, 0.4, False)),  # the point itself is not beyond
        (14, (0.4, 0.4, 0.4, False)),
        (27, (0.1, 0.4, 0.25, False)),
        (28, (0.1, 0.1, 0.1, False)),
        (29, (0.0, 0.1, 0.05, True)),
    ],
)
def test_survival(t: float, expected: tuple) -> None:
    found = survival_range(SETS, np.array([[0.1, 0.2, 0.3, 0.3, 0.1]]), t)
    assert one(found) == pytest.approx(expected, abs=1e-12)


def test_an_unbounded_set_without_mass_leaves_nothing_open() -> None:
    masses = np.array([[0.5, 0.5 - 1e-12, 0, 0, 1e-12]])
    assert one(survival_range(SETS, masses, 40)) == (0, 0, 0, False)


def test_many_at_once_are_each_their_own() -> None:
    rng = np.random.default_rng(1)
    masses = rng.dirichlet([1] * 5, size=20)
    sets = Sets(*(np.repeat(array, 20, axis=0) for array in
                  (SETS.exists, SETS.left, SETS.right, SETS.is_point)))  # fmt: skip
    medians, heights = median_range(sets, masses), survival_range(sets, masses, 5)
    for i in range(20):
        assert medians.estimate[i] == median_range(SETS, masses[i : i + 1]).estimate[0]
        assert heights.estimate[i] == survival_range(SETS, masses[i : i + 1], 5).estimate[0]
