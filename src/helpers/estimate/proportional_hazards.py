"""Does a log hazard ratio change as time goes by? The check of a Cox model's assumption."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from helpers.estimate import kaplan_meier
from helpers.estimate.newton import FLAT
from helpers.estimate.partial_likelihood import CoxFit, fit_cox, mean_at_ends
from helpers.estimate.ties import FloatArray, as_floats
from helpers.estimate.value import Value
from helpers.estimate.wald import wald

METHOD = (
    "change of the log hazard ratio as g(t) = 1 − KM(t−) runs from 0 to 1, Grambsch–Therneau "
    "score test and one Newton step; several durations of one patient taken as independent"
)
ONE_TIME = "not estimable: the ends with a choice of who ends lie at one time"


@dataclass(frozen=True, slots=True)
class ScaledResiduals:
    """Scaled Schoenfeld residuals of the first covariate, one per end, in order of time.

    Attributes:
        time: shape (events,), days.
        transformed: shape (events,), g(t) = 1 − KM(t−), 0–1.
        log_hazard_ratio: shape (events,), residual + β, per unit of the covariate; its trend over
            g(t) is how the log hazard ratio changes.
        status: `ok`, or why there are none.
    """

    time: FloatArray
    transformed: FloatArray
    log_hazard_ratio: FloatArray
    status: str


def ph_slope(
    time: npt.ArrayLike,
    event: npt.ArrayLike,
    covariates: npt.ArrayLike,
    *,
    level: float = 0.95,
) -> Value:
    """Test whether the log hazard ratio of the first covariate changes with time.

    θ, the change of the log hazard ratio as g(t) runs from 0 to 1, is one Newton step of the model
    with x·g(t) added, from (β̂, 0), with the full information of (β, θ).

    Args:
        time: shape (n,), days; times within 1e-9 of each other are tied.
        event: shape (n,), True where the end was seen, False where censored.
        covariates: shape (n, p), any units, the one of interest first; complete cases.
        level: confidence level of the two-sided interval.

    Returns:
        Value in log hazard ratio per unit of the covariate, n durations; p_value tests 0; extra:
        n_events, standard_error, chi_square (1 degree of freedom). Without number where the Cox
        model has none, or where the ends say nothing about a change.

    Reference:
        Grambsch and Therneau (1994); R (survival ≥ 3): cox.zph(fit, transform = "km").
    """
    n = as_floats(time).size
    if n == 0:
        return Value.too_few(n, 2, METHOD)
    fit = fit_cox(time, event, covariates)
    step = fit if isinstance(fit, str) else _newton_step(fit, _transformed(fit))
    if isinstance(step, str):
        return Value(estimate=None, n=n, method=METHOD, status=step)
    theta, standard_error = step
    result = wald(theta, standard_error, level)
    return Value(
        estimate=theta,
        lower=result.lower,
        upper=result.upper,
        p_value=result.p_value,
        n=n,
        method=METHOD,
        extra={
            "n_events": int(np.count_nonzero(np.asarray(event, dtype=np.bool_))),
            "standard_error": standard_error,
            "chi_square": (theta / standard_error) ** 2,
        },
    )


def scaled_schoenfeld(
    time: npt.ArrayLike, event: npt.ArrayLike, covariates: npt.ArrayLike
) -> ScaledResiduals:
    """Compute the scaled Schoenfeld residuals of the first covariate, for a figure.

    Args:
        time, event, covariates: as in :func:`ph_slope`.

    Returns:
        Residuals, none where the Cox model has no number.

    Reference:
        Grambsch and Therneau (1994), with the average variance; R: cox.zph(…)$y.
    """
    empty = np.zeros(0)
    if as_floats(time).size == 0:
        return ScaledResiduals(empty, empty, empty, "not enough data: 0 of at least 2")
    fit = fit_cox(time, event, covariates)
    if isinstance(fit, str):
        return ScaledResiduals(empty, empty, empty, fit)
    tied = fit.durations.tied
    scaled = _residuals(fit) @ np.linalg.inv(fit.information)[:, 0] * tied.size
    by_time = np.argsort(tied, kind="stable")
    return ScaledResiduals(
        time=fit.durations.times[tied][by_time],
        transformed=_transformed(fit)[tied][by_time],
        log_hazard_ratio=((scaled + fit.coefficients[0]) / fit.scale[0])[by_time],
        status="ok",
    )


def _transformed(fit: CoxFit) -> FloatArray:
    """Give g(t) = 1 − KM(t−) at each time with an end, shape (m,)."""
    durations = fit.durations
    curve = kaplan_meier.curve(durations.time, durations.event)
    before = np.concatenate(([1.0], curve.survival))
    transformed: FloatArray = 1 - before[np.searchsorted(curve.times, durations.times)]
    return transformed


def _residuals(fit: CoxFit) -> FloatArray:
    """Give x less what was expected of those at risk, for each end, shape (events, p)."""
    durations = fit.durations
    expected = mean_at_ends(durations, fit.terms)[durations.tied]
    residuals: FloatArray = durations.x[durations.event] - expected
    return residuals


def _newton_step(fit: CoxFit, transformed: FloatArray) -> tuple[float, float] | str:
    """Give θ and its standard error per unit of the first covariate, or why there are none."""
    durations, variance = fit.durations, fit.terms.variance
    # Centred: θ and its variance stay the same, the arithmetic is better.
    g = transformed - np.mean(transformed[durations.tied])
    slope = float(g[durations.tied] @ _residuals(fit)[:, 0])
    per_term = g[durations.term]
    cross = per_term @ variance[:, :, 0]
    own = float(per_term**2 @ variance[:, 0, 0])
    information = own - float(cross @ np.linalg.solve(fit.information, cross))
    if information <= FLAT * max(1.0, float(fit.information[0, 0])):
        return ONE_TIME
    scale = float(fit.scale[0])
    return slope / information / scale, information**-0.5 / scale
