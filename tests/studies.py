"""Small study folders for tests: visible tables in, a folder in the raw formats out."""

from __future__ import annotations

import csv
import datetime as dt
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import openpyxl

from helpers.ingest.folder import StudyData, read_study
from helpers.ingest.layout import SHEETS
from helpers.settings import Settings
from helpers.study import INSTRUMENTS, REDCAP_KEYS

DATA = Path(__file__).parent / "data"
SAMPLE = DATA / "sample"
REPORT_DATE = dt.date(2024, 6, 30)

PATIENT = {
    "Patient ID": "R001", "Consent signed": "yes", "Age (years)": 50, "Sex": "F",
    "FM diagnosed": "yes", "FM diagnosis year": 2010, "Height (cm)": 165, "Weight (kg)": 70,
    "Depression": "no", "PHQ-9": 8, "Opioid use": "no", "Comorbidities": "IBS",
}  # fmt: skip
INFUSION = {
    "Patient ID": "R001", "Infusion #": 1, "Date": dt.date(2021, 1, 10), "Dose": 120,
    "Duration (h)": 3.5, "NRS before": 8, "NRS after": 5, "Stopped early": "no",
}  # fmt: skip
FOLLOW_UP = {
    "Patient ID": "R001", "Infusion #": 1, "Follow-up date": dt.date(2021, 2, 10),
    "Pain relief (%)": 50, "Duration of relief": "2 weeks",
}  # fmt: skip
EVENT = {
    "Patient ID": "R001", "Infusion #": 1, "Event": "nausea", "Severity": "mild",
    "Serious": "no", "Related": "yes",
}  # fmt: skip
_TEMPLATES = {
    "Patients": PATIENT,
    "Infusions": INFUSION,
    "Follow-ups": FOLLOW_UP,
    "Adverse events": EVENT,
}


def infusions(patient: str = "R001", count: int = 4, **changes: Any) -> list[dict[str, Any]]:
    """Return infusions 1 to ``count`` of a patient, thirty days apart."""
    start = dt.date(2021, 1, 10)
    return [
        {
            "Patient ID": patient,
            "Infusion #": number,
            "Date": start + dt.timedelta(30 * (number - 1)),
        }
        | changes
        for number in range(1, count + 1)
    ]


def workbook(
    patients: Sequence[Mapping[str, Any]] = ({},),
    infusions: Sequence[Mapping[str, Any]] = ({},),
    follow_ups: Sequence[Mapping[str, Any]] = (),
    events: Sequence[Mapping[str, Any]] = (),
) -> openpyxl.Workbook:
    """Return a chart-review workbook; each row is what differs from a plain one."""
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    rows = (patients, infusions, follow_ups, events)
    for (name, columns), changes in zip(SHEETS.items(), rows, strict=True):
        sheet = book.create_sheet(name)
        sheet.append([column.name for column in columns])
        for change in changes:
            row = _TEMPLATES[name] | dict(change)
            sheet.append([row[column.name] for column in columns])
    return book


def save(book: openpyxl.Workbook, folder: Path) -> Path:
    """Save a workbook as the chart review of a study folder."""
    folder.mkdir(parents=True, exist_ok=True)
    book.save(folder / "chart_review.xlsx")
    return folder


def read(folder: Path, **settings: Any) -> StudyData:
    """Read a study folder as of a fixed date."""
    return read_study(folder, Settings(report_date=REPORT_DATE, **settings))


def read_book(book: openpyxl.Workbook, folder: Path, **settings: Any) -> StudyData:
    """Save a workbook as a study folder and read it."""
    return read(save(book, folder), **settings)


def errors(data: StudyData) -> list[tuple[str, int, str, str]]:
    """Return the errors as sheet, row, column and code."""
    return [(q.sheet, q.row, q.column, q.code) for q in data.queries if q.severity == "error"]


def warnings(data: StudyData) -> list[tuple[str, int, str, str]]:
    """Return the warnings as sheet, row, column and code."""
    return [(q.sheet, q.row, q.column, q.code) for q in data.queries if q.severity == "warning"]


# Part 2

BASELINE = {
    "icf_signed": "1", "age": "50", "sex": "1", "fm_dx": "1", "prescribed": "1",
    "screen_pass": "1", "prior_infusions": "5", "willing": "1", "ket_allergy": "0",
    "dementia": "0", "med_condition": "0", "other_trial_3m": "0", "eligibility_complete": "2",
    "height_cm": "165", "weight_kg": "70", "fm_years": "10", "opioid_use": "0",
    **{f"comorbid___{box}": "0" for box in range(1, 6)},
    **{f"phq9_{item}": "1" for item in range(1, 10)}, "phq9_total": "9", "baseline_complete": "2",
    "nrs": "8", "pain_complete": "2",
}  # fmt: skip
STUDY_INFUSION = {"inf_date": "2022-03-01", "dose_mg": "120", "inf_hours": "3.5",
                  "stopped_early": "0", "infusion_complete": "2"}  # fmt: skip
REDCAP_COLUMNS = [
    *REDCAP_KEYS,
    *(
        column
        for name, instrument in INSTRUMENTS.items()
        for column in (*instrument.fields, f"{name}_complete")
    ),
]


def record(
    *visits: tuple[str, Mapping[str, str]], name: str = "1", **baseline: str
) -> list[dict[str, str]]:
    """Return the rows of one record: baseline, infusion, and the visits given as (event, fields).

    A visit named ``ae`` is an adverse event of the infusion.
    """
    rows = [
        {"record_id": name, "redcap_event_name": "baseline_arm_1"} | BASELINE | baseline,
        {"record_id": name, "redcap_event_name": "infusion_arm_1"} | STUDY_INFUSION,
    ]
    for number, (event, fields) in enumerate(visits, start=1):
        if event == "infusion":
            rows[1] |= dict(fields)
        elif event == "ae":
            rows.append({"record_id": name, "redcap_event_name": "infusion_arm_1",
                         "redcap_repeat_instrument": "adverse_event",
                         "redcap_repeat_instance": str(number)} | dict(fields))  # fmt: skip
        else:
            rows.append({"record_id": name, "redcap_event_name": f"{event}_arm_1"} | dict(fields))
    return rows


def save_redcap(
    rows: Sequence[Mapping[str, str]],
    folder: Path,
    *,
    encoding: str = "utf-8",
    delimiter: str = ",",
    line_end: str = "\n",
    dictionary: bytes | None = None,
) -> Path:
    """Save rows as the REDCap export of a study folder, with the sample's dictionary."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "redcap_records.csv").open("w", encoding=encoding, newline="") as stream:
        writer = csv.DictWriter(stream, REDCAP_COLUMNS, restval="", delimiter=delimiter,
                                lineterminator=line_end)  # fmt: skip
        writer.writeheader()
        writer.writerows(rows)
    sample = (SAMPLE / "redcap_dictionary.csv").read_bytes()
    (folder / "redcap_dictionary.csv").write_bytes(dictionary or sample)
    return folder
