"""Firth's profile in a large sample, where it is a single hill: searched near, and quickly.

The log-likelihood is concave and of the order of the number of events, the penalty of the order of
1: with many events and non-events, and a predictor that is far from separating them, it can raise
no second hill near the top of the first.
"""

from dataclasses import dataclass

import numpy as np
from scipy import optimize, special, stats

from helpers.estimate.firth_profile import VANISHED, Profile, Summary, target_height
from helpers.estimate.ties import FloatArray

LARGE = 300
"""Patients from which on a sample is large, …"""
LEAST_EVENTS = 50
"""… with at least so many events and non-events, …"""
LEAST_INFORMATION = 20.0
"""… and at least so much Σ p(1 − p): where the predictor nearly separates them, there is none."""
FARTHEST = 1000.0
"""Slopes are looked for within ± this, per standard deviation, as in a small sample."""
CLOSE = 1e-12
_TIGHT = {"xtol": 1e-10}


def is_large(profile: Profile) -> bool:
    """Say whether a sample is so large that its profile is a single hill."""
    events = int(np.count_nonzero(profile.event))
    others = profile.event.size - events
    return profile.event.size >= LARGE and min(events, others) >= LEAST_EVENTS


@dataclass(frozen=True, slots=True)
class LargeProfile:
    """Penalised log-likelihood of a slope, from patients counted by value of the predictor.

    Attributes:
        values: distinct values of the predictor (m), mean 0 and standard deviation 1 over patients.
        patients, events: shape (m,), how many have the value, and with the outcome.

    Reference:
        Firth (1993); Heinze and Schemper (2002), the profile.
    """

    values: FloatArray
    patients: FloatArray
    events: FloatArray

    @classmethod
    def of(cls, profile: Profile) -> "LargeProfile":
        """Count the patients of a profile."""
        values, member = np.unique(profile.predictor, return_inverse=True)
        patients, events = (np.bincount(member, weights, minlength=values.size)
                            for weights in (None, profile.event))  # fmt: skip
        return cls(values, patients.astype(np.float64), events.astype(np.float64))

    def overlaps(self, slope: float) -> bool:
        """Say whether a predictor is far from separating the outcome at a slope."""
        fitted = special.expit(self._intercept(slope) + slope * self.values)
        return bool(self.patients @ (fitted * (1 - fitted)) >= LEAST_INFORMATION)

    def height(self, intercept: float, slope: float) -> float:
        """Compute log-likelihood + ½ log det(information) at a point."""
        eta = intercept + slope * self.values
        log_odds_plus_one = np.logaddexp(0.0, eta)
        weight = self.patients * np.exp(eta - 2 * log_odds_plus_one)
        total = weight.sum()
        centre = weight @ self.values / max(total, VANISHED)
        spread = weight @ (self.values - centre) ** 2
        log_determinant = np.log(max(total, VANISHED)) + np.log(max(spread, VANISHED))
        log_likelihood = self.events @ eta - self.patients @ log_odds_plus_one
        return float(log_likelihood + log_determinant / 2)

    def at(self, slope: float) -> float:
        """Compute the profile at a slope."""

        def below(intercept: float) -> float:
            return -self.height(intercept, slope)

        start = self._intercept(slope)
        found = optimize.minimize_scalar(below, (start - 0.01, start + 0.01), method="brent",
                                         options=_TIGHT)  # fmt: skip
        return -float(found.fun)

    def _intercept(self, slope: float) -> float:
        """Find the intercept without penalty: that expects as many events as there are."""

        def excess(intercept: float) -> float:
            fitted = self.patients @ special.expit(intercept + slope * self.values)
            return float(fitted - self.events.sum())

        reach = 50.0 + abs(slope) * float(np.abs(self.values).max())
        root: float = optimize.brentq(excess, -reach, reach, xtol=1e-9)
        return root

    def summary(self, level: float) -> Summary:
        """Find maximum, limits and test; level is that of the two-sided interval."""
        found = optimize.minimize_scalar(lambda slope: -self.at(slope), (-0.1, 0.1),
                                         method="brent", options=_TIGHT)  # fmt: skip
        slope, top = float(found.x), -float(found.fun)
        target = target_height(top, level)
        return Summary(
            slope=slope,
            lower=self._limit(slope, target, -1),
            upper=self._limit(slope, target, 1),
            p_value=float(stats.chi2.sf(max(0.0, 2 * (top - self.at(0.0))), 1)),
        )

    def _limit(self, slope: float, target: float, side: int) -> float | None:
        """Find the slope on one side (−1, 1) at which the profile is at the target."""
        step = 0.01
        while self.at(slope + side * step) > target:
            step *= 2
            if step > FARTHEST:
                return None
        root: float = optimize.brentq(
            lambda at: self.at(at) - target, slope, slope + side * step, xtol=CLOSE
        )
        return root

    def agrees(self, found: Summary, level: float, tolerance: float) -> bool:
        """Say whether limits lie at the height that a maximum says, and nothing near is higher."""
        if found.lower is None or found.upper is None:
            return False
        if not found.lower < found.slope < found.upper:
            return False
        top = self.at(found.slope)
        target = target_height(top, level)
        near = (found.upper - found.lower) / 100
        return (
            all(abs(self.at(end) - target) <= tolerance for end in (found.lower, found.upper))
            and max(self.at(found.slope - near), self.at(found.slope + near)) <= top + tolerance
        )
