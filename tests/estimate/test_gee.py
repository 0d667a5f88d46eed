import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import optimize

from helpers.estimate.gee import mean_effects, odds_ratio

from .reference import close, columns, rows

DATA = columns("gee_data.csv", "y", "x1", "x2", "patient")
EXPECTED = rows("gee_expected.csv")


@pytest.mark.parametrize("row", EXPECTED, ids=lambda row: f"{row['set']}-{row['model']}")
def test_agrees_with_geepack(row: dict) -> None:
    data = DATA[row["set"]]
    names = ("x1", "x2") if row["model"] == "both" else ("x1",)
    x = np.column_stack([data[name] for name in names])
    value = odds_ratio(data["y"], x, data["patient"], level=row["level"])
    assert (value.n, value.status) == (row["n"], "ok")
    for name in ("estimate", "lower", "upper", "p_value"):
        # geepack's p value is 1 − pchisq: right to 1e-16, not to its own digits
        assert getattr(value, name) == close(row[name], rel=1e-8, absolute=1e-15), name
    for name in ("log_odds_ratio", "standard_error", "n_events", "n_patients"):
        assert value.extra[name] == close(row[name], rel=1e-8), name


def test_a_fourfold_table_by_hand() -> None:
    # x = 1: 3 of 4 with the outcome, x = 0: 2 of 6; odds ratio 3·4/(1·2) = 6.
    # One observation per patient: the sandwich is 1/3 + 1/1 + 1/2 + 1/4.
    outcome, x = [1, 1, 1, 0, 1, 1, 0, 0, 0, 0], [1] * 4 + [0] * 6
    value = odds_ratio(outcome, x, range(10))
    assert value.estimate == pytest.approx(6, rel=1e-12)
    assert value.extra["standard_error"] == pytest.approx((1 / 3 + 1 + 1 / 2 + 1 / 4) ** 0.5)


def test_a_patient_counted_twice_adds_no_information() -> None:
    outcome, x = [1, 1, 1, 0, 1, 1, 0, 0, 0, 0], [1] * 4 + [0] * 6
    once = odds_ratio(outcome, x, range(10))
    twice = odds_ratio(outcome * 2, x * 2, [f"p{i}" for i in range(10)] * 2)
    assert twice.extra["standard_error"] == pytest.approx(once.extra["standard_error"], rel=1e-9)
    assert (twice.n, twice.extra["n_patients"]) == (20, 10)


SEPARATED = "not estimable: the covariates separate the outcome, a coefficient is unbounded"


@pytest.mark.parametrize(
    ("outcome", "x", "patient", "status"),
    [
        ([], np.zeros((0, 2)), [], "not enough data: 0 of at least 4 patients"),
        ([1], [2], [1], "not enough data: 1 of at least 3 patients"),
        ([1, 0, 1, 0], [1, 2, 3, 4], [1, 1, 2, 2], "not enough data: 2 of at least 3 patients"),
        ([1, 1, 1], [1, 2, 3], [1, 2, 3], "not estimable: every observation has the outcome"),
        ([0, 0, 0], [1, 2, 3], [1, 2, 3], "not estimable: no observation has the outcome"),
        ([0, 1, 0], [2, 2, 2], [1, 2, 3], "not estimable: the covariate does not vary"),
        ([0, 1, 0, 1], [[1, 2], [3, 2], [2, 2], [2, 2]], [1, 2, 3, 4],
         "not estimable: a covariate adjusted for does not vary"),
        ([0, 1, 0, 1], [[1, 3], [3, 7], [2, 5], [2, 5]], [1, 2, 3, 4],
         "not estimable: the covariates are collinear"),
        ([0, 0, 1, 1], [1, 2, 3, 4], [1, 2, 3, 4], SEPARATED),  # complete
        ([0, 0, 1, 1, 1], [1, 2, 2, 3, 4], [1, 2, 3, 4, 5], SEPARATED),  # but for x = 2
        ([0, 1, 1, 1, 0], [1, 1, 0, 0, 1], [1, 2, 3, 4, 5], SEPARATED),  # x = 0: always
        # the second covariate separates, the first has no number either
        ([0, 0, 0, 1, 1, 1], [[1, 0], [2, 0], [1, 0], [2, 1], [1, 1], [1, 1]], range(6), SEPARATED),
    ],
)  # fmt: skip
def test_no_number_without_a_reason(outcome, x, patient, status) -> None:
    value = odds_ratio(outcome, x, patient)
    assert (value.estimate, value.lower, value.upper, value.p_value) == (None,) * 4
    assert (value.status, value.n) == (status, len(outcome))
    assert value.extra["n_events"] == sum(outcome)
    assert value.extra["log_odds_ratio"] is value.extra["standard_error"] is None


def test_one_patient_like_the_other_leaves_the_sandwich_at_zero() -> None:
    value = odds_ratio([1, 0, 1, 0] * 3, [0, 0, 1, 1] * 3, np.repeat([1, 2, 3], 4))
    assert value.status == "ok, no interval: the sandwich is 0"
    assert value.estimate == pytest.approx(1, abs=1e-12)
    assert (value.lower, value.upper, value.p_value) == (None, None, None)


def test_far_from_the_data_a_limit_is_missing() -> None:
    # in grams per kilogram the ratio per unit has an upper limit beyond any number
    data = DATA["clinic"]
    value = odds_ratio(data["y"], np.array(data["x1"]) / 1000, data["patient"])
    assert value.lower == 0 < value.estimate
    assert value.upper is None
    assert value.status == "ok"


def is_separated(event: np.ndarray, design: np.ndarray) -> bool:
    """Ask a linear program for b ≠ 0 with x′b ≥ 0 where the event happened and ≤ 0 elsewhere."""
    signed = np.where(event, 1.0, -1.0)[:, None] * design
    found = optimize.linprog(
        -signed.sum(axis=0),
        A_ub=-signed,
        b_ub=np.zeros(len(event)),
        bounds=[(-1, 1)] * design.shape[1],
    )
    return found.fun < -1e-6


@settings(max_examples=150, deadline=None)
@given(st.integers(0, 100_000), st.integers(4, 12), st.integers(1, 2))
def test_separated_exactly_where_a_linear_program_says_so(seed: int, n: int, p: int) -> None:
    rng = np.random.default_rng(seed)
    event, x = rng.random(n) < 0.5, rng.integers(0, 4, (n, p)).astype(float)
    value = odds_ratio(event, x, np.arange(n))
    if value.status == SEPARATED or value.status.startswith("ok"):
        design = np.column_stack((np.ones(n), x))
        assert (value.status == SEPARATED) == is_separated(event, design)


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_any_data_give_a_value(data: st.DataObject) -> None:
    n = data.draw(st.integers(0, 12))
    numbers = st.one_of(st.integers(-3, 3).map(float), st.floats(-1e6, 1e6))
    value = odds_ratio(
        data.draw(st.lists(st.booleans(), min_size=n, max_size=n)),
        np.array(data.draw(st.lists(numbers, min_size=2 * n, max_size=2 * n))).reshape(n, 2),
        data.draw(st.lists(st.integers(0, 5), min_size=n, max_size=n)),
    )
    assert (value.estimate is not None) == value.status.startswith("ok")


def test_a_planted_ratio_is_recovered() -> None:
    rng = np.random.default_rng(20201130)
    patient = np.repeat(np.arange(1000), 4)
    x = rng.normal(size=patient.size)
    outcome = rng.random(patient.size) < 1 / (1 + np.exp(-0.5 - 0.8 * x))
    value = odds_ratio(outcome, x, patient)
    assert value.extra["log_odds_ratio"] == pytest.approx(0.8, abs=0.1)


def test_the_difference_of_two_means_by_hand() -> None:
    # 1 3 against 4 8: difference 4; one observation per patient: (1 + 1)/2² + (4 + 4)/2² = 2.5
    design = np.column_stack((np.ones(4), [0, 0, 1, 1]))
    coefficients, errors = mean_effects(np.array([1.0, 3, 4, 8]), design, range(4))
    assert coefficients == pytest.approx([2, 4])
    assert errors == pytest.approx((0.5**0.5, 2.5**0.5))
    # both observations of a patient together: the residuals −1 1 and −2 2 cancel
    assert mean_effects(np.array([1.0, 3, 4, 8]), design, [1, 1, 2, 2])[1] == (None, None)
