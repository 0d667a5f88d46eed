"""All infusions of Part 1: how long relief lasts, and what goes with the dose."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from helpers.analysis.long_term import relief_times
from helpers.analysis.randomness import resamples
from helpers.analysis.scope import Scope
from helpers.estimate import cox, gee
from helpers.estimate.durations import has_relief
from helpers.estimate.proportional_hazards import ph_slope, scaled_schoenfeld
from helpers.estimate.resampled import ClusteredCurve, clustered_curve
from helpers.results import Estimate
from helpers.settings import Settings
from helpers.study import HORIZON_DAYS, RETROSPECTIVE

COVARIATES = ["dose_mg_per_kg", "infusion"]
POPULATION = "eligible patients, every infusion with a duration of relief"


def all_infusions_scope(infusions: pd.DataFrame, scope: Scope) -> Scope:
    """Return the scope of estimates that count infusions."""
    return replace(scope.within("all_infusions"), population=POPULATION, total=len(infusions),
                   n_unit="infusions")  # fmt: skip


def relief_of_all(infusions: pd.DataFrame, scope: Scope, settings: Settings,
                  horizon: int = HORIZON_DAYS) -> ClusteredCurve:  # fmt: skip
    """Return curve, median and mean of every infusion whose duration is known."""
    known = infusions[infusions["kind"].notna()]
    time, event = relief_times(known)
    patient = np.unique(known["patient"].to_numpy(str), return_inverse=True)[1]
    how = resamples(settings, f"{scope.part}.all_infusions.relief_days")
    return clustered_curve(time, event, patient, how, horizon=horizon)


def estimate_all_infusions(
    infusions: pd.DataFrame, relief: ClusteredCurve, scope: Scope, settings: Settings
) -> Iterator[Estimate]:
    """Yield ``retrospective.all_infusions.*``."""
    scope = all_infusions_scope(infusions, scope)
    yield scope.name("relief_days.median", "Median duration of relief, every infusion", "days",
                     relief.median)  # fmt: skip
    label = "Mean duration of relief up to day {}, or to the last day observed, every infusion"
    yield scope.name("relief_days.rmst", label.format(HORIZON_DAYS), "days", relief.mean)
    if settings.horizon_days != HORIZON_DAYS:
        other = relief_of_all(infusions, scope, settings, settings.horizon_days)
        yield scope.name(f"relief_days.rmst_{settings.horizon_days}",
                         label.format(settings.horizon_days), "days", other.mean)  # fmt: skip
    yield from _estimate_dose(infusions, scope)


@dataclass(frozen=True, slots=True)
class DoseData:
    """Infusions with a duration and a dose by weight: what the dose models take."""

    time: np.ndarray
    event: np.ndarray
    covariates: np.ndarray
    patient: np.ndarray
    relief: np.ndarray

    def with_relief(self) -> DoseData:
        """Return the infusions with any relief."""
        kept = self.relief
        return DoseData(self.time[kept], self.event[kept], self.covariates[kept],
                        self.patient[kept], self.relief[kept])  # fmt: skip


def dose_data(infusions: pd.DataFrame) -> DoseData:
    """Return the infusions whose duration and dose by weight are both known."""
    known = infusions[infusions["kind"].notna() & infusions["dose_mg_per_kg"].notna()]
    time, event = relief_times(known)
    return DoseData(
        time=time,
        event=event,
        covariates=known[COVARIATES].to_numpy(float),
        patient=known["patient"].to_numpy(str),
        relief=has_relief(known["kind"].to_numpy()),
    )


def _estimate_dose(infusions: pd.DataFrame, scope: Scope) -> Iterator[Estimate]:
    """Yield both dose models and the check of the first; all are descriptive."""
    data = dose_data(infusions)
    relieved = data.with_relief()
    within = replace(scope.within("dose"), population=f"{POPULATION} and a dose by weight")
    ending = replace(within, total=int(has_relief(infusions["kind"].dropna().to_numpy()).sum()),
                     population=f"{within.population}, with any relief")  # fmt: skip
    yield ending.name(
        "hazard_ratio", "Hazard ratio of the end of relief, per 1 mg/kg", "hazard ratio",
        cox.hazard_ratio(relieved.time, relieved.event, relieved.covariates, relieved.patient,
                         level=scope.level),
    )  # fmt: skip
    yield ending.name(
        "ph_slope", "Change of that log hazard ratio, from no to all relief ended",
        "log hazard ratio",
        ph_slope(relieved.time, relieved.event, relieved.covariates, level=scope.level),
    )  # fmt: skip
    yield within.name(
        "any_relief_odds_ratio", "Odds ratio of any relief, per 1 mg/kg", "odds ratio",
        gee.odds_ratio(data.relief, data.covariates, data.patient, level=scope.level),
    )  # fmt: skip


def describe_hazards(infusions: pd.DataFrame, estimates: Mapping[str, Estimate]) -> dict[str, Any]:
    """Return the points and lines that show whether one hazard ratio serves; empty where none."""
    prefix = f"{RETROSPECTIVE}.all_infusions.dose"
    hazard, slope = (estimates[f"{prefix}.{name}"] for name in ("hazard_ratio", "ph_slope"))
    log_ratio = hazard.further.get("log_hazard_ratio")
    if slope.estimate is None or log_ratio is None:
        return {}
    data = dose_data(infusions).with_relief()
    residuals = scaled_schoenfeld(data.time, data.event, data.covariates)
    return {
        "transformed": residuals.transformed.tolist(),
        "residuals": residuals.log_hazard_ratio.tolist(),
        "log_hazard_ratio": log_ratio,
        "slope": slope.estimate,
        "intercept": log_ratio - slope.estimate * float(residuals.transformed.mean()),
    }
