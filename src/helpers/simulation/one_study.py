"""One study estimated as the report estimates it: what the blocks of studies are held to."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from helpers.estimate import kaplan_meier, means
from helpers.estimate.durations import any_relief
from helpers.estimate.proportions import clopper_pearson, wilson
from helpers.estimate.rmst import rmst
from helpers.estimate.signed_rank import hodges_lehmann
from helpers.estimate.ties import TOLERANCE, FloatArray
from helpers.estimate.value import Value
from helpers.simulation.studies import Studies
from helpers.study import HORIZON_DAYS, RESPONDER_THRESHOLDS, SURVIVAL_DAYS


def estimate_study(study: Studies, level: float) -> Mapping[str, Value]:
    """Estimate every key in one study with the estimators of the report, by key.

    Args:
        study: one study, shape (1, n).
        level: confidence level of the two-sided intervals.
    """
    return {**_short_term(study, level), **_long_term(study, level), **_safety(study, level)}


def _short_term(study: Studies, level: float) -> dict[str, Value]:
    known = ~np.isnan(study.pre[0]) & ~np.isnan(study.post[0])
    pre, post = study.pre[0][known], study.post[0][known]
    pct = 100 * (pre - post) / pre
    return {
        "short_term.nrs_pre.mean": means.mean(pre, level=level),
        "short_term.nrs_post.mean": means.mean(post, level=level),
        "short_term.nrs_reduction.mean": means.paired_reduction(pre, post, level=level),
        "short_term.nrs_reduction.wilcoxon": hodges_lehmann(pre - post, level=level),
        "short_term.nrs_reduction_pct.mean": means.mean(pct, level=level),
        "short_term.nrs_reduction_pct.median": means.median(pct, level=level),
        **{
            f"short_term.responders_{t}.proportion": _responders(pct, t, level)
            for t in RESPONDER_THRESHOLDS
        },
    }


def _responders(pct: FloatArray, threshold: float, level: float) -> Value:
    return wilson(int(np.count_nonzero(pct >= threshold - TOLERANCE)), pct.size, level=level)


def _long_term(study: Studies, level: float) -> dict[str, Value]:
    time, ended = study.time[0], study.ended[0]
    curve = kaplan_meier.curve(time, ended, level=level)
    kind = np.where(~ended, "right", np.where(time == 0, "none", "exact"))
    survival = {f"survival_{t}": kaplan_meier.survival_at(curve, t) for t in SURVIVAL_DAYS}
    at_least = {f"at_least_{t}": kaplan_meier.at_least(curve, t) for t in SURVIVAL_DAYS}
    days = {
        "median": kaplan_meier.median(curve),
        **survival,
        **at_least,
        "rmst": rmst(curve, HORIZON_DAYS),
        "any_relief.proportion": any_relief(kind, level=level),
    }
    return {
        "long_term.relief_pct.mean": means.mean(study.relief_pct[0], level=level),
        "long_term.relief_pct.median": means.median(study.relief_pct[0], level=level),
        **{f"long_term.relief_days.{name}": value for name, value in days.items()},
    }


def _safety(study: Studies, level: float) -> dict[str, Value]:
    events = {
        "any_ae": study.any_event[0],
        "ae.vomiting": study.rare_event[0],
        "stopped_early": study.stopped_early[0],
    }
    return {
        f"safety.{name}.proportion": clopper_pearson(int(found.sum()), found.size, level=level)
        for name, found in events.items()
    }
