"""What is derived for the models: infusions side by side, scores, characteristics, outcomes."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import numpy as np
import pytest

from helpers.cohort.analysis_sets import Cohort
from helpers.cohort.characteristics import derive_characteristics, derive_outcomes, is_open
from helpers.cohort.infusions import derive_infusions
from helpers.cohort.measurements import derive_changes
from helpers.cohort.read import read_cohorts
from helpers.cohort.scores import derive_course, derive_scores, derive_trajectory
from tests.studies import infusions, record, save, save_redcap, workbook


def part_1(folder: Path, durations: list[str], **scores: object) -> Cohort:
    """Return one cohort of a patient per duration of relief at infusion 4."""
    names = [f"R{number:03d}" for number in range(1, len(durations) + 1)]
    rows = [row for name in names for row in infusions(name, 5, **scores)]
    follow_ups = [
        {"Patient ID": name, "Infusion #": 4, "Follow-up date": dt.date(2022, 1, 1),
         "Duration of relief": duration}
        for name, duration in zip(names, durations, strict=True)
    ]  # fmt: skip
    patients = [{"Patient ID": name} for name in names]
    folder = save(workbook(patients, rows, follow_ups), folder)
    return read_cohorts(folder).cohorts["retrospective"]


def part_2(folder: Path, rows: list[dict[str, str]]) -> Cohort:
    return read_cohorts(save_redcap(rows, folder)).cohorts["prospective"]


def test_each_infusion_knows_the_days_to_the_next(tmp_path: Path) -> None:
    table = derive_infusions(part_1(tmp_path, ["2 weeks"]))
    assert table["infusion"].tolist() == [1, 2, 3, 4, 5]
    assert table["next_days"].tolist()[:4] == [30, 30, 30, 30]
    assert np.isnan(table["next_days"].iloc[4])
    assert table["nrs_reduction"].tolist() == [3] * 5
    assert table["kind"].notna().tolist() == [False, False, False, True, False]


@pytest.mark.parametrize(
    ("duration", "sustained", "left_open"),
    [
        ("14 days", 1, False), ("13 days", 0, False), ("2-3 weeks", 1, False),
        ("1-2 weeks", None, True), (">2 weeks", 1, False), (">1 week", None, True),
        ("<2 weeks", None, True), ("<1 week", 0, False), ("none", 0, False),
    ],
)  # fmt: skip
def test_relief_is_sustained_only_where_it_is_known_to_be(
    tmp_path: Path, duration: str, sustained: int | None, left_open: bool
) -> None:
    cohort = part_1(tmp_path, [duration])
    answer = derive_outcomes(cohort)["sustained_14"].iloc[0]
    assert (None if np.isnan(answer) else answer) == sustained
    assert is_open(cohort).tolist() == [left_open]


def test_characteristics_are_numbers_and_missing_stays_missing(tmp_path: Path) -> None:
    cohort = part_1(tmp_path, ["2 weeks"])
    table = derive_characteristics(cohort)
    # 70 kg at 1.65 m; diagnosed in 2010, index infusion in 2021; 120 mg by 70 kg
    assert table.loc["r001", "bmi"] == pytest.approx(70 / 1.65**2)
    assert table.loc["r001", ["sex", "fm_years", "depression", "comorbidities"]].tolist() == [
        0, 11, 0, 1
    ]  # fmt: skip
    assert table.loc["r001", "dose_mg_per_kg"] == pytest.approx(120 / 70)
    assert np.isnan(table.loc["r001", "cadss_change"])


def test_depression_in_part_2_is_a_score_of_at_least_ten(tmp_path: Path) -> None:
    rows = [*record(name="1", phq9_1="3"), *record(name="2"), *record(name="3", phq9_1="2")]
    for row in rows:  # totals: 9 − 1 + 3 = 11, 9, 10
        row.pop("phq9_total", None)
    answers = derive_characteristics(part_2(tmp_path, rows))["depression"]
    assert answers.tolist() == [1, 0, 1]


def test_changes_and_scores_of_part_2(tmp_path: Path) -> None:
    rows = record(
        ("post_40min", {"nrs": "5", "cadss_total": "12"}), ("week_1", {"nrs": "6"}),
        ("week_4", {"nrs": "9"}), cadss_total="2",
    )  # fmt: skip
    cohort = part_2(tmp_path, rows)
    assert derive_changes(cohort)["cadss_change"].tolist() == [10]
    course = derive_course(cohort).iloc[0]
    assert course[["post_40min", "week_1", "week_4"]].tolist() == [-3, -2, 1]
    assert course[["week_2", "week_8", "week_12"]].isna().all()
    scores = derive_scores(cohort).iloc[0]
    assert scores[["pre", "post", "age", "phq9"]].tolist() == [8, 5, 50, 9]


def test_trajectory_against_the_first_infusion(tmp_path: Path) -> None:
    table = derive_infusions(part_1(tmp_path, ["2 weeks"]))
    table.loc[table["infusion"] == 3, "nrs_reduction"] = 5.0
    changes = derive_trajectory(table).iloc[0]
    assert changes.to_dict() == {"infusion_2": 0, "infusion_3": 2, "infusion_4": 0}
