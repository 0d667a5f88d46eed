"""Integral of Pain Relief: percentage and duration of relief in days of complete relief."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pandas as pd

from helpers.analysis.randomness import resamples
from helpers.analysis.scope import Scope
from helpers.cohort.analysis_sets import Cohort, durations_of_relief
from helpers.estimate.pain_relief import relief_bounds, serial_relief
from helpers.estimate.resampled import ratio
from helpers.results import Estimate
from helpers.settings import Settings
from helpers.study import HORIZON_DAYS, PROSPECTIVE, WEEKS

_BOUNDS = {
    "lower_bound": "durations at their lower ends, censored ones ended there",
    "upper_bound": "durations at their upper ends, censored ones lasting to the horizon",
}
UNIT = "days of complete relief"
LAST_VISIT = f"week_{WEEKS[-1]}"


def estimate_pain_relief(cohort: Cohort, scope: Scope, settings: Settings) -> Iterator[Estimate]:
    """Yield ``P.long_term.ipr_<horizon>.*``."""
    known = durations_of_relief(cohort.index).dropna(subset=["relief_pct"])
    for horizon in sorted({HORIZON_DAYS, settings.horizon_days}):
        within = scope.within(f"long_term.ipr_{horizon}")
        bounds = relief_bounds(
            known["relief_pct"], known["lower_days"], known["upper_days"],
            known["kind"].to_numpy(), horizon,
        )  # fmt: skip
        for (name, reading), values in zip(_BOUNDS.items(), bounds, strict=True):
            how = resamples(settings, within.key(f"{name}.mean"))
            method = f"mean of percentage/100 × days cut at {horizon}; {reading}"
            label = f"Integral of pain relief to day {horizon}, {name.replace('_', ' ')}"
            yield within.name(f"{name}.mean", label, UNIT, ratio(values, how, method=method))
        if cohort.part == PROSPECTIVE:
            yield _estimate_serial(cohort, within, settings, horizon)


def _estimate_serial(cohort: Cohort, scope: Scope, settings: Settings, horizon: int) -> Estimate:
    series = visits_by_patient(cohort)
    followed = followed_to_the_end(cohort)
    values = [serial_relief(series[patient], horizon) for patient in followed if patient in series]
    method = (
        f"mean over patients with a {LAST_VISIT.replace('_', '-')} visit; each visit's percentage "
        f"holds back to the visit before, the last one on to day {horizon}"
    )
    value = ratio(values, resamples(settings, scope.key("serial.mean")), method=method)
    within = replace(scope, population=f"{scope.population}, with a visit at week {WEEKS[-1]}")
    label = f"Integral of pain relief to day {horizon}, over the visits"
    return within.name("serial.mean", label, UNIT, value)


def visits_by_patient(cohort: Cohort) -> dict[str, list[tuple[float, float]]]:
    """Return day and percentage of the attended visits that have one, in order of day."""
    visits = cohort.of_eligible("follow_ups").dropna(subset=["day", "relief_pct"])
    ordered = visits.sort_values(["patient", "day"])
    return {
        str(patient): [(float(day), float(percentage))
                       for day, percentage in zip(group["day"], group["relief_pct"], strict=True)]
        for patient, group in ordered.groupby("patient")
    }  # fmt: skip


def followed_to_the_end(cohort: Cohort) -> list[str]:
    """Return the eligible patients who attended the last visit, in order of the study code."""
    visits: pd.DataFrame = cohort.of_eligible("follow_ups")
    attended = visits[(visits["visit"] == LAST_VISIT) & visits["date"].notna()]
    return sorted(attended["patient"])
