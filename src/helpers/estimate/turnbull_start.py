"""Where the search for the NPMLE starts: few sets, and the answer itself for Kaplan–Meier data.

Every interval that ends before the last set is moved to one of as few sets as reach all of them;
what reaches to the last set counts as right-censored; the product-limit estimate of that is the
start. For exact and right-censored data nothing is moved, and the start is the optimum.
"""

import numpy as np

from helpers.estimate.ties import BoolArray, FloatArray
from helpers.estimate.turnbull_sets import IntArray, Sample, reduce_by


def product_limit_start(sample: Sample, weights: FloatArray) -> FloatArray:
    """Give masses from which every observation of the resample has a positive probability.

    Args:
        sample: the observations.
        weights: shape (b, g), how often each distinct observation occurs; no row is all 0.

    Returns:
        Shape (b, m), on sets of the resample only; rows sum to 1.

    Reference:
        Kaplan and Meier (1958); Efron (1967), on mass redistributed to the right.
    """
    reaches_last = sample.end == sample.m
    chosen = _stabbing_sets(sample, weights)
    ends = reduce_by(np.add, np.where(reaches_last, 0.0, weights), sample.end - 1, sample.m)
    events = _moved_to(chosen, ends)
    censored = reduce_by(np.add, np.where(reaches_last, weights, 0.0), sample.first, sample.m)
    gone_before = np.cumsum(events, axis=1) - events + np.cumsum(censored, axis=1)
    at_risk = weights.sum(axis=1, keepdims=True) - gone_before
    steps = np.divide(at_risk - events, at_risk, out=np.ones(events.shape), where=events > 0)
    survival = np.cumprod(steps, axis=1)
    masses: FloatArray = -np.diff(survival, axis=1, prepend=1.0)
    rows = np.arange(len(masses))
    masses[rows, _last_chosen(chosen)[:, -1]] += survival[:, -1]
    return masses


def _stabbing_sets(sample: Sample, weights: FloatArray) -> BoolArray:
    """Choose sets, greedily from the left, so that each observation of a resample covers one.

    The first end among the observations that none of the chosen sets reaches decides: the next
    set is the last one that starts before it.
    """
    m = sample.m
    ends = np.where(weights > 0, sample.end, m + 1)
    first_end = np.full((len(weights), m + 1), m + 1, dtype=np.int64)
    first_end[:, :m] = reduce_by(np.minimum, ends, sample.first, m)
    first_end = np.minimum.accumulate(first_end[:, ::-1], axis=1)[:, ::-1]
    starts = reduce_by(np.maximum, weights, sample.first, m) > 0
    start_before = _last_chosen(starts)
    chosen = np.zeros((len(weights), m), dtype=np.bool_)
    rows, first_end_left = np.arange(len(weights)), first_end[:, 0]
    while rows.size:
        rows, first_end_left = rows[first_end_left <= m], first_end_left[first_end_left <= m]
        place = start_before[rows, first_end_left - 1]
        chosen[rows, place] = True
        first_end_left = first_end[rows, place + 1]
    return chosen


def _last_chosen(chosen: BoolArray) -> IntArray:
    """Find, at each place, the last chosen one up to it; 0 where there is none."""
    last: IntArray = np.maximum.accumulate(np.where(chosen, np.arange(chosen.shape[1]), 0), axis=1)
    return last


def _moved_to(chosen: BoolArray, entries: FloatArray) -> FloatArray:
    """Add the entries from each chosen place up to the next one, and put 0 elsewhere."""
    b, m = entries.shape
    place = m * np.arange(b)[:, None] + _last_chosen(chosen)
    moved = np.bincount(place.ravel(), weights=entries.ravel(), minlength=b * m)
    return moved.reshape(b, m).astype(np.float64)
