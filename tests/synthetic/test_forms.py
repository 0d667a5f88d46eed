"""Every form of text that the contract allows occurs in a large study."""

from __future__ import annotations

import csv
import datetime as dt
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from helpers.study import AE_SYNONYMS
from helpers.synthetic import write_synthetic_study


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("large")
    write_synthetic_study(folder, retrospective=200, prospective=200, seed=8)
    return folder


@pytest.fixture(scope="module")
def columns(folder: Path) -> dict[str, list[Any]]:
    """Return the cells of each column, under "sheet: column"."""
    book = openpyxl.load_workbook(folder / "chart_review.xlsx")
    return {
        f"{sheet.title}: {column[0].value}": list(column[1:])
        for sheet in book.worksheets
        for column in sheet.iter_cols()
    }


def texts(cells: list[Any]) -> list[str]:
    return [cell.value for cell in cells if isinstance(cell.value, str)]


FORMS = {
    "Patients: Patient ID": [r" R\d+ ", r"r\d+", "R\\d+\u00a0"],
    "Patients: Consent signed": ["Yes", "yes", "y", "Y", "TRUE", "true", "1", "No"],
    "Patients: Sex": ["F", "M", "(?i)female", "(?i)male"],
    "Patients: Weight (kg)": [r"[\d.]+ kg", r"[\d.]+kg", r"\d+ ?lb", r"\d+ ?lbs", r"[\d.]+"],
    "Patients: Depression": ["Yes", "No", "history", "y", "n"],
    "Patients: PHQ-9": [r"\d+"],
    "Patients: Comorbidities": ["none", "no", "nil", r".+; .+", r"\S+;\S+"],
    "Infusions: Infusion #": [r"\d"],
    "Infusions: Date": [
        r"\d{4}-\d\d-\d\d", r"\d{4}/\d\d/\d\d", r"\d\d-[A-Z][a-z]{2}-\d{4}",
        r"\d+ [A-Z][a-z]{2} \d{4}", r"\d+ (January|March|October) \d{4}", r"\d\d/\d\d/\d{4}",
        r".*[A-Z]{3,}.*", r" .*",
    ],
    "Infusions: Dose": [
        r"\d+ mg", r"\d+mg", r"\d+", r"[\d.]+ mg/kg", r"[\d.]+mg/kg", r"[\d.]+ ?mg / kg",
    ],
    "Infusions: Duration (h)": [
        r"[\d.]+", r"[\d.]+ h", r"\dh", r"\dh\d\d", r"\d h \d+ min", r"\d:\d\d", r"\d:\d\d:00",
        r"\d+ min", r"\d+min",
    ],
    "Infusions: NRS before": [
        r"\d+", r"\d+/10", r"\d+ / 10", r"\d-\d", r"\d - \d+", r"\d–\d+", r"\d to \d", r"\d+/100",
        r"\d5/100",
    ],
    "Infusions: NRS after": [
        "NR", "N/A", "NA", "ND", "not recorded", "Not recorded", "unknown", r"\?", "-",
    ],
    "Infusions: Stopped early": ["No", "n", "N", "FALSE", "0", "Yes"],
    "Follow-ups: Pain relief (%)": [
        r"\d+", r"\d+%", r"\d+ %", r"~\d+%", r"~ ?\d+ %", r"\d+-\d+%", r"\d+–\d+%", r"\d+ - \d+%",
        r"\d+ to \d+ ?%", r"\d+ to \d+", "none", "no relief", "nil", "NO RELIEF", "150%",
    ],
    "Follow-ups: Duration of relief": [
        "none", "no relief", "nil", "0", "0 days", "ongoing", "still ongoing", "still in relief",
        "still has relief", "until next infusion", "till next infusion", "lasted to next infusion",
        r"\d+", r"\d+d", r"\d+ days", r"\d+ h(ou)?rs", r"\d wks", r"\d ?w", r"1 ?mo", r"1.5 ?mo.*",
        "a week", "(two|three|four) weeks", "one week", "(a )?couple of weeks", "(a )?few days",
        r"(a )?few weeks", r"½ ?d.*|half a day", r"\d+-\d+ \w+", r"\d+ – \d+ ?\w+",
        r"\d+ to \d+ \w+", r"between \d+ and \d+ \w+", r"1 week - 10 days", r"about \d.*",
        r"approx \d.*", r"approx\. \d.*", r"approximately \d.*", r"around \d.*", r"~ ?\d+.*",
        r"(about|~|approx\.?|approximately|around) ?\d+( - |-| to |–)\d+.*", r">\d.*", r"> \d.*",
        r"≥\d.*", r">=\d.*", r"at least .*", r"over .*", r"more than .*", r"\d\+ \w+", r"\d \w+\+",
        r"<\d.*", r"≤\d.*", r"<=\d.*", r"less than .*", r"under .*", r"up to .*", r"[A-Z ]{7,}",
        r".*\u00a0.*", r".*—.*", r".*  .*", r" .*", "better", "3-2 weeks", "1 week 3 days",
    ],
    "Adverse events: Event": ["itchy nose", "light–headed", "NAUSEA|HEADACHE|SEDATION", "HA"],
    "Adverse events: Severity": ["mild", "moderate", "severe", "Mild", "MODERATE"],
    "Adverse events: Related": ["yes", "possible", "no"],
}  # fmt: skip


@pytest.mark.parametrize(
    ("column", "form"), [(column, form) for column, forms in FORMS.items() for form in forms]
)
def test_form(columns: dict[str, list[Any]], column: str, form: str) -> None:
    assert any(re.fullmatch(form, text) for text in texts(columns[column]))


TYPED: dict[str, tuple[str, Callable[[Any], bool]]] = {
    "date cells": ("Infusions: Date", lambda cell: isinstance(cell.value, dt.datetime)),
    "dates as day/month": ("Infusions: Date", lambda cell: cell.number_format == "dd/mm/yyyy"),
    "a date without its format": ("Infusions: Date", lambda cell: isinstance(cell.value, int)),
    "time cells": ("Infusions: Duration (h)", lambda cell: isinstance(cell.value, dt.time)),
    "half points": ("Infusions: NRS before", lambda cell: cell.value == 6.5),
    "scores made dates": (
        "Infusions: NRS before", lambda cell: isinstance(cell.value, dt.datetime),
    ),
    "percentage formats": (
        "Follow-ups: Pain relief (%)",
        lambda cell: cell.number_format == "0%" and 0 < cell.value <= 1,
    ),
    "durations made dates": (
        "Follow-ups: Duration of relief", lambda cell: isinstance(cell.value, dt.datetime),
    ),
    "days as a bare number": (
        "Follow-ups: Duration of relief",
        lambda cell: isinstance(cell.value, int | float) and cell.value > 0,
    ),
    "real booleans": ("Patients: Consent signed", lambda cell: cell.value is True),
    "numbers for yes": ("Patients: FM diagnosed", lambda cell: cell.value == 1),
    "error values": ("Patients: PHQ-9", lambda cell: cell.data_type == "e"),
    "formulas": ("Patients: Height (cm)", lambda cell: cell.data_type == "f"),
    "missing by -99": ("Infusions: NRS after", lambda cell: cell.value == -99),
    "missing by -88": ("Infusions: NRS after", lambda cell: cell.value == -88),
    "empty cells": ("Infusions: NRS after", lambda cell: cell.value is None),
}  # fmt: skip


@pytest.mark.parametrize("name", TYPED)
def test_typed_cell(columns: dict[str, list[Any]], name: str) -> None:
    column, found = TYPED[name]
    assert any(found(cell) for cell in columns[column])


def test_every_synonym_of_an_event_is_typed(columns: dict[str, list[Any]]) -> None:
    typed = {text.strip().lower() for text in texts(columns["Adverse events: Event"])}
    assert {synonym for synonyms in AE_SYNONYMS.values() for synonym in synonyms} <= typed


def test_the_export_has_missing_codes_incomplete_forms_and_repeats(folder: Path) -> None:
    with (folder / "redcap_records.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    values = {value for row in rows for value in row.values()}
    assert {"-99", "-88", ""} <= values
    assert {row["pain_complete"] for row in rows} == {"", "0", "1", "2"}
    assert {row["redcap_repeat_instrument"] for row in rows} == {"", "adverse_event"}
    assert {row["redcap_event_name"] for row in rows} == {
        "baseline_arm_1", "infusion_arm_1", "post_40min_arm_1", "week_1_arm_1", "week_2_arm_1",
        "week_4_arm_1", "week_8_arm_1", "week_12_arm_1",
    }  # fmt: skip


def test_no_cell_holds_what_could_be_a_person(columns: dict[str, list[Any]]) -> None:
    """Free text is a closed list of clinical words; a name would need another."""
    words = {
        word.lower()
        for column in ("Patients: Comorbidities", "Adverse events: Event")
        for text in texts(columns[column])
        for word in re.findall(r"[^\W\d]+", text)
    }
    known = " ".join(word for words in AE_SYNONYMS.values() for word in words)
    known += " ibs migraine anxiety hypothyroidism osteoarthritis none no nil unknown not recorded"
    known += " itchy nose metallic taste double vision"
    assert words <= set(re.findall(r"[^\W\d]+", known.lower()))
