"""Median and S(t) of interval-censored durations, with identified ranges and bootstrap limits.

All readings come from the same resamples in one pass: ``read_resamples`` once, then each reading
with what it gave.
"""

from collections.abc import Iterable
from dataclasses import replace
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from helpers.estimate.durations import Kinds
from helpers.estimate.resampling import percentile_interval, with_limits
from helpers.estimate.ties import TOLERANCE, BoolArray, FloatArray, as_floats
from helpers.estimate.turnbull import Npmle
from helpers.estimate.turnbull_newton import maximise
from helpers.estimate.turnbull_ranges import Range, median_range, survival_range
from helpers.estimate.turnbull_sets import IntArray, Sample, Sets, find_sets, read_sample
from helpers.estimate.turnbull_start import product_limit_start
from helpers.estimate.value import Value, finite_or_none

MEDIAN = "Turnbull estimate (NPMLE), median; the middle of its identified range by convention"
SURVIVAL = "Turnbull estimate (NPMLE), P(T > t); the middle of its identified range by convention"
GAP = 1e-6
"""A resample whose log-likelihood may lack more than this is undefined."""
LEAST_PATIENTS = 2
"""Resamples of one patient are all the same."""


class Resampled(NamedTuple):
    """Readings in resamples of patients; NaN where the estimate did not converge.

    Attributes:
        days: shape (k,), where S was read.
        medians: shape (n_boot,), days; +∞ where not reached.
        survival: shape (n_boot, k), the middle of the identified range, also of an unbounded one.
        unbounded: shape (n_boot, k), whether the day lies inside an unbounded set with mass.
    """

    days: FloatArray
    medians: FloatArray
    survival: FloatArray
    unbounded: BoolArray


def read_resamples(
    lower: npt.ArrayLike,
    upper: npt.ArrayLike,
    kind: Kinds,
    days: npt.ArrayLike,
    draws: Iterable[IntArray],
) -> Resampled:
    """Estimate every resample anew, on its own Turnbull sets, and read it.

    Args:
        lower: shape (n,), days, finite, ≥ 0; one observation per patient.
        upper: shape (n,), days; infinite where right-censored.
        kind: shape (n,), `none`, `exact`, `interval`, `right` or `left`.
        days: shape (k,), where to read S.
        draws: blocks of counts, shape (b, n), how often each patient was drawn; rows sum to n.

    Returns:
        One row per resample, in the order of the draws; none when n = 0.

    Reference:
        Efron (1979).
    """
    asked = as_floats(days)
    blocks = [
        Resampled(asked, np.empty(0), np.empty((0, asked.size)), np.empty((0, asked.size), bool))
    ]
    if as_floats(lower).size:
        sample = read_sample(lower, upper, kind)
        blocks += [_read_block(sample, asked, counts) for counts in draws]
    return Resampled(
        days=asked,
        medians=np.concatenate([block.medians for block in blocks]),
        survival=np.concatenate([block.survival for block in blocks]),
        unbounded=np.concatenate([block.unbounded for block in blocks]),
    )


def npmle_median(fit: Npmle, resampled: Resampled | None = None, *, level: float = 0.95) -> Value:
    """Read the median with its identified range.

    Args:
        fit: of durations in days.
        resampled: readings in resamples of the same patients; none: no limits.
        level: confidence level of the percentile limits.

    Returns:
        Value in days; extra: lower_identified, upper_identified (None where unbounded), and with
        resamples n_boot, n_undefined. Status `not reached` where the median lies in an unbounded
        set; without number when n = 0.

    Reference:
        Turnbull (1976); percentile limits: Efron (1979).
    """
    if fit.n == 0:
        return Value.too_few(0, 1, MEDIAN)
    found = median_range(*_as_one_row(fit))
    estimate = finite_or_none(found.estimate[0])
    status = fit.status if estimate is not None else "not reached"
    value = _value(estimate, found, fit.n, MEDIAN, status)
    return value if resampled is None else _with_limits(value, resampled.medians, level)


def npmle_survival(
    fit: Npmle, t: float, resampled: Resampled | None = None, *, level: float = 0.95
) -> Value:
    """Read S(t) = P(T > t) with its identified range.

    Args:
        fit: of durations in days.
        t: days; where there are resamples, one of the days at which they were read.
        resampled: readings in resamples of the same patients; none: no limits.
        level: confidence level of the percentile limits.

    Returns:
        Value as a fraction 0–1; extra: lower_identified, upper_identified, and with resamples
        n_boot, n_undefined. Inside an unbounded set with mass there is the range alone, neither
        estimate nor limits (those of a middle that is not given would be narrower than the
        range). No limits where S is 0 or 1, as in a Kaplan–Meier curve: resamples of a sample in
        which nobody has relief hold nobody who has. Without number when n = 0.

    Raises:
        ValueError: when the resamples were not read at t.

    Reference:
        Turnbull (1976); percentile limits: Efron (1979).
    """
    if fit.n == 0:
        return Value.too_few(0, 1, SURVIVAL)
    found = survival_range(*_as_one_row(fit), t)
    if found.unbounded[0]:
        status = f"day {t:g} lies inside an unbounded interval"
        value = _value(None, found, fit.n, SURVIVAL, status)
    else:
        value = _value(float(found.estimate[0]), found, fit.n, SURVIVAL, fit.status)
    if resampled is None:
        return value
    column = _column(resampled.days, t)
    limited = _with_limits(value, resampled.survival[:, column], level)
    if value.estimate is None:
        return replace(value, extra=limited.extra)
    if value.estimate <= TOLERANCE or value.estimate >= 1 - TOLERANCE:
        return replace(value, extra=limited.extra, status=limited.status)
    return _with_unbounded(limited, resampled.unbounded[:, column])


def _read_block(sample: Sample, days: FloatArray, counts: IntArray) -> Resampled:
    """Estimate and read one block of resamples."""
    weights = sample.weights(counts)
    sets = find_sets(sample, weights)
    found = maximise(sample, weights, sets.exists, product_limit_start(sample, weights))
    lost = found.gap > GAP
    ranges = [survival_range(sets, found.masses, t) for t in days]
    shape = (len(counts), days.size)
    survival = np.array([one.estimate for one in ranges]).T.reshape(shape)
    return Resampled(
        days=days,
        medians=np.where(lost, np.nan, median_range(sets, found.masses).estimate),
        survival=np.where(lost[:, None], np.nan, survival),
        unbounded=np.array([one.unbounded & ~lost for one in ranges], bool).T.reshape(shape),
    )


def _as_one_row(fit: Npmle) -> tuple[Sets, FloatArray]:
    """Give the estimate as a block of one."""
    masses = np.array([fit.masses])
    return Sets(
        exists=np.ones(masses.shape, np.bool_),
        left=np.array([fit.left]),
        right=np.array([fit.right]),
        is_point=np.array([fit.is_point]),
    ), masses


def _value(estimate: float | None, found: Range, n: int, method: str, status: str) -> Value:
    """Put the reading and its range together."""
    return Value(
        estimate=estimate,
        n=n,
        method=method,
        status=status,
        extra={
            "lower_identified": float(found.lower[0]),
            "upper_identified": finite_or_none(found.upper[0]),
        },
    )


def _with_limits(value: Value, drawn: FloatArray, level: float) -> Value:
    """Give a reading its percentile limits, unless there was but one patient to draw."""
    if value.n >= LEAST_PATIENTS:
        return with_limits(value, percentile_interval(drawn, level))
    return replace(
        value,
        status=f"{value.status}, no limits: resamples of one patient are all the same",
        extra={**value.extra, "n_boot": drawn.size, "n_undefined": 0},
    )


def _with_unbounded(value: Value, unbounded: BoolArray) -> Value:
    """Say how many resamples stand at the middle of an unbounded set's bounds."""
    count = int(np.count_nonzero(unbounded))
    if count == 0:
        return value
    note = f"{count} of {unbounded.size} resamples at the middle of the bounds in an unbounded set"
    return replace(value, status=f"{value.status}, {note}")


def _column(days: FloatArray, t: float) -> int:
    """Find t among the days of the resamples."""
    near = np.flatnonzero(np.abs(days - t) <= TOLERANCE)
    if not near.size:
        raise ValueError(f"expected one of the days read in the resamples {days.tolist()}, got {t}")
    return int(near[0])
