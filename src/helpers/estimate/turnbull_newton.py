"""The masses that maximise the likelihood of interval-censored durations, in many resamples.

A constrained Newton method: each step takes in, between any two sets with mass, the set whose
slope is largest, solves the quadratic approximation over these sets exactly, and goes back as far
as needed. An observation covers a run of sets, so its probability is a difference of two sums, and
no step costs more than O(g + m) beside the small quadratic problem. Some ten steps do; EM, the
usual way, takes hundreds to thousands.

Maximised is Σ w log f − n Σ p over p ≥ 0, whose maximum has Σ p = 1 of itself.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import scipy

from helpers.estimate.pivoting import best_step
from helpers.estimate.ties import BoolArray, FloatArray
from helpers.estimate.turnbull_sets import IntArray, Sample

GAP = 1e-8
"""The plan's: the log-likelihood is at most this far from its maximum."""
ROUNDING = 1e-12
"""Per observation: what rounding leaves of the gap, so that further steps are of no use."""
MOST_STEPS = 200
MOST_HALVINGS = 60
ENOUGH = 1e-4
"""Share of the gain that the slope promises which a step must bring (Armijo, 1966)."""
LEAST_LEFT = 0.01
"""Share of its probability that a step leaves to every observation."""


@dataclass(frozen=True, slots=True)
class Optimum:
    """Masses of a block of resamples, and how good they are.

    Attributes:
        masses: shape (b, m); rows sum to 1.
        gap: shape (b,), max_j d_j − n with d_j = Σ w/f over the observations that cover set j;
            the log-likelihood is at most this far from its maximum.
        steps: shape (b,), Newton steps taken.
    """

    masses: FloatArray
    gap: FloatArray
    steps: IntArray


class Runs:
    """Sums over the run of sets that each distinct observation covers."""

    def __init__(self, sample: Sample) -> None:
        """Note where each run of the sample starts and ends."""
        self.first, self.end, self.m = sample.first, sample.end, sample.m
        self.ends = _scatter(self.first, self.m + 1) - _scatter(self.end, self.m + 1)

    def within(self, masses: FloatArray) -> FloatArray:
        """Sum masses, (b, m) → (b, g), over each observation's sets."""
        sums = np.zeros((len(masses), self.m + 1))
        np.cumsum(masses, axis=1, out=sums[:, 1:])
        return sums[:, self.end] - sums[:, self.first]

    def covering(self, entries: FloatArray) -> FloatArray:
        """Sum entries, (b, g) → (b, m), over the observations that cover each set."""
        sums: FloatArray = np.cumsum(entries @ self.ends, axis=1)[:, :-1]
        return sums

    def covering_both(self, entries: FloatArray, places: IntArray) -> FloatArray:
        """Sum entries, (b, g) → (b, s, s), over the observations that cover two of s sets."""
        s = places.size
        first, end = np.searchsorted(places, self.first), np.searchsorted(places, self.end)
        table = _scatter(first * (s + 1) + end, (s + 1) ** 2).T @ entries.T
        sums = table.reshape(s + 1, s + 1, -1)[:-1, 1:].copy()
        for j in range(1, s):  # those with first ≤ j; row by row, cumsum is slow along these axes
            sums[j] += sums[j - 1]
        for k in range(s - 1, 0, -1):  # and end > k
            sums[:, k - 1] += sums[:, k]
        upper = np.moveaxis(sums, -1, 0)
        both: FloatArray = np.where(np.tri(s, dtype=np.bool_).T, upper, np.swapaxes(upper, 1, 2))
        return both


def maximise(sample: Sample, weights: FloatArray, allowed: BoolArray, start: FloatArray) -> Optimum:
    """Find the masses with the largest likelihood in each resample.

    Args:
        sample: the observations.
        weights: shape (b, g), how often each distinct observation occurs; no row is all 0.
        allowed: shape (b, m), the sets of each resample.
        start: shape (b, m), masses on these sets from which no observation has probability 0.

    Returns:
        Optimum; gap < 1e-8 up to thousands of observations, and it says so where not.

    Reference:
        Wang (2007), constrained Newton method; Turnbull (1976); Lindsay (1983), on the gap.
    """
    runs, masses = Runs(sample), start.copy()
    gap, steps = np.full(len(start), np.inf), np.zeros(len(start), dtype=np.int64)
    left = np.arange(len(start))
    while left.size:
        state = _State.at(runs, weights[left], allowed[left], masses[left])
        new_gap = state.gap()
        done = _finished(new_gap, gap[left], state.n[:, 0]) | (steps[left] == MOST_STEPS)
        gap[left] = new_gap
        left = left[~done]
        if left.size:
            masses[left] = state.of(~done).next_masses()
            steps[left] += 1
    return Optimum(masses, gap, steps)


@dataclass(frozen=True, slots=True)
class _State:
    """A block of resamples at some masses.

    Attributes:
        runs: sums over the observations' sets.
        weights, probability: shape (b, g); probabilities are > 0 where weights are.
        allowed: shape (b, m).
        masses: shape (b, m).
        slope: shape (b, m), d − n.
        n: shape (b, 1), number of observations.
    """

    runs: Runs
    weights: FloatArray
    probability: FloatArray
    allowed: BoolArray
    masses: FloatArray
    slope: FloatArray
    n: FloatArray

    @classmethod
    def at(
        cls, runs: Runs, weights: FloatArray, allowed: BoolArray, masses: FloatArray
    ) -> "_State":
        """Compute probabilities and slopes at the masses."""
        probability = runs.within(masses)
        n = weights.sum(axis=1, keepdims=True)
        slope = runs.covering(_ratio(weights, probability, weights)) - n
        return cls(runs, weights, probability, allowed, masses, slope, n)

    def of(self, rows: BoolArray) -> "_State":
        """Choose some of the resamples."""
        return _State(
            self.runs,
            self.weights[rows],
            self.probability[rows],
            self.allowed[rows],
            self.masses[rows],
            self.slope[rows],
            self.n[rows],
        )

    def gap(self) -> FloatArray:
        """Bound what the log-likelihood lacks, shape (b,)."""
        highest: FloatArray = np.max(self.slope, axis=1, where=self.allowed, initial=0.0)
        return highest

    def next_masses(self) -> FloatArray:
        """Take one Newton step, shape (b, m)."""
        free = (self.masses > 0) | self._entering()
        places = np.flatnonzero(free.any(axis=0))
        curvature = _ratio(self.weights, self.probability**2, self.weights)
        step = np.zeros(self.masses.shape)
        step[:, places] = best_step(
            self.runs.covering_both(curvature, places),
            self.slope[:, places],
            self.masses[:, places],
            free[:, places],
        )
        masses = np.maximum(self.masses + self._length(step)[:, None] * step, 0.0)
        normalised: FloatArray = masses / masses.sum(axis=1, keepdims=True)
        return normalised

    def _entering(self) -> BoolArray:
        """Choose, between neighbouring sets with mass, the set with the largest slope above 0."""
        candidate: BoolArray = self.allowed & (self.masses == 0) & (self.slope > ROUNDING * self.n)
        slope = np.where(candidate, self.slope, 0.0).ravel()
        opens = self.masses > 0
        opens[:, 0] = True  # between two rows as well
        stretch = np.cumsum(opens.ravel()) - 1
        highest = np.maximum.reduceat(slope, np.flatnonzero(opens))
        is_highest: BoolArray = (slope == highest[stretch]).reshape(candidate.shape)
        return candidate & is_highest

    def _length(self, step: FloatArray) -> FloatArray:
        """Halve the steps until each brings part of the gain its slope promises, shape (b,)."""
        change = _ratio(self.runs.within(step), self.probability, self.weights)
        promise = np.sum(step * self.slope, axis=1)
        growth = self.n[:, 0] * step.sum(axis=1)
        length = np.ones(len(step))
        for _ in range(MOST_HALVINGS):
            relative = length[:, None] * change
            logs = np.log1p(np.maximum(relative, LEAST_LEFT - 1))  # exact where changes are tiny
            gain = np.sum(self.weights * logs, axis=1) - length * growth
            too_far = np.min(relative, axis=1) < LEAST_LEFT - 1
            short = too_far | (gain < ENOUGH * length * promise)
            if not short.any():
                break
            length[short] /= 2
        return length


def _ratio(above: FloatArray, below: FloatArray, weights: FloatArray) -> FloatArray:
    """Divide where there is weight, and give 0 elsewhere: below may be 0 there."""
    return np.divide(above, below, out=np.zeros(above.shape), where=weights > 0)


def _finished(gap: FloatArray, previous: FloatArray, n: FloatArray) -> BoolArray:
    """Say whether the gap is down to rounding, or small enough and no longer falling fast."""
    return (gap <= ROUNDING * n) | ((gap < GAP) & (gap > previous / 2))


def _scatter(column: IntArray, size: int) -> Any:
    """Make the sparse matrix (g, size) whose row i adds to column[i]."""
    return scipy.sparse.csr_array(
        (np.ones(column.size), (np.arange(column.size), column)), (column.size, size)
    )
