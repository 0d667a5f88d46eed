from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from lifelines import WeibullFitter

from helpers.estimate.weibull import WeibullEstimates, weibull_given_relief

from .reference import close, columns, numbers, rows

DATA = columns("weibull_data.csv", "lower", "upper", "kind")
TABLE = rows("weibull_expected.csv")
INF = math.inf
ONE_TIME = "not estimable: all may have ended at one time, so the shape has no upper limit"
NO_MAXIMUM = "not estimable: the likelihood has no maximum (shape near 0)"


@pytest.mark.parametrize("row", TABLE, ids=lambda row: f"{row['set']}-{row['what']}-{row['level']}")
def test_agrees_with_r(row: dict) -> None:
    data = DATA[row["set"]]
    fit = weibull_given_relief(data["lower"], data["upper"], data["kind"], level=row["level"])
    value = getattr(fit, row["what"])
    assert value.status == "ok"
    found = numbers(value)
    for name in ("estimate", "lower", "upper", "n"):
        assert found[name] == close(row[name], rel=1e-8), name
    assert value.extra["loglik"] == close(row["loglik"], rel=1e-10)


def test_the_r_table_has_all_sets() -> None:
    assert len(TABLE) == len(DATA) * 3 * 2


@pytest.mark.parametrize("name", ["mixed", "exact", "visits", "two_ended"])
def test_lifelines_comes_close_and_no_closer_than_its_tolerance(name: str) -> None:
    lower, upper = np.array(DATA[name]["lower"]), np.array(DATA[name]["upper"])
    with np.errstate():  # lifelines switches NumPy's floating-point warnings off for good
        theirs = WeibullFitter().fit_interval_censoring(lower, upper)
    ours = weibull_given_relief(lower, upper, DATA[name]["kind"])
    assert ours.scale.estimate == pytest.approx(theirs.lambda_, rel=2e-3)
    assert ours.shape.estimate == pytest.approx(theirs.rho_, rel=2e-3)
    assert ours.shape.extra["loglik"] >= theirs.log_likelihood_


def test_the_likelihood_by_hand() -> None:
    # Exact 10, within (7, 14], by 7, beyond 14: f(10)·(S(7) − S(14))·(1 − S(7))·S(14)
    fit = weibull_given_relief(
        [10, 7, 0, 14], [10, 14, 7, INF], ["exact", "interval", "left", "right"]
    )
    k, scale = fit.shape.estimate, fit.scale.estimate

    def s(t: float) -> float:
        return math.exp(-((t / scale) ** k))

    density = k / scale * (10 / scale) ** (k - 1) * s(10)
    product = density * (s(7) - s(14)) * (1 - s(7)) * s(14)
    assert fit.shape.extra["loglik"] == pytest.approx(math.log(product), abs=1e-12)
    assert s(fit.median_given_relief.estimate) == pytest.approx(0.5, abs=1e-12)
    assert "Wald interval on the log scale" in fit.scale.method


def test_what_stands_for_a_bound_that_is_not_known_is_ignored() -> None:
    kind = ["left", "right", "exact", "interval"]
    plain = weibull_given_relief([0, 14, 10, 20], [7, INF, 10, 30], kind)
    other = weibull_given_relief([3, 14, 10, 20], [7, 99, 10, 30], kind)
    assert plain == other
    # An interval without width is an exact time, and one from day 0 is left-censored.
    again = weibull_given_relief(
        [0, 14, 10, 20], [7, INF, 10, 30], ["interval", "right", "interval", "interval"]
    )
    assert plain == again


@pytest.mark.parametrize(
    ("lower", "upper", "kind", "status"),
    [
        ([], [], [], "not enough data: 0 of at least 3"),
        ([5], [5], ["exact"], "not enough data: 1 of at least 3"),
        ([5, 9], [5, 9], ["exact"] * 2, "not enough data: 2 of at least 3"),
        ([5, 9, 84], [INF] * 3, ["right"] * 3,
         "not enough data: 0 of at least 2 not right-censored"),
        ([5, 9, 84], [5, INF, INF], ["exact", "right", "right"],
         "not enough data: 1 of at least 2 not right-censored"),
        ([0, 5, 9], [0, 5, 9], ["exact"] * 3,
         "not estimable: a relief of 0 days belongs to those without relief"),
        ([0, 5, 9], [0, 5, 9], ["none", "exact", "exact"],
         "not estimable: a relief of 0 days belongs to those without relief"),
        ([0, 5, 9], [1e-10, 5, 9], ["left", "exact", "exact"],
         "not estimable: a relief of 0 days belongs to those without relief"),
        ([5, 5, 5], [5, 5, 5], ["exact"] * 3, ONE_TIME),
        ([7, 7, 7], [14, 14, 14], ["interval"] * 3, ONE_TIME),
        ([7, 7, 10, 9], [14, 14, 10, INF], ["interval", "interval", "exact", "right"], ONE_TIME),
        ([0, 7, 7], [7, 14, INF], ["left", "interval", "right"], ONE_TIME),
        ([0, 0, 0], [7, 14, 3], ["left"] * 3, ONE_TIME),
        # Those who ended early were looked at later than those who lasted, so S would have to rise.
        ([0, 0, 14, 14], [7, 7, INF, INF], ["left", "left", "right", "right"], NO_MAXIMUM),
        ([0, 0, 7, 14], [7, 14, INF, INF], ["left", "left", "right", "right"], NO_MAXIMUM),
        ([0, math.nan, 9], [7, math.nan, 9], ["left", "interval", "exact"], NO_MAXIMUM),
    ],
)  # fmt: skip
def test_no_number_without_a_maximum(lower: list, upper: list, kind: list, status: str) -> None:
    fit = weibull_given_relief(lower, upper, kind)
    for value in fit:
        assert (value.estimate, value.lower, value.upper) == (None, None, None)
        assert (value.n, value.status) == (len(kind), status)


def test_a_limit_too_large_to_be_written_is_none() -> None:
    # S is all but flat: 61 of 120 lasted beyond day 10, 60 of 120 beyond day 100.
    counts = (61, 59, 60, 60)
    fit = weibull_given_relief(
        np.repeat([10, 0, 100, 0], counts),
        np.repeat([INF, 10, INF, 100], counts),
        np.repeat(["right", "left", "right", "left"], counts),
        level=0.999,
    )
    # H(10) = log(120/61), H(100) = log 2: log H grows by log(log 2/log(120/61)) over log 10.
    shape = math.log(math.log(2) / math.log(120 / 61)) / math.log(10)
    assert fit.shape.estimate == pytest.approx(shape, rel=1e-9)
    assert fit.median_given_relief.estimate == pytest.approx(100, rel=1e-9)
    assert (fit.scale.upper, fit.scale.n) == (None, 240)
    assert fit.scale.status == "ok, a limit is too large to be written"


def test_a_scale_too_large_to_be_written_is_none() -> None:
    # 40 of 100,000 ended by day 10, 41 of 100,000 by day 100: half of them in 10³¹⁰ days.
    counts = (40, 100_000 - 40, 41, 100_000 - 41)
    fit = weibull_given_relief(
        np.repeat([0, 10, 0, 100], counts),
        np.repeat([10, INF, 100, INF], counts),
        np.repeat(["left", "right", "left", "right"], counts),
    )
    assert fit.shape.status == "ok"
    assert (fit.scale.estimate, fit.scale.status) == (
        None,
        "not estimable: too large to be written",
    )


def test_a_known_truth_is_recovered() -> None:
    rng = np.random.default_rng(4)
    days = 20 * rng.weibull(1.5, 4000)
    lower = np.floor(days / 7) * 7
    upper = np.where(lower >= 84, INF, lower + 7)
    kind = np.where(lower >= 84, "right", np.where(lower == 0, "left", "interval"))
    fit = weibull_given_relief(lower, upper, kind)
    for value, truth in zip(fit, (20 * math.log(2) ** (1 / 1.5), 1.5, 20), strict=True):
        assert value.lower < truth < value.upper
        assert value.estimate == pytest.approx(truth, rel=0.05)


def _fit(draws: list[tuple[int, int, str]], unit: float = 1) -> WeibullEstimates:
    starts = [unit * start for start, _, _ in draws]
    ends = [unit * (start + (0 if kind == "exact" else width)) for start, width, kind in draws]
    return weibull_given_relief(starts, ends, [kind for _, _, kind in draws])


@given(
    st.lists(
        st.tuples(
            st.integers(1, 90),
            st.integers(1, 30),
            st.sampled_from(["exact", "interval", "left", "right"]),
        ),
        max_size=25,
    )
)
def test_every_sample_has_an_answer_and_the_unit_of_time_does_not_matter(
    draws: list[tuple[int, int, str]],
) -> None:
    days, hours = _fit(draws), _fit(draws, 24)
    assert [value.status for value in hours] == [value.status for value in days]
    if days.shape.estimate is None:
        return
    assert hours.shape.estimate == pytest.approx(days.shape.estimate, rel=1e-6)
    median = days.median_given_relief
    assert hours.median_given_relief.estimate == pytest.approx(24 * median.estimate, rel=1e-5)
    for value in days:
        assert value.lower is None or value.lower <= value.estimate
        assert value.upper is None or value.estimate <= value.upper
