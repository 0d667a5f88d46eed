"""What goes with an earlier end of relief when patients contribute several durations: a Cox model.

Written in NumPy and checked against R's coxph(cluster =). lifelines and statsmodels have the same
coefficients, and the same sandwich where no two ends are tied; with ties (durations come in whole
weeks) each has another sandwich.
"""

import numpy as np
import numpy.typing as npt

from helpers.estimate.covariates import standardise
from helpers.estimate.partial_likelihood import CoxFit, fit_cox, score_residuals
from helpers.estimate.sandwich import (
    inverse,
    number_patients,
    sandwich,
    standard_errors,
    too_few_patients,
)
from helpers.estimate.value import Extra, Value
from helpers.estimate.wald import ratio_value

METHOD = (
    "hazard ratio, Cox model, Efron ties, "
    "sandwich from score residuals summed per patient, z interval"
)


def hazard_ratio(
    time: npt.ArrayLike,
    event: npt.ArrayLike,
    covariates: npt.ArrayLike,
    patient: npt.ArrayLike,
    *,
    level: float = 0.95,
) -> Value:
    """Estimate the hazard ratio per 1 unit of the first covariate, adjusted for the others.

    Args:
        time: shape (n,), days; times within 1e-9 of each other are tied.
        event: shape (n,), True where the end was seen, False where censored.
        covariates: shape (n, p), any units, the one of interest first; complete cases.
        patient: shape (n,), labels of any one kind.
        level: confidence level of the two-sided interval.

    Returns:
        Value without unit, n durations; a ratio above 1 is an earlier end; p_value tests a ratio
        of 1; extra: n_events, n_patients, log_hazard_ratio, standard_error (of it, sandwich),
        naive_standard_error (inverse information), coefficient_2 … (log hazard ratios of the
        other covariates). Without number when there are no more patients than covariates, no end
        was seen, a covariate is constant, covariates are collinear or the likelihood is monotone;
        without limits where the sandwich is 0.

    Reference:
        Cox (1972); Efron (1977); Lin and Wei (1989); R: coxph(…, cluster = patient).
    """
    p = standardise(covariates).scale.size
    seen = np.asarray(event, dtype=np.bool_).ravel()
    patients = number_patients(patient)[1]
    extra: dict[str, Extra] = {"n_events": int(np.count_nonzero(seen)), "n_patients": patients}
    fit = too_few_patients(patients, p) or fit_cox(time, event, covariates)
    if isinstance(fit, str):
        return Value(estimate=None, n=seen.size, method=METHOD, status=fit, extra=extra | _empty(p))
    found = _coefficients(fit, patient)
    return ratio_value(
        float(fit.coefficients[0] / fit.scale[0]),
        found["standard_error"],
        level=level,
        n=seen.size,
        method=METHOD,
        extra=extra | found,
    )


def _coefficients(fit: CoxFit, patient: npt.ArrayLike) -> dict[str, float | None]:
    """Name the coefficients per unit, and the two standard errors of the first."""
    bread = inverse(fit.information)
    scale = float(fit.scale[0])
    robust = standard_errors(sandwich(bread, score_residuals(fit), patient))[0]
    per_unit = (fit.coefficients / fit.scale).tolist()
    return {
        "log_hazard_ratio": per_unit[0],
        "standard_error": None if robust is None else robust / scale,
        "naive_standard_error": float(np.sqrt(bread[0, 0])) / scale,
        **{_name(number): entry for number, entry in enumerate(per_unit[1:], start=2)},
    }


def _empty(p: int) -> dict[str, None]:
    """Name what :func:`_coefficients` names, without numbers."""
    first = ("log_hazard_ratio", "standard_error", "naive_standard_error")
    return dict.fromkeys((*first, *(_name(number) for number in range(2, p + 1))))


def _name(number: int) -> str:
    """Name the coefficient of another covariate, counted from 2."""
    return f"coefficient_{number}"
