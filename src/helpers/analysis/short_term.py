"""Short-term relief: pain before and after the index infusion."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from helpers.analysis.randomness import generator
from helpers.analysis.scope import Scope
from helpers.cohort.analysis_sets import Cohort, pairs_of_scores
from helpers.estimate.effect_size import hedges_g
from helpers.estimate.means import mean, median, paired_reduction
from helpers.estimate.proportions import wilson
from helpers.estimate.signed_rank import hodges_lehmann
from helpers.estimate.value import Value
from helpers.ingest.text import format_number
from helpers.results import Estimate
from helpers.settings import Settings
from helpers.study import RESPONDER_THRESHOLDS, THRESHOLD_TOLERANCE


def estimate_short_term(cohort: Cohort, scope: Scope, settings: Settings) -> Iterator[Estimate]:
    """Yield ``P.short_term.*`` of the patients with both scores at the index infusion."""
    scope = scope.within("short_term")
    pre, post = pairs_of_scores(cohort.index)
    level = scope.level
    yield scope.name("nrs_pre.mean", "Pain before, mean", "points", mean(pre, level=level))
    yield scope.name("nrs_post.mean", "Pain after, mean", "points", mean(post, level=level))
    yield scope.name(
        "nrs_reduction.mean",
        "Reduction of pain (before − after), mean",
        "points",
        paired_reduction(pre, post, level=level),
    )
    yield scope.name(
        "nrs_reduction.wilcoxon",
        "Reduction of pain, Hodges–Lehmann",
        "points",
        hodges_lehmann(pre - post, level=level),
    )
    yield scope.name(
        "nrs_reduction.hedges_g",
        "Reduction of pain, standardised (Hedges' g)",
        "standard deviations",
        _standardised(pre, post, scope, settings),
    )
    yield from _estimate_percentages(cohort, scope, settings)


def _standardised(pre: np.ndarray, post: np.ndarray, scope: Scope, settings: Settings) -> Value:
    rng = generator(settings.seed, scope.key("nrs_reduction.hedges_g"))
    return hedges_g(pre, post, rng=rng, level=scope.level, n_boot=settings.n_boot)


def _estimate_percentages(cohort: Cohort, scope: Scope, settings: Settings) -> Iterator[Estimate]:
    percentages = cohort.index["nrs_reduction_pct"].dropna().to_numpy(float)
    level, label = scope.level, "Reduction of pain, percent of the score before"
    for name, estimator in (("mean", mean), ("median", median)):
        value = estimator(percentages, level=level)
        yield scope.name(f"nrs_reduction_pct.{name}", f"{label}, {name}", "%", value)
    for threshold in responder_thresholds(settings):
        yield scope.name(
            f"responders_{key_of(threshold)}.proportion",
            f"Responders: reduction of at least {format_number(threshold)}%",
            "proportion",
            responders(percentages, threshold, level),
        )


def responders(percentages: np.ndarray, threshold: float, level: float) -> Value:
    """Return the share whose reduction reaches a threshold (percent); a missing one reaches none.

    ``percentages`` are reductions in percent, shape (n,); all n count, so a caller who does not
    want missing ones as non-responders leaves them out.
    """
    reached = int((percentages >= threshold - THRESHOLD_TOLERANCE).sum())
    return wilson(reached, len(percentages), level=level)


def describe_responder_curve(cohort: Cohort, level: float) -> list[dict[str, float | None]]:
    """Return the share of responders at every threshold from 0 to 100 percent, with its limits."""
    known = cohort.index["nrs_reduction_pct"].dropna().to_numpy(float)
    rows: list[dict[str, float | None]] = []
    for threshold in range(101):
        value = responders(known, threshold, level)
        rows.append({"threshold": float(threshold), "share": value.estimate,
                     "lower": value.lower, "upper": value.upper})  # fmt: skip
    return rows


def responder_thresholds(settings: Settings) -> list[float]:
    """Return the plan's thresholds in percent, and the one that was asked for."""
    return sorted({*RESPONDER_THRESHOLDS, settings.responder_threshold})


def key_of(number: float) -> str:
    """Return a number as a part of a key: ``30``, ``33_3``."""
    return format_number(number).replace(".", "_")
