"""Durations of relief from the intervals themselves: the NPMLE, and a Weibull among relievers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from helpers.analysis.randomness import entropy
from helpers.analysis.scope import Scope
from helpers.cohort.analysis_sets import Cohort, durations_of_relief
from helpers.estimate.durations import has_relief
from helpers.estimate.resampling import draws
from helpers.estimate.turnbull import Npmle, npmle, step_curve
from helpers.estimate.turnbull_readings import npmle_median, npmle_survival, read_resamples
from helpers.estimate.weibull import weibull_given_relief
from helpers.results import Estimate
from helpers.settings import Settings
from helpers.study import SURVIVAL_DAYS


def relief_npmle(cohort: Cohort) -> Npmle:
    """Return the Turnbull estimate of the durations at the index infusion."""
    known = durations_of_relief(cohort.index)
    return npmle(known["lower_days"], known["upper_days"], known["kind"].to_numpy())


def estimate_npmle(
    cohort: Cohort, fit: Npmle, scope: Scope, settings: Settings
) -> Iterator[Estimate]:
    """Yield ``P.long_term.relief_days.npmle_*``, with approximate limits over patients."""
    scope = scope.within("long_term.relief_days")
    known = durations_of_relief(cohort.index)
    days = sorted({*SURVIVAL_DAYS, settings.horizon_days})
    seeds = entropy(settings.seed, scope.key("npmle"))
    resampled = read_resamples(
        known["lower_days"], known["upper_days"], known["kind"].to_numpy(), days,
        draws(max(len(known), 1), settings.n_boot, seeds),
    )  # fmt: skip
    yield scope.name(
        "npmle_median", "Median duration of relief, from the ranges (NPMLE)", "days",
        npmle_median(fit, resampled, level=scope.level),
    )  # fmt: skip
    for day in days:
        yield scope.name(
            f"npmle_survival_{day}", f"Relief beyond day {day}, from the ranges (NPMLE)",
            "proportion", npmle_survival(fit, day, resampled, level=scope.level),
        )  # fmt: skip


def describe_npmle(fit: Npmle) -> list[dict[str, Any]]:
    """Return the curve for drawing: each set with mass, and P(T > t) before and after it."""
    curve = step_curve(fit)
    rows = zip(curve.left, curve.right, curve.before, curve.after, strict=True)
    return [dict(zip(("left", "right", "before", "after"), row, strict=True)) for row in rows]


def estimate_weibull(cohort: Cohort, scope: Scope) -> Iterator[Estimate]:
    """Yield ``P.long_term.relief_days.weibull_*`` of the patients with any relief."""
    known = durations_of_relief(cohort.index)
    relieved = known[has_relief(known["kind"].to_numpy())]
    scope = replace(
        scope.within("long_term.relief_days"),
        population=f"{scope.population}, with any relief", total=len(relieved),
    )  # fmt: skip
    fitted = weibull_given_relief(
        relieved["lower_days"], relieved["upper_days"], relieved["kind"].to_numpy(),
        level=scope.level,
    )  # fmt: skip
    words = "Weibull model among those with relief"
    yield scope.name("weibull_median_given_relief", f"Median duration, {words}", "days",
                     fitted.median_given_relief)  # fmt: skip
    yield scope.name("weibull_shape", f"Shape, {words}", "", fitted.shape)
    yield scope.name("weibull_scale", f"Scale, {words}", "days", fitted.scale)
