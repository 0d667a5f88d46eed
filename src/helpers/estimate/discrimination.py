"""How well a linear predictor tells events from non-events: concordance and calibration slope."""

import numpy as np
from scipy import special

from helpers.estimate.ties import TOLERANCE, BoolArray, FloatArray

SMALL_STEP = 1e-8
LONGEST_STEP = 2.0
"""A longer step of Newton's method, per standard deviation, is cut: it would overshoot."""
MOST_STEPS = 500


def concordance(logits: FloatArray, event: BoolArray, weights: FloatArray) -> FloatArray:
    """Compute the share of pairs of an event and a non-event in which the event has more.

    Args:
        logits: shape (b, n), linear predictors; such within 1e-9 are a tie and count ½.
        event: shape (n,).
        weights: shape (b, n), how often each patient counts.

    Returns:
        Shape (b,), 0–1: the c-statistic; NaN where there is no such pair.

    Reference:
        Harrell, Lee and Mark (1996); Hanley and McNeil (1982).
    """
    more = logits[:, event, None] - logits[:, None, ~event]
    wins = (0.5 * (more > TOLERANCE)) + 0.5 * (more >= -TOLERANCE)
    events, others = weights[:, event], weights[:, ~event]
    pairs = events.sum(axis=1) * others.sum(axis=1)
    won = np.einsum("be,be->b", events, np.matmul(wins, others[..., None])[..., 0])
    share: FloatArray = np.divide(won, pairs, out=np.full(len(won), np.nan), where=pairs > 0)
    return share


def calibration_slope(logits: FloatArray, event: BoolArray, weights: FloatArray) -> FloatArray:
    """Fit a logistic regression of the outcome on a linear predictor and give its slope.

    Args:
        logits: shape (b, n), linear predictors.
        event: shape (n,).
        weights: shape (b, n), how often each patient counts.

    Returns:
        Shape (b,); NaN where the linear predictor separates the outcome or does not vary, so that
        the likelihood has no maximum.

    Reference:
        Cox (1958); Albert and Anderson (1984), where the maximum exists.
    """
    slopes = np.full(len(logits), np.nan)
    defined = _overlap(logits, event, weights)
    slopes[defined] = _slopes(logits[defined], event, weights[defined])
    return slopes


def _overlap(logits: FloatArray, event: BoolArray, weights: FloatArray) -> BoolArray:
    """Say where some non-event lies above some event, and some event above some non-event."""
    low = np.where(weights > 0, logits, np.inf)
    high = np.where(weights > 0, logits, -np.inf)
    events_above = high[:, event].max(axis=1) - low[:, ~event].min(axis=1)
    others_above = high[:, ~event].max(axis=1) - low[:, event].min(axis=1)
    overlap: BoolArray = (events_above > TOLERANCE) & (others_above > TOLERANCE)
    return overlap


def _slopes(logits: FloatArray, event: BoolArray, weights: FloatArray) -> FloatArray:
    """Run Newton's method in each row, with the linear predictor in standard deviations."""
    total = weights.sum(axis=1, keepdims=True)
    centred = logits - np.sum(weights * logits, axis=1, keepdims=True) / total
    scale = np.sqrt(np.sum(weights * centred**2, axis=1, keepdims=True) / total)
    x = centred / scale
    intercept = special.logit(weights @ event / total[:, 0])
    slope = np.zeros(len(x))
    active = np.arange(len(x))
    for _ in range(MOST_STEPS):
        shifts = _newton_step(x[active], event, weights[active], intercept[active], slope[active])
        intercept[active] += shifts[0]
        slope[active] += shifts[1]
        active = active[np.abs(shifts).max(axis=0) > SMALL_STEP]
        if not active.size:
            break
    slope[active] = np.nan
    ratio: FloatArray = slope / scale[:, 0]
    return ratio


def _newton_step(
    x: FloatArray, event: BoolArray, weights: FloatArray, intercept: FloatArray, slope: FloatArray
) -> FloatArray:
    """Give the next change of intercept and slope in each row, shape (2, b)."""
    fitted = special.expit(intercept[:, None] + slope[:, None] * x)
    residual = weights * (event - fitted)
    information = weights * fitted * (1 - fitted)
    first, second = residual.sum(axis=1), np.sum(residual * x, axis=1)
    a, b, c = (np.sum(information * x**power, axis=1) for power in range(3))
    steps = np.stack((c * first - b * second, a * second - b * first)) / (a * c - b**2)
    longest = np.abs(steps).max(axis=0)
    cut: FloatArray = steps * np.minimum(1.0, LONGEST_STEP / np.maximum(longest, LONGEST_STEP))
    return cut
