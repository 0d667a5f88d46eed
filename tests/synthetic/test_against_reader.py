"""The reader comes back with what the truth says: every value, every planted error, no other."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from helpers.cohort.eligibility import MET, assess_eligibility
from helpers.ingest.folder import StudyData, read_study
from helpers.settings import resolve_settings
from helpers.study import PARTS, PROSPECTIVE, RETROSPECTIVE
from helpers.synthetic import write_synthetic_study
from helpers.synthetic.chart_errors import PLANTERS as CHART_PLANTERS
from helpers.synthetic.redcap_errors import PLANTERS as REDCAP_PLANTERS

CALLS: dict[str, dict[str, Any]] = {
    "default": {},
    "large": {"retrospective": 200, "prospective": 200, "seed": 3},
    "no effect": {"retrospective": 60, "prospective": 60, "seed": 4, "effect": False},
    "one": {"retrospective": 1, "prospective": 1, "seed": 5},
}


@dataclass(frozen=True)
class Study:
    data: StudyData
    truth: dict[str, Any]

    def rows(self, part: str, sheet: str) -> list[dict[str, Any]]:
        """Return the truth's usable rows of a sheet or of an event, each with its patient."""
        return [
            {"patient": patient["patient"].lower(), **row}
            for patient in self.truth[part]
            for row in patient["rows"]
            if row.get("sheet", row.get("event")) == sheet and row["reported"] is not None
        ]

    def table(self, name: str, part: str) -> pd.DataFrame:
        return self.data.table(name, part).set_index("source_row")


@pytest.fixture(scope="module", params=CALLS)
def study(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Study:
    folder = tmp_path_factory.mktemp("study")
    write_synthetic_study(folder, **CALLS[request.param])
    truth = json.loads((folder / "truth.json").read_text(encoding="utf-8"))
    return Study(read_study(folder, resolve_settings(folder)), truth)


def same(read: object, told: object) -> bool:
    if told is None:
        return bool(pd.isna(read))  # type: ignore[call-overload]
    if isinstance(read, pd.Timestamp):
        return read.date().isoformat() == told
    if isinstance(told, float | int) and not isinstance(told, bool):
        return math.isclose(float(read), told, rel_tol=1e-12)  # type: ignore[arg-type]
    return bool(read == told)


def check_columns(study: Study, part: str, sheet: str, table: str, names: dict[str, str]) -> None:
    """Compare columns of a table (by name) with what the rows of a sheet say (by name)."""
    read = study.table(table, part)
    told = study.rows(part, sheet)
    assert len(told) > 0
    for row in told:
        for column, name in names.items():
            found = read.loc[row["row"], column]
            assert same(found, row["reported"][name]), (sheet, row["row"], column, found)


def test_patients_of_part_1(study: Study) -> None:
    names = ["consent", "age", "sex", "fm_diagnosed", "fm_diagnosis_year", "height_cm", "weight_kg",
             "depression", "phq9", "opioid_use", "comorbidities"]  # fmt: skip
    check_columns(study, RETROSPECTIVE, "Patients", "patients", {name: name for name in names})
    assert len(study.table("patients", RETROSPECTIVE)) == len(study.rows(RETROSPECTIVE, "Patients"))


def test_infusions_of_part_1(study: Study) -> None:
    names = ["date", "dose_mg", "hours", "stopped_early", "infusion"]
    check_columns(study, RETROSPECTIVE, "Infusions", "infusions", {name: name for name in names})
    told = study.rows(RETROSPECTIVE, "Infusions")
    assert len(study.table("infusions", RETROSPECTIVE)) == len(told)


@pytest.mark.parametrize("visit", ["before", "after"])
def test_scores_of_part_1(study: Study, visit: str) -> None:
    ratings = study.table("pain_ratings", RETROSPECTIVE)
    read = ratings[ratings["visit"] == visit]["nrs"].to_dict()
    told = {row["row"]: row["reported"][f"nrs_{visit}"]
            for row in study.rows(RETROSPECTIVE, "Infusions")}  # fmt: skip
    assert read == {row: nrs for row, nrs in told.items() if nrs is not None}


def test_follow_ups_of_part_1(study: Study) -> None:
    names = {"date": "date", "relief_pct": "relief_pct", "infusion": "infusion"}
    check_columns(study, RETROSPECTIVE, "Follow-ups", "follow_ups", names)


def check_relief(read: pd.Series, told: dict[str, Any]) -> None:
    upper = math.inf if told["upper_days"] is None else told["upper_days"]
    assert read["kind"] == told["kind"]
    assert read["lower_days"] == pytest.approx(told["lower_days"])
    assert read["upper_days"] == pytest.approx(upper)
    assert read["approximate"] == told["approximate"]
    assert read["basis"] == told["basis"]


def test_durations_of_part_1(study: Study) -> None:
    relief = study.table("relief", RETROSPECTIVE)
    told = {row["row"]: row["reported"]["relief"]
            for row in study.rows(RETROSPECTIVE, "Follow-ups")}  # fmt: skip
    told = {row: relief for row, relief in told.items() if relief is not None}
    assert set(relief.index) == set(told)
    for row, expected in told.items():
        check_relief(relief.loc[row], expected)


@pytest.mark.parametrize(
    ("part", "sheet", "prefix"),
    [(RETROSPECTIVE, "Adverse events", ""), (PROSPECTIVE, "infusion_arm_1", "ae_")],
)
def test_adverse_events(study: Study, part: str, sheet: str, prefix: str) -> None:
    read = study.table("adverse_events", part)
    told = [row for row in study.rows(part, sheet) if f"{prefix}term" in row["reported"]]
    assert len(read) == len(told)
    for row in told:
        for column in ("term", "severity", "serious", "related"):
            assert same(read.loc[row["row"], column], row["reported"][prefix + column])


def test_patients_of_part_2(study: Study) -> None:
    names = {"consent": "icf_signed", "age": "age", "sex": "sex", "height_cm": "height_cm",
             "weight_kg": "weight_kg", "fm_years": "fm_years", "opioid_use": "opioid_use",
             "phq9": "phq9_total", "prior_infusions": "prior_infusions"}  # fmt: skip
    check_columns(study, PROSPECTIVE, "baseline_arm_1", "patients", names)


def test_the_infusion_and_measurements_of_part_2(study: Study) -> None:
    read = study.table("infusions", PROSPECTIVE)
    measured = study.data.table("measurements", PROSPECTIVE)
    found = {(row.source_row, row.name): row.value for row in measured.itertuples(index=False)}
    told = {}
    for event in ("baseline_arm_1", "infusion_arm_1", "post_40min_arm_1"):
        for row in study.rows(PROSPECTIVE, event):
            for name in ("cadss_total", "sbp", "dbp", "hr", "spo2"):
                value = row["reported"].get(name)
                told |= {(row["row"], name): value} if value is not None else {}
    assert found == told
    for row in study.rows(PROSPECTIVE, "infusion_arm_1"):
        if "inf_date" in row["reported"]:
            assert same(read.loc[row["row"], "date"], row["reported"]["inf_date"])
            assert same(read.loc[row["row"], "dose_mg"], row["reported"]["dose_mg"])
            assert same(read.loc[row["row"], "hours"], row["reported"]["inf_hours"])


@pytest.mark.parametrize("week", [1, 2, 4, 8, 12])
def test_visits_of_part_2(study: Study, week: int) -> None:
    read = study.table("follow_ups", PROSPECTIVE)
    scores = study.table("pain_ratings", PROSPECTIVE)["nrs"].to_dict()
    for row in study.rows(PROSPECTIVE, f"week_{week}_arm_1"):
        reported = row["reported"]
        assert same(read.loc[row["row"], "date"], reported.get("fu_date"))
        assert same(read.loc[row["row"], "relief_pct"], reported.get("relief_pct"))
        assert scores.get(row["row"]) == reported.get("nrs")


def test_durations_of_part_2(study: Study) -> None:
    relief = study.data.table("relief", PROSPECTIVE).set_index("patient")
    told = {patient["patient"]: patient["relief"] for patient in study.truth[PROSPECTIVE]
            if patient["relief"] is not None}  # fmt: skip
    assert set(relief.index) == set(told)
    for patient, expected in told.items():
        check_relief(relief.loc[patient], expected)


@pytest.mark.parametrize("part", PARTS)
def test_patients_fail_the_stated_criteria_and_no_other(study: Study, part: str) -> None:
    tables = {name: study.data.table(name, part) for name in study.data.tables}
    answers = assess_eligibility(part, tables).answers
    assert len(answers) == len(study.truth[part])
    for patient in study.truth[part]:
        row = answers.loc[patient["patient"].lower()]
        assert set(row.index[row != MET]) == set(patient["fails"]), patient["patient"]


def test_the_errors_are_the_planted_ones(study: Study) -> None:
    found = {(q.file, q.sheet, q.row, q.column) for q in study.data.queries
             if q.severity == "error"}  # fmt: skip
    planted = {(p["file"], p["sheet"], p["row"], p["column"]) for p in study.truth["planted"]
               if p["severity"] == "error"}  # fmt: skip
    assert found == planted


def test_planted_warnings_come_back(study: Study) -> None:
    found = {(q.file, q.sheet, q.row, q.column) for q in study.data.queries}
    for planted in study.truth["planted"]:
        place = (planted["file"], planted["sheet"], planted["row"], planted["column"])
        assert place in found, planted


def test_the_default_study_holds_every_kind_of_error() -> None:
    folder = Path(__file__).parents[2] / "data" / "synthetic"
    truth = json.loads((folder / "truth.json").read_text(encoding="utf-8"))
    in_chart = [p for p in truth["planted"] if p["file"] == "chart_review.xlsx"]
    in_redcap = [p for p in truth["planted"] if p["file"] == "redcap_records.csv"]
    # Conflicting rows come in twos and take what points at them along.
    assert len(in_chart) >= len(CHART_PLANTERS)
    assert len(in_redcap) >= len(REDCAP_PLANTERS)
