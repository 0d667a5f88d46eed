"""The restricted likelihood from sums, against the same from whole matrices."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.estimate import reml


def dense_deviance(design, y, patient, ratio: float) -> float:
    """−2 log restricted likelihood from V itself (Harville 1977), up to a constant."""
    v = np.eye(len(y)) + ratio * (patient[:, None] == patient)
    inverse = np.linalg.inv(v)
    information = design.T @ inverse @ design
    beta = np.linalg.solve(information, design.T @ inverse @ y)
    rest = y - design @ beta
    freedom = len(y) - design.shape[1]
    return (
        freedom * np.log(rest @ inverse @ rest)
        + np.linalg.slogdet(v)[1]
        + np.linalg.slogdet(information)[1]
    )


def random_data(seed: int):
    rng = np.random.default_rng(seed)
    patient = np.sort(rng.integers(0, 5, 18))
    design = np.column_stack((np.ones(18), rng.integers(0, 2, 18), rng.normal(size=18)))
    y = rng.choice([0.0, 1, 5]) * rng.normal(size=5)[patient] + rng.normal(size=18)
    return design, y - y.mean(), patient


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 100_000))
def test_no_ratio_is_likelier_than_the_one_found(seed: int) -> None:
    design, y, patient = random_data(seed)
    data = reml.cross_products(design, y, patient, np.ones((1, 5), dtype=np.int64))
    found = reml.maximise_reml(data)
    best = dense_deviance(design, y, patient, found.ratio[0])
    for ratio in (
        0,
        1e-6,
        1e-3,
        0.1,
        0.5,
        1,
        2,
        10,
        100,
        1e4,
        0.99 * found.ratio[0],
        1.01 * found.ratio[0],
    ):
        assert best <= dense_deviance(design, y, patient, ratio) + 1e-9
    assert found.bounded.all()


def test_the_deviance_differs_from_the_dense_one_by_a_constant() -> None:
    design, y, patient = random_data(1)
    data = reml.cross_products(design, y, patient, np.ones((1, 5), dtype=np.int64))
    ratios = (0.0, 0.3, 2.0, 50.0)
    differences = [
        reml._deviance(data, np.array([ratio]))[0] - dense_deviance(design, y, patient, ratio)
        for ratio in ratios
    ]
    assert differences == pytest.approx([differences[0]] * 4, abs=1e-9)
    step = 1e-6
    for ratio in ratios[1:]:
        ends = [reml._deviance(data, np.array([ratio + by]))[0] for by in (-step, step)]
        slope = reml._slope(data, np.array([ratio]))[0]
        assert slope == pytest.approx((ends[1] - ends[0]) / (2 * step), abs=1e-6)


def test_a_patient_drawn_twice_counts_as_two() -> None:
    design, y, patient = random_data(2)
    drawn = np.array([[2, 1, 0, 1, 1]])
    rows = np.concatenate([np.flatnonzero(patient == who) for who in (0, 0, 1, 3, 4)])
    sizes = [np.count_nonzero(patient == who) for who in (0, 0, 1, 3, 4)]
    owner = np.repeat(np.arange(5), sizes)
    once = reml.cross_products(design[rows], y[rows], owner, np.ones((1, 5), dtype=np.int64))
    counted = reml.cross_products(design, y, patient, drawn)
    ours, theirs = reml.maximise_reml(counted), reml.maximise_reml(once)
    assert ours.ratio == pytest.approx(theirs.ratio, rel=1e-9)
    assert ours.residual == pytest.approx(theirs.residual, rel=1e-9)


def test_a_likelihood_that_rises_for_ever_is_called_unbounded() -> None:
    # no variation within patients: the larger the ratio, the likelier
    y = np.array([1.0, 1, 3, 3, 4, 4]) - 8 / 3
    data = reml.cross_products(
        np.ones((6, 1)),
        y + 1e-8 * np.tile([-1, 1], 3),
        np.repeat([0, 1, 2], 2),
        np.ones((1, 3), int),
    )
    assert not reml.maximise_reml(data).bounded[0]
