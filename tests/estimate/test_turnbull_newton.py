import numpy as np
import pytest

from helpers.estimate import turnbull_newton
from helpers.estimate.turnbull_newton import Runs, maximise
from helpers.estimate.turnbull_sets import find_sets, read_sample
from helpers.estimate.turnbull_start import product_limit_start

from .durations_at_random import durations


def covered_by(sample) -> np.ndarray:
    """Write the runs out as a matrix of 0 and 1."""
    places = np.arange(sample.m)
    return ((sample.first[:, None] <= places) & (places < sample.end[:, None])).astype(float)


def test_sums_over_runs_are_products_with_the_matrix_of_who_covers_what() -> None:
    rng = np.random.default_rng(1)
    for seed in range(10):
        sample = read_sample(*durations(seed))
        runs, matrix = Runs(sample), covered_by(sample)
        masses, entries = rng.random((3, sample.m)), rng.random((3, len(matrix)))
        assert runs.within(masses) == pytest.approx(masses @ matrix.T, abs=1e-12)
        assert runs.covering(entries) == pytest.approx(entries @ matrix, abs=1e-12)
        some = np.flatnonzero(rng.random(sample.m) < 0.7)
        expected = np.einsum("bi,ij,ik->bjk", entries, matrix[:, some], matrix[:, some])
        assert runs.covering_both(entries, some) == pytest.approx(expected, abs=1e-12)


def resampled(seed: int, b: int = 10) -> tuple:
    sample = read_sample(*durations(seed))
    n = sample.member.size
    weights = sample.weights(np.random.default_rng(seed).multinomial(n, [1 / n] * n, size=b))
    exists = find_sets(sample, weights).exists
    return sample, weights, exists, product_limit_start(sample, weights)


def test_resamples_reach_their_optimality_conditions_together_and_alone() -> None:
    for seed in range(40):
        sample, weights, exists, start = resampled(seed)
        found = maximise(sample, weights, exists, start)
        matrix = covered_by(sample)
        probability = found.masses @ matrix.T
        present = weights > 0
        ratio = np.divide(weights, probability, out=np.zeros(weights.shape), where=present)
        # Written out over all sets: those of the sample that a resample merges count too.
        gap = np.max(ratio @ matrix, axis=1) - sample.member.size
        assert (gap < 1e-8).all()
        assert found.gap == pytest.approx(np.maximum(gap, 0), abs=1e-9)
        assert (found.steps <= 20).all()
        alone = maximise(sample, weights[3:4], exists[3:4], start[3:4])
        assert alone.masses[0] == pytest.approx(found.masses[3], abs=1e-11)


def test_it_does_not_matter_where_the_search_starts() -> None:
    for seed in range(10):
        sample, weights, exists, start = resampled(seed)
        found = maximise(sample, weights, exists, start)
        evenly = exists / exists.sum(axis=1, keepdims=True)
        other = maximise(sample, weights, exists, evenly)
        assert other.masses == pytest.approx(found.masses, abs=1e-9)


def test_the_gap_belongs_to_the_masses_also_when_steps_run_out(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(turnbull_newton, "MOST_STEPS", 1)
    sample = read_sample([0, 0, 7, 7, 14, 0], [7, 14, 14, 28, 28, 28], ["interval"] * 6)
    weights = sample.weights(np.ones((1, 6), int))
    start = product_limit_start(sample, weights)
    found = maximise(sample, weights, np.ones(start.shape, bool), start)
    matrix = covered_by(sample)
    assert found.steps.tolist() == [1]
    slopes = (weights / (found.masses @ matrix.T)) @ matrix
    assert found.gap[0] == pytest.approx(slopes.max() - 6, abs=1e-9)
    assert found.gap[0] > 1e-6
