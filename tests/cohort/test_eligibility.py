"""Who is eligible, criterion by criterion."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from helpers.cohort.analysis_sets import derive_cohort
from helpers.cohort.eligibility import assess_eligibility
from helpers.study import CRITERIA, PROSPECTIVE, RETROSPECTIVE
from tests.studies import infusions, read, read_book, record, save_redcap, workbook


def retrospective(tmp_path: Path, patient: dict[str, Any] | None = None, **sheets: Any) -> Any:
    sheets = {"infusions": infusions(count=4), "follow_ups": [{}]} | sheets
    data = read_book(workbook([patient or {}], **sheets), tmp_path)
    tables = {name: data.table(name, RETROSPECTIVE) for name in data.tables}
    return assess_eligibility(RETROSPECTIVE, tables)


def prospective(tmp_path: Path, **baseline: str) -> Any:
    data = read(save_redcap(record(**baseline), tmp_path))
    tables = {name: data.table(name, PROSPECTIVE) for name in data.tables}
    return assess_eligibility(PROSPECTIVE, tables)


def test_a_plain_patient_meets_every_criterion(tmp_path: Path) -> None:
    assert retrospective(tmp_path / "a").eligible == ["r001"]
    assert prospective(tmp_path / "b").eligible == ["1"]


@pytest.mark.parametrize(
    ("criterion", "patient", "sheets"),
    [
        ("consent", {"Consent signed": "no"}, {}),
        ("age", {"Age (years)": 17.9}, {}),
        ("fm_diagnosed", {"FM diagnosed": "no"}, {}),
        ("min_infusions", {}, {"infusions": infusions(count=3)}),
        ("pain_ratings", {}, {"infusions": infusions(**{"NRS after": "NR"})}),
        ("pain_ratings", {}, {"infusions": infusions(**{"NRS before": 12})}),
        ("follow_up", {}, {"follow_ups": []}),
        ("follow_up", {}, {"follow_ups": [{"Pain relief (%)": None}]}),
        ("follow_up", {}, {"follow_ups": [{"Duration of relief": "good"}]}),
    ],
)
def test_retrospective_criteria(
    tmp_path: Path, criterion: str, patient: dict[str, Any], sheets: Any
) -> None:
    found = retrospective(tmp_path, patient, **sheets)
    assert found.eligible == []
    assert [c.key for c in CRITERIA[RETROSPECTIVE] if found.failed(c.key)] == [criterion]


@pytest.mark.parametrize(
    ("criterion", "field", "value"),
    [
        ("consent", "icf_signed", "0"), ("age", "age", "17"), ("fm_diagnosed", "fm_dx", "0"),
        ("prescribed", "prescribed", "0"), ("safety_screen", "screen_pass", "0"),
        ("min_prior_infusions", "prior_infusions", "2"), ("willing", "willing", "0"),
        ("ketamine_allergy", "ket_allergy", "1"), ("cognitive_impairment", "dementia", "1"),
        ("medical_condition", "med_condition", "1"), ("other_trial", "other_trial_3m", "1"),
    ],
)  # fmt: skip
def test_prospective_criteria(tmp_path: Path, criterion: str, field: str, value: str) -> None:
    found = prospective(tmp_path, **{field: value})
    assert found.eligible == []
    assert [c.key for c in CRITERIA[PROSPECTIVE] if found.failed(c.key)] == [criterion]
    missing = prospective(tmp_path / "missing", **{field: "-99"})
    assert missing.eligible == []
    assert missing.not_documented(criterion) == 1


@pytest.mark.parametrize("answer", ["NR", "maybe"])
def test_a_missing_or_unreadable_answer_is_not_documented(tmp_path: Path, answer: str) -> None:
    found = retrospective(tmp_path, {"Consent signed": answer})
    assert (found.failed("consent"), found.not_documented("consent")) == (1, 1)


def test_limits_are_included(tmp_path: Path) -> None:
    assert retrospective(tmp_path / "a", {"Age (years)": 18}).eligible == ["r001"]
    assert prospective(tmp_path / "b", age="18", prior_infusions="3").eligible == ["1"]


def test_the_flow_counts_the_first_criterion_and_the_table_all(tmp_path: Path) -> None:
    found = retrospective(tmp_path, {"Consent signed": "no", "Age (years)": 12})
    assert (found.first_failed("consent"), found.first_failed("age")) == (1, 0)
    assert (found.failed("consent"), found.failed("age")) == (1, 1)


def test_scores_must_belong_to_one_infusion(tmp_path: Path) -> None:
    rows = infusions(count=4, **{"NRS before": None, "NRS after": None})
    rows[0]["NRS before"], rows[1]["NRS after"] = 8, 5
    assert retrospective(tmp_path, infusions=rows).failed("pain_ratings") == 1


def test_percentage_and_duration_must_belong_to_one_follow_up(tmp_path: Path) -> None:
    follow_ups = [{"Pain relief (%)": None}, {"Infusion #": 2, "Duration of relief": None,
                                              "Follow-up date": "2021-05-01"}]  # fmt: skip
    assert retrospective(tmp_path, follow_ups=follow_ups).failed("follow_up") == 1


# the index infusion


def test_index_infusion_is_chosen_by_its_number(tmp_path: Path) -> None:
    rows = infusions(count=5)
    for number, row in enumerate(rows, start=1):
        row["NRS after"] = number
    data = read_book(workbook(infusions=rows, follow_ups=[{}]), tmp_path)
    for number in (1, 4, 5):
        cohort = derive_cohort(data, RETROSPECTIVE, number)
        assert cohort.index["nrs_post"].tolist() == [number]
        assert cohort.index["nrs_reduction"].tolist() == [8 - number]
    missing = derive_cohort(data, RETROSPECTIVE, 6)
    assert missing.eligible == ["r001"]
    assert missing.index["nrs_post"].isna().all()


def test_derived_characteristics(tmp_path: Path) -> None:
    data = read_book(workbook(infusions=infusions(count=4), follow_ups=[{}]), tmp_path)
    patients = derive_cohort(data, RETROSPECTIVE, 4).patients
    assert patients["bmi"].tolist() == pytest.approx([70 / 1.65**2])
    assert patients["fm_years"].tolist() == [2021 - 2010]


@pytest.mark.parametrize(
    ("dose", "hours", "guideline", "target"),
    [
        (80, 2, True, False), (79.9, 2, False, False), (80, 1.9, False, False),
        ("1.5 mg/kg", 3, True, True), ("2 mg/kg", 4, True, True), ("2.1 mg/kg", 4, True, False),
        ("1.5 mg/kg", 2.9, True, False), (None, 3, None, None), (120, None, None, None),
    ],
)  # fmt: skip
def test_exposure_against_guideline_and_target(
    tmp_path: Path, dose: object, hours: object, guideline: bool | None, target: bool | None
) -> None:
    rows = infusions(count=4, Dose=dose, **{"Duration (h)": hours})
    data = read_book(workbook([{"Weight (kg)": "154 lb"}], rows, [{}]), tmp_path)
    index = derive_cohort(data, RETROSPECTIVE, 4).index.iloc[0]
    flags = (index["guideline_met"], index["in_target_range"])
    assert [None if flag is pd.NA else bool(flag) for flag in flags] == [guideline, target]


def test_part_2_takes_baseline_forty_minutes_and_week_1(tmp_path: Path) -> None:
    rows = record(("post_40min", {"nrs": "3"}),
                  ("week_1", {"nrs": "4", "relief_pct": "60", "fu_date": "2022-03-08",
                              "relief_ongoing": "1"}))  # fmt: skip
    index = derive_cohort(read(save_redcap(rows, tmp_path)), PROSPECTIVE, 4).index.iloc[0]
    assert (index["nrs_pre"], index["nrs_post"], index["relief_pct"]) == (8, 3, 60)
    assert (index["kind"], index["lower_days"]) == ("right", 7)
