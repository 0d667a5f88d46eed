import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.estimate.mixed_model import fit_random_intercept

from .reference import close, columns, rows

DATA = columns("mixed_model_data.csv", "occasion", "patient", "y")
EXPECTED = rows("mixed_model_expected.csv")
# Plain matrices solve the score equation; lme4 and nlme stop where the likelihood looks flat, and
# nlme short of a variance of 0 (at 1e-9).
TOLERANCE = {"dense": 1e-9, "lme4": 1e-6, "nlme": 1e-5}
ZERO = "ok, between-patient variance estimated as 0"


def tolerance(row: dict) -> float:
    # A ratio of ten million costs the other programs some of their digits.
    return (
        max(1e-6, TOLERANCE[row["program"]])
        if row["set"] == "unlike"
        else TOLERANCE[row["program"]]
    )


@pytest.mark.parametrize(
    "row", EXPECTED, ids=lambda row: f"{row['set']}-{row['program']}-{row['occasion']:g}"
)
def test_agrees_with_r(row: dict) -> None:
    data = DATA[row["set"]]
    levels = sorted(set(data["occasion"]))
    values = fit_random_intercept(
        data["y"], data["occasion"], data["patient"], levels, level=row["level"]
    )
    value = dict(zip(levels[1:], values, strict=True))[row["occasion"]]
    rel = tolerance(row)
    assert value.n == row["n"]
    assert value.status == (ZERO if row["set"] == "alike" else "ok")
    for name in ("estimate", "lower", "upper"):
        assert getattr(value, name) == close(row[name], rel=rel, absolute=rel), name
    assert value.p_value == close(row["p_value"], rel=100 * rel, absolute=1e-300)
    for name in ("standard_error", "variance_between", "variance_residual"):
        assert value.extra[name] == close(row[name], rel=3 * rel, absolute=rel), name
    for name in ("gee_estimate", "gee_lower", "gee_upper"):
        assert value.extra[name] == close(row[name], rel=1e-9, absolute=1e-9), name
    assert value.extra["n_level"] == data["occasion"].count(row["occasion"])
    assert value.extra["n_patients"] == len(set(data["patient"]))


def test_balanced_data_by_hand() -> None:
    # Patients at two occasions: a 1 4, b 3 4, c 5 10. Differences 3 1 5: mean 3, and their
    # variance 4 is twice the residual variance: 2. Means of the patients 2.5 3.5 7.5: variance 7,
    # between + residual/2, so between = 6. The standard error is √(2·2/3).
    y, patient = [1, 4, 3, 4, 5, 10], ["a", "a", "b", "b", "c", "c"]
    (value,) = fit_random_intercept(y, ["pre", "post"] * 3, patient, ["pre", "post"])
    assert value.estimate == pytest.approx(3, rel=1e-12)
    assert value.extra["standard_error"] == pytest.approx((4 / 3) ** 0.5, rel=1e-10)
    assert value.extra["variance_between"] == pytest.approx(6, rel=1e-10)
    assert value.extra["variance_residual"] == pytest.approx(2, rel=1e-10)
    assert value.extra["icc"] == pytest.approx(0.75, rel=1e-10)
    assert value.extra["gee_estimate"] == pytest.approx(3, rel=1e-12)
    assert (value.n, value.extra["n_level"], value.extra["n_patients"]) == (6, 3, 3)


def test_patients_who_do_not_differ() -> None:
    # The means of both patients are equal: between is 0, and it is the plain comparison of
    # 1 5 with 6 2: variances 8 and 8, so se² = 8/2 + 8/2.
    (value,) = fit_random_intercept([1, 6, 5, 2], [1, 2, 1, 2], [7, 7, 8, 8], [1, 2])
    assert value.status == ZERO
    assert value.extra["variance_between"] == value.extra["icc"] == 0
    assert value.estimate == pytest.approx(1)
    assert value.extra["standard_error"] == pytest.approx(8**0.5)


def test_the_order_of_levels_decides_the_reference() -> None:
    data = DATA["infusions"]
    arrays = data["y"], data["occasion"], data["patient"]
    up = fit_random_intercept(*arrays, [1, 2, 3, 4])
    down = fit_random_intercept(*arrays, [4, 2, 3, 1])
    assert up[2].estimate == pytest.approx(-down[2].estimate, rel=1e-9)
    assert up[2].p_value == pytest.approx(down[2].p_value, rel=1e-7)
    assert up[0].extra["icc"] == pytest.approx(down[0].extra["icc"], rel=1e-9)


def test_an_occasion_without_observation_says_so_and_leaves_the_others() -> None:
    y, occasion, patient = [1, 4, 3, 4, 5, 10, 99], [1, 2] * 3 + [8], [1, 1, 2, 2, 3, 3, 3]
    seen, never, beside = (*fit_random_intercept(y, occasion, patient, [1, 2, 3]), None)
    assert seen.estimate == pytest.approx(3)
    assert (seen.n, beside) == (6, None)  # occasion 8 is none of the model's
    assert (never.estimate, never.status, never.n) == (None, "no observation", 6)
    assert never.extra["n_level"] == 0
    assert set(never.extra) == set(seen.extra)
    for value in fit_random_intercept(y, occasion, patient, [3, 1, 2]):
        assert (value.estimate, value.status) == (None, "no observation at the reference")
        assert value.extra["n_level"] == 3


@pytest.mark.parametrize(
    ("y", "occasion", "patient", "status"),
    [
        ([], [], [], "no observation at the reference"),
        ([4], [1], [1], "no observation"),
        ([4], [2], [1], "no observation at the reference"),
        ([4, 3], [1, 2], [1, 1], "not enough data: 1 of at least 2 patients"),
        ([4, 3, 5], [1, 2, 2], [1, 2, 3],
         "not estimable: too few observations per patient for a residual variance"),
        ([4, 3, 5, 7], [1, 1, 2, 2], [1, 1, 2, 2],
         "not estimable: too few patients for a variance between them"),
        ([5, 5, 5, 5], [1, 2, 1, 2], [1, 1, 2, 2], "not estimable: all values equal"),
        ([5, 3, 7, 5], [1, 2, 1, 2], [1, 1, 2, 2], "not estimable: residual variance 0"),
        ([0.3, 0.1, 0.1 + 0.2, 0.1], [1, 2, 1, 2], [1, 1, 2, 2],
         "not estimable: residual variance 0"),
    ],
)  # fmt: skip
def test_no_number_without_a_reason(y, occasion, patient, status) -> None:
    (value,) = fit_random_intercept(y, occasion, patient, [1, 2])
    assert (value.estimate, value.lower, value.upper, value.p_value) == (None,) * 4
    assert (value.status, value.n) == (status, len(y))
    assert value.extra["variance_residual"] is None


def test_the_check_stands_where_the_model_has_no_number() -> None:
    (value,) = fit_random_intercept([5, 3, 7, 5, 4, 2], [1, 2] * 3, [1, 1, 2, 2, 3, 3], [1, 2])
    assert value.status == "not estimable: residual variance 0"
    assert value.extra["gee_estimate"] == pytest.approx(-2)
    assert value.extra["gee_lower"] is None  # every patient fell by 2: the sandwich is 0


def test_the_check_has_no_limits_with_few_patients() -> None:
    y, occasion = [4, 5, 7, 6, 6, 5.5], [1, 2, 3] * 2
    values = fit_random_intercept(y, occasion, [1, 1, 1, 2, 2, 2], [1, 2, 3])
    assert [value.status for value in values] == [ZERO, ZERO]
    assert values[0].extra["gee_estimate"] == pytest.approx(0.5)
    assert values[0].extra["gee_lower"] is values[0].extra["gee_upper"] is None


def test_a_single_level_compares_nothing() -> None:
    assert fit_random_intercept([1, 2], [1, 1], [1, 2], [1]) == ()


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 100_000))
def test_complete_data_have_the_plain_mean_differences(seed: int) -> None:
    rng = np.random.default_rng(seed)
    m, k = int(rng.integers(3, 8)), int(rng.integers(2, 5))
    scores = rng.integers(0, 11, (m, k)) / 2 + rng.normal(size=(m, 1))
    values = fit_random_intercept(
        scores.ravel(), np.tile(np.arange(k), m), np.repeat(np.arange(m), k), list(range(k))
    )
    # Between and residual variance of complete data are those of the analysis of variance.
    rest = scores - scores.mean(axis=1, keepdims=True) - scores.mean(axis=0) + scores.mean()
    if np.abs(rest).max() < 1e-6:
        return
    residual = np.sum(rest**2) / ((m - 1) * (k - 1))
    between = np.var(scores.mean(axis=1), ddof=1) - residual / k
    if between <= 0:
        residual = np.sum((scores - scores.mean(axis=0)) ** 2) / (m * k - k)
        between = 0.0
    for column, value in enumerate(values, start=1):
        expected = scores[:, column].mean() - scores[:, 0].mean()
        assert value.estimate == pytest.approx(expected, abs=1e-9)
        assert value.extra["variance_residual"] == pytest.approx(residual, rel=1e-8)
        assert value.extra["variance_between"] == pytest.approx(between, rel=1e-8, abs=1e-9)
        assert value.extra["standard_error"] == pytest.approx((2 * residual / m) ** 0.5, rel=1e-8)


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_any_data_give_values(data: st.DataObject) -> None:
    n = data.draw(st.integers(0, 14))
    scores = st.one_of(st.integers(0, 10).map(float), st.floats(-1e6, 1e6))
    values = fit_random_intercept(
        data.draw(st.lists(scores, min_size=n, max_size=n)),
        data.draw(st.lists(st.integers(0, 3), min_size=n, max_size=n)),
        data.draw(st.lists(st.integers(0, 4), min_size=n, max_size=n)),
        [0, 1, 2],
    )
    for value in values:
        assert (value.estimate is not None) == value.status.startswith("ok")
