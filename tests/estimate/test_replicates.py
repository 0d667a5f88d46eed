"""Statistics in many resamples at once, against the same statistic in each resample alone."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.estimate import kaplan_meier as km
from helpers.estimate import replicates as rp
from helpers.estimate.resampling import draw_block
from helpers.estimate.rmst import rmst


def one_by_one(time, event, patient, counts):
    """Yield the durations of each resample, each patient's as often as drawn."""
    for row in counts:
        repeat = row[patient]
        yield np.repeat(time, repeat), np.repeat(event, repeat)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10_000), st.booleans())
def test_agrees_with_the_curve_of_each_resample(seed: int, coarse: bool) -> None:
    rng = np.random.default_rng(seed)
    patient = np.concatenate((np.arange(8), rng.integers(0, 8, 12)))
    time = rng.integers(0, 6, 20) * 7.0 if coarse else rng.weibull(1, 20) * 30
    event = rng.random(20) < 0.7
    counts = draw_block(8, 30, [seed], 0)
    many = rp.curves(rp.by_patient(time, event, patient), counts)
    medians, at, means = many.medians(), many.at([7, 20]), many.means(60)
    for row, (times, events) in enumerate(one_by_one(time, event, patient, counts)):
        curve = km.curve(times, events)
        expected = km.median(curve).estimate
        assert medians[row] == pytest.approx(np.inf if expected is None else expected, abs=1e-9)
        for column, day in enumerate((7, 20)):
            survival = km.survival_at(curve, day).estimate
            assert at[row, column] == pytest.approx(
                np.nan if survival is None else survival, abs=1e-12, nan_ok=True
            )
        if not many.end_before(60)[row]:
            assert means[row] == pytest.approx(rmst(curve, 60).estimate, abs=1e-9)


def test_a_curve_that_ends_early_is_carried_flat_and_said_so() -> None:
    # the only patient drawn twice is censored at 10: S stays 1 to day 30
    durations = rp.by_patient([10, 40], [False, True], [0, 1])
    many = rp.curves(durations, np.array([[2, 0], [0, 2]]))
    assert many.means(30).tolist() == [30, 30]
    assert many.end_before(30).tolist() == [True, False]
    assert many.medians().tolist() == [np.inf, 40]


def test_a_plateau_at_one_half_has_its_middle() -> None:
    # ends at 10 and 30: S is ½ from 10 to 30
    many = rp.curves(rp.by_patient([10, 30], [True, True], [0, 1]), np.array([[1, 1]]))
    assert many.medians().tolist() == [20]


def test_means_weigh_patients_by_how_often_they_were_drawn() -> None:
    counts = np.array([[2, 1, 0], [0, 0, 3]])
    assert rp.means([3, 6, 9], counts).tolist() == [4, 9]
    # events per infusion: (2·3 + 6)/(2·1 + 2) = 3 and 27/12
    assert rp.means([3, 6, 9], counts, units=[1, 2, 4]).tolist() == [3, 2.25]
    assert np.isnan(rp.means([3, 6, 9], counts, units=[1, 1, 0])[1])


@given(st.lists(st.integers(0, 9), min_size=1, max_size=9), st.integers(0, 1000))
def test_medians_agree_with_numpy(values: list[int], seed: int) -> None:
    counts = draw_block(len(values), 12, [seed], 0)
    expected = [np.median(np.repeat(values, row)) for row in counts]
    assert rp.medians(values, counts).tolist() == expected
