"""The REDCap project of Part 2 as data: its fields, and the dictionary that REDCap exports."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from helpers.study import INSTRUMENTS, PHQ9_ITEMS, REDCAP_KEYS

_HEADERS: Final = (
    "Variable / Field Name",
    "Form Name",
    "Section Header",
    "Field Type",
    "Field Label",
    "Choices, Calculations, OR Slider Labels",
    "Field Note",
    "Text Validation Type OR Show Slider Number",
    "Text Validation Min",
    "Text Validation Max",
    "Identifier?",
    "Branching Logic (Show field only if...)",
    "Required Field?",
    "Custom Alignment",
    "Question Number (surveys only)",
    "Matrix Group Name",
    "Matrix Ranking?",
    "Field Annotation",
)
_PHQ9_CHOICES: Final = (
    "0, Not at all | 1, Several days | 2, More than half the days | 3, Nearly every day"
)


@dataclass(frozen=True, slots=True)
class Field:
    """One field: its type, label, and choices or validation with its limits."""

    name: str
    type: str
    label: str
    choices: str = ""
    note: str = ""
    validation: str = ""
    low: str = ""
    high: str = ""
    branching: str = ""
    required: bool = False


def _yes_no(name: str, label: str, *, required: bool = False) -> Field:
    return Field(name, "yesno", label, required=required)


def _number(name: str, label: str, low: str, high: str, *, whole: bool = True, note: str = "",
            branching: str = "") -> Field:  # fmt: skip
    validation = "integer" if whole else "number"
    return Field(name, "text", label, "", note, validation, low, high, branching)


_FIELDS: Final = (
    _yes_no("icf_signed", "Informed consent form signed", required=True),
    _number("age", "Age", "0", "110", note="years"),
    Field("sex", "radio", "Sex", "1, Female | 2, Male"),
    _yes_no("fm_dx", "Fibromyalgia diagnosed by a physician"),
    _yes_no("prescribed", "Ketamine infusion prescribed by the treating physician"),
    _yes_no("screen_pass", "Safety screen passed"),
    _number("prior_infusions", "Ketamine infusions so far", "0", "200"),
    _yes_no("willing", "Willing to complete the questionnaires"),
    _yes_no("ket_allergy", "Allergy to ketamine"),
    _yes_no("dementia", "Dementia or other cognitive impairment"),
    _yes_no("med_condition", "Medical condition that excludes an infusion"),
    _yes_no("other_trial_3m", "In another trial within the last 3 months"),
    _number("height_cm", "Height", "120", "220", whole=False, note="cm"),
    _number("weight_kg", "Weight", "30", "250", whole=False, note="kg"),
    _number("fm_years", "Years since the diagnosis of fibromyalgia", "0", "80"),
    _yes_no("opioid_use", "Uses opioids"),
    Field("comorbid", "checkbox", "Comorbidities",
          "1, IBS | 2, Migraine | 3, Anxiety | 4, Hypothyroidism | 5, Other"),
    *(Field(item, "radio", f"PHQ-9, item {number}", _PHQ9_CHOICES)
      for number, item in enumerate(PHQ9_ITEMS, start=1)),
    _number("phq9_total", "PHQ-9, total", "0", "27"),
    _number("nrs", "Pain right now, 0 (none) to 10 (worst)", "0", "10"),
    Field("inf_date", "text", "Date of the infusion", validation="date_ymd"),
    _number("dose_mg", "Total dose of ketamine", "5", "1000", whole=False, note="mg"),
    _number("inf_hours", "Length of the infusion", "0.25", "24", whole=False, note="hours"),
    _yes_no("stopped_early", "Infusion stopped early"),
    _number("cadss_total", "CADSS, total", "0", "92"),
    _number("sbp", "Systolic blood pressure", "60", "260", note="mmHg"),
    _number("dbp", "Diastolic blood pressure", "30", "160", note="mmHg"),
    _number("hr", "Heart rate", "30", "220", note="beats/min"),
    _number("spo2", "Oxygen saturation", "50", "100", note="%"),
    Field("fu_date", "text", "Date of the visit", validation="date_ymd"),
    _number("relief_pct", "Pain relief since the infusion", "0", "100", note="%"),
    _yes_no("relief_ongoing", "Is the relief still ongoing?"),
    _number("relief_days", "How many days did the relief last?", "0", "1000", whole=False,
            note="days", branching="[relief_ongoing] = '0'"),
    Field("ae_term", "text", "Adverse event"),
    Field("ae_severity", "radio", "Severity", "1, Mild | 2, Moderate | 3, Severe"),
    _yes_no("ae_serious", "Serious"),
    Field("ae_related", "radio", "Related to ketamine", "1, Yes | 2, Possible | 3, No"),
)  # fmt: skip


def dictionary_csv() -> bytes:
    """Return ``redcap_dictionary.csv`` with REDCap's 18 columns."""
    forms = {
        name.partition("___")[0]: form
        for form, instrument in INSTRUMENTS.items()
        for name in instrument.fields
    }
    record_id = Field(REDCAP_KEYS[0], "text", "Record ID")
    rows = [_row(record_id, next(iter(INSTRUMENTS)))]
    rows += [_row(field, forms[field.name]) for field in _FIELDS]
    return to_csv([_HEADERS, *rows])


def _row(field: Field, form: str) -> list[str]:
    required = "y" if field.required else ""
    return [
        field.name, form, "", field.type, field.label, field.choices, field.note,
        field.validation, field.low, field.high, "", field.branching, required,
        *[""] * 5,
    ]  # fmt: skip


def record_columns() -> list[str]:
    """Return the columns of ``redcap_records.csv``: keys, then each instrument and its state."""
    columns = list(REDCAP_KEYS)
    for name, instrument in INSTRUMENTS.items():
        columns += [*instrument.fields, f"{name}_complete"]
    return columns


def to_csv(rows: Iterable[Sequence[str]]) -> bytes:
    """Return rows as a CSV file in UTF-8."""
    stream = io.StringIO(newline="")
    csv.writer(stream, lineterminator="\n").writerows(rows)
    return stream.getvalue().encode()
