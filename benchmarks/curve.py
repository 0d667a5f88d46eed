"""One Kaplan–Meier curve with its limits, of a million durations."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import numpy.typing as npt

from benchmarks.r import Script
from benchmarks.race import (
    LIFELINES,
    OURS,
    SCIKIT_SURVIVAL,
    Answer,
    Floats,
    R,
    lifelines_alone,
    race,
)
from benchmarks.table import Comparison
from helpers.estimate.kaplan_meier import curve

N = 1_000_000
DAYS = (1, 7, 14, 28, 42, 56, 84)
APART = 1e-9


def simulate(n: int, heaped: bool) -> tuple[Floats, npt.NDArray[np.bool_]]:
    """Return durations in days and whether their ends were seen; one in five was not.

    They are quantiles of a Weibull distribution in any order: different, and far enough apart that
    no program takes two of them for one (R does below 1.5e-8 of their size).
    """
    rng = np.random.default_rng(n)
    time = 25 * (-np.log1p(-(rng.permutation(n) + 0.5) / n)) ** (1 / 1.2)
    return (np.ceil(time) if heaped else time), rng.random(n) < 0.8


def _read(times: npt.ArrayLike, *heights: npt.ArrayLike) -> Floats:
    """Return a curve's heights at DAYS."""
    place = np.searchsorted(np.asarray(times, dtype=float), DAYS, side="right") - 1
    return np.array([np.asarray(height, dtype=float)[place] for height in heights])


def answers(time: Floats, event: npt.NDArray[np.bool_]) -> dict[str, Answer]:
    """Return who gives S and its limits at DAYS, shape (3, len(DAYS))."""

    def ours() -> Floats:
        found = curve(time, event)
        return _read(found.times, found.survival, found.lower, found.upper)

    def lifelines() -> Floats:
        from lifelines import KaplanMeierFitter

        with lifelines_alone():
            fit = KaplanMeierFitter().fit(time, event)
        limits = fit.confidence_interval_
        return _read(fit.survival_function_.index, fit.survival_function_.iloc[:, 0],
                     limits.iloc[:, 0], limits.iloc[:, 1])  # fmt: skip

    def scikit_survival() -> Floats:
        from sksurv.nonparametric import kaplan_meier_estimator

        times, survival, limits = kaplan_meier_estimator(event, time, conf_type="log-log")
        return _read(times, survival, *limits)

    return {OURS: ours, LIFELINES: lifelines, SCIKIT_SURVIVAL: scikit_survival}


def run(n: int = N) -> Iterator[Comparison]:
    """Yield the comparisons on n durations."""
    for heaped in (True, False):
        with tempfile.TemporaryDirectory() as folder:
            time, event = simulate(n, heaped)
            script = Script("curve", {"time": time, "event": event}, Path(folder), *DAYS)
            yield race(
                f"A Kaplan–Meier curve of {n:,} durations, "
                + ("in whole days" if heaped else "all different"),
                answers(time, event),
                {"": script},
                within=dict.fromkeys((LIFELINES, SCIKIT_SURVIVAL, R), APART),
                what=f"S and its log-log limits at days {', '.join(map(str, DAYS))}",
                unit="curve",
            )
