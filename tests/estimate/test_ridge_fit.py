import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression

from helpers.estimate import ridge_fit
from helpers.estimate.covariates import standardise
from helpers.estimate.ridge_fit import PENALTIES, RidgeModel

N, P = 30, 6


def sample(seed: int = 1, effect: float = 1.0) -> tuple[RidgeModel, np.ndarray]:
    """Make a model of 30 patients and 6 predictors, and 12 resamples."""
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(N, P))
    x[:, 1] = x[:, 1] > 0
    event = rng.random(N) < 1 / (1 + np.exp(-effect * x[:, 0]))
    counts = rng.multinomial(N, np.full(N, 1 / N), size=12).astype(float)
    return RidgeModel.of(standardise(x).values, event), counts


def test_the_plan_s_penalties() -> None:
    assert PENALTIES.size == 26
    assert PENALTIES[[0, 5, 25]] == pytest.approx([1000, 100, 0.01])


@pytest.mark.parametrize("penalty", [1000.0, 10.0, 0.1, 0.01])
def test_agrees_with_scikit_learn(penalty: float, monkeypatch: pytest.MonkeyPatch) -> None:
    model, counts = sample()
    monkeypatch.setattr(ridge_fit, "PENALTIES", np.array([penalty]))
    fits = model.fit(counts)
    assert fits.penalty.tolist() == [penalty] * 12
    for found, weights in zip(fits.coefficients, counts, strict=True):
        peer = LogisticRegression(
            C=1 / penalty, solver="newton-cholesky", tol=1e-12, max_iter=1000
        ).fit(model.design[:, 1:], model.event, sample_weight=weights)
        expected = [peer.intercept_[0], *peer.coef_[0]]
        assert found == pytest.approx(expected, rel=1e-7, abs=1e-8)


def test_the_penalty_has_the_largest_effective_aic(monkeypatch: pytest.MonkeyPatch) -> None:
    model, counts = sample()
    chosen = model.fit(counts)
    assert np.unique(chosen.penalty).size > 3
    aics, dfs = [], []
    for penalty in PENALTIES:
        monkeypatch.setattr(ridge_fit, "PENALTIES", np.array([penalty]))
        beta = model.fit(counts).coefficients
        found = [judge(model, *pair, penalty) for pair in zip(beta, counts, strict=True)]
        aics.append([aic for aic, _ in found])
        dfs.append([df for _, df in found])
    best = np.argmax(aics, axis=0)
    assert chosen.penalty.tolist() == PENALTIES[best].tolist()
    assert chosen.df == pytest.approx(np.array(dfs)[best, np.arange(12)], rel=1e-9)


def judge(
    model: RidgeModel, beta: np.ndarray, weights: np.ndarray, penalty: float
) -> tuple[float, float]:
    """Give effective AIC and df by the definition, one resample at a time."""
    fitted = 1 / (1 + np.exp(-model.design @ beta))
    information = model.design.T @ (model.design * (weights * fitted * (1 - fitted))[:, None])
    shrunk = information + penalty * np.diag([0.0] + [1.0] * P)
    df = np.trace(information @ np.linalg.inv(shrunk))
    log_likelihood = np.sum(weights * np.log(np.where(model.event, fitted, 1 - fitted)))
    return 2 * log_likelihood - 2 * df, df


def test_counts_are_patients_repeated() -> None:
    model, counts = sample(seed=2)
    fits = model.fit(counts)
    for i in (0, 5):
        drawn = np.repeat(np.arange(N), counts[i].astype(int))
        repeated = RidgeModel.of(model.design[drawn, 1:], model.event[drawn])
        alone = repeated.fit(np.ones((1, N)))
        assert alone.coefficients[0] == pytest.approx(fits.coefficients[i], rel=1e-9)
        assert alone.penalty[0] == fits.penalty[i]


def test_a_resample_is_fitted_the_same_in_any_company() -> None:
    model, counts = sample(seed=4)
    together = model.fit(counts)
    for i in range(3):
        alone = model.fit(counts[i : i + 1])
        assert alone.coefficients[0] == pytest.approx(together.coefficients[i], rel=1e-9)


def test_no_fit_where_the_outcome_does_not_vary() -> None:
    model, counts = sample()
    counts = counts.copy()
    counts[0] *= model.event
    counts[3] *= ~model.event
    fits = model.fit(counts)
    undefined = [0, 3]
    assert np.flatnonzero(np.isnan(fits.penalty)).tolist() == undefined
    assert np.flatnonzero(np.isnan(fits.coefficients).all(axis=1)).tolist() == undefined
    assert np.isfinite(np.delete(fits.coefficients, undefined, axis=0)).all()
    none = model.fit(counts[undefined])
    assert np.isnan(none.df).all()


def test_strong_weak_collinear_and_constant_predictors() -> None:
    strong = sample(effect=50)[0].fit(np.ones((1, N)))
    assert strong.penalty[0] < 1
    noise = sample(effect=0, seed=8)[0]
    assert 1 <= noise.fit(np.ones((1, N))).df[0] <= P + 1
    model, counts = sample()
    x = model.design[:, 1:].copy()
    x[:, 4], x[:, 5] = x[:, 0], 0.0
    fits = RidgeModel.of(x, model.event).fit(counts)
    assert fits.coefficients[:, 1] == pytest.approx(fits.coefficients[:, 5], rel=1e-8)
    assert fits.coefficients[:, 6].tolist() == [0.0] * 12
    assert np.all(fits.df < P)
