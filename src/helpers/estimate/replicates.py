"""Statistics in many resamples of patients at once: means, medians, Kaplan–Meier readings.

Each takes a block of counts, shape (b, patients), and gives one value per resample. A patient may
contribute several durations; they are drawn together, since they belong together.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from helpers.estimate.resampling import Counts
from helpers.estimate.ties import TOLERANCE, BoolArray, FloatArray, as_floats, merge_ties

Float32Array = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class PatientTimes:
    """Durations by patient, ready to be counted in resamples.

    Attributes:
        times: distinct observed times (m), days, ascending.
        events: shape (patients, m), ends seen at each time.
        at_risk: shape (patients, m), durations of at least each time.
    """

    times: FloatArray
    events: Float32Array
    at_risk: Float32Array


def by_patient(time: npt.ArrayLike, event: npt.ArrayLike, patient: npt.ArrayLike) -> PatientTimes:
    """Count the durations of each patient at each distinct time.

    Args:
        time: shape (n,), days; n ≥ 1.
        event: shape (n,), True where the end was seen.
        patient: shape (n,), whole numbers from 0; every number up to the largest occurs.

    Returns:
        Counts, held in single precision, in which whole numbers below 2²⁴ are exact.
    """
    times, position = np.unique(merge_ties(time), return_inverse=True)
    owner = np.asarray(patient, dtype=np.intp).ravel()
    shape = (int(owner.max()) + 1, times.size)
    observed, events = np.zeros(shape, np.float32), np.zeros(shape, np.float32)
    np.add.at(observed, (owner, position), 1)
    np.add.at(events, (owner, position), np.asarray(event, dtype=np.float32).ravel())
    at_risk = np.cumsum(observed[:, ::-1], axis=1)[:, ::-1]
    return PatientTimes(times, events, np.ascontiguousarray(at_risk))


@dataclass(frozen=True, slots=True)
class Curves:
    """Kaplan–Meier curves of a block of resamples.

    Attributes:
        times: shape (m,), days, ascending.
        survival: shape (b, m), P(T > t).
        last: shape (b,), last observed time of each resample, days.
    """

    times: FloatArray
    survival: FloatArray
    last: FloatArray

    def medians(self) -> FloatArray:
        """Read the medians, shape (b,), as kaplan_meier.median does; +∞ where not reached."""
        reached = self.survival <= 0.5 + TOLERANCE
        below = self.survival < 0.5 - TOLERANCE
        start = self.times[np.argmax(reached, axis=1)]
        end = np.where(below.any(axis=1), self.times[np.argmax(below, axis=1)], self.last)
        on_half = reached.sum(axis=1) > below.sum(axis=1)
        medians = np.where(on_half, (start + end) / 2, start)
        return np.where(reached.any(axis=1), medians, np.inf)

    def means(self, tau: float) -> FloatArray:
        """Integrate to tau days, shape (b,); a curve that ends before above 0 is carried flat."""
        edges = np.clip(np.concatenate(([0.0], self.times, [tau])), 0, max(tau, 0.0))
        widths = np.diff(edges)
        areas: FloatArray = widths[0] + np.einsum("bm,m->b", self.survival, widths[1:])
        return areas

    def end_before(self, tau: float) -> BoolArray:
        """Say of each resample whether it was observed to tau days or to S = 0, shape (b,)."""
        ends: BoolArray = (self.last < tau - TOLERANCE) & (self.survival[:, -1] > TOLERANCE)
        return ends

    def at(self, days: npt.ArrayLike) -> FloatArray:
        """Read P(T > t) at k days, shape (b, k); NaN beyond the last observed time while S > 0."""
        asked = as_floats(days)
        passed = np.searchsorted(self.times, asked + TOLERANCE)
        padded = np.concatenate((np.ones((len(self.last), 1)), self.survival), axis=1)
        unknown = (asked > self.last[:, None] + TOLERANCE) & (self.survival[:, -1:] > 0)
        values: FloatArray = np.where(unknown, np.nan, padded[:, passed])
        return values


def curves(durations: PatientTimes, counts: Counts) -> Curves:
    """Estimate the Kaplan–Meier curve of every resample.

    Args:
        durations: of the patients, each with at least one.
        counts: shape (b, patients).

    Reference:
        Kaplan and Meier (1958).
    """
    weights = counts.astype(np.float32)
    at_risk = weights @ durations.at_risk
    left = at_risk - weights @ durations.events
    # Where nobody is at risk any more, the curve stays as it is.
    steps = np.divide(left, at_risk, out=np.ones(left.shape), where=at_risk > 0, dtype=np.float64)
    survival: FloatArray = np.cumprod(steps, axis=1, out=steps)
    last = durations.times[np.count_nonzero(at_risk, axis=1) - 1]
    return Curves(durations.times, survival, last)


def means(values: npt.ArrayLike, counts: Counts, units: npt.ArrayLike = 1.0) -> FloatArray:
    """Average values over the units of each resample: means, proportions, rates.

    Args:
        values: shape (patients,), the sum over a patient's units.
        counts: shape (b, patients).
        units: shape (patients,) or a number: how many units (infusions) a patient contributes.

    Returns:
        Shape (b,); NaN where a resample holds no unit.
    """
    sums = counts @ as_floats(values)
    sizes = counts @ np.broadcast_to(as_floats(units), (counts.shape[1],))
    averages: FloatArray = np.divide(sums, sizes, out=np.full(sums.shape, np.nan), where=sizes > 0)
    return averages


def medians(values: npt.ArrayLike, counts: Counts) -> FloatArray:
    """Find the median of one value per patient in each resample.

    Args:
        values: shape (patients,).
        counts: shape (b, patients).

    Returns:
        Shape (b,); the middle of the two central values where their number is even.
    """
    floats = as_floats(values)
    order = np.argsort(floats, kind="stable")
    passed = np.cumsum(counts[:, order], axis=1)
    total = passed[:, -1:]
    low = np.argmax(passed > (total - 1) // 2, axis=1)
    high = np.argmax(passed > total // 2, axis=1)
    ordered = floats[order]
    middle: FloatArray = (ordered[low] + ordered[high]) / 2
    return middle
