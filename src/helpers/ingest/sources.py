"""Where each column of the typed tables is read from: sheet and columns of the raw files."""

from __future__ import annotations

from collections.abc import Container, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Final

from helpers.ingest.tables import TABLES
from helpers.study import (
    AFTER,
    BEFORE,
    CHART_REVIEW_FILE,
    CHART_REVIEW_TABLES,
    COMORBID_BOXES,
    FILES_OF_PART,
    MEASUREMENT_UNITS,
    PHQ9_ITEMS,
    PROSPECTIVE,
    REDCAP_RECORDS_FILE,
    RETROSPECTIVE,
    TABLE_SUFFIXES,
)

Columns = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class RawTable:
    """The raw side of one typed table in one part.

    ``columns`` holds raw columns by typed column; one that is not there is read from no cell. A
    row of a typed table may be one cell of several in its raw row: ``by`` then names the typed
    column that says which, and ``chosen`` the raw columns of each of its values.
    """

    file: str
    sheet: str
    columns: Columns
    by: str = ""
    chosen: Mapping[str, str] = field(default_factory=dict)

    def raw_columns(self, column: str, row: Mapping[str, Any] | None = None) -> tuple[str, ...]:
        """Return the raw columns of a typed column, of one typed row or of any of them."""
        if self.by and column in (self.by, _VALUES[self.by]):
            own = tuple(self.chosen.values()) if row is None else (self.chosen[str(row[self.by])],)
            return (*self.columns.get(column, ()), *own)
        return self.columns.get(column, ())


# What the value is called in a table whose rows are cells.
_VALUES: Final = MappingProxyType({"visit": "nrs", "name": "value"})


_NONE: Final[Mapping[str, str]] = MappingProxyType({})


def _sheet(title: str, *, by: str = "", chosen: Mapping[str, str] = _NONE,
           **columns: str | tuple[str, ...]) -> RawTable:  # fmt: skip
    keys = {"patient": ("Patient ID",)}
    if title != "Patients":
        keys["infusion"] = ("Infusion #",)
    return RawTable(CHART_REVIEW_FILE, title, keys | _tuples(columns), by, chosen)


def _export(*, by: str = "", chosen: Mapping[str, str] = _NONE,
            **columns: str | tuple[str, ...]) -> RawTable:  # fmt: skip
    keys = {"patient": ("record_id",)}
    return RawTable(REDCAP_RECORDS_FILE, "", keys | _tuples(columns), by, chosen)


def _tuples(columns: Mapping[str, str | tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
    return {name: (raw,) if isinstance(raw, str) else raw for name, raw in columns.items()}


_DURATION: Final = "Duration of relief"
_CHART_REVIEW: Final[Mapping[str, RawTable]] = MappingProxyType(
    {
        "patients": _sheet(
            "Patients", consent="Consent signed", age="Age (years)", sex="Sex",
            fm_diagnosed="FM diagnosed", fm_diagnosis_year="FM diagnosis year",
            height_cm="Height (cm)", weight_kg="Weight (kg)", depression="Depression", phq9="PHQ-9",
            opioid_use="Opioid use", comorbidities="Comorbidities",
        ),
        "infusions": _sheet(
            "Infusions", date="Date", dose_mg="Dose", dose_mg_per_kg="Dose", hours="Duration (h)",
            stopped_early="Stopped early",
        ),
        "pain_ratings": _sheet(
            "Infusions", by="visit", chosen={BEFORE: "NRS before", AFTER: "NRS after"}
        ),
        "follow_ups": _sheet(
            "Follow-ups", date="Follow-up date", day="Follow-up date", relief_pct="Pain relief (%)"
        ),
        "relief": _sheet(
            "Follow-ups", kind=_DURATION, lower_days=_DURATION, upper_days=_DURATION,
            approximate=_DURATION, basis=_DURATION,
        ),
        "adverse_events": _sheet(
            "Adverse events", term="Event", coded="Event", severity="Severity", serious="Serious",
            serious_stated="Serious", related="Related",
        ),
    }
)  # fmt: skip

# No typed column, but what the rules for the duration of relief look at in every visit.
ANSWERS: Final = "answers"
_ANSWERS: Final = ("fu_date", "relief_days", "relief_ongoing", "relief_pct")
_REDCAP: Final[Mapping[str, RawTable]] = MappingProxyType(
    {
        "patients": _export(
            consent="icf_signed", age="age", sex="sex", fm_diagnosed="fm_dx", fm_years="fm_years",
            height_cm="height_cm", weight_kg="weight_kg", phq9=(*PHQ9_ITEMS, "phq9_total"),
            opioid_use="opioid_use", comorbidities=COMORBID_BOXES, prescribed="prescribed",
            safety_screen="screen_pass", prior_infusions="prior_infusions", willing="willing",
            ketamine_allergy="ket_allergy", cognitive_impairment="dementia",
            medical_condition="med_condition", other_trial="other_trial_3m",
        ),
        "infusions": _export(
            date="inf_date", dose_mg="dose_mg", dose_mg_per_kg="dose_mg", hours="inf_hours",
            stopped_early="stopped_early",
        ),
        "pain_ratings": _export(visit="redcap_event_name", nrs="nrs"),
        "follow_ups": _export(
            visit="redcap_event_name", date="fu_date", day="fu_date", relief_pct="relief_pct",
            answers=_ANSWERS,
        ),
        "relief": _export(
            kind=_ANSWERS, lower_days=_ANSWERS, upper_days=_ANSWERS, basis=_ANSWERS
        ),
        "adverse_events": _export(
            term="ae_term", coded="ae_term", severity="ae_severity", serious="ae_serious",
            serious_stated="ae_serious", related="ae_related",
        ),
        "measurements": _export(
            event="redcap_event_name", by="name", chosen={name: name for name in MEASUREMENT_UNITS}
        ),
    }
)  # fmt: skip

RAW_TABLES: Final[Mapping[str, Mapping[str, RawTable]]] = MappingProxyType(
    {RETROSPECTIVE: _CHART_REVIEW, PROSPECTIVE: _REDCAP}
)


def raw_table(part: str, table: str) -> RawTable | None:
    """Return the raw side of a typed table in a part; None where the part has no such table."""
    if table not in {spec.name for spec in TABLES}:
        raise KeyError(f"no typed table is called '{table}'")
    return RAW_TABLES[part].get(table)


# The files of which a row of a dataset can come.
RAW_FILES: Final = (*FILES_OF_PART[RETROSPECTIVE], REDCAP_RECORDS_FILE)


def raw_place(raw: RawTable, files: Container[str]) -> tuple[str, str]:
    """Return file and sheet of a raw table: one of ``files`` may hold the sheet alone."""
    stem = CHART_REVIEW_TABLES.get(raw.sheet, "")
    own = [f"{stem}{suffix}" for suffix in TABLE_SUFFIXES if f"{stem}{suffix}" in files]
    return (own[0], "") if own else (raw.file, raw.sheet)
