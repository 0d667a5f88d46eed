"""Firth's penalised likelihood of a logistic regression on one predictor, profiled over the slope.

Maximum and limits are looked for everywhere and not from a start, for this likelihood can have
several maxima: along the intercept where the predictor nearly separates the outcome, along the
slope where the predictor has outliers. Newton's method stops at whichever is near.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import scipy

from helpers.estimate.ties import BoolArray, FloatArray

STEPS: FloatArray = np.geomspace(0.1, 1000.0, 21)
SLOPES: FloatArray = np.concatenate((-STEPS[::-1], [0.0], STEPS))
"""Slopes looked at first, per standard deviation, up to ± 1000."""
MARGINS: FloatArray = np.array([2.0, 4.0, 8.0])
"""Further out, on the logit scale, everybody has the outcome or nobody: no maximum is there."""
APART = 2.0
"""How far intercepts to try are pulled apart: they would fall together at a slope of 0."""
PEAKS = 3
"""Highest local maxima of a grid that are followed up."""
PARTS = 8
NARROW = 0.002
MOST_ZOOMS = 12
"""A bracket is cut into so many parts, two of them kept, until it is narrow; then a parabola."""
VANISHED = 1e-30
"""Relative spread of the information below this is rounding; no maximum is there either."""

IndexArray = npt.NDArray[np.intp]
Heights = Callable[[FloatArray], FloatArray]


@dataclass(frozen=True, slots=True)
class Summary:
    """What the profile says of the slope, per standard deviation of the predictor.

    Attributes:
        slope: log odds ratio at the maximum.
        lower, upper: outermost values that the test at this level does not reject; None where
            there is none within ± 1000.
        p_value: penalised likelihood-ratio test of a slope of 0.
    """

    slope: float
    lower: float | None
    upper: float | None
    p_value: float


@dataclass(frozen=True, slots=True)
class Profile:
    """Penalised log-likelihood of a slope, with the intercept that makes it largest.

    Attributes:
        predictor: shape (n,), mean 0, standard deviation 1.
        event: shape (n,).

    Reference:
        Firth (1993); Heinze and Schemper (2002), the profile.
    """

    predictor: FloatArray
    event: BoolArray

    def height(self, intercept: FloatArray, slope: FloatArray) -> FloatArray:
        """Compute log-likelihood + ½ log det(information) at each of the points, of any shape."""
        eta = intercept[..., None] + slope[..., None] * self.predictor
        log_odds_plus_one = np.logaddexp(0.0, eta)
        log_weight = eta - 2 * log_odds_plus_one  # log p(1 − p)
        largest = log_weight.max(axis=-1, keepdims=True)
        weight = np.exp(log_weight - largest)
        total = weight.sum(axis=-1)
        centre = (weight @ self.predictor / total)[..., None]
        spread = np.sum(weight * (self.predictor - centre) ** 2, axis=-1)
        log_determinant: FloatArray = 2 * largest[..., 0] + np.log(
            total * np.maximum(spread, VANISHED)
        )
        log_likelihood: FloatArray = np.sum(self.event * eta - log_odds_plus_one, axis=-1)
        return log_likelihood + log_determinant / 2

    def at(self, slopes: FloatArray) -> FloatArray:
        """Compute the profile at slopes of any shape."""
        flat = slopes.ravel()

        def height(intercepts: FloatArray) -> FloatArray:
            column = flat.reshape(-1, *(1,) * (intercepts.ndim - 1))
            return self.height(intercepts, np.broadcast_to(column, intercepts.shape))

        return _highest(height, self._intercepts(flat))[1].reshape(slopes.shape)

    def summary(self, level: float) -> Summary:
        """Find maximum, limits and test; level is that of the two-sided interval."""
        places, heights = _highest(self.at, SLOPES[None, :])
        slope, top = float(places[0]), float(heights[0])
        target = target_height(top, level)
        at_zero = float(self.at(np.zeros(1))[0])
        return Summary(
            slope=slope,
            lower=self._limit(slope, target, -1),
            upper=self._limit(slope, target, 1),
            p_value=float(scipy.stats.chi2.sf(max(0.0, 2 * (top - at_zero)), 1)),
        )

    def _limit(self, slope: float, target: float, side: int) -> float | None:
        """Find the outermost slope on one side (−1, 1) at which the profile is at the target."""
        beyond = SLOPES[side * SLOPES > side * slope][::side]
        tried = np.concatenate(([slope], beyond))
        outermost = int(np.flatnonzero(self.at(tried) >= target)[-1])
        if outermost == tried.size - 1:
            return None

        def excess(at: float) -> float:
            return float(self.at(np.array([at]))[0]) - target

        root: float = scipy.optimize.brentq(
            excess, tried[outermost], tried[outermost + 1], xtol=1e-12
        )
        return root

    def _intercepts(self, slopes: FloatArray) -> FloatArray:
        """List for each slope, shape (m,), intercepts to try, shape (m, k), ascending.

        Near them a patient, or the middle between two, has a fitted probability of ½.
        """
        values = np.unique(self.predictor)
        middles = np.concatenate((values, (values[1:] + values[:-1]) / 2))
        inner = np.sort(-slopes[:, None] * middles, axis=1)
        inner = inner + np.linspace(-APART, APART, middles.size)
        return np.hstack((inner[:, :1] - MARGINS[::-1], inner, inner[:, -1:] + MARGINS))


def target_height(top: float, level: float) -> float:
    """Give the height at which the limits of a level lie below the top of a profile."""
    return top - float(scipy.stats.chi2.ppf(level, 1)) / 2


def _highest(function: Heights, grid: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Find the maximum in each row: from the best local maxima of a grid, zooming in on each.

    Args:
        function: from points (m, …) to their heights, row by row.
        grid: shape (m, k), ascending.

    Returns:
        Places and heights, shape (m,) each.
    """
    low, high = _brackets(grid, function(grid))
    for _ in range(MOST_ZOOMS):
        points = low + (high - low) * np.linspace(0, 1, PARTS + 1)
        heights = function(points)
        top = np.clip(np.argmax(heights, axis=2, keepdims=True), 1, PARTS - 1)
        low, high = _beside(points, top)
        if np.max(high - low) <= NARROW:
            break
    places, tops = _vertices(points, heights, top)
    best = np.argmax(tops, axis=1)[:, None]
    return (
        np.take_along_axis(places, best, axis=1)[:, 0],
        np.take_along_axis(tops, best, axis=1)[:, 0],
    )


def _brackets(grid: FloatArray, heights: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Give the neighbours of the highest local maxima of each row, shape (m, PEAKS, 1) each."""
    inner = heights[:, 1:-1]
    is_peak = (inner >= heights[:, :-2]) & (inner >= heights[:, 2:])
    best = 1 + np.argsort(np.where(is_peak, inner, -np.inf), axis=1)[:, -PEAKS:, None]
    return _beside(grid[:, None, :], best)


def _beside(points: FloatArray, index: IndexArray) -> tuple[FloatArray, FloatArray]:
    """Take the points before and after those at an index along the last axis."""
    return (
        np.take_along_axis(points, index - 1, axis=2),
        np.take_along_axis(points, index + 1, axis=2),
    )


def _vertices(
    points: FloatArray, heights: FloatArray, top: IndexArray
) -> tuple[FloatArray, FloatArray]:
    """Lay a parabola through the highest of evenly spaced points and its neighbours."""
    place, height = (np.take_along_axis(of, top, axis=2) for of in (points, heights))
    before, after = _beside(heights, top)
    spacing = points[..., 1:2] - points[..., :1]
    bend = before - 2 * height + after
    slope = (after - before) / 2
    is_bent = bend < 0
    shift = np.clip(np.where(is_bent, -slope / np.where(is_bent, bend, -1.0), 0.0), -1, 1)
    vertex = height + shift * slope + shift**2 * bend / 2
    return (place + shift * spacing)[..., 0], vertex[..., 0]
