"""Part 2: the REDCap export to records of the typed tables."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from helpers.ingest import redcap_dictionary as dictionary
from helpers.ingest.duplicates import resolve_duplicates
from helpers.ingest.events import code_event, synonym_index
from helpers.ingest.queries import QueryLog
from helpers.ingest.redcap_layout import open_export
from helpers.ingest.redcap_relief import Visit, derive_relief
from helpers.ingest.redcap_rows import (
    RecordRow,
    check_completeness,
    check_events,
)
from helpers.ingest.text import normalise_text
from helpers.settings import Settings
from helpers.study import (
    ARM,
    INSTRUMENTS,
    PHQ9_ITEMS,
    PROSPECTIVE,
    REDCAP_BASELINE,
    REDCAP_INFUSION,
    REDCAP_POST_40MIN,
    REDCAP_WEEKS,
    STUDY_INFUSION,
    VISIT_WINDOW_DAYS,
    WEEKS,
)

Record = dict[str, Any]
_ELIGIBILITY = {
    "consent": "icf_signed",
    "fm_diagnosed": "fm_dx",
    "prescribed": "prescribed",
    "safety_screen": "screen_pass",
    "willing": "willing",
    "ketamine_allergy": "ket_allergy",
    "cognitive_impairment": "dementia",
    "medical_condition": "med_condition",
    "other_trial": "other_trial_3m",
    "opioid_use": "opioid_use",
}


def read_redcap(
    records: Path, dictionary_path: Path, settings: Settings, log: QueryLog
) -> dict[str, list[Record]]:
    """Read the REDCap export into records of the typed tables.

    Parameters
    ----------
    records, dictionary_path
        ``redcap_records.csv`` and ``redcap_dictionary.csv``.
    settings
        Data cutoff, synonyms of adverse events, and the date of the report.
    log
        Takes the data queries and the outcome of every row.

    Raises
    ------
    InputError
        When a file cannot be read, is a label export, or lacks fields, events or arms.
    """
    fields = dictionary.read_dictionary(dictionary_path)
    return _Export(open_export(records, fields, log), settings, log).read()


class _Export:
    """Reads the rows of the export in the order in which they depend on each other."""

    def __init__(self, rows: list[RecordRow], settings: Settings, log: QueryLog) -> None:
        self.settings = settings
        self.log = log
        self.tables: dict[str, list[Record]] = {}
        self.rows = self._settle(rows)
        self.index = synonym_index(settings.ae_synonyms)

    def add(self, table: str, row: RecordRow, **values: Any) -> None:
        """Add a record that comes from one row of the export."""
        record = {"part": PROSPECTIVE, "patient": row.record, "source_row": row.row.number}
        self.tables.setdefault(table, []).append(record | values)

    def _settle(self, rows: list[RecordRow]) -> dict[str, list[RecordRow]]:
        """Return the usable rows by record: duplicates and orphans are excluded."""
        unique = resolve_duplicates(rows, lambda row: row.key, "record and event")
        baselines = {row.record for row in unique if row.event == REDCAP_BASELINE}
        infusions = {
            row.record for row in unique if row.event == REDCAP_INFUSION and not row.repeat
        }
        settled: dict[str, list[RecordRow]] = {}
        for row in unique:
            if row.record not in baselines:
                row.exclude("orphan", f"a record without a row of {REDCAP_BASELINE}")
            elif row.repeat and row.record not in infusions:
                row.exclude("orphan", f"a record without a row of {REDCAP_INFUSION}")
            else:
                settled.setdefault(row.record, []).append(row)
        return settled

    def read(self) -> dict[str, list[Record]]:
        """Read every record."""
        for rows in self.rows.values():
            self._read_record(rows)
        return self.tables

    def _read_record(self, rows: list[RecordRow]) -> None:
        by_event = {row.event: row for row in rows if not row.repeat}
        for row in rows:
            check_completeness(row)
            check_events(row)
        weight = self._read_patient(by_event[REDCAP_BASELINE])
        infusion = by_event.get(REDCAP_INFUSION)
        date = infusion.read("inf_date", dictionary.read_date) if infusion else None
        removed = self.settings.is_after_cutoff(date)
        if infusion:
            self._read_infusion(infusion, date, weight, removed)
        for row in rows:
            if row.repeat:
                self._read_adverse_event(row, removed)
        self._read_baseline_and_post(by_event, removed)
        if infusion and date is None and any(event in by_event for event in REDCAP_WEEKS):
            infusion.raise_query("inf_date", "infusion_without_date")
        self._read_visits([by_event[event] for event in REDCAP_WEEKS if event in by_event],
                          date, removed)  # fmt: skip

    # baseline

    def _read_patient(self, row: RecordRow) -> float | None:
        weight: float | None = row.read("weight_kg")
        yes_no = {name: row.read(field, dictionary.read_yes_no)
                  for name, field in _ELIGIBILITY.items()}  # fmt: skip
        self.add(
            "patients",
            row,
            **yes_no,
            age=row.read("age"),
            sex=row.read("sex", dictionary.read_meaning),
            prior_infusions=_whole(row.read("prior_infusions", dictionary.read_whole_number)),
            height_cm=row.read("height_cm"),
            weight_kg=weight,
            fm_years=row.read("fm_years"),
            phq9=_read_phq9(row),
            comorbidities=_read_comorbidities(row),
        )
        return weight

    # the infusion and what belongs to it

    def _read_infusion(
        self, row: RecordRow, date: dt.date | None, weight: float | None, removed: bool
    ) -> None:
        dose, hours = row.read("dose_mg"), row.read("inf_hours")
        stopped = row.read("stopped_early", dictionary.read_yes_no)
        vitals = _read_measurements(row)
        if removed:
            row.exclude("after_cutoff")
            return
        self.add(
            "infusions",
            row,
            infusion=STUDY_INFUSION,
            date=date,
            dose_mg=dose,
            dose_mg_per_kg=None if dose is None or not weight else dose / weight,
            hours=hours,
            stopped_early=stopped,
        )
        self._add_measurements(row, vitals)

    def _read_adverse_event(self, row: RecordRow, removed: bool) -> None:
        event = code_event(normalise_text(row.read("ae_term", dictionary.read_text) or ""),
                           self.index)  # fmt: skip
        if event.warning:
            row.raise_query("ae_term", event.warning)
        serious = row.read("ae_serious", dictionary.read_yes_no)
        if not row.text("ae_serious"):
            row.raise_query("ae_serious", "serious_missing")
        severity = row.read("ae_severity", dictionary.read_meaning)
        related = row.read("ae_related", dictionary.read_meaning)
        if removed:
            row.exclude("after_cutoff")
            return
        self.add(
            "adverse_events",
            row,
            infusion=STUDY_INFUSION,
            term=event.term,
            coded=event.coded,
            severity=severity,
            serious=bool(serious),
            serious_stated=serious is not None,
            related=related,
        )

    def _read_baseline_and_post(self, by_event: Mapping[str, RecordRow], removed: bool) -> None:
        for event in (REDCAP_BASELINE, REDCAP_POST_40MIN):
            row = by_event.get(event)
            if row is None:
                continue
            nrs, measurements = row.read("nrs"), _read_measurements(row)
            if removed and event == REDCAP_POST_40MIN:
                row.exclude("after_cutoff")
                continue
            self._add_score(row, nrs)
            self._add_measurements(row, measurements)

    def _add_score(self, row: RecordRow, nrs: float | None) -> None:
        if nrs is not None:
            visit = row.event.removesuffix(ARM)
            self.add("pain_ratings", row, infusion=STUDY_INFUSION, visit=visit, nrs=nrs)

    def _add_measurements(self, row: RecordRow, values: Mapping[str, float]) -> None:
        for name, value in values.items():
            self.add("measurements", row, event=row.event.removesuffix(ARM), name=name, value=value)

    # visits

    def _read_visits(self, rows: list[RecordRow], infusion: dt.date | None, removed: bool) -> None:
        visits = []
        for row in rows:
            visit = _read_visit(row, infusion)
            nrs = row.read("nrs")
            if removed or self.settings.is_after_cutoff(visit.date):
                row.exclude("after_cutoff")
                continue
            visits.append(visit)
            self._add_score(row, nrs)
            self.add(
                "follow_ups",
                row,
                infusion=STUDY_INFUSION,
                visit=row.event.removesuffix(ARM),
                date=visit.date,
                day=visit.day,
                relief_pct=visit.relief_pct,
            )
        self._add_relief(visits)

    def _add_relief(self, visits: list[Visit]) -> None:
        relief = derive_relief(visits)
        if relief is None:
            return
        self.add(
            "relief",
            relief.source,
            infusion=STUDY_INFUSION,
            kind=relief.kind,
            lower_days=relief.lower,
            upper_days=relief.upper,
            approximate=False,
            basis=relief.basis,
        )


def _whole(value: float | None) -> int | None:
    return None if value is None else int(value)


def _read_phq9(row: RecordRow) -> float | None:
    items = [row.read(item) for item in PHQ9_ITEMS]
    total: float | None = row.read("phq9_total")
    if any(item is None for item in items):
        return total
    summed = float(sum(items))
    if total != summed:
        row.raise_query("phq9_total", "phq9_total_differs", f"the items add up to {summed:g}")
    return summed


def _read_comorbidities(row: RecordRow) -> int | None:
    values = [row.read(name) for name in dictionary.box_names(row.fields["comorbid"])]
    return None if any(value is None for value in values) else sum(values)


def _read_measurements(row: RecordRow) -> dict[str, float]:
    values: dict[str, float | None] = {}
    for instrument in ("cadss", "vitals"):
        if row.event in INSTRUMENTS[instrument].events:
            values |= {name: row.read(name) for name in INSTRUMENTS[instrument].fields}
    return {name: value for name, value in values.items() if value is not None}


def _read_visit(row: RecordRow, infusion: dt.date | None) -> Visit:
    date: dt.date | None = row.read("fu_date", dictionary.read_date)
    day = None
    if date is not None and infusion is not None:
        if date < infusion:
            row.raise_query("fu_date", "follow_up_before_infusion")
            date = None
        else:
            day = float((date - infusion).days)
    week = WEEKS[REDCAP_WEEKS.index(row.event)]
    if day is not None and abs(day - 7 * week) > VISIT_WINDOW_DAYS:
        row.raise_query("fu_date", "visit_off_schedule", f"day {day:g} for week {week}")
    return Visit(
        row,
        week,
        date,
        day,
        row.read("relief_pct"),
        row.read("relief_ongoing", dictionary.read_yes_no),
        row.read("relief_days"),
    )
