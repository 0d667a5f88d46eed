import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.estimate import kaplan_meier as km
from helpers.estimate import turnbull_newton
from helpers.estimate.resampling import draws
from helpers.estimate.turnbull import npmle
from helpers.estimate.turnbull_readings import npmle_median, npmle_survival, read_resamples

from .durations_at_random import durations

INF = np.inf
DAYS = [7, 14, 28]
SIX = ([0, 0, 7, 7, 14, 0], [7, 14, 14, 28, 28, 28], ["interval"] * 6)
P = (5 - 5**0.5) / 10  # masses of (0, 7], (7, 14], (14, 28]: P, 1 − 2P, P (see test_turnbull)


def test_readings_by_hand() -> None:
    fit = npmle(*SIX)
    median = npmle_median(fit)  # P < ½ < 1 − P: inside (7, 14]
    assert (median.estimate, median.lower, median.upper) == (10.5, None, None)
    assert median.extra == {"lower_identified": 7.0, "upper_identified": 14.0}
    assert (median.n, median.status) == (6, "ok")
    assert npmle_survival(fit, 7).estimate == pytest.approx(1 - P, abs=1e-12)
    inside = npmle_survival(fit, 20)
    assert inside.extra["lower_identified"] == 0
    assert inside.extra["upper_identified"] == pytest.approx(P, abs=1e-12)
    assert inside.estimate == pytest.approx(P / 2, abs=1e-12)


def test_plateau_by_hand() -> None:
    # ½ in (0, 7] and ½ in (14, 28] (see test_turnbull): (0 + 7 + 14 + 28)/4 in [7, 17.5]
    value = npmle_median(npmle([0, 0, 0, 7, 14, 14], [7, 7, 14, 28, 28, 28], ["interval"] * 6))
    assert value.estimate == 12.25
    assert value.extra == {"lower_identified": 7.0, "upper_identified": 17.5}
    # ½ at 4 and ½ beyond 9: (4 + 4 + 9 + 9)/4, and nothing bounds it from above
    value = npmle_median(npmle([4, 9], [4, INF], ["exact", "right"]))
    assert (value.estimate, value.status) == (6.5, "ok")
    assert value.extra == {"lower_identified": 6.5, "upper_identified": None}


def test_an_unbounded_set_has_bounds_only() -> None:
    # a third ends at day 4, two thirds beyond day 9
    durations = ([4, 9, 9], [4, INF, INF], ["exact", "right", "right"])
    fit = npmle(*durations)
    median = npmle_median(fit)
    assert (median.estimate, median.status) == (None, "not reached")
    assert median.extra == {"lower_identified": 9.0, "upper_identified": None}
    value = npmle_survival(fit, 14)
    assert (value.estimate, value.status) == (None, "day 14 lies inside an unbounded interval")
    assert value.extra == {"lower_identified": 0.0, "upper_identified": pytest.approx(2 / 3)}
    assert npmle_survival(fit, 9).estimate == pytest.approx(2 / 3, abs=1e-15)
    resampled = read_resamples(*durations, [14], draws(3, 400, [1]))
    value = npmle_survival(fit, 14, resampled)
    assert (value.estimate, value.lower, value.upper) == (None, None, None)
    assert value.status == "day 14 lies inside an unbounded interval"
    assert (value.extra["n_boot"], value.extra["n_undefined"]) == (400, 0)


@pytest.mark.parametrize("seed", range(25))
def test_each_resample_is_read_as_a_sample_of_its_own(seed: int) -> None:
    lower, upper, kind = durations(seed, most=30)
    blocks = list(draws(kind.size, 30, [seed]))
    resampled = read_resamples(lower, upper, kind, DAYS, [blocks[0][:11], blocks[0][11:]])
    assert resampled.medians.shape == (30,)
    assert resampled.survival.shape == resampled.unbounded.shape == (30, 3)
    for i, counts in enumerate(blocks[0]):
        again = np.repeat(np.arange(kind.size), counts)
        fit = npmle(lower[again], upper[again], kind[again])
        median = npmle_median(fit).estimate
        assert resampled.medians[i] == pytest.approx(INF if median is None else median, abs=1e-9)
        for column, t in enumerate(DAYS):
            value = npmle_survival(fit, t)
            middle = (value.extra["lower_identified"] + value.extra["upper_identified"]) / 2
            assert resampled.survival[i, column] == pytest.approx(middle, abs=1e-9)
            assert resampled.unbounded[i, column] == (value.estimate is None)


def test_limits_are_quantiles_of_the_resamples() -> None:
    lower, upper, kind = durations(4, most=40)
    fit = npmle(lower, upper, kind)
    resampled = read_resamples(lower, upper, kind, DAYS, draws(kind.size, 1000, [7]))
    value = npmle_median(fit, resampled, level=0.9)
    assert value.lower == np.sort(resampled.medians)[49]  # 50th of 1000
    assert value.upper == np.sort(resampled.medians)[949]
    assert value.extra["n_boot"] == 1000
    assert "percentile bootstrap interval, 1000 resamples of patients" in value.method
    value = npmle_survival(fit, 14, resampled, level=0.9)
    assert value.lower == np.sort(resampled.survival[:, 1])[49]
    assert value.estimate == npmle_survival(fit, 14).estimate
    assert value.extra["lower_identified"] <= value.estimate <= value.extra["upper_identified"]


def test_resamples_that_do_not_reach_the_median_count_as_endless() -> None:
    # half of the patients beyond day 9: in about half of the resamples more than that
    lower = [4] * 6 + [9] * 6
    upper, kind = [4] * 6 + [INF] * 6, ["exact"] * 6 + ["right"] * 6
    resampled = read_resamples(lower, upper, kind, [12], draws(12, 500, [2]))
    value = npmle_median(npmle(lower, upper, kind), resampled)
    endless = int(np.isinf(resampled.medians).sum())
    assert (value.estimate, value.lower, value.upper) == (6.5, 4, None)
    assert value.status == f"ok, {endless} of 500 resamples without a reached median"
    assert 150 < endless < 250


def test_resamples_inside_an_unbounded_set_are_counted() -> None:
    # the last two may be left out, and then day 12 is beyond what anybody was observed
    lower, upper = [4, 5, 6, 9, 12, 20], [4, 5, 6, INF, INF, 20]
    kind = ["exact"] * 3 + ["right"] * 2 + ["exact"]
    resampled = read_resamples(lower, upper, kind, [12], draws(6, 500, [3]))
    value = npmle_survival(npmle(lower, upper, kind), 12, resampled)
    count = int(resampled.unbounded.sum())
    assert 0 < count < 250
    assert value.status == (
        f"ok, {count} of 500 resamples at the middle of the bounds in an unbounded set"
    )


def test_resamples_that_do_not_converge_are_undefined(monkeypatch: pytest.MonkeyPatch) -> None:
    fit = npmle(*SIX)
    monkeypatch.setattr(turnbull_newton, "MOST_STEPS", 0)
    resampled = read_resamples(*SIX, [7], draws(6, 50, [1]))
    lost = int(np.isnan(resampled.medians).sum())
    assert 0 < lost < 50
    assert np.isnan(resampled.survival).sum() == lost
    assert npmle_median(fit, resampled).status == f"ok, {lost} of 50 resamples undefined"
    assert npmle_survival(fit, 7, resampled).extra["n_undefined"] == lost


def test_nobody_and_one() -> None:
    nobody = npmle([], [], [])
    empty = read_resamples([], [], [], DAYS, [])
    for value in (
        npmle_median(nobody), npmle_survival(nobody, 7),
        npmle_median(nobody, empty), npmle_survival(nobody, 7, empty),
    ):  # fmt: skip
        assert (value.estimate, value.n) == (None, 0)
        assert value.status == "not enough data: 0 of at least 1"
    one = ([7], [14], ["interval"])
    value = npmle_median(npmle(*one), read_resamples(*one, DAYS, draws(1, 20, [1])))
    assert (value.estimate, value.lower, value.upper) == (10.5, None, None)
    assert value.status == "ok, no limits: resamples of one patient are all the same"
    assert value.extra["n_boot"] == 20


@pytest.mark.parametrize(
    ("lower", "upper", "kind", "median", "at_14"),
    [
        ([5, 20], [INF, INF], "right", None, 1.0),
        ([0, 0], [28, 21], "left", 10.5, 0.5),
        ([0, 0], [0, 0], "none", 0.0, 0.0),
        ([7, 7], [21, 21], "interval", 14.0, 0.5),
        ([7, 7], [7, 7], "exact", 7.0, 0.0),
    ],
)
def test_everybody_the_same(
    lower: list, upper: list, kind: str, median: float | None, at_14: float
) -> None:
    fit = npmle(lower, upper, [kind] * 2)
    resampled = read_resamples(lower, upper, [kind] * 2, DAYS, draws(2, 40, [1]))
    assert npmle_median(fit, resampled).estimate == median
    assert npmle_survival(fit, 14, resampled).estimate == at_14
    assert npmle_survival(fit, 14, resampled).extra["n_boot"] == 40


def test_a_day_that_was_not_read() -> None:
    resampled = read_resamples(*SIX, DAYS, draws(6, 5, [1]))
    with pytest.raises(ValueError, match="expected one of the days read"):
        npmle_survival(npmle(*SIX), 10, resampled)
    assert read_resamples(*SIX, [], draws(6, 5, [1])).survival.shape == (5, 0)


@settings(deadline=None)
@given(
    st.lists(st.integers(0, 60), min_size=1, max_size=30),
    st.lists(st.booleans(), min_size=30, max_size=30),
    st.integers(0, 60),
)
def test_it_reads_as_kaplan_meier_without_intervals(
    days: list[int], events: list[bool], t: int
) -> None:
    event = np.array(events[: len(days)])
    fit = npmle(days, np.where(event, days, INF), np.where(event, "exact", "right"))
    curve = km.curve(days, event)
    expected = km.survival_at(curve, t).estimate
    assert npmle_survival(fit, t).estimate == (
        None if expected is None else pytest.approx(expected, abs=1e-12)
    )
    assert npmle_median(fit).estimate == km.median(curve).estimate
