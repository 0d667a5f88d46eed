import math
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.estimate import kaplan_meier as km

from .reference import close, columns, rows

DATA = columns("survival_data.csv", "time", "event")
CURVES = columns(
    "survival_curves.csv", "level", "time", "at_risk", "events", "censored", "survival", "lower",
    "upper",
)  # fmt: skip
READINGS = [r for r in rows("survival_readings.csv") if hasattr(km, r["what"])]
LEVELS = (0.8, 0.95)


def curve_of(name: str, level: float = 0.95) -> km.Curve:
    return km.curve(DATA[name]["time"], DATA[name]["event"], level=level)


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("name", DATA)
def test_curve_agrees_with_r(name: str, level: float) -> None:
    curve = curve_of(name, level)
    chosen = [i for i, found in enumerate(CURVES[name]["level"]) if found == level]

    def expected(column: str) -> list:
        return [CURVES[name][column][i] for i in chosen]

    assert len(chosen) == len(curve.times) > 0
    assert curve.times == pytest.approx(expected("time"), rel=1e-12)
    assert list(curve.at_risk) == expected("at_risk")
    assert list(curve.events) == expected("events")
    assert list(curve.censored) == expected("censored")
    assert curve.survival == pytest.approx(expected("survival"), rel=1e-12)
    for column, got in (("lower", curve.lower), ("upper", curve.upper)):
        assert [x is None for x in got] == [x is None for x in expected(column)]
        known = [(a, b) for a, b in zip(got, expected(column), strict=True) if a is not None]
        assert [a for a, _ in known] == pytest.approx([b for _, b in known], rel=1e-11)
    assert (curve.n, curve.level) == (len(DATA[name]["time"]), level)


@pytest.mark.parametrize("name", DATA)
def test_readings_agree_with_r(name: str) -> None:
    table = [row for row in READINGS if row["set"] == name]
    assert len(table) == 2 * (1 + 10 + 10)
    for row in table:
        curve = curve_of(name, row["level"])
        reading = getattr(km, row["what"])
        value = reading(curve) if row["at"] is None else reading(curve, row["at"])
        got = (value.estimate, value.lower, value.upper)
        for number, expected in zip(
            got, (row["estimate"], row["lower"], row["upper"]), strict=True
        ):
            assert number == close(expected, 1e-9), row
        assert (value.status == "ok") == (value.estimate is not None)
        assert value.n == curve.n


def test_curve_by_hand() -> None:
    # 6 at risk, 1 of 6 ends: 5/6; one censored; then 1 of 4: 5/6·3/4
    curve = km.curve([3, 7, 9, 9, 11, 12], [True, False, True, False, False, False])
    assert curve.times == (3.0, 7.0, 9.0, 11.0, 12.0)
    assert curve.at_risk == (6, 5, 4, 2, 1)
    assert curve.events == (1, 0, 1, 0, 0)
    assert curve.censored == (0, 1, 1, 1, 1)
    assert curve.survival == pytest.approx([5 / 6, 5 / 6, 5 / 8, 5 / 8, 5 / 8], abs=1e-15)
    # Greenwood at 3: se(log S)² = 1/(6·5); limits S^exp(± z·se/log S)
    spread = math.exp(1.959963984540054 * math.sqrt(1 / 30) / math.log(5 / 6))
    assert curve.upper[0] == pytest.approx((5 / 6) ** spread, abs=1e-12)
    assert curve.lower[0] == pytest.approx((5 / 6) ** (1 / spread), abs=1e-12)


def test_an_even_sample_is_exactly_one_half_in_the_middle() -> None:
    """The plateau decides the median: with n = 2m distinct ends it lies between m and m + 1."""
    for half in range(1, 200):
        curve = km.curve(range(1, 2 * half + 1), [True] * 2 * half)
        assert km.median(curve).estimate == half + 0.5


def test_days_are_reported_in_weeks_so_at_least_and_beyond_differ() -> None:
    curve = km.curve([7, 14, 14, 14, 21], [True] * 5)
    assert km.at_least(curve, 14).estimate == pytest.approx(0.8)
    assert km.survival_at(curve, 14).estimate == pytest.approx(0.2)


@pytest.mark.parametrize("noise", [-1e-12, 0.0, 1e-12])
def test_a_day_missed_by_rounding_is_that_day(noise: float) -> None:
    curve = km.curve([7, 14, 21], [True] * 3)
    assert km.at_least(curve, 14 + noise).estimate == pytest.approx(2 / 3)
    assert km.survival_at(curve, 14 + noise).estimate == pytest.approx(1 / 3)
    alive = km.curve([7, 14 - noise], [True, False])
    assert km.survival_at(alive, 14).estimate == pytest.approx(1 / 2)


def test_beyond_the_last_observed_time() -> None:
    alive = km.curve([7, 10.5], [True, False])
    for reading in (km.survival_at, km.at_least):
        value = reading(alive, 14)
        assert (value.estimate, value.lower, value.upper) == (None, None, None)
        assert value.status == "nobody observed after day 10.5"
        assert reading(alive, 10.5).estimate == 0.5
    ended = km.curve([7, 10.5], [True, True])
    assert km.survival_at(ended, 14).estimate == 0.0
    assert km.at_least(ended, 14).estimate == 0.0
    assert km.survival_at(ended, 14).lower is None


def test_a_median_that_is_not_reached_keeps_its_finite_bound() -> None:
    value = km.median(curve_of("just_above_half"))
    assert (value.estimate, value.lower, value.upper) == (None, 1.0, None)
    assert value.status == "not reached"


def test_nobody() -> None:
    curve = km.curve([], [])
    assert (curve.times, curve.survival, curve.lower, curve.n) == ((), (), (), 0)
    for value in (km.median(curve), km.survival_at(curve, 7), km.at_least(curve, 7)):
        assert (value.estimate, value.n) == (None, 0)
        assert value.status == "not enough data: 0 of at least 1"


def test_everything_in_a_curve_is_plain_and_immutable() -> None:
    curve = curve_of("weeks")
    hash(curve)
    assert {type(x) for x in curve.times + curve.survival} == {float}
    assert {type(x) for x in curve.at_risk + curve.events + curve.censored} == {int}
    assert {type(x) for x in curve.lower + curve.upper} <= {float, type(None)}


def test_the_floating_point_warnings_of_the_process_stay_as_they_are() -> None:
    before = np.geterr()
    curve_of("events_at_zero")
    assert np.geterr() == before


observations = st.lists(st.tuples(st.integers(0, 24).map(lambda w: 3.5 * w), st.booleans()))


@given(observations)
def test_always_a_falling_curve_between_its_limits(data: list[tuple[float, bool]]) -> None:
    curve = km.curve([t for t, _ in data], [e for _, e in data])
    heights = (1.0, *curve.survival)
    assert all(a >= b >= 0 for a, b in pairwise(heights))
    for height, lower, upper in zip(curve.survival, curve.lower, curve.upper, strict=True):
        assert (lower is None) == (upper is None) == (height in (0.0, 1.0))
        assert lower is None or 0 <= lower < height < upper <= 1
    assert sum(curve.events) + sum(curve.censored) == curve.n == len(data)


@given(observations.filter(bool))
def test_without_censoring_the_curve_is_the_share_that_lasted(data) -> None:
    times = [t for t, _ in data]
    curve = km.curve(times, [True] * len(times))
    for t in (0, 3.5, 14, 21, 84, 100):
        beyond, reached = (np.mean([x > t for x in times]), np.mean([x >= t for x in times]))
        assert km.survival_at(curve, t).estimate == pytest.approx(beyond, abs=1e-12)
        assert km.at_least(curve, t).estimate == pytest.approx(reached, abs=1e-12)
    assert km.median(curve).estimate == pytest.approx(np.median(times), abs=1e-12)


@given(observations, st.randoms())
def test_the_order_of_patients_does_not_matter(data, random) -> None:
    shuffled = list(data)
    random.shuffle(shuffled)
    one, other = (km.curve([t for t, _ in d], [e for _, e in d]) for d in (data, shuffled))
    assert one == other
