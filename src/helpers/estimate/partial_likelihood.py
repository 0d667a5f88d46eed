"""Cox's partial likelihood with Efron's correction for ties, its maximum and score residuals.

A time at which d durations end has d terms; term l = 0 … d − 1 takes the share l/d of those who end
there out of the set at risk. All sums over sets at risk are running sums from the longest duration
down, so that n durations take n steps and not n².
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from helpers.estimate.covariates import Covariates, constant_status, standardise
from helpers.estimate.newton import Likelihood, maximise
from helpers.estimate.ties import BoolArray, FloatArray, merge_ties

IntArray = npt.NDArray[np.intp]

FAILURES = {
    "flat": "not estimable: the covariates are collinear, or alike wherever an end was seen",
    "diverged": "not estimable: the likelihood is monotone, a coefficient is unbounded",
}


EMPTY = 1e-200
"""A set at risk that weighs less than this, the largest weight being 1, is lost to rounding."""


@dataclass(frozen=True, slots=True)
class Durations:
    """Durations from the longest to the shortest, and the terms of the likelihood.

    Attributes:
        order: shape (n,), place of each in the caller's arrays.
        time: shape (n,), descending; times within 1e-9 of each other are one time.
        event: shape (n,), True where the end was seen.
        x: shape (n, p), standardised covariates.
        times: shape (m,), distinct times with an end, ascending.
        at_risk: shape (m,), how many durations, from the longest, are at risk at each of them.
        tied: shape (events,), which of the times each end (in this order) belongs to.
        term: shape (events,), which of the times each term belongs to, ascending.
        share: shape (events,), l/d of each term.
    """

    order: IntArray
    time: FloatArray
    event: BoolArray
    x: FloatArray
    times: FloatArray
    at_risk: IntArray
    tied: IntArray
    term: IntArray
    share: FloatArray


@dataclass(frozen=True, slots=True)
class Terms:
    """The set at risk in each term of the likelihood, at some coefficients.

    Attributes:
        weight: shape (n,), exp(x′β) times a common factor, in the order of Durations.
        total: shape (events,), sum of the weights at risk, same factor.
        mean: shape (events, p), weighted means of the covariates.
        variance: shape (events, p, p), weighted variances and covariances.
        height: the log-likelihood.
    """

    weight: FloatArray
    total: FloatArray
    mean: FloatArray
    variance: FloatArray
    height: float


@dataclass(frozen=True, slots=True)
class CoxFit:
    """A Cox model at its maximum.

    Attributes:
        durations: with covariates in units of their standard deviations.
        scale: shape (p,), these standard deviations.
        coefficients: shape (p,), log hazard ratios per standard deviation.
        information: shape (p, p), of these coefficients.
        terms: the sets at risk there.
    """

    durations: Durations
    scale: FloatArray
    coefficients: FloatArray
    information: FloatArray
    terms: Terms


def fit_cox(time: npt.ArrayLike, event: npt.ArrayLike, covariates: npt.ArrayLike) -> CoxFit | str:
    """Maximise the partial likelihood.

    Args:
        time: shape (n,), days; n ≥ 1.
        event: shape (n,), True where the end was seen.
        covariates: shape (n, p), any units, or (n,) for one.

    Returns:
        The fit, or why there is none, as a status.

    Reference:
        Cox (1972); Efron (1977).
    """
    scaled = standardise(covariates)
    durations = arrange(time, event, scaled)
    problem = constant_status(scaled)
    if not durations.event.any():
        problem = "not estimable: no end was seen"
    if problem is not None:
        return problem
    maximum = maximise(_likelihood(durations), scaled.scale.size)
    if maximum.outcome != "converged":
        return FAILURES[maximum.outcome]
    return CoxFit(
        durations=durations,
        scale=scaled.scale,
        coefficients=maximum.coefficients,
        information=maximum.information,
        terms=sets_at_risk(durations, maximum.coefficients),
    )


def arrange(time: npt.ArrayLike, event: npt.ArrayLike, covariates: Covariates) -> Durations:
    """Sort durations and lay out the terms; arguments as in :func:`fit_cox`."""
    merged = merge_ties(time)
    order = np.argsort(-merged, kind="stable")
    seen: BoolArray = np.asarray(event, dtype=np.bool_).ravel()[order]
    descending = merged[order]
    times, tied, ends = np.unique(descending[seen], return_inverse=True, return_counts=True)
    first_term = np.concatenate(([0], np.cumsum(ends)))[:-1]
    term = np.repeat(np.arange(times.size), ends)
    return Durations(
        order=order,
        time=descending,
        event=seen,
        x=covariates.values[order],
        times=times,
        at_risk=np.searchsorted(-descending, -times, side="right"),
        tied=tied,
        term=term,
        share=(np.arange(term.size) - first_term[term]) / ends[term],
    )


def sets_at_risk(durations: Durations, beta: FloatArray) -> Terms:
    """Sum over the set at risk in each term of the likelihood.

    Args:
        durations: with at least one end.
        beta: shape (p,), log hazard ratios per standard deviation.
    """
    x, p = durations.x, beta.size
    eta = x @ beta
    eta -= eta.max()
    weight = np.exp(eta)
    products = (x[:, :, None] * x[:, None, :]).reshape(len(x), p * p)
    moments = weight[:, None] * np.column_stack((np.ones(len(x)), x, products))
    tied = np.zeros((durations.times.size, moments.shape[1]))
    np.add.at(tied, durations.tied, moments[durations.event])
    sums = np.cumsum(moments, axis=0)[durations.at_risk - 1][durations.term]
    sums -= durations.share[:, None] * tied[durations.term]
    total = sums[:, 0]
    with np.errstate(divide="ignore", invalid="ignore"):  # far from the maximum: see below
        averages = sums[:, 1:] / total[:, None]
        height = float(np.sum(eta[durations.event]) - np.sum(np.log(total)))
    mean, second = averages[:, :p], averages[:, p:].reshape(-1, p, p)
    variance = second - mean[:, :, None] * mean[:, None, :]
    # Where weights vanish in the arithmetic, a set at risk is empty: no place for a maximum.
    return Terms(weight, total, mean, variance, height if (total > EMPTY).all() else -np.inf)


def mean_at_ends(durations: Durations, terms: Terms) -> FloatArray:
    """Average the terms' means at each time with an end, shape (m, p)."""
    means = sum_at_times(durations, terms.mean)
    averages: FloatArray = means / np.bincount(durations.term)[:, None]
    return averages


def sum_at_times(durations: Durations, per_term: FloatArray) -> FloatArray:
    """Sum over the terms of each time: from shape (events, p) to (m, p)."""
    sums = np.zeros((durations.times.size, per_term.shape[1]))
    np.add.at(sums, durations.term, per_term)
    return sums


def score_residuals(fit: CoxFit) -> FloatArray:
    """Compute what each duration adds to the score, as R's residuals(type = "score") with Efron.

    Returns:
        Shape (n, p), in the caller's order, per standard deviation of the covariates.

    Reference:
        Therneau and Grambsch (2000), Modeling Survival Data, sections 4.6 and 7.1.
    """
    durations, terms = fit.durations, fit.terms
    rates = np.column_stack((np.ones(terms.total.size), terms.mean)) / terms.total[:, None]
    passed = np.searchsorted(durations.times[durations.term], durations.time, side="right")
    rows = np.zeros((1 + terms.total.size, rates.shape[1]))
    rows[1:] = np.cumsum(rates, axis=0)
    exposure = rows[passed]
    # Who ends at a time is only partly at risk in its later terms.
    spared = sum_at_times(durations, durations.share[:, None] * rates)
    exposure[durations.event] -= spared[durations.tied]
    residuals = -terms.weight[:, None] * (durations.x * exposure[:, :1] - exposure[:, 1:])
    expected = mean_at_ends(durations, terms)[durations.tied]
    residuals[durations.event] += durations.x[durations.event] - expected
    in_callers_order = np.empty_like(residuals)
    in_callers_order[durations.order] = residuals
    return in_callers_order


def _likelihood(durations: Durations) -> Likelihood:
    """Give the log partial likelihood with its derivatives."""
    observed = durations.x[durations.event].sum(axis=0)

    def likelihood(beta: FloatArray) -> tuple[float, FloatArray, FloatArray]:
        terms = sets_at_risk(durations, beta)
        return terms.height, observed - terms.mean.sum(axis=0), terms.variance.sum(axis=0)

    return likelihood
