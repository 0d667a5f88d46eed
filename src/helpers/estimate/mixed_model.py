"""How a score differs between occasions, patients being observed repeatedly: a mixed model.

Beside each difference stands the same from a model that makes no assumption about patients (GEE).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from helpers.estimate.gee import mean_effects
from helpers.estimate.random_intercept import RandomIntercept, fit_model
from helpers.estimate.sandwich import number_patients, too_few_patients
from helpers.estimate.ties import FloatArray, as_floats
from helpers.estimate.value import Extra, Value
from helpers.estimate.wald import wald

METHOD = "linear mixed model, random intercept per patient, REML with variance ≥ 0, z interval"
OF_MODEL = ("standard_error", "icc", "variance_between", "variance_residual")
OF_CHECK = ("gee_estimate", "gee_lower", "gee_upper")


@dataclass(frozen=True, slots=True)
class Observations:
    """Scores at the occasions of the model.

    Attributes:
        y: shape (n,).
        patient: shape (n,), labels.
        design: shape (n, k): 1, and an indicator of each of the occasions that are compared.
        compared: these occasions, by their places among the levels.
        counts: observations at each of the levels.
    """

    y: FloatArray
    patient: npt.NDArray[np.generic]
    design: FloatArray
    compared: tuple[int, ...]
    counts: tuple[int, ...]


def fit_random_intercept(
    y: npt.ArrayLike,
    occasion: npt.ArrayLike,
    patient: npt.ArrayLike,
    levels: Sequence[str] | Sequence[int],
    *,
    level: float = 0.95,
) -> tuple[Value, ...]:
    """Estimate how each occasion differs from the first.

    Args:
        y: shape (n,), any unit; complete cases.
        occasion: shape (n,), values of `levels`; observations at others are left out.
        patient: shape (n,), labels of any one kind.
        levels: the occasions in order, the first being the reference.
        level: confidence level of the two-sided intervals.

    Returns:
        For each occasion but the first a Value in the unit of y, n observations in the model;
        p_value tests 0; extra: n_level (observations at the occasion), n_patients (in the model),
        standard_error, icc, variance_between, variance_residual, gee_estimate, gee_lower,
        gee_upper (independence, robust; no limits when there are no more patients than
        occasions). Without number where the occasion or the reference has no observation, where
        the variances cannot be told apart, or where the residual variance is 0.

    Reference:
        Laird and Ware (1982); Patterson and Thompson (1971); Liang and Zeger (1986).
    """
    data = _observations(y, occasion, patient, levels)
    fit = fit_model(data.design, data.y, data.patient)
    checks = _checks(data, level)
    return tuple(
        _difference(data, fit, checks[place], place, level)
        if place in checks
        else _absent(data, place)
        for place in range(1, len(levels))
    )


def _observations(
    y: npt.ArrayLike,
    occasion: npt.ArrayLike,
    patient: npt.ArrayLike,
    levels: Sequence[str] | Sequence[int],
) -> Observations:
    """Keep what was observed at one of the levels, and lay out the design."""
    names = np.asarray(occasion).ravel()
    place = np.full(names.size, -1)
    for number, name in enumerate(levels):
        place[names == name] = number
    kept = place >= 0
    counts = np.bincount(place[kept], minlength=len(levels)).tolist()
    compared = [number for number in range(1, len(levels)) if counts[number] and counts[0]]
    columns = [np.ones(kept.sum()), *(place[kept] == number for number in compared)]
    return Observations(
        y=as_floats(y)[kept],
        patient=np.asarray(patient).ravel()[kept],
        design=np.column_stack(columns).astype(np.float64),
        compared=tuple(compared),
        counts=tuple(counts),
    )


def _checks(data: Observations, level: float) -> dict[int, dict[str, Extra]]:
    """Give the GEE estimate and its limits for each occasion that is compared."""
    if not data.compared:
        return {}
    estimates, errors = mean_effects(data.y, data.design, data.patient)
    few = too_few_patients(number_patients(data.patient)[1], data.design.shape[1])
    checks: dict[int, dict[str, Extra]] = {}
    for column, place in enumerate(data.compared, start=1):
        estimate = float(estimates[column])
        limits = wald(estimate, None if few else errors[column], level)
        numbers = (estimate, limits.lower, limits.upper)
        checks[place] = dict(zip(OF_CHECK, numbers, strict=True))
    return checks


def _difference(
    data: Observations,
    fit: RandomIntercept | str,
    check: dict[str, Extra],
    place: int,
    level: float,
) -> Value:
    """Put the difference of one occasion from the reference together."""
    counts = _counts(data, place)
    if isinstance(fit, str):
        extra = counts | dict.fromkeys(OF_MODEL) | check
        return Value(estimate=None, n=data.y.size, method=METHOD, status=fit, extra=extra)
    column = 1 + data.compared.index(place)
    estimate, error = float(fit.coefficients[column]), float(fit.standard_errors[column])
    result = wald(estimate, error, level)
    numbers = {"standard_error": error, "icc": fit.icc, **fit.variances()}
    return Value(
        estimate=estimate,
        lower=result.lower,
        upper=result.upper,
        p_value=result.p_value,
        n=data.y.size,
        method=METHOD,
        status=fit.status,
        extra=counts | numbers | check,
    )


def _absent(data: Observations, place: int) -> Value:
    """Say which of the two occasions was not observed."""
    which = "" if data.counts[0] else " at the reference"
    return Value(
        estimate=None,
        n=data.y.size,
        method=METHOD,
        status=f"no observation{which}",
        extra=_counts(data, place) | dict.fromkeys((*OF_MODEL, *OF_CHECK)),
    )


def _counts(data: Observations, place: int) -> dict[str, Extra]:
    """Name the observations at the occasion and the patients in the model."""
    return {
        "n_level": int(data.counts[place]),
        "n_patients": number_patients(data.patient)[1],
    }
