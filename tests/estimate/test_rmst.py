import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.estimate import kaplan_meier as km
from helpers.estimate.rmst import reached_horizon, rmst, rmst_bounds

from .reference import columns, rows

DATA = columns("survival_data.csv", "time", "event")
TABLE = [
    r for r in rows("survival_readings.csv") if r["what"] in {"rmst", "bound_lower", "bound_upper"}
]


@pytest.mark.parametrize("name", DATA)
def test_agrees_with_r(name: str) -> None:
    table = [row for row in TABLE if row["set"] == name]
    assert len(table) == 2 * 4 * 3
    for row in table:
        curve = km.curve(DATA[name]["time"], DATA[name]["event"], level=row["level"])
        bounds = dict(
            zip(("bound_lower", "bound_upper"), rmst_bounds(curve, row["at"]), strict=True)
        )
        value = bounds.get(row["what"], rmst(curve, row["at"]))
        assert value.estimate == pytest.approx(row["estimate"], rel=1e-11), row
        if row["what"] == "rmst":
            assert value.lower == pytest.approx(row["lower"], rel=1e-9), row
            assert value.upper == pytest.approx(row["upper"], rel=1e-9), row
            assert value.extra["tau"] == pytest.approx(row["extra"]), row
        else:
            assert (value.lower, value.upper) == (None, None)
        assert (value.n, value.status) == (curve.n, "ok")


def test_area_by_hand() -> None:
    # S: 1 to day 10, 2/3 to day 20 (censored there), 2/3 to day 30: 10 + 20/3 + 20/3 = 70/3
    # Variance: the event at day 10 has area 40/3 after it and 1/(3·2): (40/3)²/6
    curve = km.curve([10, 20, 30], [True, False, False])
    value = rmst(curve, 84)
    assert value.estimate == pytest.approx(70 / 3, abs=1e-12)
    assert value.extra == {"tau": 30.0, "standard_error": pytest.approx(40 / 3 / 6**0.5)}
    assert value.upper == pytest.approx(70 / 3 + 1.959963984540054 * 40 / 3 / 6**0.5, abs=1e-9)
    assert "to day 30, Greenwood" in value.method
    lower, upper = rmst_bounds(curve, 84)
    assert lower.estimate == value.estimate
    assert upper.estimate == pytest.approx(70 / 3 + 54 * 2 / 3, abs=1e-12)
    assert "S dropping to 0" in lower.method
    assert "S staying flat" in upper.method
    assert "to day 84" in upper.method


def test_the_horizon_is_reached_when_s_is_zero_or_someone_was_observed() -> None:
    assert reached_horizon(km.curve([3, 5], [True, True]), 84) == 84
    assert reached_horizon(km.curve([3, 5], [True, False]), 84) == 5
    assert reached_horizon(km.curve([3, 500], [True, False]), 84) == 84
    assert "to day 84" in rmst(km.curve([3, 5], [True, True]), 84).method


def test_events_at_the_horizon_and_beyond_add_nothing() -> None:
    near = km.curve([10, 20, 40], [True, True, False])
    far = km.curve([10, 30, 40], [True, True, False])
    assert rmst(near, 20) == rmst(far, 20)


def test_one_who_relapses_at_once() -> None:
    value = rmst(km.curve([0, 0], [True, True]), 84)
    assert (value.estimate, value.lower, value.upper) == (0.0, 0.0, 0.0)
    assert "the interval has no width" in value.method
    assert "no width" not in rmst(km.curve([1, 2], [True, True]), 84).method


def test_nobody_observed_for_any_time() -> None:
    curve = km.curve([0, 0], [False, False])
    value = rmst(curve, 84)
    assert (value.estimate, value.lower, value.status) == (
        None,
        None,
        "nobody observed after day 0",
    )
    assert [bound.estimate for bound in rmst_bounds(curve, 84)] == [0.0, 84.0]


def test_nobody() -> None:
    curve = km.curve([], [])
    for value in (rmst(curve, 84), *rmst_bounds(curve, 84)):
        assert (value.estimate, value.n) == (None, 0)
        assert value.status == "not enough data: 0 of at least 1"
    assert [b.method for b in rmst_bounds(curve, 84)] == [
        "area to day 84, S dropping to 0 after the last observed time",
        "area to day 84, S staying flat after the last observed time",
    ]


times = st.lists(st.integers(0, 200), min_size=1, max_size=40)


@given(times)
def test_without_censoring_it_is_the_mean_of_the_cut_times(days: list[int]) -> None:
    value = rmst(km.curve(days, [True] * len(days)), 84)
    cut = [min(day, 84) for day in days]
    mean = sum(cut) / len(cut)
    assert value.estimate == pytest.approx(mean, abs=1e-9)
    # Without censoring Greenwood's variance is the plain one, Σ(x − mean)²/n².
    spread = sum((x - mean) ** 2 for x in cut) ** 0.5 / len(cut)
    assert value.extra["standard_error"] == pytest.approx(spread, abs=1e-9)


@given(times, st.lists(st.booleans(), min_size=40, max_size=40))
def test_the_bounds_hold_the_estimate(days: list[int], events: list[bool]) -> None:
    curve = km.curve(days, events[: len(days)])
    lower, upper = rmst_bounds(curve, 84)
    assert 0 <= lower.estimate <= upper.estimate + 1e-9 <= 84 + 2e-9
    estimate = rmst(curve, 84).estimate
    assert estimate is None or estimate == lower.estimate
