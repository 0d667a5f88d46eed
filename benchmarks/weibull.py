"""The Weibull curve of interval-censored durations."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from benchmarks.npmle import as_table, simulate
from benchmarks.r import Script
from benchmarks.race import LIFELINES, OURS, Answer, Floats, R, lifelines_alone, race
from benchmarks.table import Comparison
from helpers.estimate.weibull import weibull_given_relief

SIZES = (50, 50_000)
SAME_MAXIMUM, NEAR_MAXIMUM = 1e-5, 0.05


def answers(lower: Floats, upper: Floats, kind: Floats) -> dict[str, Answer]:
    """Return who gives shape and scale (days)."""

    def ours() -> Floats:
        fit = weibull_given_relief(lower, upper, kind)
        return np.array([fit.shape.estimate, fit.scale.estimate], dtype=float)

    def lifelines() -> Floats:
        from lifelines import WeibullFitter

        with lifelines_alone():
            fit = WeibullFitter().fit_interval_censoring(lower, upper)
        return np.array([fit.rho_, fit.lambda_])

    return {OURS: ours, LIFELINES: lifelines}


def run(sizes: tuple[int, ...] = SIZES) -> Iterator[Comparison]:
    """Yield the comparisons, one per number of durations."""
    for n in sizes:
        with tempfile.TemporaryDirectory() as folder:
            lower, upper, kind = simulate(n)
            yield race(
                f"The Weibull curve of {n:,} visit intervals",
                answers(lower, upper, kind),
                {"": Script("weibull", as_table(lower, upper), Path(folder), max(1, 10_000 // n))},
                within={LIFELINES: NEAR_MAXIMUM, R: SAME_MAXIMUM},
                what="Shape, and scale in days. lifelines stops short of the maximum, and "
                "scikit-survival has no such estimator",
            )
