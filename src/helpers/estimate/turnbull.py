"""How long an effect lasts, from interval-censored durations: the Turnbull estimate (NPMLE).

lifelines takes intervals as closed, so that [0, 7] and [7, 14] share day 7. Here they are
half-open, as visits make them, and the estimate is carried to its optimality conditions.
"""

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from helpers.estimate.durations import Kinds
from helpers.estimate.ties import FloatArray, as_floats
from helpers.estimate.turnbull_newton import GAP, Runs, maximise
from helpers.estimate.turnbull_sets import find_sets, read_sample
from helpers.estimate.turnbull_start import product_limit_start


@dataclass(frozen=True, slots=True)
class Npmle:
    """Turnbull sets in ascending order (m of them) and their masses; empty when n = 0.

    Attributes:
        left, right: ends in days, (left, right]; the last right may be infinite.
        is_point: whether the set is the point left = right.
        masses: probability of each set, sum 1; where within a set it lies, no data say.
        n: number of observations.
        gap: max_j d_j − n with d_j = Σ 1/f over the observations that cover set j, f their
            probability; the log-likelihood is at most this far from its maximum.
        loglik: Σ log f.
        iterations: Newton steps taken.
    """

    left: tuple[float, ...]
    right: tuple[float, ...]
    is_point: tuple[bool, ...]
    masses: tuple[float, ...]
    n: int
    gap: float
    loglik: float
    iterations: int

    @property
    def status(self) -> str:
        """Say `ok`, and what the log-likelihood may lack where that is more than planned."""
        if self.gap < GAP:
            return "ok"
        return f"ok, log-likelihood only within {self.gap:.1g} of its maximum"


@dataclass(frozen=True, slots=True)
class StepCurve:
    """The curve for drawing: one entry per set with mass; S is only known at the ends of a set.

    Attributes:
        left, right: ends of the set in days (equal for a point); right is None if unbounded.
        before, after: P(T > t) up to its left end (at a point: just before it) and from its
            right end on.
    """

    left: tuple[float, ...]
    right: tuple[float | None, ...]
    before: tuple[float, ...]
    after: tuple[float, ...]


def npmle(lower: npt.ArrayLike, upper: npt.ArrayLike, kind: Kinds) -> Npmle:
    """Estimate the distribution of interval-censored durations.

    Exact values are points, intervals half-open (lower, upper]. For exact durations it is the
    empirical distribution; for exact and right-censored ones, Kaplan–Meier's. The masses are
    unique: at each set some observation ends, and the rows of these in the matrix of who covers
    what are triangular.

    Args:
        lower: shape (n,), days, finite, ≥ 0.
        upper: shape (n,), days; infinite where right-censored.
        kind: shape (n,), `none`, `exact`, `interval`, `right` or `left`.

    Returns:
        Npmle, empty when n = 0.

    Reference:
        Peto (1973); Turnbull (1976); Gentleman and Geyer (1994), on optimality and uniqueness.
    """
    n = as_floats(lower).size
    if n == 0:
        return Npmle((), (), (), (), 0, 0.0, 0.0, 0)
    sample = read_sample(lower, upper, kind)
    weights = sample.weights(np.ones((1, n), dtype=np.int64))
    sets = find_sets(sample, weights)
    found = maximise(sample, weights, sets.exists, product_limit_start(sample, weights))
    probability = Runs(sample).within(found.masses)
    return Npmle(
        left=tuple(sets.left[0].tolist()),
        right=tuple(sets.right[0].tolist()),
        is_point=tuple(sets.is_point[0].tolist()),
        masses=tuple(found.masses[0].tolist()),
        n=n,
        gap=float(found.gap[0]),
        loglik=float(np.sum(weights * np.log(probability))),
        iterations=int(found.steps[0]),
    )


def step_curve(fit: Npmle) -> StepCurve:
    """Give the curve for drawing.

    Args:
        fit: of durations in days.
    """
    survival = np.append(1.0, survival_after(np.array([fit.masses])))
    shown = [j for j, mass in enumerate(fit.masses) if mass > 0]
    return StepCurve(
        left=tuple(fit.left[j] for j in shown),
        right=tuple(fit.right[j] if math.isfinite(fit.right[j]) else None for j in shown),
        before=tuple(float(survival[j]) for j in shown),
        after=tuple(float(survival[j + 1]) for j in shown),
    )


def survival_after(masses: FloatArray) -> FloatArray:
    """Sum what lies beyond each set, (b, m) → (b, m); from the right, so that S ends at 0."""
    beyond = np.zeros(masses.shape)
    beyond[:, :-1] = np.cumsum(masses[:, :0:-1], axis=1)[:, ::-1]
    return np.minimum(beyond, 1.0)
