"""Exposure at the index infusion: dose, length, and how they compare with routine treatment."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from helpers.analysis.scope import Scope
from helpers.cohort.analysis_sets import Cohort
from helpers.estimate.means import mean
from helpers.estimate.proportions import wilson
from helpers.estimate.value import Value
from helpers.results import Estimate
from helpers.study import (
    GUIDELINE_MIN_HOURS,
    GUIDELINE_MIN_MG,
    TARGET_HOURS,
    TARGET_MG_PER_KG,
)

GUIDELINE = f"at least {GUIDELINE_MIN_MG:g} mg and at least {GUIDELINE_MIN_HOURS:g} h"
TARGET = (
    f"{TARGET_MG_PER_KG[0]:g} to {TARGET_MG_PER_KG[1]:g} mg/kg and "
    f"{TARGET_HOURS[0]:g} to {TARGET_HOURS[1]:g} h"
)


def estimate_exposure(cohort: Cohort, scope: Scope) -> Iterator[Estimate]:
    """Yield ``P.exposure.*``: means with t intervals, proportions with Wilson intervals."""
    scope, index = scope.within("exposure"), cohort.index
    for column, label, unit in (
        ("dose_mg", "Total dose, mean", "mg"),
        ("dose_mg_per_kg", "Dose by body weight, mean", "mg/kg"),
        ("hours", "Length of the infusion, mean", "h"),
    ):
        values = index[column].dropna().to_numpy(float)
        yield scope.name(f"{column}.mean", label, unit, mean(values, level=scope.level))
    for column, label in (
        ("guideline_met", f"Dose and length of {GUIDELINE}"),
        ("in_target_range", f"Within the routine target of {TARGET}"),
    ):
        value = share(index[column], scope.level)
        yield scope.name(f"{column}.proportion", label, "proportion", value)


def share(flags: pd.Series, level: float) -> Value:
    """Return the proportion of true among the known truth values, with Wilson's interval."""
    known = flags.dropna().astype(bool)
    return wilson(int(known.sum()), len(known), level=level)
