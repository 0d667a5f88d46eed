"""The truth is what the parameters say: large studies give them back."""

import math
from dataclasses import replace

import numpy as np
import pytest

from helpers.study import CRITERIA, MIN_INFUSIONS
from helpers.synthetic.parameters import Truth
from helpers.synthetic.prospective import draw_prospective
from helpers.synthetic.retrospective import INELIGIBLE, ChartPatient, draw_retrospective
from helpers.synthetic.truth import Infusion

PATIENTS = 400
# The drug's effect must not be cut at 0 or differ between doses where a mean is compared.
PLAIN = replace(Truth(), reduction_per_mg_per_kg=0.0, dose_finding=(), no_relief_share=1e-9)


def eligible(truth: Truth) -> list[ChartPatient]:
    chart = draw_retrospective(truth, 7, PATIENTS)
    return [patient for patient in chart.patients if not patient.fails]


def infusions(patients: list[ChartPatient]) -> list[Infusion]:
    return [infusion for patient in patients for infusion in patient.infusions]


@pytest.fixture(scope="module")
def patients() -> list[ChartPatient]:
    return eligible(Truth())


@pytest.fixture(scope="module")
def unaffected() -> list[ChartPatient]:
    return eligible(Truth().without_effect())


def reduction(infusion: Infusion) -> float:
    return infusion.nrs_before - infusion.nrs_after


def test_the_spread_of_pain_is_made_of_two() -> None:
    truth = Truth()
    assert math.hypot(truth.usual_nrs_sd, truth.daily_nrs_sd) == pytest.approx(1.35)
    assert truth.regression_nrs == pytest.approx((1 - 0.6) * (7.1 - 5.7))


def test_the_intraclass_correlation_is_the_stated_one(patients: list[ChartPatient]) -> None:
    scores = [[infusion.nrs_before for infusion in p.infusions[:MIN_INFUSIONS]] for p in patients]
    table = np.array(scores)
    within = table.var(axis=1, ddof=1).mean()
    between = table.mean(axis=1).var(ddof=1) - within / MIN_INFUSIONS
    assert between / (between + within) == pytest.approx(Truth().nrs_icc, abs=0.06)
    assert table.mean() == pytest.approx(Truth().nrs_before_mean, abs=0.1)


def test_without_effect_only_regression_to_the_mean_is_left(
    unaffected: list[ChartPatient],
) -> None:
    observed = np.mean([reduction(infusion) for infusion in infusions(unaffected)])
    assert observed == pytest.approx(Truth().regression_nrs, abs=0.1)
    assert all(infusion.reduction == 0 for infusion in infusions(unaffected))


def test_with_effect_the_drugs_reduction_comes_on_top() -> None:
    observed = np.mean([reduction(infusion) for infusion in infusions(eligible(PLAIN))])
    assert observed == pytest.approx(PLAIN.regression_nrs + PLAIN.reduction_mean, abs=0.15)


def test_relief_is_as_frequent_and_as_long_as_stated(patients: list[ChartPatient]) -> None:
    days = np.array([infusion.relief_days for infusion in infusions(patients)])
    assert np.mean(days == 0) == pytest.approx(Truth().no_relief_share, abs=0.04)
    assert np.median(days[days > 0]) == pytest.approx(Truth().relief_median_days, rel=0.12)


def test_without_effect_relief_is_rare_and_short(unaffected: list[ChartPatient]) -> None:
    days = np.array([infusion.relief_days for infusion in infusions(unaffected)])
    assert np.mean(days == 0) == pytest.approx(0.65, abs=0.03)
    assert np.mean(days > 14) < 0.01


def test_more_drug_lasts_a_little_longer(patients: list[ChartPatient]) -> None:
    lasting = [
        (infusion.dose_mg / patient.person.weight_kg, math.log(infusion.relief_days))
        for patient in patients
        for infusion in patient.infusions
        if infusion.relief_days
    ]
    assert 0.02 < np.corrcoef(np.transpose(lasting))[0, 1] < 0.3


def test_relief_in_percent_follows_the_reduction(patients: list[ChartPatient]) -> None:
    relieved = [infusion for infusion in infusions(patients) if infusion.relief_days]
    pairs = [(infusion.reduction, infusion.relief_pct) for infusion in relieved]
    assert np.corrcoef(np.transpose(pairs))[0, 1] > 0.5
    assert all(infusion.relief_pct == 0 for infusion in infusions(patients)
               if not infusion.relief_days)  # fmt: skip


def test_dates_lie_in_the_studys_years_and_in_order(patients: list[ChartPatient]) -> None:
    for patient in patients:
        dates = [infusion.date for infusion in patient.infusions]
        assert dates == sorted(set(dates))
        assert {date.year for date in dates} <= {2021, 2022}
        assert all(infusion.follow_up_date > infusion.date for infusion in patient.infusions)
        assert all(infusion.follow_up_date.year <= 2022 for infusion in patient.infusions)
        assert MIN_INFUSIONS <= len(dates) <= 8


def test_part_2_lies_in_its_years_with_visits_in_order() -> None:
    cohort = draw_prospective(Truth(), 7, PATIENTS)
    courses = [patient.course for patient in cohort.patients if patient.course.infusion]
    assert {course.infusion.date.year for course in courses} == {2022, 2023, 2024}
    for course in courses:
        days = [visit.day for visit in course.visits]
        assert days == sorted(set(days))


def test_nobody_learns_of_the_effect_from_vitals_and_cadss_where_there_is_none() -> None:
    cohort = draw_prospective(Truth().without_effect(), 7, PATIENTS)
    changes = [p.course.cadss[1] - p.course.cadss[0] for p in cohort.patients]
    rises = [p.course.vitals_infusion[0] - p.course.vitals_baseline[0] for p in cohort.patients]
    assert np.mean(changes) == pytest.approx(0, abs=0.2)
    assert np.mean(rises) == pytest.approx(0, abs=1.5)


def test_patients_are_adults_and_mostly_women(patients: list[ChartPatient]) -> None:
    people = [patient.person for patient in patients]
    assert min(person.age for person in people) >= 19
    assert np.mean([person.sex == "female" for person in people]) == pytest.approx(0.9, abs=0.05)
    assert all(30 <= person.weight_kg <= 250 for person in people)
    assert all(120 <= person.height_cm <= 220 for person in people)
    assert all(person.fm_years < person.age for person in people)


def test_an_added_patient_moves_nobody() -> None:
    def people(count: int) -> set[object]:
        chart = draw_retrospective(Truth(), 7, count)
        return {(p.person, p.infusions) for p in chart.patients}

    assert people(5) < people(6)


def test_the_ineligible_fail_different_criteria_of_the_plan() -> None:
    known = {criterion.key for criterion in CRITERIA["retrospective"]}
    assert {criterion for fails in INELIGIBLE for criterion in fails} == known
