"""Who responds: characteristics of responders and non-responders, then exploratory models."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

import numpy as np
import pandas as pd

from helpers.analysis.randomness import entropy
from helpers.analysis.scope import Scope
from helpers.cohort.analysis_sets import Cohort
from helpers.cohort.characteristics import (
    CHARACTERISTICS,
    OUTCOMES,
    SUSTAINED,
    Characteristic,
    derive_characteristics,
    derive_outcomes,
    is_open,
)
from helpers.estimate.firth import firth_odds_ratio
from helpers.estimate.multiplicity import benjamini_hochberg
from helpers.estimate.resampling import draws
from helpers.estimate.ridge import left_out, ridge_model
from helpers.estimate.standardised_difference import numeric_difference, share_difference
from helpers.estimate.value import Value
from helpers.results import Estimate
from helpers.settings import Settings
from helpers.study import PART_NAMES

MOST_MISSING: Final = 0.2  # share of patients: a predictor with more is not in the model


def estimate_responders(cohort: Cohort, scope: Scope) -> Iterator[Estimate]:
    """Yield ``P.responders.<outcome>.<characteristic>.difference``."""
    characteristics, outcomes = derive_characteristics(cohort), derive_outcomes(cohort)
    left_open = {"n_open": int(is_open(cohort).sum())}
    for outcome, words in OUTCOMES.items():
        within = scope.within(f"responders.{outcome}")
        for name, characteristic in CHARACTERISTICS.items():
            value = _difference(characteristics[name], outcomes[outcome], characteristic, scope)
            if outcome == SUSTAINED:
                value = replace(value, extra={**value.extra, **left_open})
            label = f"{characteristic.named(scope.part)}: difference, {words}"
            yield within.name(f"{name}.difference", label, "standard deviations", value)


def _difference(
    values: pd.Series, outcome: pd.Series, characteristic: Characteristic, scope: Scope
) -> Value:
    if not is_recorded(characteristic, scope.part):
        return _not_recorded("standardised difference", scope.part)
    known = values.notna() & outcome.notna()
    groups = [values[known & (outcome == answer)].to_numpy(float) for answer in (1.0, 0.0)]
    if characteristic.yes_no:
        counts = [number for group in groups for number in (int(group.sum()), len(group))]
        return share_difference(*counts, level=scope.level)
    return numeric_difference(*groups, level=scope.level)


def is_recorded(characteristic: Characteristic, part: str) -> bool:
    """Return whether a part of the study records a characteristic at all."""
    return characteristic.part in (None, part)


def _not_recorded(method: str, part: str) -> Value:
    return Value(estimate=None, n=0, method=method, status=f"not recorded in {PART_NAMES[part]}")


def estimate_predictors(cohort: Cohort, scope: Scope) -> Iterator[Estimate]:
    """Yield ``P.predictors.<outcome>.<predictor>.odds_ratio``, adjusted within an outcome."""
    characteristics, outcomes = derive_characteristics(cohort), derive_outcomes(cohort)
    for outcome, words in OUTCOMES.items():
        values = {
            name: _odds_ratio(characteristics[name], outcomes[outcome], characteristic, scope)
            for name, characteristic in CHARACTERISTICS.items()
        }
        if outcome == SUSTAINED:
            values = _with_extremes(values, characteristics, outcomes[outcome], cohort, scope)
        adjusted = benjamini_hochberg([value.p_value for value in values.values()])
        within = scope.within(f"predictors.{outcome}")
        for (name, value), p_adjusted in zip(values.items(), adjusted, strict=True):
            label = f"{_per_step(CHARACTERISTICS[name], scope.part)}: odds ratio of {words}"
            yield within.name(f"{name}.odds_ratio", label, "odds ratio", value, p_adjusted)


def _per_step(characteristic: Characteristic, part: str) -> str:
    if characteristic.yes_no:
        return characteristic.named(part)
    step, unit = characteristic.step, characteristic.unit
    words = {"number": "each", "points": "per point"} if step == 1 else {}
    return f"{characteristic.label}, {words.get(unit, f'per {step:g} {unit}')}"


def _odds_ratio(
    values: pd.Series, outcome: pd.Series, characteristic: Characteristic, scope: Scope
) -> Value:
    if not is_recorded(characteristic, scope.part):
        return _not_recorded("Firth logistic regression", scope.part)
    known = values.notna() & outcome.notna()
    steps = values[known].to_numpy(float) / characteristic.step
    return firth_odds_ratio(outcome[known].to_numpy(float), steps, level=scope.level)


def _with_extremes(
    values: dict[str, Value],
    characteristics: pd.DataFrame,
    outcome: pd.Series,
    cohort: Cohort,
    scope: Scope,
) -> dict[str, Value]:
    """Add the odds ratios with every open duration counted as sustained, and as not."""
    undecided = is_open(cohort)
    answers = {"sustained": 1.0, "not_sustained": 0.0}

    def extreme(name: str, answer: float) -> float | None:
        if not undecided.any():
            return values[name].estimate  # nothing to count either way: the same fit
        decided = outcome.mask(undecided, answer)
        return _odds_ratio(characteristics[name], decided, CHARACTERISTICS[name], scope).estimate

    return {
        name: replace(
            value,
            extra={**value.extra, "n_open": int(undecided.sum())}
            | {f"estimate_open_as_{word}": extreme(name, answer)
               for word, answer in answers.items()},
        )
        for name, value in values.items()
    }  # fmt: skip


def estimate_models(cohort: Cohort, scope: Scope, settings: Settings) -> Iterator[Estimate]:
    """Yield ``P.predictors.<outcome>.model.*``: how well all predictors together tell."""
    characteristics, outcomes = derive_characteristics(cohort), derive_outcomes(cohort)
    for outcome, words in OUTCOMES.items():
        within = scope.within(f"predictors.{outcome}.model")
        answers = outcomes[outcome].dropna()
        table = characteristics.loc[answers.index]
        names = _model_predictors(table, scope.part)
        complete = table[names].dropna()
        events = answers[complete.index].to_numpy(float)
        values = _validated_model(events, complete.to_numpy(float), within, settings)
        for name, label, value in zip(
            ("c_statistic", "calibration_slope"),
            ("C-statistic", "Calibration slope"), values, strict=True,
        ):  # fmt: skip
            noted = replace(value, extra={**value.extra, "predictors": ", ".join(names)})
            yield within.name(name, f"{label} of the model for {words}", "", noted)


def _validated_model(
    events: np.ndarray, predictors: np.ndarray, scope: Scope, settings: Settings
) -> tuple[Value, Value]:
    if not settings.resampling:
        return left_out(len(events))
    seeds = entropy(settings.seed, scope.key("c_statistic"))
    counts = draws(max(len(events), 1), settings.n_boot, seeds)
    return ridge_model(events, predictors, draws=counts)


def _model_predictors(table: pd.DataFrame, part: str) -> list[str]:
    """Return the predictors of the model: known beforehand, varying, seldom missing."""
    return [
        name
        for name, characteristic in CHARACTERISTICS.items()
        if is_recorded(characteristic, part)
        and not characteristic.concurrent
        and table[name].isna().mean() <= MOST_MISSING
        and table[name].nunique() > 1
    ]


def describe_responders(cohort: Cohort) -> dict[str, dict[str, int]]:
    """Return by outcome how many patients have it, have it not, are open, or have no data."""
    outcomes, undecided = derive_outcomes(cohort), is_open(cohort)
    described = {}
    for name in OUTCOMES:
        answers = outcomes[name].to_numpy(float)
        left_open = int(undecided.sum()) if name == SUSTAINED else 0
        described[name] = {
            "yes": int(np.nansum(answers)),
            "no": int(np.nansum(np.equal(answers, 0.0))),
            "open": left_open,
            "missing": int(np.isnan(answers).sum()) - left_open,
        }
    return described
