"""Draws the truth of a synthetic study: patients, infusions, pain, relief and events."""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import dataclass, replace
from typing import Final

from helpers.study import RELATEDNESS, SEVERITIES, WEEKS
from helpers.synthetic.draws import Draw, expit, logit
from helpers.synthetic.parameters import Truth

COMORBIDITIES: Final = ("IBS", "migraine", "anxiety", "hypothyroidism", "osteoarthritis")
PART_1_DATES: Final = (dt.date(2021, 1, 11), dt.date(2022, 12, 23))
PART_2_DATES: Final = (dt.date(2022, 3, 7), dt.date(2024, 9, 20))
_DIGITS: Final = 3  # kept of what is drawn: beyond them machines may differ


@dataclass(frozen=True, slots=True)
class Person:
    """One patient: years, cm, kg; ``usual_nrs`` and ``responsiveness`` in points of pain."""

    age: int
    sex: str
    height_cm: int
    weight_kg: float
    fm_years: int
    depression: str
    phq9_items: tuple[int, ...]
    opioid_use: bool
    comorbidities: tuple[str, ...]
    usual_nrs: float
    responsiveness: float
    ae_log_odds: float


@dataclass(frozen=True, slots=True)
class AdverseEvent:
    """One adverse event by its coded term."""

    term: str
    severity: str
    serious: bool
    related: str


@dataclass(frozen=True, slots=True)
class Infusion:
    """One infusion with what followed it; days of relief are 0 where it brought none.

    ``reduction`` is the drug's share of the change in pain, in points; ``follow_up_date`` the
    day on which a patient of Part 1 was asked.
    """

    number: int
    date: dt.date
    dose_mg: int
    hours: float
    stopped_early: bool
    nrs_before: float
    nrs_after: float
    reduction: float
    relief_days: float
    relief_pct: float
    adverse_events: tuple[AdverseEvent, ...]
    follow_up_date: dt.date | None = None


@dataclass(frozen=True, slots=True)
class Visit:
    """One follow-up visit of Part 2: its week, its day from the infusion, pain and relief."""

    week: int
    day: int
    attended: bool
    nrs: float
    relief_pct: float
    ongoing: bool


@dataclass(frozen=True, slots=True)
class Course:
    """What Part 2 measures around the study infusion; vital signs as sbp, dbp, hr, spo2."""

    infusion: Infusion | None
    cadss: tuple[int, int]
    vitals_baseline: tuple[int, ...]
    vitals_infusion: tuple[int, ...]
    vitals_after: tuple[int, ...]
    visits: tuple[Visit, ...]


def draw_person(truth: Truth, draw: Draw) -> Person:
    """Return one patient."""
    female = draw.chance(truth.female_share)
    height = round(draw.normal(164 if female else 177, 6.5))
    bmi = draw.normal_within(truth.bmi_mean, truth.bmi_sd, 18, 46)
    age = round(draw.normal_within(truth.age_mean, truth.age_sd, 19, 79))
    fm_years = -truth.fm_years_mean * math.log(1 - draw.uniform())
    now, history = truth.depression_share
    depression = draw.weigh({"yes": now, "history": history, "no": 1 - now - history})
    burden = truth.phq9_item_mean + truth.phq9_item_rise * (depression == "yes")
    burden = draw.normal_within(burden, truth.phq9_item_sd, 0.03, 0.95)
    return Person(
        age=age,
        sex="female" if female else "male",
        height_cm=height,
        weight_kg=round(bmi * (height / 100) ** 2, 1),
        fm_years=int(min(max(fm_years, 1), 35, age - 16)),
        depression=depression,
        phq9_items=tuple(sum(draw.chance(burden) for _ in range(3)) for _ in range(9)),
        opioid_use=draw.chance(truth.opioid_share),
        comorbidities=tuple(c for c in COMORBIDITIES if draw.chance(truth.comorbidity_share)),
        usual_nrs=round(draw.normal_within(truth.usual_nrs_mean, truth.usual_nrs_sd, 2, 9.5), 3),
        responsiveness=round(draw.normal(0, truth.reduction_between_sd), _DIGITS),
        ae_log_odds=round(draw.normal(0, truth.ae_log_odds_sd), _DIGITS),
    )


def draw_infusion(
    truth: Truth, person: Person, number: int, date: dt.date, mg_per_kg: float, draw: Draw
) -> Infusion:
    """Return one infusion of about a dose (mg/kg): pain before and after, relief, events."""
    stopped = draw.chance(truth.stopped_early_share)
    dose_mg = max(5 * round(mg_per_kg * person.weight_kg / 5), 20)
    sought_at = person.usual_nrs + truth.regression_nrs
    before = draw.normal_within(sought_at, truth.daily_nrs_sd, 0, 10)
    reduction, days, pct = _draw_relief(truth, person, dose_mg / person.weight_kg, before, draw)
    after = draw.normal(person.usual_nrs, truth.daily_nrs_sd) - reduction
    return Infusion(
        number=number,
        date=date,
        dose_mg=dose_mg,
        hours=_draw_hours(stopped, draw),
        stopped_early=stopped,
        nrs_before=round(before, _DIGITS),
        nrs_after=round(min(max(after, 0), 10), _DIGITS),
        reduction=round(reduction, _DIGITS),
        relief_days=round(days, _DIGITS),
        relief_pct=round(pct, _DIGITS),
        adverse_events=_draw_events(truth, person, draw),
    )


def _draw_relief(
    truth: Truth, person: Person, mg_per_kg: float, before: float, draw: Draw
) -> tuple[float, float, float]:
    """Return the drug's reduction (points), and the days and percentage of relief."""
    above = mg_per_kg - truth.reference_dose_mg_per_kg
    mean = truth.reduction_mean + truth.reduction_per_mg_per_kg * above + person.responsiveness
    reduction = max(draw.normal(mean, truth.reduction_within_sd), 0.0)
    log_hazard = math.log(truth.relief_hazard_ratio_per_mg_per_kg) * above
    log_hazard += truth.relief_log_hazard_per_point * person.responsiveness
    days = draw.weibull(truth.relief_median_days, truth.relief_weibull_shape, log_hazard)
    pct = truth.relief_pct_base + truth.relief_pct_per_reduction_pct * 100 * reduction / before
    pct = draw.normal_within(pct, truth.relief_pct_sd, 5, 100)
    log_odds = -logit(truth.no_relief_share)
    log_odds += truth.relief_log_odds_per_point * person.responsiveness
    if not draw.chance(expit(log_odds)):
        return 0.0, 0.0, 0.0
    return reduction, max(days, 0.1), pct


def _draw_hours(stopped: bool, draw: Draw) -> float:
    if stopped:
        return draw.pick((0.75, 1.0, 1.5, 2.0))
    return draw.weigh({2.5: 4, 3.0: 25, 3.25: 15, 3.5: 25, 3.75: 8, 4.0: 20, 4.5: 3})


def _draw_events(truth: Truth, person: Person, draw: Draw) -> tuple[AdverseEvent, ...]:
    return tuple(
        AdverseEvent(
            term,
            draw.weigh(dict(zip(SEVERITIES, truth.ae_severity, strict=True))),
            draw.chance(truth.ae_serious_share),
            draw.weigh(dict(zip(RELATEDNESS, truth.ae_related, strict=True))),
        )
        for term, probability in truth.ae_probability
        if draw.chance(expit(logit(probability) + person.ae_log_odds))
    )


def draw_chart(truth: Truth, person: Person, count: int, draw: Draw) -> tuple[Infusion, ...]:
    """Return the infusions of a patient of Part 1, each with the date of its follow-up."""
    gaps = [draw.whole(*truth.days_between_infusions) for _ in range(count - 1)]
    target = draw.normal_within(truth.reference_dose_mg_per_kg, truth.dose_sd_mg_per_kg, 1.2, 2.4)
    first, last = PART_1_DATES
    room = (last - first).days - sum(gaps) - truth.days_to_follow_up[1]
    day = first + dt.timedelta(draw.whole(0, room))
    infusions = []
    for number, gap in enumerate((*gaps, 0), start=1):
        share = truth.dose_finding[number - 1] if number <= len(truth.dose_finding) else 1.0
        date = _on_weekday(day)
        infusion = draw_infusion(truth, person, number, date, share * target, draw)
        asked = _on_weekday(date + dt.timedelta(draw.whole(*truth.days_to_follow_up)))
        infusions.append(replace(infusion, follow_up_date=asked))
        day += dt.timedelta(gap)
    return tuple(infusions)


def _on_weekday(date: dt.date) -> dt.date:
    return date + dt.timedelta({5: 2, 6: 1}.get(date.weekday(), 0))


def draw_course(truth: Truth, person: Person, draw: Draw) -> Course:
    """Return the study infusion of a patient of Part 2 and what was measured around it."""
    first, last = PART_2_DATES
    date = _on_weekday(first + dt.timedelta(draw.whole(0, (last - first).days)))
    dose = draw.normal_within(truth.reference_dose_mg_per_kg, truth.dose_sd_mg_per_kg, 1.2, 2.4)
    infusion = draw_infusion(truth, person, 1, date, dose, draw)
    baseline = [draw.normal(*of) for of in zip(truth.vitals_baseline, truth.vitals_sd, strict=True)]
    change = [draw.normal(*of) for of in
              zip(truth.vitals_change, truth.vitals_change_sd, strict=True)]  # fmt: skip
    left = truth.vitals_change_left
    return Course(
        infusion=infusion if draw.chance(truth.infusion_received_share) else None,
        cadss=_draw_cadss(truth, draw),
        vitals_baseline=_vitals(baseline),
        vitals_infusion=_vitals([b + c for b, c in zip(baseline, change, strict=True)]),
        vitals_after=_vitals([b + left * c for b, c in zip(baseline, change, strict=True)]),
        visits=tuple(_draw_visits(truth, person, infusion, draw)),
    )


def _vitals(values: list[float]) -> tuple[int, ...]:
    return tuple(round(value) for value in (*values[:3], min(values[3], 100.0)))


def _draw_cadss(truth: Truth, draw: Draw) -> tuple[int, int]:
    """Return CADSS at baseline and 40 minutes after, each a fresh reading (points, 0 to 92)."""
    baseline, after, change = (-math.log(1 - draw.uniform()) for _ in range(3))
    mean = truth.cadss_baseline_mean
    later = mean * after + truth.cadss_change_mean * change
    return min(round(mean * baseline), 92), min(round(later), 92)


def _draw_visits(truth: Truth, person: Person, infusion: Infusion, draw: Draw) -> list[Visit]:
    visits = []
    for week, attendance in zip(WEEKS, truth.attendance, strict=True):
        late = draw.whole(8, 11) if draw.chance(truth.late_visit_share) and week > 1 else 0
        # never after the next visit's earliest day: visits stay in order
        day = 7 * week + (late or round(draw.normal_within(0, truth.visit_sd_days, -3, 3)))
        left = max(1 - day / infusion.relief_days, 0) if infusion.relief_days else 0.0
        waning = (0.5 + 0.5 * left) if left else 0.0
        pain = draw.normal(person.usual_nrs, truth.daily_nrs_sd) - waning * infusion.reduction
        visits.append(
            Visit(
                week=week,
                day=day,
                attended=draw.chance(attendance),
                nrs=round(min(max(pain, 0), 10), _DIGITS),
                relief_pct=round(waning * infusion.relief_pct, _DIGITS),
                ongoing=infusion.relief_days > day,
            )
        )
    return visits
