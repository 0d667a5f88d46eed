"""Newton's method for a concave log-likelihood of a few coefficients, and how it can fail."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np
from scipy import linalg

from helpers.estimate.ties import FloatArray

Likelihood = Callable[[FloatArray], tuple[float, FloatArray, FloatArray]]
Outcome = Literal["converged", "flat", "diverged"]

STEP = 1e-10
"""Converged when no coefficient (per standard deviation) moves further than this …"""
ROUNDING = 1e-6
"""… or when steps below this no longer shrink: what moves the coefficients then is rounding."""
FLAT = 1e-12
"""Information at 0 below this, relative to the largest, is none: collinear or constant."""
VANISHED = 1e-9
"""Along a coefficient that runs away, information falls by a factor e with each step of Newton's
method; when this share of that at 0 is left, there is no maximum. A maximum that exists would have
to lie where all but one in 10⁹ of the information is gone."""
MOST_STEPS = 200


@dataclass(frozen=True, slots=True)
class Maximum:
    """Where the log-likelihood is largest.

    Attributes:
        coefficients: shape (k,).
        information: shape (k, k), minus the second derivatives there.
        outcome: `converged`; `flat`: already at 0 the data say nothing about some combination of
            coefficients; `diverged`: the likelihood rises for ever along some direction.
    """

    coefficients: FloatArray
    information: FloatArray
    outcome: Outcome


def maximise(likelihood: Likelihood, size: int) -> Maximum:
    """Find the maximum, starting at 0 and halving steps that would not climb.

    Args:
        likelihood: from coefficients (k,) to log-likelihood, score (k,) and information (k, k);
            concave, of covariates that are standardised.
        size: k, number of coefficients.

    Reference:
        Albert and Anderson (1984), on maxima that do not exist; Bryson and Johnson (1981) for Cox.
    """
    beta = np.zeros(size)
    height, score, information = likelihood(beta)
    at_start = information
    if _least_share(information, np.eye(size)) <= FLAT * max(1.0, float(np.trace(information))):
        return Maximum(beta, information, "flat")
    last = np.inf
    for _ in range(MOST_STEPS):
        if _least_share(information, at_start) < VANISHED:
            break
        step = np.linalg.solve(information, score).astype(np.float64)
        beta, (height, score, information) = _climb(likelihood, beta, step, height)
        moved = float(np.max(np.abs(step)))  # a step halved to nothing is no sign of a maximum
        if moved <= STEP or last / 2 <= moved <= ROUNDING:
            return Maximum(beta, information, "converged")
        last = moved
    return Maximum(beta, information, "diverged")


def _least_share(information: FloatArray, reference: FloatArray) -> float:
    """Give the smallest ratio of the two informations along any direction."""
    if not np.isfinite(information).all():
        return 0.0
    return float(linalg.eigh(information, reference, eigvals_only=True)[0])


def _climb(
    likelihood: Likelihood, beta: FloatArray, step: FloatArray, height: float
) -> tuple[FloatArray, tuple[float, FloatArray, FloatArray]]:
    """Take the step, or the largest half, quarter … of it that does not lead downhill."""
    slack = 1e-12 * max(1.0, abs(height))  # near the top, heights differ by rounding only
    reached = likelihood(beta + step)
    while not reached[0] >= height - slack and np.max(np.abs(step)) > STEP:
        step = step / 2
        reached = likelihood(beta + step)
    return beta + step, reached
