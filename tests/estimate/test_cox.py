import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import optimize

from helpers.estimate.cox import hazard_ratio

from .reference import close, columns, rows

DATA = columns("cox_data.csv", "time", "event", "x1", "x2", "patient")
EXPECTED = rows("cox_expected.csv")
NAMES = ("estimate", "lower", "upper", "p_value")
EXTRA = (
    "log_hazard_ratio",
    "standard_error",
    "naive_standard_error",
    "coefficient_2",
    "n_events",
)


def covariates(name: str, model: str) -> np.ndarray:
    data = DATA[name]
    return np.column_stack([data["x1"], data["x2"]] if model == "both" else [data["x1"]])


@pytest.mark.parametrize("row", EXPECTED, ids=lambda row: f"{row['set']}-{row['model']}")
def test_agrees_with_r(row: dict) -> None:
    data = DATA[row["set"]]
    x = covariates(row["set"], row["model"])
    value = hazard_ratio(data["time"], data["event"], x, data["patient"], level=row["level"])
    assert (value.n, value.status) == (row["n"], "ok")
    for name in NAMES:
        assert getattr(value, name) == close(row[name], rel=1e-8), name
    for name in EXTRA:
        assert value.extra.get(name) == close(row[name], rel=1e-8), name
    assert value.extra["n_patients"] == len(set(data["patient"]))


def test_the_coefficient_by_hand() -> None:
    # Who has x = 1 ends at day 1 and 3, who has x = 0 at day 2 and 4. With r = e^b:
    #   day 1: r of 2r + 2; day 2: 1 of r + 2; day 3: r of r + 1
    # Score: 2 = 2r/(2r + 2) + r/(r + 2) + r/(r + 1), so 2(r + 1)(r + 2) = 3r² + 5r,
    # r² − r − 4 = 0, r = (1 + √17)/2.
    value = hazard_ratio([1, 2, 3, 4], [1, 1, 1, 1], [1, 0, 1, 0], [1, 2, 3, 4])
    assert value.estimate == pytest.approx((1 + 17**0.5) / 2, rel=1e-12)


def test_ties_by_hand() -> None:
    # Two of three end at once, x = 1 and 0; the third, x = 1, is censored. Efron, r = e^b:
    #   first term 2r + 1, second 2r + 1 − (r + 1)/2 = (3r + 1)/2; both ends together r.
    # Score: 1 = 2r/(2r + 1) + 3r/(3r + 1), so 1 + 5r + 6r² = 5r + 12r², r = 1/√6.
    value = hazard_ratio([7, 7, 9], [1, 1, 0], [1, 0, 1], [1, 2, 3])
    assert value.estimate == pytest.approx(6**-0.5, rel=1e-12)


def test_the_unit_and_the_order_of_rows_do_not_matter() -> None:
    data, x = DATA["weeks"], covariates("weeks", "both")
    value = hazard_ratio(data["time"], data["event"], x, data["patient"])
    shuffled = np.random.default_rng(1).permutation(len(x))
    labels = np.array([f"patient {number:g}" for number in data["patient"]])
    again = hazard_ratio(
        np.array(data["time"])[shuffled],
        np.array(data["event"])[shuffled],
        (x * [70, 1] + [5, 100])[shuffled],  # milligrams instead of mg/kg; counted from another day
        labels[shuffled],
    )
    logs = (value.extra["log_hazard_ratio"], again.extra["log_hazard_ratio"])
    assert logs[0] == pytest.approx(70 * logs[1], rel=1e-9)
    assert again.p_value == pytest.approx(value.p_value, rel=1e-9)
    assert again.extra["coefficient_2"] == pytest.approx(value.extra["coefficient_2"], rel=1e-9)


@pytest.mark.parametrize(
    ("time", "event", "x", "patient", "status"),
    [
        ([], [], np.zeros((0, 2)), [], "not enough data: 0 of at least 3 patients"),
        ([], [], [], [], "not enough data: 0 of at least 2 patients"),
        ([5], [1], [1.5], [1], "not enough data: 1 of at least 2 patients"),
        ([5, 6, 7], [1, 1, 1], [[1, 0], [2, 1], [1, 1]], [1, 1, 2],
         "not enough data: 2 of at least 3 patients"),
        ([5, 6, 7], [0, 0, 0], [1, 2, 3], [1, 2, 3], "not estimable: no end was seen"),
        ([5, 6, 7], [1, 1, 1], [2, 2, 2], [1, 2, 3],
         "not estimable: the covariate does not vary"),
        ([5, 6, 7], [1, 1, 1], [[1, 4], [3, 4], [2, 4]], [1, 2, 3],
         "not estimable: a covariate adjusted for does not vary"),
        ([5, 6, 7, 8], [1, 1, 1, 1], [[1, 2], [3, 6], [2, 4], [1, 2]], [1, 2, 3, 4],
         "not estimable: the covariates are collinear, or alike wherever an end was seen"),
        # who differs was censored before the first end
        ([5, 6, 7, 8], [0, 1, 1, 1], [9, 2, 2, 2], [1, 2, 3, 4],
         "not estimable: the covariates are collinear, or alike wherever an end was seen"),
        ([5, 6, 7], [0, 0, 1], [1, 3, 2], [1, 2, 3],
         "not estimable: the covariates are collinear, or alike wherever an end was seen"),
        # the larger x, the earlier the end: b runs away
        ([1, 2, 3, 4], [1, 1, 1, 1], [4, 3, 2, 1], [1, 2, 3, 4],
         "not estimable: the likelihood is monotone, a coefficient is unbounded"),
        ([1, 1, 2, 2], [1, 1, 0, 0], [1, 1, 0, 0], [1, 2, 3, 4],
         "not estimable: the likelihood is monotone, a coefficient is unbounded"),
        ([0, 0, 0], [1, 1, 0], [2, 2, 0], [1, 2, 3],
         "not estimable: the likelihood is monotone, a coefficient is unbounded"),
    ],
)  # fmt: skip
def test_no_number_without_a_reason(time, event, x, patient, status) -> None:
    value = hazard_ratio(time, event, x, patient)
    assert (value.estimate, value.lower, value.upper, value.p_value) == (None,) * 4
    assert (value.status, value.n) == (status, len(time))
    names = {"log_hazard_ratio", "standard_error", "naive_standard_error"}
    assert names <= set(value.extra)
    assert all(value.extra[name] is None for name in names)


def test_one_patient_like_the_other_leaves_the_sandwich_at_zero() -> None:
    # Every patient has the same durations, so every patient's score is 0 at the estimate.
    patient = np.repeat([1, 2, 3, 4], 3)
    value = hazard_ratio([1, 2, 3] * 4, [1] * 12, [0, 1, 0] * 4, patient)
    assert value.status == "ok, no interval: the sandwich is 0"
    assert (value.lower, value.upper, value.p_value) == (None, None, None)
    assert value.extra["standard_error"] is None
    assert value.extra["naive_standard_error"] > 0


def test_a_ratio_too_large_for_a_number_is_a_status() -> None:
    value = hazard_ratio([1, 2, 3, 4], [1, 1, 1, 1], np.array([2, 0, 1, 1]) * 1e-5, [1, 2, 3, 4])
    assert value.status == "not estimable: the ratio is too large for a number"


def is_monotone(time, event, x) -> bool:
    """Ask a linear program for b ≠ 0 with b′(x_i − x_j) ≥ 0 for each end i and all j at risk."""
    everyone = [(i, j) for i in range(len(x)) for j in range(len(x)) if event[i] and i != j]
    # Those who end together take turns (Efron): their x must be alike along b.
    tied = [(i, j) for i, j in everyone if event[j] and time[j] == time[i]]
    rivals = [(i, j) for i, j in everyone if time[j] >= time[i] and (i, j) not in tied]
    contrasts = [x[i] - x[j] for i, j in rivals]
    alike = [x[i] - x[j] for i, j in tied]
    if not contrasts:
        return False
    found = optimize.linprog(
        -np.sum(contrasts, axis=0),
        A_ub=-np.array(contrasts),
        b_ub=np.zeros(len(contrasts)),
        A_eq=np.array(alike) if alike else None,
        b_eq=np.zeros(len(alike)) if alike else None,
        bounds=[(-1, 1)] * x.shape[1],
    )
    return found.fun < -1e-6


@settings(max_examples=150, deadline=None)
@given(st.integers(0, 100_000), st.integers(4, 9), st.integers(1, 2))
def test_unbounded_exactly_where_a_linear_program_says_so(seed: int, n: int, p: int) -> None:
    rng = np.random.default_rng(seed)
    time, event = rng.integers(1, 6, n), rng.random(n) < 0.7
    x = rng.integers(0, 4, (n, p)).astype(float)
    value = hazard_ratio(time, event, x, np.arange(n))
    if "monotone" in value.status or value.status.startswith("ok"):
        assert ("monotone" in value.status) == is_monotone(time, event, x)


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_any_data_give_a_value(data: st.DataObject) -> None:
    n = data.draw(st.integers(0, 12))
    numbers = st.one_of(st.integers(-3, 3).map(float), st.floats(-1e6, 1e6))
    value = hazard_ratio(
        data.draw(st.lists(st.floats(0, 500), min_size=n, max_size=n)),
        data.draw(st.lists(st.booleans(), min_size=n, max_size=n)),
        np.array(data.draw(st.lists(numbers, min_size=2 * n, max_size=2 * n))).reshape(n, 2),
        data.draw(st.lists(st.integers(0, 5), min_size=n, max_size=n)),
    )
    assert (value.estimate is not None) == value.status.startswith("ok")


def test_a_planted_ratio_is_recovered_and_none_where_there_is_none() -> None:
    rng = np.random.default_rng(20201130)
    patient = np.repeat(np.arange(400), 4)
    x = rng.normal(size=patient.size)
    for planted in (0.0, 0.7):
        time = rng.exponential(1, patient.size) * np.exp(-planted * x) * 30
        value = hazard_ratio(np.ceil(time), time < 60, x, patient)
        assert value.lower < np.exp(planted) < value.upper
        assert value.extra["log_hazard_ratio"] == pytest.approx(planted, abs=0.1)
