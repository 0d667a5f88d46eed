"""Bias, coverage, power and their Monte-Carlo errors, by visible arithmetic."""

from __future__ import annotations

import math

import numpy as np
import pytest

from helpers.estimate.batch import Readings
from helpers.simulation.tally import add_up, bias, empirical_se, rate, tally

NAN = math.nan
READINGS = Readings.of(
    np.array([1.0, 2.0, 4.0, NAN, 5.0]),
    np.array([0.0, 1.0, 3.0, NAN, NAN]),
    np.array([2.0, 3.0, NAN, NAN, NAN]),
    p_value=np.array([0.01, 0.05, 0.2, NAN, NAN]),
)
TRUTH = np.full(5, 2.0)


def test_sums_and_counts() -> None:
    found = tally(READINGS, TRUTH, 0.95)
    assert found.studies == 5
    assert found.estimated == 4
    assert found.error_sum == -1 + 0 + 2 + 3
    assert found.error_squares == 1 + 0 + 4 + 9
    assert found.truth_sum == 8
    assert (found.intervals, found.covering) == (3, 2)  # [3, ∞) does not hold 2
    assert (found.bounded, found.width_sum) == (2, 4)
    assert (found.tested, found.rejecting) == (3, 2)  # 0.05 rejects at 5 %


def test_a_limit_that_is_the_truth_holds_it() -> None:
    edge = Readings.of(np.array([1.0, 3.0]), np.array([0.0, 2.0]), np.array([2.0, 4.0]))
    assert tally(edge, np.full(2, 2.0), 0.95).covering == 2


def test_bias_and_spread() -> None:
    found = tally(READINGS, TRUTH, 0.95)
    figure, spread = bias(found), empirical_se(found)
    assert figure is not None
    assert spread is not None
    sd = np.std([-1, 0, 2, 3], ddof=1)
    assert figure.value == 1
    assert figure.error == pytest.approx(sd / 2)
    assert spread.value == pytest.approx(sd)
    assert spread.error == pytest.approx(sd / math.sqrt(6))


def test_a_rate_without_studies_is_none_and_at_its_end_has_an_error() -> None:
    assert rate(0, 0) is None
    half = rate(50, 100)
    none = rate(0, 100)
    assert half is not None
    assert none is not None
    assert (half.value, half.error) == (0.5, 0.05)
    assert (none.value, none.error) == (0, pytest.approx(math.sqrt(0.005 * 0.995 / 100)))


def test_one_study_has_no_bias() -> None:
    assert bias(tally(Readings.nothing(1), np.zeros(1), 0.95)) is None


def test_blocks_add_up() -> None:
    block = {"key": tally(READINGS, TRUTH, 0.95)}
    both = add_up([block, block])["key"]
    assert (both.studies, both.error_squares, both.covering) == (10, 28, 4)
