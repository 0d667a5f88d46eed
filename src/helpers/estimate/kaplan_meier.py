"""How long an effect lasts, from right-censored durations: the Kaplan–Meier curve and its readings.

Written in NumPy and checked against R's survival. lifelines' KaplanMeierFitter has the same S and
the same limits for 0 < S < 1, but it reports limits of 1 and 0 where S is 1 or 0 and none exist,
sums logarithms (S misses an exact ½ in 197 of 199 even sample sizes, which decides the plateau
median), gives the median at the plateau's left end, and switches off NumPy's floating-point
warnings for the whole process at the first fit.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import scipy

from helpers.estimate.ties import TOLERANCE, BoolArray, FloatArray, merge_ties
from helpers.estimate.value import Value

MEDIAN = "Kaplan–Meier median, Brookmeyer–Crowley interval (log-log)"
SURVIVAL = "Kaplan–Meier P(T > t), log-log interval (Greenwood)"
AT_LEAST = "Kaplan–Meier P(T ≥ t), log-log interval (Greenwood)"


@dataclass(frozen=True, slots=True)
class Curve:
    """A Kaplan–Meier curve at its distinct observed times, ascending; S is 1 before the first.

    Attributes:
        times: distinct observed times (m of them), days; events and censorings alike.
        survival: S(t) = P(T > t) at these times.
        lower, upper: log-log limits; None where S is 0 or 1.
        at_risk: number observed until t or longer, just before t.
        events: number of events at t.
        censored: number censored at t, counted as observed longer than the events there.
        n: number of observations.
        level: confidence level of the limits.
    """

    times: tuple[float, ...]
    survival: tuple[float, ...]
    lower: tuple[float | None, ...]
    upper: tuple[float | None, ...]
    at_risk: tuple[int, ...]
    events: tuple[int, ...]
    censored: tuple[int, ...]
    n: int
    level: float


def curve(time: npt.ArrayLike, event: npt.ArrayLike, *, level: float = 0.95) -> Curve:
    """Estimate the survival curve with pointwise log-log limits.

    Args:
        time: shape (n,), days, ≥ 0; times within 1e-9 of each other are one time.
        event: shape (n,), True where the end was seen, False where censored.
        level: confidence level of the two-sided limits.

    Returns:
        Curve, empty when n = 0.

    Reference:
        Kaplan and Meier (1958); Greenwood (1926); Kalbfleisch and Prentice (1980), log-log limits.
    """
    seen: BoolArray = np.asarray(event, dtype=np.bool_).ravel()
    times, position = np.unique(merge_ties(time), return_inverse=True)
    observed = np.bincount(position, minlength=times.size)
    events = np.bincount(position[seen], minlength=times.size)
    at_risk = seen.size - np.cumsum(observed) + observed
    survival: FloatArray = np.cumprod((at_risk - events) / at_risk, dtype=np.float64)
    lower, upper = _log_log_limits(survival, greenwood_terms(at_risk, events), level)
    return Curve(
        times=tuple(times.tolist()),
        survival=tuple(survival.tolist()),
        lower=lower,
        upper=upper,
        at_risk=tuple(at_risk.tolist()),
        events=tuple(events.tolist()),
        censored=tuple((observed - events).tolist()),
        n=seen.size,
        level=level,
    )


def median(curve: Curve) -> Value:
    """Read the median: the first time at which the curve is at or below ½.

    Where a curve is exactly ½ on a plateau, the plateau's middle (its end being the next drop, or
    the last observed time if it never drops again). The limits are the same reading of the two
    limit curves: a convention, and that of R's quantile.survfit.

    Args:
        curve: of durations in days.

    Returns:
        Value in days. Status `not reached` where S stays above ½, with the lower limit if it has
        one; without number when n = 0.

    Reference:
        Brookmeyer and Crowley (1982).
    """
    if curve.n == 0:
        return Value.too_few(0, 1, MEDIAN)
    estimate = _first_at_half(curve, curve.survival)
    return Value(
        estimate=estimate,
        lower=_first_at_half(curve, curve.lower),
        upper=_first_at_half(curve, curve.upper),
        n=curve.n,
        method=MEDIAN,
        status="ok" if estimate is not None else "not reached",
    )


def survival_at(curve: Curve, t: float) -> Value:
    """Read S(t) = P(T > t) with its log-log limits.

    Args:
        curve: of durations in days.
        t: days.

    Returns:
        Value as a fraction 0–1, limits None where S is 0 or 1; without number beyond the last
        observed time while S > 0, or when n = 0.

    Reference:
        Kaplan and Meier (1958).
    """
    passed = np.searchsorted(curve.times, t + TOLERANCE)
    return _read(curve, int(passed), t, SURVIVAL)


def at_least(curve: Curve, t: float) -> Value:
    """Read P(T ≥ t), the curve just before t, with its log-log limits.

    Args:
        curve: of durations in days.
        t: days.

    Returns:
        Value as a fraction 0–1, limits None where it is 0 or 1; without number beyond the last
        observed time while S > 0, or when n = 0.

    Reference:
        Kaplan and Meier (1958).
    """
    passed = np.searchsorted(curve.times, t - TOLERANCE)
    return _read(curve, int(passed), t, AT_LEAST)


def greenwood_terms(at_risk: npt.NDArray[np.intp], events: npt.NDArray[np.intp]) -> FloatArray:
    """Compute d/(n(n − d)) at each time, finite also where S reaches 0 and n − d is 0.

    Args:
        at_risk: shape (m,), n.
        events: shape (m,), d.

    Reference:
        Greenwood (1926).
    """
    left = np.maximum(at_risk - events, 1)  # where S is 0 there is nothing left to multiply
    terms: FloatArray = events / (at_risk * left)
    return terms


def nobody_after(last: float) -> str:
    """Give the status of what lies beyond the last observed time, in days."""
    return f"nobody observed after day {last:g}"


def _log_log_limits(
    survival: FloatArray, terms: FloatArray, level: float
) -> tuple[tuple[float | None, ...], tuple[float | None, ...]]:
    """Give S^exp(± z·se(log S)/log S) at each time, None where S is 0 or 1."""
    z = float(scipy.stats.norm.ppf(0.5 + level / 2))
    inside = (survival > 0) & (survival < 1)
    log_survival = np.log(np.where(inside, survival, 0.5))
    spread = z * np.sqrt(np.cumsum(terms)) / -log_survival
    lower = np.exp(log_survival * np.exp(spread))
    upper = np.exp(log_survival * np.exp(-spread))
    return _where(inside, lower), _where(inside, upper)


def _where(inside: BoolArray, limits: FloatArray) -> tuple[float | None, ...]:
    """Keep the limits that exist and put None for the others."""
    return tuple(
        limit if exists else None
        for exists, limit in zip(inside.tolist(), limits.tolist(), strict=True)
    )


def _first_at_half(curve: Curve, heights: tuple[float | None, ...]) -> float | None:
    """Find where heights, one per time, first reach ½; the middle where they stay on it exactly."""
    known = [
        (time, height)
        for time, height in zip(curve.times, heights, strict=True)
        if height is not None
    ]
    reached = [(time, height) for time, height in known if height <= 0.5 + TOLERANCE]
    if not reached:
        return None
    start, height = reached[0]
    if height < 0.5 - TOLERANCE:
        return start
    end = next((time for time, low in reached if low < 0.5 - TOLERANCE), curve.times[-1])
    return (start + end) / 2


def _read(curve: Curve, passed: int, t: float, method: str) -> Value:
    """Read the curve after `passed` of its times; t days is what was asked for."""
    if curve.n == 0:
        return Value.too_few(0, 1, method)
    last = curve.times[-1]
    if t > last + TOLERANCE and curve.survival[-1] > 0:
        return Value(estimate=None, n=curve.n, method=method, status=nobody_after(last))
    if passed == 0:
        return Value(estimate=1.0, n=curve.n, method=method)
    return Value(
        estimate=curve.survival[passed - 1],
        lower=curve.lower[passed - 1],
        upper=curve.upper[passed - 1],
        n=curve.n,
        method=method,
    )
