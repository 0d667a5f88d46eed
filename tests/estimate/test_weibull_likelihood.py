from __future__ import annotations

import math

import numpy as np
import pytest

from helpers.estimate.weibull_likelihood import Durations, evaluate, maximise

INF = math.inf
MIXED = Durations(
    start=np.array([10.0, 7.0, 0.0, 14.0, 0.0]),
    end=np.array([10.0, 14.0, 7.0, INF, 3.0]),
    exact=np.array([True, False, False, False, False]),
    ranged=np.array([False, True, True, False, True]),
)
PLACE = np.array([-2.5, 1.2])


def test_one_patient_of_each_kind_by_hand() -> None:
    # a = 0, b = 1 is the exponential with mean 1: S(t) = e^−t
    def alone(start: float, end: float, exact: bool, ranged: bool) -> float:
        data = Durations(np.array([start]), np.array([end]), np.array([exact]), np.array([ranged]))
        return evaluate(data, np.array([0.0, 1.0])).loglik

    assert alone(2, 2, True, False) == pytest.approx(-2)
    assert alone(2, INF, False, False) == pytest.approx(-2)
    assert alone(0, 2, False, True) == pytest.approx(math.log(1 - math.exp(-2)))
    assert alone(2, 3, False, True) == pytest.approx(math.log(math.exp(-2) - math.exp(-3)))


def test_score_and_information_are_the_derivatives() -> None:
    terms, h = evaluate(MIXED, PLACE), 1e-5
    for axis in np.eye(2) * h:
        ahead, behind = evaluate(MIXED, PLACE + axis), evaluate(MIXED, PLACE - axis)
        slope = (ahead.loglik - behind.loglik) / (2 * h)
        bend = -(ahead.score - behind.score) / (2 * h)
        assert terms.score @ axis / h == pytest.approx(slope, rel=1e-7)
        assert terms.information @ axis / h == pytest.approx(bend, rel=1e-7)


@pytest.mark.parametrize("seed", range(5))
def test_the_information_is_positive_everywhere(seed: int) -> None:
    rng = np.random.default_rng(seed)
    shape, scale = rng.uniform(0.1, 4), rng.uniform(5, 20)
    place = np.array([-shape * np.log(scale), shape])
    assert np.linalg.eigvalsh(evaluate(MIXED, place).information).min() > 0


def test_the_score_vanishes_at_the_maximum() -> None:
    place = maximise(MIXED)
    assert place is not None
    assert evaluate(MIXED, place).score == pytest.approx([0, 0], abs=1e-12)


def test_no_maximum_where_the_curve_would_have_to_rise() -> None:
    rising = Durations(
        start=np.array([0.0, 14.0]),
        end=np.array([7.0, INF]),
        exact=np.array([False, False]),
        ranged=np.array([True, False]),
    )
    with np.errstate(over="ignore", divide="ignore", invalid="ignore"):
        assert maximise(rising) is None
