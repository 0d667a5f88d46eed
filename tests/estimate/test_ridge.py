import numpy as np
import pytest
import statsmodels.api as sm
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

from helpers.estimate.resampling import draws
from helpers.estimate.ridge import ridge_model
from helpers.estimate.value import Value

FIELDS = {
    "n_events", "n_non_events", "apparent", "optimism_mean", "optimism_median", "spread_lower",
    "spread_upper", "penalty", "df", "n_undefined", "n_boot",
}  # fmt: skip


def sample(
    n: int = 36, p: int = 5, effect: float = 1.0, seed: int = 0
) -> tuple[np.ndarray, np.ndarray]:
    """Draw patients until 10 and 10 respond and do not; the first predictor matters."""
    rng = np.random.default_rng(seed)
    while True:
        x = rng.normal(50, 10, size=(n, p))
        y = rng.random(n) < 1 / (1 + np.exp(-effect * (x[:, 0] - 50) / 10))
        if 10 <= y.sum() <= n - 10:
            return y.astype(float), x


def test_agrees_with_scikit_learn_and_statsmodels_resample_by_resample() -> None:
    y, x = sample()
    z = (x - x.mean(axis=0)) / x.std(axis=0)
    blocks = list(draws(36, 25, [4, 2]))
    found = ridge_model(y, x, draws=blocks)
    apparent, penalty = peer_fit(z, y, np.ones(36))[:2]
    optimism = np.array([peer_optimism(z, y, counts) for counts in np.concatenate(blocks)])
    for i, value in enumerate(found):
        defined = optimism[np.isfinite(optimism[:, i]), i]
        assert value.extra["apparent"] == pytest.approx(apparent[i], rel=1e-6)
        assert value.extra["penalty"] == pytest.approx(penalty)
        assert value.extra["n_boot"] == 25
        assert value.extra["n_undefined"] == 25 - defined.size
        assert value.extra["optimism_mean"] == pytest.approx(defined.mean(), rel=1e-5, abs=1e-6)
        assert value.extra["optimism_median"] == pytest.approx(np.median(defined), rel=1e-5)
        assert value.estimate == pytest.approx(apparent[i] - defined.mean(), rel=1e-5)
        low, high = np.quantile(apparent[i] - defined, [0.025, 0.975], method="inverted_cdf")
        assert value.extra["spread_lower"] == pytest.approx(low, rel=1e-5)
        assert value.extra["spread_upper"] == pytest.approx(high, rel=1e-5)


def peer_fit(
    z: np.ndarray, y: np.ndarray, weights: np.ndarray
) -> tuple[np.ndarray, float, np.ndarray]:
    """Give own c and slope, penalty and linear predictor by scikit-learn, penalty by penalty."""
    design = np.column_stack((np.ones(len(y)), z))
    best = (-np.inf, 0.0, np.empty(0))
    for exponent in np.arange(3, -2.1, -0.2):
        penalty = 10**exponent
        peer = LogisticRegression(C=1 / penalty, solver="newton-cholesky", tol=1e-10, max_iter=500)
        fit = peer.fit(z, y, sample_weight=weights)
        logits = fit.decision_function(z)
        fitted = 1 / (1 + np.exp(-logits))
        information = design.T @ (design * (weights * fitted * (1 - fitted))[:, None])
        shrunk = information + penalty * np.diag([0.0] + [1.0] * z.shape[1])
        log_likelihood = np.sum(weights * np.log(np.where(y == 1, fitted, 1 - fitted)))
        aic = 2 * log_likelihood - 2 * np.trace(np.linalg.solve(shrunk, information))
        if aic > best[0]:
            best = (aic, penalty, logits)
    return peer_judge(best[2], y, weights), best[1], best[2]


def peer_judge(logits: np.ndarray, y: np.ndarray, weights: np.ndarray) -> np.ndarray:
    drawn = weights > 0
    events, others = logits[drawn & (y == 1)], logits[drawn & (y == 0)]
    slope = np.nan
    if events.min() < others.max() and others.min() < events.max():
        design = sm.add_constant(logits)
        glm = sm.GLM(y, design, sm.families.Binomial(), freq_weights=weights)
        slope = glm.fit(tol=1e-12, maxiter=200).params[1]
    return np.array([roc_auc_score(y, logits, sample_weight=weights), slope])


def peer_optimism(z: np.ndarray, y: np.ndarray, counts: np.ndarray) -> np.ndarray:
    own, _, logits = peer_fit(z, y, counts.astype(float))
    return own - peer_judge(logits, y, np.ones(len(y)))


def test_the_shape_of_what_comes_back() -> None:
    y, x = sample()
    for value in ridge_model(y, x, draws=draws(36, 100, [1])):
        assert set(value.extra) == FIELDS
        assert (value.lower, value.upper, value.p_value, value.n) == (None, None, None, 36)
        assert value.extra["n_events"] + value.extra["n_non_events"] == 36
        assert value.estimate == pytest.approx(
            value.extra["apparent"] - value.extra["optimism_mean"]
        )
        assert value.extra["spread_lower"] < value.extra["spread_upper"]
        assert value.status == "ok" or value.status.endswith(" of 100 resamples undefined")


def test_blocks_and_units_do_not_matter() -> None:
    y, x = sample(seed=5)
    counts = np.concatenate(list(draws(36, 60, [7])))
    whole = ridge_model(y, x, draws=[counts])
    parts = ridge_model(
        y, x * [1, 10, 0.1, 3, 100] + 7, draws=(counts[i : i + 20] for i in (0, 20, 40))
    )
    for one, other in zip(whole, parts, strict=True):
        assert other.estimate == pytest.approx(one.estimate, rel=1e-6)
        assert other.extra["penalty"] == one.extra["penalty"]


def test_nothing_is_found_in_noise_where_much_is_apparent() -> None:
    found = []
    for seed in range(25):
        y, x = sample(p=8, effect=0, seed=seed)
        c = ridge_model(y, x, draws=draws(36, 100, [seed]))[0]
        found.append((c.extra["apparent"], c.estimate))
    apparent, corrected = np.mean(found, axis=0)
    # The bootstrap does not take all of the optimism off (Smith et al. 2014), but most of it.
    assert apparent > 0.72
    assert 0.45 < corrected < 0.62
    assert apparent - corrected > 0.6 * (apparent - 0.5)


def test_a_true_predictor_is_found_again() -> None:
    y, x = sample(n=50, p=4, effect=2.5, seed=3)
    c, slope = ridge_model(y, x, draws=draws(50, 200, [3]))
    # The predictor alone, of a normal population at this effect, has c near 0.9.
    assert 0.75 < c.estimate < c.extra["apparent"] < 1
    assert c.extra["n_undefined"] == 0
    # So clear a predictor lets the model separate many resamples: no slope is told from the rest.
    assert slope.estimate is None
    assert slope.status == f"not estimable: {slope.extra['n_undefined']} of 200 resamples undefined"


@pytest.mark.parametrize(("events", "others"), [(0, 0), (10, 9), (9, 10), (30, 0), (3, 12)])
def test_too_few_events(events: int, others: int) -> None:
    n = events + others
    y, x = np.arange(n) < events, np.arange(2.0 * n).reshape(n, 2)
    for value in ridge_model(y, x, draws=draws(max(n, 1), 10, [0])):
        assert_no_number(value, n)
        assert value.status == (
            f"not enough data: {events} events and {others} non-events of at least 10 each"
        )


@pytest.mark.parametrize("x", [np.ones((24, 2)), np.empty((24, 0))])
def test_no_predictor_varies(x: np.ndarray) -> None:
    for value in ridge_model(np.arange(24) < 12, x, draws=draws(24, 10, [0])):
        assert_no_number(value, 24)
        assert value.status == "not estimable: no predictor varies"


def assert_no_number(value: Value, n: int) -> None:
    assert (value.estimate, value.lower, value.upper, value.n) == (None, None, None, n)
    assert set(value.extra) == FIELDS
    assert {value.extra[name] for name in FIELDS - {"n_events", "n_non_events"}} == {None}


def test_without_resamples_only_the_apparent_value_is_known() -> None:
    y, x = sample()
    for value in ridge_model(y, x, draws=[]):
        assert value.estimate is None
        assert value.extra["apparent"] > 0.5
        assert value.status == "not estimable: no resamples were drawn"


def test_resamples_without_variation_are_undefined() -> None:
    y, x = sample()
    counts = next(draws(36, 20, [1])).copy()
    counts[1] = 0
    counts[1, np.flatnonzero(y)[0]] = 36
    c, slope = ridge_model(y, x, draws=[counts])
    assert c.extra["n_undefined"] == 1
    assert slope.extra["n_undefined"] >= 1
    assert c.status == "ok, 1 of 20 resamples undefined"
    kept = ridge_model(y, x, draws=[np.delete(counts, 1, axis=0)])[0]
    assert c.estimate == pytest.approx(kept.estimate, rel=1e-12)
    few = ridge_model(y, x, draws=[counts[:5]])[0]
    assert (few.estimate, few.status) == (None, "not estimable: 1 of 5 resamples undefined")
    none = ridge_model(y, x, draws=[counts[1:2]])[0]
    assert (none.estimate, none.status) == (None, "not estimable: 1 of 1 resamples undefined")


def test_separation_leaves_c_and_no_slope() -> None:
    x = np.random.default_rng(0).normal(size=(24, 3))
    x[:, 0] = np.arange(24)
    c, slope = ridge_model(np.arange(24) >= 12, x, draws=draws(24, 50, [0]))
    assert c.extra["apparent"] == 1.0
    assert 0.8 < c.estimate <= 1
    assert (slope.estimate, slope.extra["apparent"]) == (None, None)
    assert slope.status == (
        "not estimable: the model separates the outcome, the slope is unbounded"
    )


def test_a_penalty_at_its_largest_leaves_c_and_no_slope() -> None:
    x = np.random.default_rng(1).normal(size=(40, 2))
    c, slope = ridge_model(np.arange(40) % 2 == 0, x, draws=draws(40, 50, [0]))
    assert c.extra["penalty"] == pytest.approx(1000)
    assert c.estimate is not None
    assert (slope.estimate, "next to nothing" in slope.status) == (None, True)
