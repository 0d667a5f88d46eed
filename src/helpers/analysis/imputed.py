"""Missing scores: multiple imputation, and the shift of imputed scores that undoes the finding."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from helpers.analysis.randomness import generator
from helpers.analysis.scope import Scope
from helpers.cohort.analysis_sets import Cohort
from helpers.cohort.scores import derive_scores
from helpers.estimate.imputation import impute
from helpers.estimate.pooling import pool_means, pool_proportions
from helpers.estimate.ties import BoolArray, FloatArray
from helpers.estimate.tipping_point import tipping_point
from helpers.estimate.value import Value
from helpers.results import Estimate
from helpers.settings import Settings
from helpers.study import RESPONDER_THRESHOLDS, RETROSPECTIVE, THRESHOLD_TOLERANCE

IMPUTATIONS: Final = 50
BOUNDS: Final = (2, 0)  # points: a difference that matters, and none
LEAST_PATIENTS: Final = 2
_METHOD: Final = "multiple imputation, predictive mean matching"


@dataclass(frozen=True, slots=True)
class Imputed:
    """The scores of the index infusion, completed m times.

    ``pre`` and ``post`` have the shape (m, n); ``post_missing`` says which scores after were
    imputed, shape (n,); ``patients_imputed`` in how many patients either score was.
    """

    pre: FloatArray
    post: FloatArray
    post_missing: BoolArray
    patients_imputed: int


def impute_scores(cohort: Cohort, scope: Scope, settings: Settings) -> Imputed | str:
    """Return the completed scores, or why there are none."""
    if not settings.resampling:
        return "left out: imputed"
    table = derive_scores(cohort)
    if len(table) < LEAST_PATIENTS:
        return f"not enough data: {len(table)} of at least {LEAST_PATIENTS}"
    if table[["pre", "post"]].isna().all().any():
        return "not enough data: no score before, or none after, is there to impute from"
    rng = generator(settings.seed, scope.key("multiple_imputation"))
    completed = impute(table.to_numpy(float), rng=rng, m=IMPUTATIONS)
    missing = table[["pre", "post"]].isna()
    return Imputed(
        pre=completed[:, :, 0],
        post=completed[:, :, 1],
        post_missing=missing["post"].to_numpy(bool),
        patients_imputed=int(missing.any(axis=1).sum()),
    )


def estimate_imputed(cohort: Cohort, scope: Scope, settings: Settings) -> Iterator[Estimate]:
    """Yield ``P.sensitivity.multiple_imputation.*`` and ``P.sensitivity.delta_adjusted.*``."""
    found = impute_scores(cohort, scope, settings)
    who = "with the index infusion" if cohort.part == RETROSPECTIVE else "who received the infusion"
    scope = replace(scope, population=f"eligible patients {who}", total=0)
    within = scope.within("multiple_imputation")
    yield within.name("nrs_reduction.mean", "Reduction of pain, mean, missing scores imputed",
                      "points", _mean(found, scope.level))  # fmt: skip
    for threshold in RESPONDER_THRESHOLDS:
        label = f"Reduction of at least {threshold}%, missing scores imputed"
        value = _responders(found, threshold, scope.level)
        yield within.name(f"responders_{threshold}.proportion", label, "proportion", value)
    for bound in BOUNDS:
        label = f"Shift of the imputed scores at which the lower limit reaches {bound} points"
        value = _tipping_point(found, bound, scope.level)
        yield scope.within("delta_adjusted").name(
            f"nrs_reduction.crosses_{bound}", label, "points", value
        )


def _mean(found: Imputed | str, level: float) -> Value:
    if isinstance(found, str):
        return _none(found, "mean of pre − post")
    return _counting(pool_means(found.pre - found.post, level=level, null=0.0), found)


def _responders(found: Imputed | str, threshold: float, level: float) -> Value:
    """Pool the share of responders, of the patients whose (imputed) score before is above 0."""
    if isinstance(found, str):
        return _none(found, "proportion")
    above_zero = found.pre > 0
    percentages = 100 * (found.pre - found.post) / np.where(above_zero, found.pre, 1.0)
    reached = above_zero & (percentages >= threshold - THRESHOLD_TOLERANCE)
    return _counting(
        pool_proportions(reached.sum(axis=1), above_zero.sum(axis=1), level=level), found
    )


def _none(reason: str, method: str) -> Value:
    return Value(estimate=None, n=0, method=f"{method}, {_METHOD}", status=reason)


def _counting(value: Value, found: Imputed) -> Value:
    return replace(value, extra={**value.extra, "n_imputed": found.patients_imputed})


def _tipping_point(found: Imputed | str, bound: float, level: float) -> Value:
    if isinstance(found, str):
        return _none(found, "shift of imputed scores")
    return tipping_point(found.pre, found.post, found.post_missing, bound=bound, level=level)
