"""One study of a scenario as plain arrays: what is true of the patients, and what is observed."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
from scipy import special

from benchmarks.known_truth.scenarios import INDEX, KNOWN_ODDS_RATIO, MISSING_AT, Scenario
from helpers.study import WEEKS
from helpers.synthetic.draws import logit

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

FEWEST, MOST = 4, 8  # infusions of a patient
MARKERS: Final = 5  # characteristics that predict nothing
LEAST_BEFORE: Final = 1.0  # points: 1 of 300,000 scores is moved here, so that percentages exist
FOLLOWED_DAYS: Final = (28.0, 112.0)  # from infusion to the end of observation, uniform
VISIT_DAYS: Final = 7.0 * np.array(WEEKS)


@dataclass(frozen=True, slots=True)
class Patients:
    """What is true of n patients with up to 8 infusions, whether observed or not.

    ``given`` says which infusions there were. Scores in points, doses in mg/kg, days of relief 0
    where there was none; ``relief_pct`` and ``visit_nrs`` belong to the index infusion.
    """

    given: Bools
    dose: Floats
    pre: Floats
    post: Floats
    relief_days: Floats
    relief_pct: Floats
    visit_days: Floats
    visit_nrs: Floats


@dataclass(frozen=True, slots=True)
class Study:
    """What a study of n patients gets to see; NaN where a score is missing.

    ``time`` and ``ended`` are the durations as they were told (right-censored where not ended);
    ``lower``, ``upper`` and ``kind`` are the duration of the index infusion as visits saw it.
    ``course`` holds the scores at baseline, 40 minutes and the visits; ``events`` the adverse
    events of each infusion by term; ``answer`` an outcome that ``known`` predicts and ``markers``
    do not.
    """

    given: Bools
    dose: Floats
    pre: Floats
    post: Floats
    time: Floats
    ended: Bools
    relief_pct: Floats
    lower: Floats
    upper: Floats
    kind: npt.NDArray[np.str_]
    course: Floats
    events: Bools
    cadss_change: Floats
    markers: Floats
    known: Floats
    answer: Bools

    @property
    def n(self) -> int:
        """Number of patients."""
        return int(self.given.shape[0])

    @property
    def patient(self) -> npt.NDArray[np.intp]:
        """Whose each infusion is, shape (n, 8)."""
        return np.broadcast_to(np.arange(self.n)[:, None], self.given.shape)


def simulate(scenario: Scenario, n: int, rng: np.random.Generator) -> Study:
    """Draw n patients and observe them."""
    return observe(scenario, draw_patients(scenario, n, rng), rng)


def draw_patients(scenario: Scenario, n: int, rng: np.random.Generator) -> Patients:
    """Draw patients, infusions and what followed them, by the model of the synthetic study."""
    truth, shape = scenario.truth, (n, MOST)
    usual, pre = _draw_pain_before(scenario, shape, rng)
    responsiveness = truth.reduction_between_sd * rng.standard_normal((n, 1))
    dose = _draw_doses(scenario, shape, rng)
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
    at_index = (relief_days[:, INDEX], reduction[:, INDEX], pre[:, INDEX])
    visit_days, visit_nrs = _draw_visits(scenario, usual, *at_index[:2], rng)
    return Patients(
        given=np.arange(MOST) < rng.integers(FEWEST, MOST + 1, size=(n, 1)),
        dose=dose,
        pre=pre,
        post=post,
        relief_days=relief_days,
        relief_pct=_draw_percentage(scenario, *at_index, rng),
        visit_days=visit_days,
        visit_nrs=visit_nrs,
    )


def _draw_pain_before(
    scenario: Scenario, shape: tuple[int, int], rng: np.random.Generator
) -> tuple[Floats, Floats]:
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
) -> Floats:
    """Draw normal numbers of which only those above ``least`` are kept."""
    beyond = special.ndtr((np.asarray(mean) - least) / sd)
    drawn: Floats = mean - sd * special.ndtri((1 - rng.random(shape)) * beyond)
    return drawn


def _draw_doses(scenario: Scenario, shape: tuple[int, int], rng: np.random.Generator) -> Floats:
    """Return mg/kg: a target per patient, found in three steps, and some scatter from rounding."""
    truth = scenario.truth
    target = truth.reference_dose_mg_per_kg + truth.dose_sd_mg_per_kg * rng.standard_normal(
        (shape[0], 1)
    )
    found = np.ones(MOST)
    found[: len(truth.dose_finding)] = truth.dose_finding
    return target * found + rng.uniform(-0.04, 0.04, size=shape)


def _draw_percentage(
    scenario: Scenario, days: Floats, reduction: Floats, before: Floats, rng: np.random.Generator
) -> Floats:
    truth = scenario.truth
    pct = truth.relief_pct_base + truth.relief_pct_per_reduction_pct * 100 * reduction / before
    pct = np.clip(pct + truth.relief_pct_sd * rng.standard_normal(days.shape), 5, 100)
    return np.where(days > 0, pct, 0.0)


def _draw_visits(
    scenario: Scenario, usual: Floats, days: Floats, reduction: Floats, rng: np.random.Generator
) -> tuple[Floats, Floats]:
    """Return day of each visit of Part 2, and the score there: relief wanes to half, then ends."""
    truth, shape = scenario.truth, (days.size, VISIT_DAYS.size)
    jitter = np.clip(truth.visit_sd_days * rng.standard_normal(shape), -3, 3).round()
    visit_days = VISIT_DAYS + jitter
    left = np.maximum(1 - visit_days / np.maximum(days, 1e-9)[:, None], 0.0)
    waning = np.where(left > 0, 0.5 + 0.5 * left, 0.0)
    daily = truth.daily_nrs_sd * rng.standard_normal(shape)
    return visit_days, usual + daily - waning * reduction[:, None]


def observe(scenario: Scenario, patients: Patients, rng: np.random.Generator) -> Study:
    """Return what is seen of the patients."""
    n = patients.given.shape[0]
    time, ended = _tell_durations(scenario, patients.relief_days, rng)
    attended = rng.random(patients.visit_days.shape) < np.array(scenario.truth.attendance)
    lower, upper, kind = bracket(
        patients.relief_days[:, INDEX], np.where(attended, patients.visit_days, np.nan)
    )
    post = lose_scores(scenario, patients.post, rng)
    visits = lose_scores(scenario, np.where(attended, patients.visit_nrs, np.nan), rng)
    known = rng.standard_normal((n,))
    return Study(
        given=patients.given,
        dose=patients.dose,
        pre=np.where(patients.given, patients.pre, np.nan),
        post=np.where(patients.given, post, np.nan),
        time=time,
        ended=ended,
        relief_pct=patients.relief_pct,
        lower=lower,
        upper=upper,
        kind=kind,
        course=np.column_stack((patients.pre[:, INDEX], post[:, INDEX], visits)),
        events=_draw_events(scenario, patients.given, rng),
        cadss_change=8 * rng.standard_exponential((n,)),
        markers=rng.standard_normal((n, MARKERS)),
        known=known,
        answer=rng.random((n,)) < special.expit(math.log(KNOWN_ODDS_RATIO) * known),
    )


def _tell_durations(
    scenario: Scenario, days: Floats, rng: np.random.Generator
) -> tuple[Floats, Bools]:
    """Return durations as told, and whether they had ended when observation did."""
    followed = rng.uniform(*FOLLOWED_DAYS, size=days.shape)
    retreated = rng.random(days.shape) < scenario.retreated_share
    next_infusion = np.where(retreated & (days > 0), rng.uniform(0.5, 1, days.shape) * days, np.inf)
    observed_to = np.minimum(followed, next_infusion)
    ended = days <= observed_to
    in_weeks = (rng.random(days.shape) < scenario.heaped_share) & (days >= 5)
    told = np.where(in_weeks, 7 * np.round(days / 7), days)
    return np.where(ended, told, observed_to), ended


def bracket(days: Floats, visit_days: Floats) -> tuple[Floats, Floats, npt.NDArray[np.str_]]:
    """Return lower, upper and kind of durations that visits tell apart; NaN: not attended."""
    going_on = visit_days < days[:, None]
    over = visit_days >= days[:, None]
    lower = np.where(going_on, visit_days, 0.0).max(axis=1)
    upper = np.where(over, visit_days, np.inf).min(axis=1)
    kind = np.where(np.isinf(upper), "right", np.where(lower > 0, "interval", "left"))
    none = days == 0
    return np.where(none, 0.0, lower), np.where(none, 0.0, upper), np.where(none, "none", kind)


def lose_scores(scenario: Scenario, scores: Floats, rng: np.random.Generator) -> Floats:
    """Return the scores with those that are missing as NaN."""
    log_odds = logit(scenario.missing_share) + scenario.missing_per_point * (scores - MISSING_AT)
    return np.where(rng.random(scores.shape) < special.expit(log_odds), np.nan, scores)


def _draw_events(scenario: Scenario, given: Bools, rng: np.random.Generator) -> Bools:
    """Return adverse events, shape (n, 8, terms); some patients have more of all of them."""
    truth = scenario.truth
    common = logit_of_terms(scenario)
    proneness = truth.ae_log_odds_sd * rng.standard_normal((given.shape[0], 1, 1))
    happened = rng.random((*given.shape, common.size)) < special.expit(common + proneness)
    events: Bools = happened & given[:, :, None]
    return events


def logit_of_terms(scenario: Scenario) -> Floats:
    """Return the log odds of each adverse event, at no particular proneness."""
    return np.array([logit(probability) for _, probability in scenario.truth.ae_probability])
