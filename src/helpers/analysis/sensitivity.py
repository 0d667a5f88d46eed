"""Sensitivity: the primary and secondary estimates under other readings of what is not known."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Final

import numpy as np
import pandas as pd

from helpers.analysis.all_infusions import all_infusions_scope
from helpers.analysis.long_term import relief_times
from helpers.analysis.randomness import resamples
from helpers.analysis.scope import Scope
from helpers.analysis.short_term import responders
from helpers.cohort.analysis_sets import Cohort, durations_of_relief
from helpers.cohort.characteristics import SUSTAINED, derive_outcomes, is_open
from helpers.estimate import kaplan_meier
from helpers.estimate.durations import midpoint_times
from helpers.estimate.proportions import wilson
from helpers.estimate.resampled import ratio
from helpers.estimate.rmst import rmst
from helpers.estimate.ties import TOLERANCE, BoolArray, FloatArray
from helpers.estimate.value import Value
from helpers.results import Estimate
from helpers.settings import Settings
from helpers.study import HORIZON_DAYS, RESPONDER_THRESHOLDS, RETROSPECTIVE

NOT_IN_PART_2: Final = "not applicable: later infusions are not recorded in Part 2"
NEXT_INFUSION: Final = "next infusion"


def estimate_other_durations(
    cohort: Cohort, infusions: pd.DataFrame | None, scope: Scope
) -> Iterator[Estimate]:
    """Yield the median and mean duration under other readings of what is not known exactly."""
    known = durations_of_relief(cohort.index)
    exact = known[~known["approximate"].astype(bool)]
    time, event = relief_times(exact)
    yield from _durations(scope, "without_approximate", "without approximate durations",
                          time, event)  # fmt: skip
    time, event = relief_times(known)
    yield from _durations(scope, "censored_as_ended", "censored durations taken as ended",
                          time, np.ones_like(event))  # fmt: skip
    label = "relief taken as ended at the next infusion"
    if infusions is None:
        yield from _no_durations(scope, "ended_at_next_infusion", label)
    else:
        yield from _durations(scope, "ended_at_next_infusion", label,
                              *_end_at_next(cohort, known, infusions))  # fmt: skip


def _end_at_next(
    cohort: Cohort, known: pd.DataFrame, infusions: pd.DataFrame
) -> tuple[FloatArray, BoolArray]:
    """End every duration at the next infusion, and those known only until it as well.

    A range that reaches beyond the next infusion is cut there first, then has its midpoint.
    """
    at_index = infusions[infusions["infusion"] == cohort.index_infusion].set_index("patient")
    gap = at_index["next_days"].reindex(known.index).to_numpy(float)
    ends_there = (known["basis"] == NEXT_INFUSION).to_numpy(bool)
    ends_there |= known["lower_days"].to_numpy(float) >= gap - TOLERANCE
    lower, upper = (np.fmin(known[name].to_numpy(float), gap)  # fmin: no next infusion, no cut
                    for name in ("lower_days", "upper_days"))  # fmt: skip
    kind = known["kind"].to_numpy(str)
    time, event = midpoint_times(lower, upper, kind)
    return np.where(ends_there, lower, time), event | ends_there


def _durations(
    scope: Scope, analysis: str, label: str, time: FloatArray, event: BoolArray
) -> Iterator[Estimate]:
    curve = kaplan_meier.curve(time, event, level=scope.level)
    within = scope.within(f"{analysis}.relief_days")
    yield within.name("median", f"Median duration of relief, {label}", "days",
                      kaplan_meier.median(curve))  # fmt: skip
    yield within.name("rmst", f"Mean duration of relief up to day {HORIZON_DAYS}, {label}", "days",
                      rmst(curve, HORIZON_DAYS))  # fmt: skip


def _no_durations(scope: Scope, analysis: str, label: str) -> Iterator[Estimate]:
    """Yield the keys of an analysis that a part cannot have, with the reason."""
    none = Value(estimate=None, n=0, method=f"Kaplan–Meier, {label}", status=NOT_IN_PART_2)
    within = replace(scope.within(f"{analysis}.relief_days"), total=0)
    yield within.name("median", f"Median duration of relief, {label}", "days", none)
    yield within.name("rmst", f"Mean duration of relief up to day {HORIZON_DAYS}, {label}", "days",
                      none)  # fmt: skip


def estimate_missing_as_non_responder(cohort: Cohort, scope: Scope) -> Iterator[Estimate]:
    """Yield the responders of all eligible patients, those without a percentage as none."""
    reduction = cohort.index["nrs_reduction_pct"].to_numpy(float)
    for threshold in RESPONDER_THRESHOLDS:
        yield scope.within("missing_as_non_responder").name(
            f"responders_{threshold}.proportion",
            f"Reduction of at least {threshold}%, missing counted as no response",
            "proportion",
            responders(reduction, threshold, scope.level),
        )


def estimate_open_relief(cohort: Cohort, scope: Scope) -> Iterator[Estimate]:
    """Yield sustained relief with every duration that leaves it open counted either way."""
    outcome = derive_outcomes(cohort)[SUSTAINED]
    still_open = int(is_open(cohort).sum())
    sustained, known = int(outcome.sum()), int(outcome.notna().sum())
    for analysis, words, events in (
        ("open_as_sustained", "open durations counted as sustained", sustained + still_open),
        ("open_as_not_sustained", "open durations counted as not sustained", sustained),
    ):
        value = wilson(events, known + still_open, level=scope.level)
        value = replace(value, extra={**value.extra, "n_open": still_open})
        label = f"Sustained relief, {words}"
        yield scope.within(analysis).name(f"{SUSTAINED}.proportion", label, "proportion", value)


def estimate_all_infusions_instead(
    infusions: pd.DataFrame | None,
    estimates: Mapping[str, Estimate],
    scope: Scope,
    settings: Settings,
) -> Iterator[Estimate]:
    """Yield reduction and duration over all infusions of Part 1, beside the index infusion's."""
    label = "every infusion"
    if infusions is None:
        within = scope.within("all_infusions")
        none = Value(estimate=None, n=0, method="mean over infusions", status=NOT_IN_PART_2)
        yield replace(within, total=0).name(
            "nrs_reduction.mean", f"Reduction of pain, mean, {label}", "points", none
        )
        yield from _no_durations(scope, "all_infusions", label)
        return
    within = replace(all_infusions_scope(infusions, scope),
                     population="eligible patients, every infusion")  # fmt: skip
    scored = infusions.dropna(subset=["nrs_reduction"]).groupby("patient")["nrs_reduction"]
    value = ratio(
        scored.sum(), resamples(settings, within.key("nrs_reduction.mean")), units=scored.size(),
        method="mean over infusions",
    )  # fmt: skip
    yield within.name("nrs_reduction.mean", f"Reduction of pain, mean, {label}", "points", value)
    for name in ("median", "rmst"):
        same = estimates[f"{RETROSPECTIVE}.all_infusions.relief_days.{name}"]
        yield replace(same, key=within.key(f"relief_days.{name}"))


def estimate_sensitivity(
    cohort: Cohort,
    infusions: pd.DataFrame | None,
    estimates: Mapping[str, Estimate],
    scope: Scope,
    settings: Settings,
) -> Iterator[Estimate]:
    """Yield ``P.sensitivity.<analysis>.<endpoint>``, but for the imputed ones.

    ``infusions`` are all infusions of Part 1, None for Part 2; ``estimates`` the main ones.
    """
    scope = scope.within("sensitivity")
    yield from estimate_missing_as_non_responder(cohort, scope)
    yield from estimate_other_durations(cohort, infusions, scope)
    yield from estimate_all_infusions_instead(infusions, estimates, scope, settings)
    yield from estimate_open_relief(cohort, scope)
