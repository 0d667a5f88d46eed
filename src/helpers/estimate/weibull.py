"""How long relief lasts among those who had any: a Weibull curve from the intervals themselves.

Written with its analytic score and information, because lifelines' fit_interval_censoring stops
short of the maximum (its shape misses R's by 2e-4, its scale by 1e-5), and where there is no
maximum it returns a shape of 68 or 4e23 as if it were one. The likelihood is in
weibull_likelihood, in w = a + b·log t with b the shape and exp(−a/b) the scale; the intervals do
not depend on these parameters: at the maximum the information transforms by the delta method.
"""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import scipy

from helpers.estimate.durations import Kinds
from helpers.estimate.ties import TOLERANCE, FloatArray, as_floats
from helpers.estimate.value import Value, finite_or_none
from helpers.estimate.weibull_likelihood import Durations, evaluate, maximise

METHOD = "interval-censored Weibull among those with relief, Wald interval on the log scale"
LEAST_N = 3
LEAST_ENDED = 2
NO_START = "not estimable: a relief of 0 days belongs to those without relief"
ONE_TIME = "not estimable: all may have ended at one time, so the shape has no upper limit"
NO_MAXIMUM = "not estimable: the likelihood has no maximum (shape near 0)"
TOO_LARGE = "not estimable: too large to be written"
SMALLEST_SHAPE = 0.01
"""Below, median and scale lie 16 orders of magnitude apart: nothing that a duration could mean."""


class WeibullEstimates(NamedTuple):
    """The three readings of one fit; the same status and no number where there is no fit."""

    median_given_relief: Value
    shape: Value
    scale: Value


def weibull_given_relief(
    lower: npt.ArrayLike, upper: npt.ArrayLike, kind: Kinds, *, level: float = 0.95
) -> WeibullEstimates:
    """Fit S(t) = exp(−(t/scale)^shape) to durations of relief by maximum likelihood.

    Exact times contribute the density, intervals F(upper) − F(lower), left-censored ones F(upper),
    right-censored ones S(lower). The median is scale·(ln 2)^(1/shape).

    Args:
        lower: shape (n,), days, of the patients with relief; ignored where left-censored.
        upper: shape (n,), days, > 0; ignored where right-censored.
        kind: shape (n,), `exact`, `interval`, `left` or `right`; lower = upper counts as exact.
        level: confidence level of the two-sided intervals.

    Returns:
        Median (days), shape (no unit; above 1 relief ends ever faster) and scale (days), each with
        a Wald interval on the log scale (observed information, delta method); a limit too large to
        be written is None, and the status says so. Extra: loglik. Without number when n < 3, fewer
        than 2 are not right-censored, an end is at 0, or the likelihood has no maximum: every
        range holds one same time (also: all exact and equal, all left-censored), or the shape
        falls to 0.

    Reference:
        Burridge (1981), concavity; Klein and Moeschberger (2003), sections 3.5 and 12.2;
        R: survreg(Surv(lower, upper, type = "interval2") ~ 1), scale = exp(intercept),
        shape = 1/scale.
    """
    data = _durations(lower, upper, kind)
    reason = _why_not(data)
    if reason is not None:
        return _without_number(data, reason)
    # Steps that overshoot overflow or meet log 0, and are taken back.
    with np.errstate(over="ignore", divide="ignore", invalid="ignore"):
        place = maximise(data)
        if place is None or place[1] < SMALLEST_SHAPE:
            return _without_number(data, NO_MAXIMUM)
        return _read(data, place, level)


def _durations(lower: npt.ArrayLike, upper: npt.ArrayLike, kind: Kinds) -> Durations:
    """Sort the durations by what they contribute."""
    kinds = np.asarray(kind, dtype=np.str_).ravel()
    right = kinds == "right"
    start = np.where(kinds == "left", 0.0, as_floats(lower))
    end = np.where(right, np.inf, as_floats(upper))
    exact = ~right & (end - start <= TOLERANCE)
    return Durations(start, end, exact, ~right & ~exact)


def _why_not(data: Durations) -> str | None:
    """Say why there is no maximum, as far as the data show it before the fit."""
    n, ended = data.start.size, int(np.count_nonzero(data.exact | data.ranged))
    if n < LEAST_N:
        return Value.too_few(n, LEAST_N, METHOD).status
    if ended < LEAST_ENDED:
        return f"not enough data: {ended} of at least {LEAST_ENDED} not right-censored"
    if data.end.min() < TOLERANCE:
        return NO_START
    if data.start.max() <= data.end.min() + TOLERANCE:
        return ONE_TIME
    return None


def _read(data: Durations, place: FloatArray, level: float) -> WeibullEstimates:
    """Read median, shape and scale, whose logarithms have gradients −(1, log t)/b and (0, 1/b)."""
    terms = evaluate(data, place)
    covariance = np.linalg.inv(terms.information)
    intercept, shape = place
    log_scale = -intercept / shape
    log_median = log_scale + np.log(np.log(2)) / shape
    readings = (
        (log_median, np.array([-1.0, -log_median]) / shape),
        (np.log(shape), np.array([0.0, 1.0]) / shape),
        (log_scale, np.array([-1.0, -log_scale]) / shape),
    )
    z = float(scipy.stats.norm.ppf(0.5 + level / 2))
    n, extra = data.start.size, {"loglik": terms.loglik}
    return WeibullEstimates(
        *(
            _from_log(n, log, z * float(np.sqrt(slope @ covariance @ slope)), extra)
            for log, slope in readings
        )
    )


def _from_log(n: int, log: float, half_width: float, extra: dict[str, float]) -> Value:
    """Take an estimate and its limits back from the log scale."""
    numbers = [finite_or_none(np.exp(log + off)) for off in (0.0, -half_width, half_width)]
    if numbers[0] is None:
        return Value(estimate=None, n=n, method=METHOD, status=TOO_LARGE)
    status = "ok" if None not in numbers else "ok, a limit is too large to be written"
    return Value(
        estimate=numbers[0],
        lower=numbers[1],
        upper=numbers[2],
        n=n,
        method=METHOD,
        status=status,
        extra=extra,
    )


def _without_number(data: Durations, status: str) -> WeibullEstimates:
    """Give the same reason three times."""
    value = Value(estimate=None, n=data.start.size, method=METHOD, status=status)
    return WeibullEstimates(value, value, value)
