import numpy as np
import pytest

from helpers.estimate.turnbull_newton import Runs
from helpers.estimate.turnbull_sets import find_sets, read_sample
from helpers.estimate.turnbull_start import product_limit_start

from .durations_at_random import durations

INF = np.inf


def test_it_is_kaplan_meier_where_nothing_has_to_be_moved() -> None:
    # 4 at risk, 1 ends at 3: 1/4; one censored at 5; 1 of 2 ends at 7: 3/4·1/2; the rest is beyond
    sample = read_sample([3, 5, 7, 9], [3, INF, 7, INF], ["exact", "right", "exact", "right"])
    masses = product_limit_start(sample, np.ones((1, 4)))
    assert masses[0] == pytest.approx([1 / 4, 3 / 8, 3 / 8], abs=1e-15)


def test_intervals_are_moved_to_few_sets() -> None:
    # The first end takes (0, 7], the next of those it does not reach (7, 14]; (0, 14] goes to the
    # later of the two; (14, 28] reaches to the last set: as ends at 7, 14, 14 and one beyond
    sample = read_sample([0, 0, 7, 14], [7, 14, 14, 28], ["interval"] * 4)
    masses = product_limit_start(sample, np.ones((1, 4)))
    assert masses[0] == pytest.approx([1 / 4, 2 / 4, 1 / 4], abs=1e-15)


def test_every_observation_of_a_resample_has_a_probability() -> None:
    for seed in range(60):
        sample = read_sample(*durations(seed))
        n = sample.member.size
        counts = np.random.default_rng(seed).multinomial(n, [1 / n] * n, size=20)
        weights = sample.weights(counts)
        masses = product_limit_start(sample, weights)
        assert masses.sum(axis=1) == pytest.approx(np.ones(20), abs=1e-12)
        assert (masses >= 0).all()
        assert not masses[~find_sets(sample, weights).exists].any()
        assert Runs(sample).within(masses)[weights > 0].min() > 0.9 / n
