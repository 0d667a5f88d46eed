"""A Cox model with two covariates and a sandwich over patients."""

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
from helpers.estimate.cox import hazard_ratio

PATIENTS = (50, 10_000)
INFUSIONS = 5
COEFFICIENTS = 2
SAME_MAXIMUM = 1e-6
"""Peers stop when the log-likelihood hardly grows any more."""


def simulate(patients: int) -> dict[str, Floats]:
    """Return durations in whole days, whether the end was seen, dose, number and patient."""
    rng = np.random.default_rng(patients)
    patient = np.repeat(np.arange(patients), INFUSIONS)
    number = np.tile(np.arange(1.0, INFUSIONS + 1), patients)
    dose = rng.uniform(1.5, 2.0, patient.size)
    frailty = np.repeat(rng.normal(0, 0.4, patients), INFUSIONS)
    rate = np.exp(frailty - 0.5 * (dose - 1.75) + 0.05 * (number - 3))
    time = np.ceil(25 * (rng.exponential(1, patient.size) / rate) ** (1 / 1.2))
    seen = rng.random(patient.size) < 0.8
    return {"time": time, "event": seen.astype(float), "dose": dose, "number": number,
            "patient": patient.astype(float)}  # fmt: skip


def answers(table: dict[str, Floats]) -> dict[str, Answer]:
    """Return who gives the two log hazard ratios."""
    covariates = np.column_stack((table["dose"], table["number"]))
    event = table["event"].astype(bool)

    def ours() -> Floats:
        found = hazard_ratio(table["time"], event, covariates, table["patient"]).extra
        names = ("log_hazard_ratio", "coefficient_2")
        return np.array([found[name] for name in names], dtype=float)

    def lifelines() -> Floats:
        import pandas as pd
        from lifelines import CoxPHFitter

        with lifelines_alone():
            fit = CoxPHFitter().fit(pd.DataFrame(table), "time", "event", cluster_col="patient")
        return np.asarray(fit.params_, dtype=float)

    def scikit_survival() -> Floats:
        from sksurv.linear_model import CoxPHSurvivalAnalysis
        from sksurv.util import Surv

        fit = CoxPHSurvivalAnalysis(ties="efron")
        fit.fit(covariates, Surv.from_arrays(event, table["time"]))
        return np.asarray(fit.coef_, dtype=float)

    return {OURS: ours, LIFELINES: lifelines, SCIKIT_SURVIVAL: scikit_survival}


def run(sizes: tuple[int, ...] = PATIENTS) -> Iterator[Comparison]:
    """Yield the comparisons, one per number of patients."""
    for patients in sizes:
        with tempfile.TemporaryDirectory() as folder:
            table = simulate(patients)
            loops = max(1, 20_000 // patients // INFUSIONS)
            yield race(
                f"A Cox model, two covariates, {patients:,} patients × {INFUSIONS} infusions",
                answers(table),
                {
                    "": Script("cox", table, Path(folder), loops, "cluster"),
                    ", without the sandwich": Script("cox", table, Path(folder), loops, "plain"),
                },
                within=dict.fromkeys((LIFELINES, SCIKIT_SURVIVAL, R), SAME_MAXIMUM),
                what="Efron ties; the two log hazard ratios. Ours, lifelines and R also compute a "
                "sandwich over patients (with ties lifelines has another one: "
                "`docs/where_programs_differ.md`; against R's it is held by tests); "
                "scikit-survival has no standard errors",
            )
