"""The estimates that are simulated: their keys in the plan, and how a block of studies has them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from helpers.estimate import batch_kaplan_meier as kaplan_meier
from helpers.estimate import batch_means as means
from helpers.estimate.batch import IntArray, Readings
from helpers.estimate.batch_proportions import clopper_pearson, wilson
from helpers.estimate.batch_signed_rank import hodges_lehmann
from helpers.estimate.ties import TOLERANCE, BoolArray
from helpers.simulation.studies import Studies
from helpers.study import HORIZON_DAYS, RESPONDER_THRESHOLDS, SURVIVAL_DAYS

POINTS, PERCENT, SHARE, DAYS = "points", "%", "share", "days"
T, WILSON, EXACT = "t interval", "Wilson interval", "Clopper–Pearson interval"
ORDER, LOG_LOG = "order-statistic interval", "Kaplan–Meier, log-log interval"


@dataclass(frozen=True, slots=True)
class Key:
    """One estimate of the analysis plan, at the index infusion.

    Attributes:
        key: in results.json, after the part.
        label: what is estimated.
        method: its interval, and its test where it has one.
        unit: of the estimate.
        tested: whether a p value of no change belongs to it.
    """

    key: str
    label: str
    method: str
    unit: str
    tested: bool = False

    @property
    def truth(self) -> str:
        """Its name among the truths: the key without its first parts."""
        return self.key.removeprefix("short_term.").removeprefix("long_term.relief_days.")


def _days(template: str, label: str) -> tuple[Key, ...]:
    return tuple(
        Key(f"long_term.relief_days.{template}_{t}", label.format(t), LOG_LOG, SHARE)
        for t in SURVIVAL_DAYS
    )


KEYS: Final = (
    Key("short_term.nrs_pre.mean", "pain before, mean", T, POINTS),
    Key("short_term.nrs_post.mean", "pain after, mean", T, POINTS),
    Key("short_term.nrs_reduction.mean", "reduction, mean", f"{T}, paired t test", POINTS, True),
    Key("short_term.nrs_reduction.wilcoxon", "reduction, pseudo-median",
        "Hodges–Lehmann, signed-rank interval and test", POINTS, True),
    Key("short_term.nrs_reduction_pct.mean", "reduction in %, mean", T, PERCENT),
    Key("short_term.nrs_reduction_pct.median", "reduction in %, median", ORDER, PERCENT),
    *(Key(f"short_term.responders_{t}.proportion", f"reduction of ≥ {t} %", WILSON, SHARE)
      for t in RESPONDER_THRESHOLDS),
    Key("long_term.relief_pct.mean", "percentage of relief, mean", T, PERCENT),
    Key("long_term.relief_pct.median", "percentage of relief, median", ORDER, PERCENT),
    Key("long_term.relief_days.median", "duration of relief, median",
        "Kaplan–Meier, Brookmeyer–Crowley interval", DAYS),
    *_days("survival", "relief beyond day {}"),
    *_days("at_least", "relief of at least {} days"),
    Key("long_term.relief_days.rmst", f"mean duration up to day {HORIZON_DAYS}",
        "Kaplan–Meier area, normal interval", DAYS),
    Key("long_term.relief_days.any_relief.proportion", "any relief", WILSON, SHARE),
    Key("safety.any_ae.proportion", "any adverse event", EXACT, SHARE),
    Key("safety.ae.vomiting.proportion", "a rare adverse event (vomiting)", EXACT, SHARE),
    Key("safety.stopped_early.proportion", "infusion stopped early", EXACT, SHARE),
)  # fmt: skip


def estimate_studies(studies: Studies, level: float) -> Mapping[str, Readings]:
    """Estimate every key in every study, by key.

    Args:
        studies: a block of them.
        level: confidence level of the two-sided intervals.
    """
    return {
        **_short_term(studies, level),
        **_long_term(studies, level),
        **_safety(studies, level),
    }


def _short_term(studies: Studies, level: float) -> dict[str, Readings]:
    """Estimate pain before and after, of the patients with both scores."""
    reduction = studies.pre - studies.post
    known = ~np.isnan(reduction)
    pct = 100 * reduction / studies.pre
    found = {
        "nrs_pre.mean": means.mean(np.where(known, studies.pre, np.nan), level=level),
        "nrs_post.mean": means.mean(np.where(known, studies.post, np.nan), level=level),
        "nrs_reduction.mean": means.reduction(reduction, level=level),
        "nrs_reduction.wilcoxon": hodges_lehmann(reduction, level=level),
        "nrs_reduction_pct.mean": means.mean(pct, level=level),
        "nrs_reduction_pct.median": means.median(pct, level=level),
    }
    for threshold in RESPONDER_THRESHOLDS:
        events = (pct >= threshold - TOLERANCE).sum(axis=1)  # a missing score is none
        responders = wilson(events, known.sum(axis=1), level=level)
        found[f"responders_{threshold}.proportion"] = responders
    return {f"short_term.{name}": readings for name, readings in found.items()}


def _long_term(studies: Studies, level: float) -> dict[str, Readings]:
    """Estimate percentage and duration of relief."""
    curves = kaplan_meier.curves(studies.time, studies.ended, level=level)
    relief = ~(studies.ended & (studies.time == 0))
    found = {
        "relief_pct.mean": means.mean(studies.relief_pct, level=level),
        "relief_pct.median": means.median(studies.relief_pct, level=level),
        "relief_days.median": kaplan_meier.medians(curves),
        "relief_days.rmst": kaplan_meier.rmst(curves, HORIZON_DAYS),
        "relief_days.any_relief.proportion": wilson(
            relief.sum(axis=1), _sizes(relief), level=level
        ),
    }
    for t in SURVIVAL_DAYS:
        found[f"relief_days.survival_{t}"] = kaplan_meier.survival_at(curves, t)
        found[f"relief_days.at_least_{t}"] = kaplan_meier.at_least(curves, t)
    return {f"long_term.{name}": readings for name, readings in found.items()}


def _safety(studies: Studies, level: float) -> dict[str, Readings]:
    """Estimate shares of patients with an event at the index infusion."""
    found = {
        "any_ae": studies.any_event,
        "ae.vomiting": studies.rare_event,
        "stopped_early": studies.stopped_early,
    }
    return {
        f"safety.{name}.proportion": clopper_pearson(
            events.sum(axis=1), _sizes(events), level=level
        )
        for name, events in found.items()
    }


def _sizes(events: BoolArray) -> IntArray:
    """Give the number of patients of each study, shape (b,)."""
    studies, n = events.shape
    return np.full(studies, n)
