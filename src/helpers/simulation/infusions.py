"""Draws patients of a scenario, what followed their infusions, and what is seen of it.

Patients are drawn independently of each other, so that a block of studies is one long list of
patients.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
from scipy import special

from helpers.estimate.ties import BoolArray, FloatArray
from helpers.simulation.scenarios import MISSING_AT, MISSING_AT_BEFORE, Scenario
from helpers.synthetic.draws import logit

LEAST_BEFORE: Final = 1.0  # points: 1 of 300,000 scores is moved here, so that percentages exist
FOLLOWED_DAYS: Final = (28.0, 112.0)  # from infusion to the end of observation, uniform


@dataclass(frozen=True, slots=True)
class Infusions:
    """What is true of n patients at k of their infusions, whether observed or not.

    Attributes:
        usual: shape (n, 1), usual pain, points.
        pre, post: shape (n, k), scores, points.
        dose: shape (n, k), mg/kg.
        reduction: shape (n, k), the drug's share of the change, points.
        relief_days: shape (n, k), days; 0 where there was no relief.
    """

    usual: FloatArray
    pre: FloatArray
    post: FloatArray
    dose: FloatArray
    reduction: FloatArray
    relief_days: FloatArray


def draw_infusions(
    scenario: Scenario, n: int, places: Sequence[int], rng: np.random.Generator
) -> Infusions:
    """Draw n patients at some of their infusions, by the model of the synthetic study.

    Args:
        scenario: the truth.
        n: number of patients.
        places: of the infusions, from 0; the first three find the dose.
        rng: source of the draws.
    """
    truth, shape = scenario.truth, (n, len(places))
    usual, pre = _draw_pain_before(scenario, shape, rng)
    responsiveness = truth.reduction_between_sd * rng.standard_normal((n, 1))
    dose = _draw_doses(scenario, n, places, rng)
    above = dose - truth.reference_dose_mg_per_kg
    mean = truth.reduction_mean + truth.reduction_per_mg_per_kg * above + responsiveness
    if_relief = np.maximum(mean + truth.reduction_within_sd * rng.standard_normal(shape), 0.0)
    log_odds = -logit(truth.no_relief_share) + truth.relief_log_odds_per_point * responsiveness
    relief = rng.random(shape) < special.expit(log_odds)
    log_hazard = math.log(truth.relief_hazard_ratio_per_mg_per_kg) * above
    log_hazard = log_hazard + truth.relief_log_hazard_per_point * responsiveness
    waited = rng.standard_exponential(shape) / math.log(2) / np.exp(log_hazard)
    days = truth.relief_median_days * waited ** (1 / truth.relief_weibull_shape)
    relief_days, reduction = np.where(relief, days, 0.0), np.where(relief, if_relief, 0.0)
    post = usual + truth.daily_nrs_sd * rng.standard_normal(shape) - reduction
    return Infusions(usual, pre, post, dose, reduction, relief_days)


def _draw_pain_before(
    scenario: Scenario, shape: tuple[int, int], rng: np.random.Generator
) -> tuple[FloatArray, FloatArray]:
    """Return usual pain, shape (n, 1), and the scores before each infusion."""
    truth, n = scenario.truth, shape[0]
    if scenario.selected_above is None:
        usual = truth.usual_nrs_mean + truth.usual_nrs_sd * rng.standard_normal((n, 1))
        daily = truth.daily_nrs_sd * rng.standard_normal(shape)
        return usual, np.maximum(usual + truth.regression_nrs + daily, LEAST_BEFORE)
    mean, sd, icc = truth.population_nrs_mean, truth.nrs_before_sd, truth.nrs_icc
    sought_at = draw_above(scenario.selected_above, mean, sd, (n, 1), rng)
    spread = truth.usual_nrs_sd * math.sqrt(1 - icc)
    usual = mean + icc * (sought_at - mean) + spread * rng.standard_normal((n, 1))
    return usual, draw_above(scenario.selected_above, usual, truth.daily_nrs_sd, shape, rng)


def draw_above(
    least: float, mean: npt.ArrayLike, sd: float, shape: tuple[int, int], rng: np.random.Generator
) -> FloatArray:
    """Draw normal numbers of which only those above ``least`` are kept."""
    beyond = special.ndtr((np.asarray(mean) - least) / sd)
    drawn: FloatArray = mean - sd * special.ndtri((1 - rng.random(shape)) * beyond)
    return drawn


def _draw_doses(
    scenario: Scenario, n: int, places: Sequence[int], rng: np.random.Generator
) -> FloatArray:
    """Return mg/kg: a target per patient, found in three steps, and some scatter from rounding."""
    truth = scenario.truth
    target = truth.reference_dose_mg_per_kg + truth.dose_sd_mg_per_kg * rng.standard_normal((n, 1))
    shares = dict(enumerate(truth.dose_finding))
    found = np.array([shares.get(place, 1.0) for place in places])
    scattered: FloatArray = target * found + rng.uniform(-0.04, 0.04, size=(n, len(places)))
    return scattered


def draw_percentage(
    scenario: Scenario,
    days: FloatArray,
    reduction: FloatArray,
    before: FloatArray,
    rng: np.random.Generator,
) -> FloatArray:
    """Return the percentage of relief that is told, shape (n,); 0 where there was none."""
    truth = scenario.truth
    pct = truth.relief_pct_base + truth.relief_pct_per_reduction_pct * 100 * reduction / before
    pct = np.clip(pct + truth.relief_pct_sd * rng.standard_normal(days.shape), 5, 100)
    return np.where(days > 0, pct, 0.0)


def tell_durations(
    scenario: Scenario, days: FloatArray, rng: np.random.Generator
) -> tuple[FloatArray, BoolArray]:
    """Return durations as told, and whether they had ended when observation did."""
    followed = rng.uniform(*FOLLOWED_DAYS, size=days.shape)
    retreated = rng.random(days.shape) < scenario.retreated_share
    next_infusion = np.where(retreated & (days > 0), rng.uniform(0.5, 1, days.shape) * days, np.inf)
    observed_to = np.minimum(followed, next_infusion)
    ended = days <= observed_to
    in_weeks = (rng.random(days.shape) < scenario.heaped_share) & (days >= 5)
    told = np.where(in_weeks, 7 * np.round(days / 7), days)
    return np.where(ended, told, observed_to), ended


def lose_scores(
    scenario: Scenario,
    scores: FloatArray,
    rng: np.random.Generator,
    before: FloatArray | None = None,
) -> FloatArray:
    """Return the scores with those that are missing as NaN.

    Args:
        scenario: the truth; where scores are lost by the score before, ``before`` is needed.
        scores: points, any shape.
        rng: source of the draws.
        before: same shape, the scores before, points.
    """
    log_odds = logit(scenario.missing_share) + scenario.missing_per_point * (scores - MISSING_AT)
    if before is not None:
        log_odds = log_odds + scenario.missing_per_point_before * (before - MISSING_AT_BEFORE)
    return np.where(rng.random(scores.shape) < special.expit(log_odds), np.nan, scores)


def draw_events(scenario: Scenario, given: BoolArray, rng: np.random.Generator) -> BoolArray:
    """Return adverse events, shape (n, k, terms); some patients have more of all of them.

    Args:
        scenario: the truth.
        given: shape (n, k), which infusions there were.
        rng: source of the draws.
    """
    truth = scenario.truth
    common = logit_of_terms(scenario)
    proneness = truth.ae_log_odds_sd * rng.standard_normal((given.shape[0], 1, 1))
    happened = rng.random((*given.shape, common.size)) < special.expit(common + proneness)
    events: BoolArray = happened & given[:, :, None]
    return events


def logit_of_terms(scenario: Scenario) -> FloatArray:
    """Return the log odds of each adverse event, at no particular proneness."""
    return np.array([logit(probability) for _, probability in scenario.truth.ae_probability])
