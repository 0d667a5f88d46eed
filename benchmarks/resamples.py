"""The bootstrap over patients of Kaplan–Meier median and restricted mean."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np

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
from helpers.estimate import replicates as rp
from helpers.estimate.resampling import Counts, bootstrap, draw_block

PATIENTS, INFUSIONS, HORIZON = 50, 5, 84
MANY, FEW = 20_000, 60
"""Resamples of one call of ours, and of one call of a peer that takes them one by one."""
SAME_MEAN = 1e-9  # days


def simulate(heaped: bool) -> tuple[Floats, np.ndarray, np.ndarray]:
    """Return days, whether the end was seen, and the patient of 250 durations."""
    rng = np.random.default_rng(20201130)
    n = PATIENTS * INFUSIONS
    time = rng.weibull(1.2, n) * 25
    if heaped:
        time = np.ceil(time / 7) * 7
    return time, rng.random(n) < 0.8, np.repeat(np.arange(PATIENTS), INFUSIONS)


def draw() -> Counts:
    """Return how often each patient is in each of a few resamples: those that bootstrap draws."""
    return draw_block(PATIENTS, 512, [1], 0)[:FEW]


def ours(time: np.ndarray, event: np.ndarray, patient: np.ndarray, n_boot: int) -> Floats:
    """Return median and restricted mean of so many resamples, shape (n_boot, 2)."""
    durations = rp.by_patient(time, event, patient)

    def statistic(counts: np.ndarray) -> np.ndarray:
        curves = rp.curves(durations, counts)
        return np.column_stack((curves.medians(), curves.means(HORIZON)))

    return bootstrap(statistic, PATIENTS, n_boot=n_boot, entropy=[1])


def lifelines_one_by_one(time: np.ndarray, event: np.ndarray, patient: np.ndarray) -> Floats:
    """Return the same of a few resamples from a loop over lifelines' fitter."""
    from lifelines import KaplanMeierFitter
    from lifelines.utils import restricted_mean_survival_time

    values = []
    with lifelines_alone():
        for counts in draw():
            repeat = counts[patient]
            fit = KaplanMeierFitter().fit(np.repeat(time, repeat), np.repeat(event, repeat))
            mean = restricted_mean_survival_time(fit, t=HORIZON)
            values.append((fit.median_survival_time_, mean))
    return np.array(values)


def scikit_survival_one_by_one(time: np.ndarray, event: np.ndarray, patient: np.ndarray) -> Floats:
    """Return the same from a loop over scikit-survival's curve, whose readings are left to us."""
    from sksurv.nonparametric import kaplan_meier_estimator

    values = []
    for counts in draw():
        repeat = counts[patient]
        times, survival = kaplan_meier_estimator(np.repeat(event, repeat), np.repeat(time, repeat))
        reached = np.flatnonzero(survival <= 0.5)
        median = times[reached[0]] if reached.size else np.inf
        edges = np.minimum(np.concatenate(([0.0], times, [np.inf])), HORIZON)
        values.append((median, np.diff(edges) @ np.concatenate(([1.0], survival))))
    return np.array(values)


def run() -> Iterator[Comparison]:
    """Yield the comparisons."""
    for heaped in (True, False):
        time, event, patient = simulate(heaped)
        peers: dict[str, Answer] = {
            LIFELINES: lambda d=(time, event, patient): lifelines_one_by_one(*d)[:, 1],
            SCIKIT_SURVIVAL: lambda d=(time, event, patient): scikit_survival_one_by_one(*d)[:, 1],
        }
        with tempfile.TemporaryDirectory() as folder:
            table = {"time": time, "event": event, "patient": patient}
            counts = {f"resample_{i}": count[patient] for i, count in enumerate(draw())}
            yield race(
                f"Resamples of {PATIENTS} patients × {INFUSIONS} durations, "
                + ("in whole weeks" if heaped else "all different"),
                {OURS: lambda d=(time, event, patient): ours(*d, MANY)[:FEW, 1], **peers},
                {"": Script("resamples", table | counts, Path(folder), HORIZON)},
                within=dict.fromkeys((LIFELINES, SCIKIT_SURVIVAL, R), SAME_MEAN),
                what=f"Median and restricted mean to day {HORIZON} of patients drawn with "
                f"replacement; the means of the same {FEW} resamples are compared, in days "
                "(medians on a plateau differ by convention). Ours takes 20,000 resamples in one "
                f"call, the peers {FEW} in a loop; lifelines also computes limits",
                unit="resample",
                units={OURS: MANY, LIFELINES: FEW, SCIKIT_SURVIVAL: FEW},
            )
