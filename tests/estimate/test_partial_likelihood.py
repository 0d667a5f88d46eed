"""The partial likelihood from running sums, against loops over the sets at risk."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.estimate.covariates import standardise
from helpers.estimate.partial_likelihood import arrange, fit_cox, score_residuals, sets_at_risk


def naive(time, event, x, beta):
    """Efron's log-likelihood, score and information by their definitions."""
    height, score, information = 0.0, np.zeros(beta.size), np.zeros((beta.size, beta.size))
    risk = np.exp(x @ beta)
    for t in np.unique(time[event]):
        ends = (time == t) & event
        d = np.count_nonzero(ends)
        height += float(np.sum(x[ends] @ beta))
        score += x[ends].sum(axis=0)
        for share in np.arange(d) / d:
            weight = risk * (time >= t) * np.where(ends, 1 - share, 1.0)
            mean = weight @ x / weight.sum()
            height -= float(np.log(weight.sum()))
            score -= mean
            information += (x - mean).T @ ((x - mean) * weight[:, None]) / weight.sum()
    return height, score, information


def random_data(seed: int):
    rng = np.random.default_rng(seed)
    x = standardise(rng.normal(size=(20, 2)))
    return rng.integers(1, 7, 20).astype(float), rng.random(20) < 0.7, x, rng.normal(size=2)


@settings(max_examples=50, deadline=None)
@given(st.integers(0, 100_000))
def test_agrees_with_the_definition(seed: int) -> None:
    time, event, x, beta = random_data(seed)
    durations = arrange(time, event, x)
    terms = sets_at_risk(durations, beta)
    height, score, information = naive(time, event, x.values, beta)
    assert terms.height == pytest.approx(height, rel=1e-12)
    observed = durations.x[durations.event].sum(axis=0)
    assert observed - terms.mean.sum(axis=0) == pytest.approx(score, abs=1e-10)
    assert terms.variance.sum(axis=0) == pytest.approx(information, abs=1e-10)


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 100_000))
def test_score_residuals_sum_to_zero_at_the_maximum(seed: int) -> None:
    time, event, x, _ = random_data(seed)
    fit = fit_cox(time, event, x.values)
    if not isinstance(fit, str):
        assert score_residuals(fit).sum(axis=0) == pytest.approx(0, abs=1e-9)
        assert naive(time, event, x.values, fit.coefficients)[1] == pytest.approx(0, abs=1e-9)


def test_a_weight_that_vanishes_is_no_place_for_a_maximum() -> None:
    # at day 2 only the second is at risk, and e^(−2000) is 0 in the arithmetic
    durations = arrange([1, 2], [True, True], standardise([0.0, 1.0]))
    assert sets_at_risk(durations, np.array([-1000.0])).height == -np.inf
