"""Dates of 1904, numbers stored as text, decimal commas, and signs that look like others."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from tests.hostile.tried import Tried, both, confirm, holds, ids, queried, survived
from tests.studies import save, workbook

TITLE = "Dates of 1904, numbers as text, decimal commas, look-alikes"


def infusion(**cells: Any) -> Callable[[Path], Path]:
    row = {_COLUMNS.get(name, name): value for name, value in cells.items()}
    return lambda folder: save(workbook(infusions=[row]), folder)


def patient(**cells: Any) -> Callable[[Path], Path]:
    row = {_COLUMNS.get(name, name): value for name, value in cells.items()}
    return lambda folder: save(workbook(patients=[row], infusions=()), folder)


def follow_up(**cells: Any) -> Callable[[Path], Path]:
    row = {_COLUMNS.get(name, name): value for name, value in cells.items()}
    return lambda folder: save(workbook(follow_ups=[row]), folder)


_COLUMNS = {"patient": "Patient ID", "before": "NRS before", "after": "NRS after",
            "hours": "Duration (h)", "weight": "Weight (kg)", "age": "Age (years)",
            "relief": "Pain relief (%)", "duration": "Duration of relief"}  # fmt: skip


def of_1904(folder: Path) -> Path:
    book = workbook(follow_ups=[{}])
    book.epoch = dt.datetime(1904, 1, 1)
    return save(book, folder)


def all_as_text(folder: Path) -> Path:
    row = {"Infusion #": "1", "Date": "2021-01-10", "Dose": "120", "Duration (h)": "3.5",
           "NRS before": "8", "NRS after": "5"}  # fmt: skip
    patient = {"Age (years)": "50", "Height (cm)": "165", "Weight (kg)": "70", "PHQ-9": "8"}
    return save(workbook(patients=[patient], infusions=[row]), folder)


only_after = holds("pain_ratings", "visit", "after")
no_relief = holds("relief", "kind")

CASES: Sequence[Tried] = (
    survived("workbook that counts dates from 1904", of_1904,
             lambda data: str(data.tables["infusions"]["date"][0].date()) == "2021-01-10"
             and data.tables["follow_ups"]["day"].tolist() == [31]),
    survived("every number stored as text", all_as_text,
             both(holds("pain_ratings", "nrs", 8, 5), holds("infusions", "dose_mg", 120),
                  holds("patients", "age", 50))),
    survived("number with spaces and a non-breaking space around it",
             infusion(before=" 8\u00a0"), holds("pain_ratings", "nrs", 8, 5)),
    survived("patient code with a non-breaking space behind it", infusion(patient="R001\u00a0"),
             holds("infusions", "patient", "r001")),
    queried("patient code with a sign of no width behind it", infusion(patient="R001\u200b"),
            "orphan", holds("infusions", "patient")),
    queried("patient code with a Cyrillic letter", infusion(patient="\u0420001"), "orphan",
            holds("infusions", "patient")),
    queried("decimal comma in an age", patient(age="50,5"), "not_a_number",
            lambda data: data.tables["patients"]["age"].isna().all()),
    queried("decimal comma in a weight", patient(weight="70,5"), "not_a_weight",
            lambda data: data.tables["patients"]["weight_kg"].isna().all()),
    queried("decimal comma in a dose", infusion(Dose="1,5 mg/kg"), "not_a_dose",
            lambda data: data.tables["infusions"]["dose_mg"].isna().all()),
    queried("thousands comma in a dose", infusion(Dose="1,200"), "not_a_dose",
            lambda data: data.tables["infusions"]["dose_mg"].isna().all()),
    queried("decimal comma in hours", infusion(hours="3,5"), "not_hours",
            lambda data: data.tables["infusions"]["hours"].isna().all()),
    queried("decimal comma in a pain score", infusion(before="6,5"), "not_a_pain_score",
            only_after),
    queried("decimal comma in a percentage", follow_up(relief="12,5%"), "not_a_percentage",
            lambda data: data.tables["follow_ups"]["relief_pct"].isna().all()),
    queried("decimal comma in a duration of relief", follow_up(duration="1,5 weeks"),
            "not_a_duration", no_relief),
    queried("Arabic digit", infusion(before="\u0667"), "not_a_pain_score", only_after),
    queried("full-width digit", infusion(before="\uff17"), "not_a_pain_score", only_after),
    queried("superscript and circled digits", infusion(before="\u00b2", after="\u2466"),
            "not_a_pain_score", holds("pain_ratings", "visit")),
    queried("letter O for a zero", infusion(before="1O"), "not_a_pain_score", only_after),
    queried("true minus sign", infusion(before="\u22125"), "not_a_pain_score", only_after),
    queried("number in scientific notation", infusion(Dose="1.2E+02"), "not_a_dose",
            lambda data: data.tables["infusions"]["dose_mg"].isna().all()),
    queried("infinite and not-a-number as words", infusion(before="inf", after="nan"),
            "not_a_pain_score", holds("pain_ratings", "visit")),
    queried("text as long as a cell can hold", follow_up(duration="9" * 32_767),
            "not_a_duration", no_relief),
    queried("date in another order of its parts", infusion(Date="10.01.2021"), "not_a_date",
            lambda data: data.tables["infusions"]["date"].isna().all()),
    queried("day that does not exist", infusion(Date="2021-02-30"), "not_a_date",
            lambda data: data.tables["infusions"]["date"].isna().all()),
    queried("formula that was never calculated", infusion(before="=4+4"),
            "formula_without_result", only_after),
    queried("error value", infusion(before="#REF!"), "spreadsheet_error", only_after),
)  # fmt: skip


@pytest.mark.parametrize("tried", CASES, ids=ids(CASES))
def test_values_of_cells(tried: Tried, tmp_path: Path) -> None:
    confirm(tried, tmp_path / "study")
