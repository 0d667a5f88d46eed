"""What goes with a yes or no when patients contribute several observations: a logistic GEE.

Generalised estimating equations with the independence working correlation are the ordinary fit with
a sandwich variance summed per patient. Written in NumPy and checked against geepack; statsmodels'
GEE has the same numbers, but under separation gives a coefficient all the same (43 ± 1.4 for the
outcomes 0 0 0 1 1 1 at x = 0 … 5) beside its warning. The same for a mean stands beside the mixed
model (:func:`mean_effects`).
"""

import numpy as np
import numpy.typing as npt
from scipy import special

from helpers.estimate.covariates import constant_status, standardise
from helpers.estimate.newton import Likelihood, Maximum, maximise
from helpers.estimate.sandwich import (
    inverse,
    number_patients,
    sandwich,
    standard_errors,
    too_few_patients,
)
from helpers.estimate.ties import BoolArray, FloatArray
from helpers.estimate.value import Extra, Value
from helpers.estimate.wald import ratio_value

METHOD = (
    "odds ratio, logistic GEE, independence working correlation, "
    "sandwich summed per patient without small-sample factor, z interval"
)
FAILURES = {
    "flat": "not estimable: the covariates are collinear",
    "diverged": "not estimable: the covariates separate the outcome, a coefficient is unbounded",
}


def odds_ratio(
    outcome: npt.ArrayLike,
    covariates: npt.ArrayLike,
    patient: npt.ArrayLike,
    *,
    level: float = 0.95,
) -> Value:
    """Estimate the odds ratio per 1 unit of the first covariate, adjusted for the others.

    Args:
        outcome: shape (n,), True where the event happened; complete cases.
        covariates: shape (n, p), any units, the one of interest first; an intercept is added.
        patient: shape (n,), labels of any one kind.
        level: confidence level of the two-sided interval.

    Returns:
        Value without unit, n observations; p_value tests a ratio of 1; extra: n_events, n_patients,
        log_odds_ratio, standard_error (of it). Without number when there are no more patients than
        coefficients, outcome or covariate are constant, covariates are collinear or separate the
        outcome; without limits where the sandwich is 0.

    Reference:
        Liang and Zeger (1986); R: geepack::geeglm(binomial, corstr = "independence").
    """
    event: BoolArray = np.asarray(outcome, dtype=np.bool_).ravel()
    scaled = standardise(covariates)
    design = np.column_stack((np.ones(event.size), scaled.values))
    patients = number_patients(patient)[1]
    extra: dict[str, Extra] = {
        "n_events": int(np.count_nonzero(event)),
        "n_patients": patients,
        "log_odds_ratio": None,
        "standard_error": None,
    }
    problem = too_few_patients(patients, design.shape[1]) or _constant_outcome(event)
    problem = problem or constant_status(scaled)
    if problem is None:
        fit = maximise(_likelihood(design, event), design.shape[1])
        problem = FAILURES.get(fit.outcome)
    if problem is not None:
        return Value(estimate=None, n=event.size, method=METHOD, status=problem, extra=extra)
    log_ratio, error = _first_covariate(fit, design, event, patient, float(scaled.scale[0]))
    extra |= {"log_odds_ratio": log_ratio, "standard_error": error}
    return ratio_value(log_ratio, error, level=level, n=event.size, method=METHOD, extra=extra)


def mean_effects(
    y: FloatArray, design: FloatArray, patient: npt.ArrayLike
) -> tuple[FloatArray, tuple[float | None, ...]]:
    """Estimate the coefficients of a mean (identity link) with their sandwich standard errors.

    Args:
        y: shape (n,), any unit.
        design: shape (n, k), of full rank, columns of the order of 1.
        patient: shape (n,), labels of any one kind.

    Returns:
        Coefficients, shape (k,), and standard errors, both in the unit of y; None where the
        sandwich is 0.

    Reference:
        Liang and Zeger (1986); R: geepack::geeglm(gaussian, corstr = "independence").
    """
    bread = inverse(design.T @ design)
    coefficients = np.linalg.lstsq(design, y, rcond=None)[0].astype(np.float64)
    scores = design * (y - design @ coefficients)[:, None]
    return coefficients, standard_errors(sandwich(bread, scores, patient))


def _constant_outcome(event: BoolArray) -> str | None:
    """Say that the outcome does not vary; None where it does."""
    if event.all():
        return "not estimable: every observation has the outcome"
    return None if event.any() else "not estimable: no observation has the outcome"


def _likelihood(design: FloatArray, event: BoolArray) -> Likelihood:
    """Give the log-likelihood of a logistic regression with its derivatives."""

    def likelihood(beta: FloatArray) -> tuple[float, FloatArray, FloatArray]:
        eta = design @ beta
        fitted = special.expit(eta)
        height = -float(np.sum(np.logaddexp(0.0, np.where(event, -eta, eta))))
        information = design.T @ (design * (fitted * (1 - fitted))[:, None])
        return height, design.T @ (event - fitted), information

    return likelihood


def _first_covariate(
    fit: Maximum, design: FloatArray, event: BoolArray, patient: npt.ArrayLike, scale: float
) -> tuple[float, float | None]:
    """Give log odds ratio and standard error per unit of the first covariate."""
    scores = design * (event - special.expit(design @ fit.coefficients))[:, None]
    error = standard_errors(sandwich(inverse(fit.information), scores, patient))[1]
    return float(fit.coefficients[1]) / scale, None if error is None else error / scale
