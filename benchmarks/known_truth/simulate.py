"""One study of a scenario as plain arrays: what is true of the patients, and what is observed."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
from scipy import special

from benchmarks.known_truth.scenarios import KNOWN_ODDS_RATIO
from helpers.simulation.infusions import (
    draw_events,
    draw_infusions,
    draw_percentage,
    lose_scores,
    tell_durations,
)
from helpers.simulation.scenarios import INDEX, Scenario
from helpers.study import WEEKS

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

FEWEST, MOST = 4, 8  # infusions of a patient
MARKERS: Final = 5  # characteristics that predict nothing
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
    drawn = draw_infusions(scenario, n, range(MOST), rng)
    days, reduction = drawn.relief_days[:, INDEX], drawn.reduction[:, INDEX]
    visit_days, visit_nrs = _draw_visits(scenario, drawn.usual, days, reduction, rng)
    return Patients(
        given=np.arange(MOST) < rng.integers(FEWEST, MOST + 1, size=(n, 1)),
        dose=drawn.dose,
        pre=drawn.pre,
        post=drawn.post,
        relief_days=drawn.relief_days,
        relief_pct=draw_percentage(scenario, days, reduction, drawn.pre[:, INDEX], rng),
        visit_days=visit_days,
        visit_nrs=visit_nrs,
    )


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
    time, ended = tell_durations(scenario, patients.relief_days, rng)
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
        events=draw_events(scenario, patients.given, rng),
        cadss_change=8 * rng.standard_exponential((n,)),
        markers=rng.standard_normal((n, MARKERS)),
        known=known,
        answer=rng.random((n,)) < special.expit(math.log(KNOWN_ODDS_RATIO) * known),
    )


def bracket(days: Floats, visit_days: Floats) -> tuple[Floats, Floats, npt.NDArray[np.str_]]:
    """Return lower, upper and kind of durations that visits tell apart; NaN: not attended."""
    going_on = visit_days < days[:, None]
    over = visit_days >= days[:, None]
    lower = np.where(going_on, visit_days, 0.0).max(axis=1)
    upper = np.where(over, visit_days, np.inf).min(axis=1)
    kind = np.where(np.isinf(upper), "right", np.where(lower > 0, "interval", "left"))
    none = days == 0
    return np.where(none, 0.0, lower), np.where(none, 0.0, upper), np.where(none, "none", kind)
