"""Many small studies: their Kaplan–Meier readings, and ``study simulate`` from end to end."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from benchmarks.r import Script
from benchmarks.race import LIFELINES, OURS, REPEATS, Answer, Floats, R, lifelines_alone, race
from benchmarks.table import Comparison
from benchmarks.timing import Timing, time_in_turn
from helpers.checkout import ROOT
from helpers.estimate import batch_kaplan_meier as kaplan_meier

PATIENTS, STUDIES, FEW = 20, 1000, 60
DAYS = (7, 14, 28, 56, 84)
SAME = 1e-9
REPLICATES, SIZES = 100_000, (20, 30)
JOBS = 2
TARGET = 2000  # studies per second on two cores


def simulate() -> tuple[Floats, np.ndarray]:
    """Return durations in whole days and whether their ends were seen, a row per study."""
    rng = np.random.default_rng(PATIENTS)
    shape = (STUDIES, PATIENTS)
    return np.ceil(rng.weibull(1.2, shape) * 25), rng.random(shape) < 0.8


def ours(time: Floats, event: np.ndarray) -> Floats:
    """Return S at DAYS, with medians and limits computed as well; NaN where nobody is left."""
    curves = kaplan_meier.curves(time, event)
    kaplan_meier.medians(curves)
    found = [kaplan_meier.survival_at(curves, day).estimate for day in DAYS]
    return np.column_stack(found)[:FEW]


def lifelines_one_by_one(time: Floats, event: np.ndarray) -> Floats:
    """Return the same of a few studies from a loop over lifelines' fitter."""
    from lifelines import KaplanMeierFitter

    values = []
    with lifelines_alone():
        for times, seen in zip(time[:FEW], event[:FEW], strict=True):
            fit = KaplanMeierFitter().fit(times, seen)
            last = fit.survival_function_.iloc[-1, 0]
            unknown = (np.array(DAYS) > times.max()) & (last > 0)
            values.append(np.where(unknown, np.nan, fit.survival_function_at_times(DAYS)))
    return np.array(values)


def answers(time: Floats, event: np.ndarray) -> dict[str, Answer]:
    """Return who gives S at DAYS of a few studies."""
    return {
        OURS: lambda: ours(time, event),
        LIFELINES: lambda: lifelines_one_by_one(time, event),
    }


def simulate_studies() -> None:
    """Run ``study simulate`` as a program, from nothing to its tables and figure."""
    with tempfile.TemporaryDirectory() as folder:
        call = [sys.executable, "-m", "helpers.cli", "simulate", "--out", folder,
                "--truths", "stated", "--sizes", ",".join(map(str, SIZES)),
                "--replicates", str(REPLICATES), "--jobs", str(JOBS)]  # fmt: skip
        subprocess.run(call, check=True, capture_output=True, cwd=ROOT)


def verdict(timing: Timing) -> str:
    """Say whether the target is met in every run, and how many studies per second each made."""
    rates = sorted(1 / seconds for seconds in timing.wall)
    met = "met in every run" if rates[0] >= TARGET else "not met in every run"
    told = ", ".join(f"{rate:,.0f}" for rate in rates)
    return f"Target: {TARGET:,} studies per second on two cores: {met} ({told} per second)."


def run() -> Iterator[Comparison]:
    """Yield the comparisons."""
    time, event = simulate()
    with tempfile.TemporaryDirectory() as folder:
        rows = {f"time_{i}": row for i, row in enumerate(time[:FEW])}
        rows |= {f"event_{i}": row for i, row in enumerate(event[:FEW])}
        yield race(
            f"Kaplan–Meier readings of simulated studies of {PATIENTS} patients",
            answers(time, event),
            {"": Script("simulated", rows, Path(folder), *DAYS)},
            within=dict.fromkeys((LIFELINES, R), SAME),
            what=f"S at days {', '.join(map(str, DAYS))} of the same {FEW} studies; limits and "
            "median are computed as well. Ours takes 1,000 studies in one call, the peers these in "
            "a loop",
            unit="study",
            units={OURS: STUDIES, LIFELINES: FEW},
        )
    studies = REPLICATES * len(SIZES)
    timings = time_in_turn({f"{OURS}, {JOBS} processes": (simulate_studies, studies)}, REPEATS)
    yield Comparison(
        f"`study simulate`: {studies:,} studies of {SIZES[0]} and {SIZES[1]} patients, "
        "every key that has a closed form or is read off a curve",
        "each of these estimates is the report's own to 1e-12, on thousands of random studies "
        "(`tests/estimate/test_batch.py`, `tests/simulation/`). The start, the truth (2,000,000 "
        "patients), checkpoints, tables and the figure are in the time. No peer does this.",
        timings,
        unit="study",
        remarks=[verdict(next(iter(timings.values())))],
    )
