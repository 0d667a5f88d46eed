import numpy as np
import pytest

from helpers.estimate.proportional_hazards import ph_slope, scaled_schoenfeld

from .reference import close, rows
from .test_cox import DATA, EXPECTED, covariates

RESIDUALS = rows("cox_residuals.csv")


@pytest.mark.parametrize("row", EXPECTED, ids=lambda row: f"{row['set']}-{row['model']}")
def test_agrees_with_r(row: dict) -> None:
    data = DATA[row["set"]]
    x = covariates(row["set"], row["model"])
    value = ph_slope(data["time"], data["event"], x, level=row["level"])
    assert (value.n, value.status) == (row["n"], "ok")
    assert value.extra["n_events"] == row["n_events"]
    # A test statistic near 0 is the square of what is left of a difference.
    assert value.extra["chi_square"] == close(row["ph_chi_square"], rel=1e-7, absolute=1e-10)
    assert value.p_value == close(row["ph_p_value"], rel=1e-7)
    assert value.estimate == close(row["ph_slope"], rel=1e-7)
    assert value.extra["standard_error"] == close(row["ph_error"], rel=1e-7)
    assert value.lower == close(row["ph_lower"], rel=1e-7)
    assert value.upper == close(row["ph_upper"], rel=1e-7)


@pytest.mark.parametrize("name", DATA)
@pytest.mark.parametrize("model", ["both", "one"])
def test_residuals_agree_with_r(name: str, model: str) -> None:
    data = DATA[name]
    found = scaled_schoenfeld(data["time"], data["event"], covariates(name, model))
    table = [row for row in RESIDUALS if (row["set"], row["model"]) == (name, model)]
    ours = np.column_stack((found.time, found.transformed, found.log_hazard_ratio))
    theirs = np.array([(row["time"], row["transformed"], row["residual"]) for row in table])
    assert found.status == "ok"
    # Within a time the order is anyone's; times to 1e-9, or noisy ties would fall apart.
    by_time = [np.lexsort((points[:, 2], np.round(points[:, 0], 9))) for points in (ours, theirs)]
    np.testing.assert_allclose(ours[by_time[0]], theirs[by_time[1]], rtol=1e-7, atol=1e-8)


def test_by_hand() -> None:
    # One covariate, 1 0 1 0, ends at days 1 2 3 4 (see test_cox): r = (1 + √17)/2.
    # Means of x at risk: m = r/(r + 1), r/(r + 2), r/(r + 1), 0; variances m(1 − m), last 0.
    # g: 0, 1/4, 2/4, 3/4.  U = Σ g(x − m), I = Σ g²v − (Σ g·v)²/Σ v, θ = U/I, se = 1/√I.
    r = (1 + 17**0.5) / 2
    m = np.array([r / (r + 1), r / (r + 2), r / (r + 1), 0])
    v, g, x = m * (1 - m), np.array([0, 1, 2, 3]) / 4, np.array([1, 0, 1, 0])
    information = g**2 @ v - (g @ v) ** 2 / v.sum()
    value = ph_slope([1, 2, 3, 4], [1, 1, 1, 1], x)
    assert value.estimate == pytest.approx(g @ (x - m) / information, rel=1e-10)
    assert value.extra["standard_error"] == pytest.approx(information**-0.5, rel=1e-10)
    found = scaled_schoenfeld([1, 2, 3, 4], [1, 1, 1, 1], x)
    np.testing.assert_allclose(found.log_hazard_ratio, (x - m) * 4 / v.sum() + np.log(r))
    assert found.transformed.tolist() == [0, 0.25, 0.5, 0.75]


def test_the_residuals_lie_around_the_log_hazard_ratio() -> None:
    data = DATA["weeks"]
    found = scaled_schoenfeld(data["time"], data["event"], covariates("weeks", "one"))
    row = next(r for r in EXPECTED if (r["set"], r["model"]) == ("weeks", "one"))
    assert np.mean(found.log_hazard_ratio) == pytest.approx(row["log_hazard_ratio"], rel=1e-8)
    assert (np.diff(found.time) >= 0).all()


def test_a_planted_change_is_found() -> None:
    # Weibull shapes 2 and 1: the ratio 2t rises, its logarithm over most of the curve by some 3.
    rng = np.random.default_rng(20201130)
    x = rng.integers(0, 2, 2000).astype(float)
    time = np.where(x == 1, rng.weibull(2, 2000), rng.weibull(1, 2000))
    assert ph_slope(time, np.ones(2000), x).lower > 1


def test_without_a_change_one_in_twenty_is_called_one() -> None:
    rng = np.random.default_rng(20201130)
    found = 0
    for _ in range(400):
        x = rng.integers(0, 2, 100).astype(float)
        time = rng.exponential(np.exp(-0.5 * x))
        found += ph_slope(time, time < 1.5, x).p_value < 0.05
    # 20 expected; four standard deviations of a binomial count are 17
    assert 3 < found < 37


@pytest.mark.parametrize(
    ("time", "event", "x", "status"),
    [
        ([], [], [], "not enough data: 0 of at least 2"),
        ([3], [1], [2], "not estimable: the covariate does not vary"),
        ([3, 4], [0, 0], [2, 1], "not estimable: no end was seen"),
        ([1, 2, 3], [1, 1, 1], [3, 2, 1],
         "not estimable: the likelihood is monotone, a coefficient is unbounded"),
        # everyone ends at day 7: nothing changes with time
        ([7, 7, 7, 9], [1, 1, 1, 0], [1, 0, 1, 0.5],
         "not estimable: the ends with a choice of who ends lie at one time"),
        ([7, 7, 7, 9], [1, 1, 1, 1], [1, 0, 1, 0.5],
         "not estimable: the ends with a choice of who ends lie at one time"),
    ],
)  # fmt: skip
def test_no_number_without_a_reason(time, event, x, status) -> None:
    value = ph_slope(time, event, x)
    assert (value.estimate, value.lower, value.upper, value.p_value) == (None,) * 4
    assert (value.status, value.n) == (status, len(time))
    found = scaled_schoenfeld(time, event, x)
    if "one time" not in status:  # the residuals exist, their trend does not
        assert found.status == status
        assert found.time.size == found.transformed.size == found.log_hazard_ratio.size == 0
