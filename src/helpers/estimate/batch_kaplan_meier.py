"""Kaplan–Meier curves of many studies at once, and their readings; see kaplan_meier.py and rmst.py.

Unlike the resamples of replicates.py, which share their times, each study has times of its own.
"""

from dataclasses import dataclass

import numpy as np
from scipy import special

from helpers.estimate.batch import IntArray, Readings
from helpers.estimate.ties import TOLERANCE, BoolArray, FloatArray


@dataclass(frozen=True, slots=True)
class Curves:
    """The curves of b studies of n patients each, at each patient's time in ascending order.

    Times within 1e-9 of each other are one time; the curve is read at the last patient of each.

    Attributes:
        times: shape (b, n), days, the smallest of the tied ones.
        is_last: shape (b, n), whether the patient is the last of those tied.
        survival: shape (b, n), P(T > t) where ``is_last``.
        lower, upper: shape (b, n), log-log limits; NaN where S is 0 or 1, or not ``is_last``.
        terms: shape (b, n), d/(r(r − d)), r at risk and d events; 0 where not ``is_last``.
        level: confidence level of the limits.
    """

    times: FloatArray
    is_last: BoolArray
    survival: FloatArray
    lower: FloatArray
    upper: FloatArray
    terms: FloatArray
    level: float


def curves(time: FloatArray, event: BoolArray, *, level: float = 0.95) -> Curves:
    """Estimate the curve of each study with pointwise log-log limits, as kaplan_meier.curve.

    Args:
        time: shape (b, n), days, ≥ 0, complete; n ≥ 1.
        event: shape (b, n), True where the end was seen.
        level: confidence level of the two-sided limits.

    Reference:
        Kaplan and Meier (1958); Greenwood (1926); Kalbfleisch and Prentice (1980).
    """
    order = np.argsort(time, axis=1, kind="stable")
    ordered = np.take_along_axis(time, order, axis=1)
    starts = np.diff(ordered, axis=1, prepend=-np.inf) > TOLERANCE
    is_last = np.concatenate((starts[:, 1:], np.ones((len(time), 1), np.bool_)), axis=1)
    first = np.maximum.accumulate(np.where(starts, np.arange(time.shape[1]), 0), axis=1)
    events = _events_at(np.take_along_axis(event, order, axis=1), first, is_last)
    at_risk = time.shape[1] - first
    survival: FloatArray = np.cumprod((at_risk - events) / at_risk, axis=1)
    terms = events / (at_risk * np.maximum(at_risk - events, 1))
    lower, upper = _limits(survival, terms, is_last, level)
    times = np.take_along_axis(ordered, first, axis=1)
    return Curves(times, is_last, survival, lower, upper, terms, level)


def medians(curves: Curves) -> Readings:
    """Read the medians in days, as kaplan_meier.median.

    Args:
        curves: of durations in days.

    Reference:
        Brookmeyer and Crowley (1982).
    """
    at_time = np.where(curves.is_last, curves.survival, np.nan)
    heights = (at_time, curves.lower, curves.upper)
    return Readings.of(*(_first_at_half(curves.times, height) for height in heights))


def survival_at(curves: Curves, t: float) -> Readings:
    """Read P(T > t) in each study, as kaplan_meier.survival_at.

    Args:
        curves: of durations in days.
        t: days.
    """
    return _read(curves, np.count_nonzero(curves.times < t + TOLERANCE, axis=1), t)


def at_least(curves: Curves, t: float) -> Readings:
    """Read P(T ≥ t) in each study, as kaplan_meier.at_least.

    Args:
        curves: of durations in days.
        t: days.
    """
    return _read(curves, np.count_nonzero(curves.times < t - TOLERANCE, axis=1), t)


def rmst(curves: Curves, horizon: float) -> Readings:
    """Estimate the mean of min(T, τ) in each study, as rmst.rmst; the readings tell τ.

    Args:
        curves: of durations in days.
        horizon: days, > 0.

    Reference:
        Klein and Moeschberger (2003), equation 4.5.2.
    """
    last = curves.times[:, -1]
    tau = np.where(curves.survival[:, -1] == 0, horizon, np.minimum(horizon, last))
    start = np.zeros((len(tau), 1))
    edges = np.minimum(np.concatenate((start, curves.times, tau[:, None]), axis=1), tau[:, None])
    pieces = np.diff(edges, axis=1) * np.concatenate((start + 1, curves.survival), axis=1)
    beyond = np.cumsum(pieces[:, :0:-1], axis=1)[:, ::-1]  # area from each time to tau
    z = float(special.ndtri(0.5 + curves.level / 2))
    half_width = z * np.sqrt(np.sum(beyond**2 * curves.terms, axis=1))
    area = np.where(tau > TOLERANCE, np.sum(pieces, axis=1), np.nan)
    return Readings.of(area, area - half_width, area + half_width, tau=tau)


def _events_at(seen: BoolArray, first: IntArray, is_last: BoolArray) -> IntArray:
    """Count the events at each time, told at its last patient; 0 at the others."""
    passed: IntArray = np.cumsum(seen, axis=1)
    before: IntArray = passed - seen
    since_first: IntArray = passed - np.take_along_axis(before, first, axis=1)
    return np.where(is_last, since_first, 0)


def _limits(
    survival: FloatArray, terms: FloatArray, is_last: BoolArray, level: float
) -> tuple[FloatArray, FloatArray]:
    """Give S^exp(± z·se(log S)/log S), NaN where S is 0 or 1 and between tied patients."""
    z = float(special.ndtri(0.5 + level / 2))
    inside = (survival > 0) & (survival < 1)
    log_survival = np.log(np.where(inside, survival, 0.5))
    spread = np.exp(z * np.sqrt(np.cumsum(terms, axis=1)) / -log_survival)
    told = inside & is_last
    lower = np.where(told, np.exp(log_survival * spread), np.nan)
    upper = np.where(told, np.exp(log_survival / spread), np.nan)
    return lower, upper


def _first_at_half(times: FloatArray, heights: FloatArray) -> FloatArray:
    """Find where heights first reach ½, the middle where they stay on it; NaN where not reached."""
    reached = heights <= 0.5 + TOLERANCE  # False where NaN
    below = heights < 0.5 - TOLERANCE
    rows = np.arange(len(times))
    place = np.argmax(reached, axis=1)
    start = times[rows, place]
    end = np.where(below.any(axis=1), times[rows, np.argmax(below, axis=1)], times[:, -1])
    middle = np.where(below[rows, place], start, (start + end) / 2)
    return np.where(reached.any(axis=1), middle, np.nan)


def _read(curves: Curves, passed: IntArray, t: float) -> Readings:
    """Read the curves after so many of their patients, shape (b,); t days was asked for."""
    rows, place = np.arange(len(passed)), np.maximum(passed - 1, 0)
    unknown = (t > curves.times[:, -1] + TOLERANCE) & (curves.survival[:, -1] > 0)
    before = passed == 0
    heights = [array[rows, place] for array in (curves.survival, curves.lower, curves.upper)]
    estimate = np.where(unknown, np.nan, np.where(before, 1.0, heights[0]))
    lower, upper = (np.where(unknown | before, np.nan, limit) for limit in heights[1:])
    return Readings.of(estimate, lower, upper)
