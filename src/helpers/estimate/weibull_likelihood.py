"""The Weibull log-likelihood of exact, interval- and right-censored times, and its maximum.

With S(t) = exp(−e^w), w = a + b·log t, b the shape and exp(−a/b) the scale, the log-likelihood is
concave in (a, b) (Burridge 1981): Newton's method finds the one maximum, and where it finds none
there is none.
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from helpers.estimate.ties import BoolArray, FloatArray

MOST_STEPS = 100
CLOSE_ENOUGH = 1e-10
"""Twice the gain that a Newton step promises; the step still taken then squares what is left."""
LARGEST_LOG_HAZARD = 300.0
"""Only steps that overshoot come here; its square is still finite, so they can be taken back."""


@dataclass(frozen=True, slots=True)
class Durations:
    """What the likelihood takes, patients first to last; days.

    Attributes:
        start, end: bounds of the end of relief; 0 and infinity where there is none.
        exact: True where both are one known time.
        ranged: True where the end lies between the two (left-censored included).
    """

    start: FloatArray
    end: FloatArray
    exact: BoolArray
    ranged: BoolArray


class Terms(NamedTuple):
    """Log-likelihood at one (a, b), with its score, shape (2,), and information, shape (2, 2)."""

    loglik: float
    score: FloatArray
    information: FloatArray


def maximise(data: Durations) -> FloatArray | None:
    """Find the maximum by Newton steps, halved while they gain nothing.

    Called under np.errstate: steps that overshoot overflow or meet log 0, and are taken back.

    Args:
        data: of patients with relief, at least one with an end that is known or within a range.

    Returns:
        (a, b), or None where there is no maximum.
    """
    known = np.concatenate((data.start[data.start > 0], data.end[np.isfinite(data.end)]))
    place: FloatArray = np.array([-np.mean(np.log(known)), 1.0])
    for _ in range(MOST_STEPS):
        here = evaluate(data, place)
        try:
            step = np.linalg.solve(here.information, here.score)
        except np.linalg.LinAlgError:
            return None
        if 0 <= here.score @ step < CLOSE_ENOUGH:
            return place + step
        shorter = (place + step / 2**halvings for halvings in range(60))
        gains = (tried for tried in shorter if _gains(data, tried, here.loglik))
        better = next(gains, None)
        if better is None:
            return None
        place = better
    return None


def _gains(data: Durations, place: FloatArray, loglik: float) -> bool:
    """Say whether the shape is positive and the log-likelihood larger at a place."""
    return bool(place[1] > 0 and evaluate(data, place).loglik > loglik)


def evaluate(data: Durations, place: FloatArray) -> Terms:
    """Sum what the patients contribute: each lasted to the start, and some ended then or within.

    Args:
        data: of patients with relief.
        place: (a, b), b > 0.
    """
    lasting = _lasting(data.start, place)
    ending_at = _ending_at(data.start[data.exact], place)
    ending_within = _ending_within(data.start[data.ranged], data.end[data.ranged], place)
    return Terms(
        lasting.loglik + ending_at.loglik + ending_within.loglik,
        lasting.score + ending_at.score + ending_within.score,
        lasting.information + ending_at.information + ending_within.information,
    )


def _hazard(days: FloatArray, place: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Give the cumulative hazard H = e^w at days, and (1, log t), which times (a, b) is w.

    At day 0 H is 0, and what stands for the logarithm has no weight.
    """
    begun = days > 0
    x = np.column_stack((np.ones_like(days), np.log(np.where(begun, days, 1.0))))
    hazard = np.exp(np.minimum(x @ place, LARGEST_LOG_HAZARD))
    return np.where(begun, hazard, 0.0), x


def _lasting(days: FloatArray, place: FloatArray) -> Terms:
    """Give the terms of log S(t) = −H(t)."""
    hazard, x = _hazard(days, place)
    return Terms(-float(hazard.sum()), -hazard @ x, (x.T * hazard) @ x)


def _ending_at(days: FloatArray, place: FloatArray) -> Terms:
    """Give the terms of the log hazard rate at t, w + log b − log t."""
    _, x = _hazard(days, place)
    n, shape = days.size, place[1]
    loglik = float((x @ place - x[:, 1]).sum() + n * np.log(shape))
    score = x.sum(axis=0) + np.array([0.0, n / shape])
    return Terms(loglik, score, np.diag([0.0, n / shape**2]))


def _ending_within(start: FloatArray, end: FloatArray, place: FloatArray) -> Terms:
    """Give the terms of log(1 − e^−D), D = H(end) − H(start): ended by the end, if not before."""
    hazard_start, x = _hazard(start, place)
    hazard_end, y = _hazard(end, place)
    growth = hazard_end - hazard_start
    slope = y * hazard_end[:, None] - x * hazard_start[:, None]
    gain = 1 / np.expm1(growth)  # the derivative by D; the second is −gain·(1 + gain)
    bend = (y.T * (gain * hazard_end)) @ y - (x.T * (gain * hazard_start)) @ x
    information = (slope.T * (gain * (1 + gain))) @ slope - bend
    return Terms(float(np.log(-np.expm1(-growth)).sum()), gain @ slope, information)
