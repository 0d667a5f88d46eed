"""Walsh averages by rank: those of the sorted list of all of them, to the last digit."""

from __future__ import annotations

import numpy as np
import pytest

from helpers.estimate import walsh
from helpers.estimate.walsh import select_walsh


def listed(differences: np.ndarray) -> np.ndarray:
    """All n(n + 1)/2 averages in ascending order, by the definition."""
    first, second = np.triu_indices(differences.size)
    return np.sort((differences[first] + differences[second]) / 2)


def samples(n: int) -> list[np.ndarray]:
    rng = np.random.default_rng(n)
    return [
        rng.integers(-3, 9, n).astype(float),
        np.round(rng.normal(2, 2, n), 1) - 0.1,  # noise in the last digit
        rng.normal(0, 1, n),
        np.zeros(n),
    ]


def test_by_hand() -> None:
    # 1, 3, 8: 1, (1+3)/2, 3, (1+8)/2, (3+8)/2, 8
    assert select_walsh(np.array([3.0, 8.0, 1.0]), range(6)).tolist() == [1, 2, 3, 4.5, 5.5, 8]


@pytest.mark.parametrize("most", [walsh.MOST_LISTED, 0], ids=["listed", "bisected"])
@pytest.mark.parametrize("n", [1, 2, 5, 40, 250])
def test_every_rank_is_that_of_the_list(n: int, most: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(walsh, "MOST_LISTED", most)
    for differences in samples(n):
        every = listed(differences)
        ranks = np.unique(np.linspace(0, every.size - 1, 60).astype(int))
        assert select_walsh(differences, ranks).tolist() == every[ranks].tolist()


def test_a_sample_whose_list_would_not_fit_into_memory() -> None:
    n = 100_000  # 5e9 averages
    differences = np.tile(np.arange(-5.0, 5.0), n // 10)
    total = n * (n + 1) // 2
    low, high = select_walsh(differences, (0, total - 1)).tolist()
    assert (low, high) == (-5.0, 4.0)
    assert select_walsh(differences, [total // 2]).tolist() == [-0.5]
