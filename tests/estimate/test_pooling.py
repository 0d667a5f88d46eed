from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from helpers.estimate.means import mean
from helpers.estimate.pooling import pool, pool_means, pool_proportions
from helpers.estimate.value import Value

from .reference import close, columns, numbers, rows

DATA = columns("pooling_data.csv", "estimate", "variance", "df")
TABLE = rows("pooling_expected.csv")


def pooled(estimates: list[float], variances: list[float], **options: object) -> Value:
    return pool(estimates, variances, **{"complete_df": 9, "n": 10, "method": "mean"} | options)


@pytest.mark.parametrize("row", TABLE, ids=lambda row: f"{row['set']}-{row['level']}")
def test_agrees_with_mice(row: dict) -> None:
    data = DATA[row["set"]]
    df = data["df"][0]
    value = pooled(data["estimate"], data["variance"], complete_df=df, level=row["level"], null=0)
    found = numbers(value) | dict(value.extra)
    for name in ("estimate", "p_value", "within_variance", "between_variance", "m"):
        assert found[name] == close(row[name], rel=1e-11), name
    for name in ("lower", "upper", "df", "fraction_missing"):
        assert found[name] == close(row[name], rel=1e-10), name
    assert value.status == "ok"


def test_by_hand() -> None:
    # W = 1, B = var(1, 3) = 2, T = 1 + 1.5·2 = 4, λ = 3/4, r = 3
    # ν_m = 1/(9/16) = 16/9, ν_obs = 10/12·9·1/4 = 15/8, df = (16/9·15/8)/(16/9 + 15/8) = 480/526
    value = pooled([1, 3], [1, 1])
    assert value.estimate == 2
    assert value.extra["within_variance"] == 1
    assert value.extra["between_variance"] == 2
    assert value.extra["df"] == pytest.approx(480 / 526, rel=1e-12)
    assert value.extra["fraction_missing"] == pytest.approx((3 + 2 / (480 / 526 + 3)) / 4)
    assert value.upper == pytest.approx(2 + 2 * stats.t.ppf(0.975, 480 / 526), rel=1e-12)
    assert value.method == "mean, pooled over 2 imputations (Rubin's rules, Barnard–Rubin df)"
    assert value.p_value is None
    assert pooled([1, 3], [1, 1], null=2).p_value == 1


def test_equal_estimates_keep_the_complete_data_df() -> None:
    value = pooled([2, 2, 2 + 1e-12], [4, 4, 4], null=0)
    assert value.extra == {
        "within_variance": 4.0,
        "between_variance": 0.0,
        "df": 9,
        "fraction_missing": 0.0,
        "m": 3,
    }
    assert value.upper == pytest.approx(2 + 2 * stats.t.ppf(0.975, 9), abs=1e-9)
    assert value.p_value == pytest.approx(2 * stats.t.sf(1, 9), abs=1e-9)


def test_nothing_varies() -> None:
    value = pooled([2, 2, 2], [0, 0, 0], null=0)
    assert (value.estimate, value.lower, value.upper, value.p_value) == (2, 2, 2, None)
    assert "the interval has no width" in value.method


@pytest.mark.parametrize("variance", [0.0, 1e-15])
def test_nothing_varies_within_the_imputations(variance: float) -> None:
    value = pooled([1, 2, 3], [variance] * 3, null=0)
    assert (value.estimate, value.lower, value.upper) == (2, None, None)
    assert value.extra["fraction_missing"] == pytest.approx(1, abs=1e-9)
    assert value.status.startswith("ok, no limits")


@pytest.mark.parametrize("m", [0, 1])
def test_too_few_imputations(m: int) -> None:
    for value in (pooled([2.0] * m, [1.0] * m), pool_means(np.ones((m, 5)))):
        assert value.estimate is None
        assert value.status == f"not enough data: {m} of at least 2 imputations"
        assert value.sd is None


@pytest.mark.parametrize("n", [0, 1])
def test_too_few_patients(n: int) -> None:
    for value in (pool_means(np.ones((5, n))), pool_proportions([0] * 5, n)):
        assert (value.estimate, value.n) == (None, n)
        assert value.status == f"not enough data: {n} of at least 2"
    assert pool_proportions([], []).status == "not enough data: 0 of at least 2"


def test_means_by_hand() -> None:
    # Means 2 and 3, variances 1 and 1 over n = 3: W = 1/3, B = 1/2
    value = pool_means([[1, 2, 3], [2, 3, 4]])
    assert (value.estimate, value.sd, value.n) == (2.5, 1.0, 3)
    assert value.extra["within_variance"] == pytest.approx(1 / 3)
    assert value.extra["between_variance"] == pytest.approx(1 / 2)
    assert value == pool_means([[1, 2, 3], [2, 3, 4]])


def test_means_that_are_equal_but_for_arithmetic_noise() -> None:
    value = pool_means([[0.3, 0.1 + 0.2, 0.3]] * 4, null=0)
    assert (value.sd, value.p_value) == (0.0, None)
    assert value.lower == value.upper == value.estimate


def test_proportions_by_hand() -> None:
    # p = 0.4 and 0.6 of 10: both variances 0.024, B = 0.02
    value = pool_proportions([4, 6], 10)
    assert (value.estimate, value.n) == (0.5, 10)
    assert value.extra["within_variance"] == pytest.approx(0.024)
    assert value.extra["between_variance"] == pytest.approx(0.02)
    assert (value.lower, value.upper) == (0.0, 1.0)
    assert "cut to 0–1" in value.method
    assert pool_proportions([4, 6], [10, 10]) == value


def test_proportions_of_different_sizes_take_the_smallest_for_n() -> None:
    value = pool_proportions([4, 5], [10, 8])
    assert value.n == 8
    assert value.estimate == pytest.approx((0.4 + 0.625) / 2)


def test_proportions_of_none_and_of_all() -> None:
    for events in (0, 12):
        value = pool_proportions([events] * 5, 12)
        assert (value.estimate, value.lower, value.upper) == (events / 12, None, None)
        assert value.status == "ok, no limits: the proportion is 0 or 1 in every imputation"
        assert "no width" not in value.method


def test_imputations_without_variation_in_proportions() -> None:
    value = pool_proportions([0, 12], 12)
    assert (value.estimate, value.lower) == (0.5, None)


scores = st.lists(st.integers(-40, 40).map(lambda x: x / 4), min_size=2, max_size=30)


@given(scores, st.integers(2, 50), st.sampled_from([0.8, 0.95]))
def test_nothing_imputed_gives_the_complete_data_interval(
    values: list[float], m: int, level: float
) -> None:
    ours, plain = pool_means([values] * m, level=level), mean(values, level=level)
    for name in ("estimate", "lower", "upper", "sd"):
        assert getattr(ours, name) == pytest.approx(getattr(plain, name), abs=1e-11)
    assert (ours.n, ours.extra["df"]) == (plain.n, plain.n - 1)


@given(
    st.lists(st.tuples(st.floats(-10, 10), st.floats(0.01, 9)), min_size=2, max_size=20),
    st.floats(1, 100),
)
def test_df_lies_below_both_its_parts_and_the_interval_holds_the_estimate(
    draws: list[tuple[float, float]], complete_df: float
) -> None:
    value = pooled([q for q, _ in draws], [u for _, u in draws], complete_df=complete_df)
    assert 0 < value.extra["df"] <= complete_df
    assert 0 <= value.extra["fraction_missing"] <= 1
    assert value.lower is None or value.lower <= value.estimate <= value.upper
    assert math.isfinite(value.extra["between_variance"])
