"""Estimates whose interval is a bootstrap over patients: means, rates, Kaplan–Meier readings."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from helpers.estimate import kaplan_meier, replicates
from helpers.estimate.resampling import Counts, bootstrap, percentile_interval, with_limits
from helpers.estimate.rmst import reached_horizon, rmst
from helpers.estimate.ties import FloatArray, as_floats
from helpers.estimate.value import Value

LEAST_PATIENTS = 2
"""Resamples of one patient are all the same: no spread where nothing is known of the spread."""


@dataclass(frozen=True, slots=True)
class Resamples:
    """How an interval is resampled: number of resamples, their seeds, confidence level."""

    n_boot: int
    entropy: Sequence[int]
    level: float


def ratio(
    values: npt.ArrayLike,
    resamples: Resamples,
    *,
    units: npt.ArrayLike | None = None,
    method: str = "mean",
) -> Value:
    """Estimate a mean over patients, or over their infusions, with a percentile interval.

    Args:
        values: shape (patients,); the sum over a patient's units where there are several.
        resamples: how to resample.
        units: shape (patients,), how many units (infusions) a patient contributes; none: one each.
        method: the estimator in words.

    Returns:
        Value in the unit of the data per unit; n is the number of units. Without number when there
        are fewer than 2 patients.

    Reference:
        Efron (1979); a ratio of sums over patients: Davison and Hinkley (1997), section 3.8.
    """
    sums = as_floats(values)
    sizes = np.ones(sums.size) if units is None else as_floats(units)
    if sums.size < LEAST_PATIENTS:
        return Value.too_few(sums.size, LEAST_PATIENTS, method)
    drawn = bootstrap(
        lambda counts: replicates.means(sums, counts, sizes),
        sums.size,
        n_boot=resamples.n_boot,
        entropy=resamples.entropy,
    )
    n = int(sizes.sum())
    value = Value(estimate=float(sums.sum() / n), n=n, method=method)
    return with_limits(value, percentile_interval(drawn, resamples.level))


@dataclass(frozen=True, slots=True)
class ClusteredCurve:
    """The curve of all durations of all patients, with a percentile band over patients.

    Attributes:
        curve: Kaplan–Meier; its lower and upper are the band (None where no limit exists).
        median, mean: Values in days; the mean is restricted (RMST).
    """

    curve: kaplan_meier.Curve
    median: Value
    mean: Value


def clustered_curve(
    time: npt.ArrayLike,
    event: npt.ArrayLike,
    patient: npt.ArrayLike,
    resamples: Resamples,
    *,
    horizon: float,
) -> ClusteredCurve:
    """Estimate a curve from several durations per patient; intervals resample patients.

    The naive limits would treat the durations of one patient as independent. τ of the restricted
    mean is held at the sample's; a resample that ends before it above 0 is carried on flat.

    Args:
        time: shape (n,), days.
        event: shape (n,), True where the end was seen.
        patient: shape (n,), whole numbers from 0, without gaps.
        resamples: how to resample.
        horizon: days to which the mean is restricted.

    Returns:
        Curve, median and mean; without numbers when there are fewer than 2 patients.

    Reference:
        Kaplan and Meier (1958); Davison and Hinkley (1997), section 3.8, on clusters.
    """
    curve = kaplan_meier.curve(time, event, level=resamples.level)
    patients = int(np.max(patient, initial=-1)) + 1
    plain_median = _without_limits(kaplan_meier.median(curve), "Kaplan–Meier median")
    plain_mean = _without_limits(rmst(curve, horizon), "area under the Kaplan–Meier curve")
    if patients < LEAST_PATIENTS:
        none = Value.too_few(patients, LEAST_PATIENTS, plain_median.method)
        return ClusteredCurve(curve, none, replace(none, method=plain_mean.method))
    if resamples.n_boot == 0:
        return _without_interval(curve, plain_median, plain_mean)
    tau = reached_horizon(curve, horizon)
    durations = replicates.by_patient(time, event, patient)

    def statistic(counts: Counts) -> FloatArray:
        many = replicates.curves(durations, counts)
        readings = (many.medians(), many.means(tau), many.end_before(tau))
        return np.column_stack((*readings, many.at(durations.times)))

    drawn = bootstrap(statistic, patients, n_boot=resamples.n_boot, entropy=resamples.entropy)
    return ClusteredCurve(
        curve=_with_band(curve, drawn[:, 3:], resamples.level),
        median=_median(plain_median, drawn[:, 0], resamples.level),
        mean=_mean(plain_mean, drawn[:, 1], int(drawn[:, 2].sum()), tau, resamples.level),
    )


def _without_interval(curve: kaplan_meier.Curve, median: Value, mean: Value) -> ClusteredCurve:
    """Leave out the intervals that no resamples are drawn for; a restricted mean keeps its own."""
    nothing = percentile_interval(np.empty(0), curve.level)
    no_limits = (None,) * len(curve.lower)
    return ClusteredCurve(
        replace(curve, lower=no_limits, upper=no_limits),
        with_limits(median, nothing),
        mean if mean.estimate is None else with_limits(mean, nothing),
    )


def _without_limits(value: Value, method: str) -> Value:
    """Drop the limits (and their error) that take the durations of a patient as independent."""
    extra = {name: number for name, number in value.extra.items() if name != "standard_error"}
    return replace(value, lower=None, upper=None, method=method, extra=extra)


def _median(value: Value, drawn: FloatArray, level: float) -> Value:
    return with_limits(value, percentile_interval(drawn, level))


def _mean(value: Value, drawn: FloatArray, carried: int, tau: float, level: float) -> Value:
    """Give the restricted mean its limits, and say to which day it goes."""
    if value.estimate is None:
        return value
    to_day = replace(value, method=f"{value.method} to day {tau:g}")
    limited = with_limits(to_day, percentile_interval(drawn, level))
    if not carried:
        return limited
    note = f"{carried} of {drawn.size} resamples end before day {tau:g} and are carried on flat"
    return replace(limited, status=f"{limited.status}, {note}")


def _with_band(curve: kaplan_meier.Curve, drawn: FloatArray, level: float) -> kaplan_meier.Curve:
    """Put percentile limits in the place of Greenwood's."""
    intervals = [percentile_interval(column, level) for column in drawn.T]
    return replace(
        curve,
        lower=tuple(interval.lower for interval in intervals),
        upper=tuple(interval.upper for interval in intervals),
    )
