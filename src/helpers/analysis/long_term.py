"""Long-term relief: its percentage and its duration."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pandas as pd

from helpers.analysis.scope import Scope
from helpers.cohort.analysis_sets import Cohort, durations_of_relief
from helpers.estimate import kaplan_meier
from helpers.estimate.durations import any_relief, midpoint_times
from helpers.estimate.kaplan_meier import Curve
from helpers.estimate.means import mean, median
from helpers.estimate.rmst import rmst, rmst_bounds
from helpers.estimate.ties import BoolArray, FloatArray
from helpers.results import Estimate
from helpers.settings import Settings
from helpers.study import HORIZON_DAYS, PROSPECTIVE, SURVIVAL_DAYS, WEEKS


def estimate_relief_pct(cohort: Cohort, scope: Scope) -> Iterator[Estimate]:
    """Yield ``P.long_term.relief_pct.*``, for Part 2 also by week."""
    scope = scope.within("long_term.relief_pct")
    values = cohort.index["relief_pct"].dropna().to_numpy(float)
    label = "Pain relief reported (Part 1: at follow-up; Part 2: at week 1)"
    for name, estimator in (("mean", mean), ("median", median)):
        yield scope.name(name, f"{label}, {name}", "%", estimator(values, level=scope.level))
    if cohort.part == PROSPECTIVE:
        yield from _estimate_by_week(cohort, scope)


def _estimate_by_week(cohort: Cohort, scope: Scope) -> Iterator[Estimate]:
    follow_ups = cohort.of_eligible("follow_ups").sort_values("patient")
    for week in WEEKS:
        values = follow_ups.loc[follow_ups["visit"] == f"week_{week}", "relief_pct"].dropna()
        yield scope.name(
            f"week_{week}.mean",
            f"Pain relief reported at week {week}, mean",
            "%",
            mean(values.to_numpy(float), level=scope.level),
        )


def relief_curve(cohort: Cohort, level: float) -> Curve:
    """Return the conventional Kaplan–Meier curve of the index infusion (midpoints)."""
    time, event = relief_times(durations_of_relief(cohort.index))
    return kaplan_meier.curve(time, event, level=level)


def relief_times(known: pd.DataFrame) -> tuple[FloatArray, BoolArray]:
    """Return days and whether the end was seen, by the midpoint convention, of known durations."""
    return midpoint_times(known["lower_days"], known["upper_days"], known["kind"].to_numpy())


def estimate_relief_days(
    cohort: Cohort, curve: Curve, scope: Scope, settings: Settings
) -> Iterator[Estimate]:
    """Yield ``P.long_term.relief_days.*`` of the conventional curve."""
    scope = scope.within("long_term.relief_days")
    median_days = replace(kaplan_meier.median(curve), extra=how_known(cohort))
    yield scope.name("median", "Median duration of relief", "days", median_days)
    for days in sorted({*SURVIVAL_DAYS, settings.horizon_days}):
        yield scope.name(
            f"survival_{days}",
            f"Relief beyond day {days}",
            "proportion",
            kaplan_meier.survival_at(curve, days),
        )
        yield scope.name(
            f"at_least_{days}",
            f"Relief of at least {days} days",
            "proportion",
            kaplan_meier.at_least(curve, days),
        )
    yield from _estimate_rmst(curve, scope, settings)
    kinds = durations_of_relief(cohort.index)["kind"].to_numpy()
    yield scope.name(
        "any_relief.proportion", "Any relief", "proportion", any_relief(kinds, level=scope.level)
    )


def how_known(cohort: Cohort) -> dict[str, int]:
    """Return how many of the durations behind a median are approximate, and how many censored."""
    known = durations_of_relief(cohort.index)
    return {
        "n_approximate": int(known["approximate"].sum()),
        "n_censored": int((known["kind"] == "right").sum()),
    }


def _estimate_rmst(curve: Curve, scope: Scope, settings: Settings) -> Iterator[Estimate]:
    for horizon in sorted({HORIZON_DAYS, settings.horizon_days}):
        suffix = "rmst" if horizon == HORIZON_DAYS else f"rmst_{horizon}"
        label = f"Mean duration of relief up to day {horizon}"
        observed = f"{label}, or to the last day observed if earlier"
        yield scope.name(suffix, observed, "days", rmst(curve, horizon))
        for bound, value in zip(("lower", "upper"), rmst_bounds(curve, horizon), strict=True):
            yield scope.name(
                f"rmst_{horizon}_{bound}_bound", f"{label}, {bound} bound", "days", value
            )


def curve_as_json(curve: Curve) -> dict[str, Any]:
    """Return a curve as the plain object of ``results.json``."""
    return {
        "times": list(curve.times),
        "survival": list(curve.survival),
        "lower": list(curve.lower),
        "upper": list(curve.upper),
        "at_risk": list(curve.at_risk),
        "events": list(curve.events),
        "censored": list(curve.censored),
        "n": curve.n,
        "level": curve.level,
    }
