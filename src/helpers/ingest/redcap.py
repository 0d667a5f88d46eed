"""Part 2: the REDCap export to records of the typed tables."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from helpers.errors import InputError
from helpers.ingest import redcap_dictionary as dictionary
from helpers.ingest.csv_file import CsvRow, read_csv
from helpers.ingest.events import code_event, synonym_index
from helpers.ingest.queries import Place, QueryLog
from helpers.ingest.reading import Reading
from helpers.ingest.redcap_dictionary import FieldSpec
from helpers.ingest.redcap_relief import Visit, derive_relief
from helpers.ingest.text import clean_text, comparable_text, normalise_text
from helpers.settings import Settings
from helpers.study import (
    ARM,
    INSTRUMENTS,
    PHQ9_ITEMS,
    PROSPECTIVE,
    REDCAP_BASELINE,
    REDCAP_EVENTS,
    REDCAP_INFUSION,
    REDCAP_KEYS,
    REDCAP_MISSING,
    REDCAP_POST_40MIN,
    REDCAP_WEEKS,
    REPEATING_INSTRUMENT,
    STUDY_INFUSION,
    VISIT_WINDOW_DAYS,
    WEEKS,
)

Record = dict[str, Any]
Parser = Callable[[FieldSpec, str], Reading]
MISSING = Reading(kind="missing")
STUDY_FIELDS = tuple(name for instrument in INSTRUMENTS.values() for name in instrument.fields)
COMPLETE = tuple(f"{instrument}_complete" for instrument in INSTRUMENTS)
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


@dataclass(slots=True)
class RecordRow:
    """One row of the export: its key, and reading of its fields with queries."""

    file: str
    row: CsvRow
    fields: Mapping[str, FieldSpec]
    log: QueryLog
    record: str
    event: str
    repeat: str
    instance: str

    @property
    def key(self) -> tuple[str, str, str, str]:
        """What must be unique: record, event, repeating instrument and instance."""
        return self.record, self.event, self.repeat, self.instance

    def place(self, column: str = "") -> Place:
        """Return the place of a field, or of the row."""
        occasion = " ".join(filter(None, (self.event, self.repeat, self.instance)))
        return Place(self.file, "", self.row.number, column, self.row.values["record_id"].strip(),
                     occasion)  # fmt: skip

    def text(self, column: str) -> str:
        """Return the raw text of a field with white space trimmed; a missing code is empty."""
        text = clean_text(self.row.values[column])
        return "" if text in REDCAP_MISSING else text

    def raise_query(self, column: str, code: str, detail: str = "") -> None:
        """Raise a query about a field, or about the row when ``column`` is empty."""
        value = clean_text(self.row.values[column]) if column else ""
        self.log.raise_query(self.place(column), code, value, detail)

    def exclude(self, reason: str, detail: str = "") -> None:
        """Exclude the row, with a query unless the reason is the data cutoff."""
        self.log.exclude_row(self.place(), reason)
        if reason != "after_cutoff":
            self.raise_query("", reason, detail)

    def read(self, column: str, parser: Parser = dictionary.read_number) -> Any:
        """Return the value of a field, or None when it is missing or an error."""
        text = self.text(column)
        if not text:
            return None
        spec = self.fields[column.partition("___")[0]]
        reading = parser(spec, text)
        for code in (*reading.warnings, *filter(None, [reading.error])):
            self.raise_query(column, code, _describe(spec, code))
        return reading.value

    def fingerprint(self) -> tuple[str, ...]:
        """Return the normalised texts of the study's own columns."""
        texts = (self.row.values[name] for name in (*STUDY_FIELDS, *COMPLETE))
        return tuple(comparable_text(normalise_text(text)) for text in texts)


def _describe(spec: FieldSpec, code: str) -> str:
    if code == "out_of_range":
        if spec.validation.startswith("date"):
            return f"{spec.minimum or 'any'} to {spec.maximum or 'any'}"
        low, high = dictionary.limits(spec)
        return f"{low:g} to {high:g}" if high < float("inf") else f"from {low:g}"
    return ", ".join(spec.choices) if code == "invalid_choice" else spec.validation


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
    return _Export(_open(records, fields, log), settings, log).read()


def _open(path: Path, fields: Mapping[str, FieldSpec], log: QueryLog) -> list[RecordRow]:
    headers, rows = read_csv(path)
    _check_headers(path.name, headers, fields, log)
    log.open_sheet(path.name)
    opened = []
    for row in rows:
        _check_structure(path.name, row)
        record, event, repeat, instance = (clean_text(row.values[name]) for name in REDCAP_KEYS)
        reader = RecordRow(path.name, row, fields, log, record.lower(), event, repeat, instance)
        log.count_row(reader.place())
        if record:
            opened.append(reader)
        else:
            reader.exclude("key_missing", "no record_id")
    return opened


def _check_headers(
    file: str, headers: list[str], fields: Mapping[str, FieldSpec], log: QueryLog
) -> None:
    missing_keys = [name for name in REDCAP_KEYS if name not in headers]
    if missing_keys:
        raise InputError(
            f"{file}, row 1: missing column {', '.join(missing_keys)}; expected a REDCap export "
            f"'CSV / raw data' whose first columns are {', '.join(REDCAP_KEYS)}, found "
            f"{', '.join(headers[:4])}. A label export, or a project with another id name, "
            "cannot be read."
        )
    boxes = [f"comorbid___{code}" for code in fields["comorbid"].choices]
    wanted = dict.fromkeys((*STUDY_FIELDS, *boxes, *COMPLETE))
    missing = [name for name in wanted if name not in headers]
    if missing:
        raise InputError(
            f"{file}, row 1: missing field {', '.join(missing)}; expected the fields of "
            f"{', '.join(INSTRUMENTS)} and their <instrument>_complete."
        )
    known = {*REDCAP_KEYS, *wanted}
    for header in headers:
        if header and header not in known:
            log.raise_query(Place(file, "", 1, header), "extra_column", header)


def _check_structure(file: str, row: CsvRow) -> None:
    event = clean_text(row.values["redcap_event_name"])
    if event not in REDCAP_EVENTS:
        raise InputError(
            f"{file}, row {row.number}, redcap_event_name: expected one of "
            f"{', '.join(REDCAP_EVENTS)}, found '{event}'. Export raw data (not labels) of the "
            "study's own arm."
        )
    repeat = clean_text(row.values["redcap_repeat_instrument"])
    if repeat not in {"", REPEATING_INSTRUMENT} or (repeat and event != REDCAP_INFUSION):
        raise InputError(
            f"{file}, row {row.number}, redcap_repeat_instrument: expected nothing, or "
            f"'{REPEATING_INSTRUMENT}' in {REDCAP_INFUSION}; found '{repeat}' in {event}."
        )


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
        unique = _resolve_duplicates(rows)
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
            _check_completeness(row)
            _check_events(row)
        weight = self._read_patient(by_event[REDCAP_BASELINE])
        infusion = by_event.get(REDCAP_INFUSION)
        date = infusion.read("inf_date", dictionary.read_date) if infusion else None
        removed = self._is_after_cutoff(date)
        if infusion:
            self._read_infusion(infusion, date, weight, removed)
        for row in rows:
            if row.repeat:
                self._read_adverse_event(row, removed)
        self._read_baseline_and_post(by_event, removed)
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
            prior_infusions=_whole(row.read("prior_infusions")),
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
            if removed or self._is_after_cutoff(visit.date):
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

    def _is_after_cutoff(self, date: dt.date | None) -> bool:
        cutoff = self.settings.data_cutoff
        return date is not None and cutoff is not None and date > cutoff


def _resolve_duplicates(rows: list[RecordRow]) -> list[RecordRow]:
    groups: dict[tuple[str, str, str, str], list[RecordRow]] = {}
    for row in rows:
        groups.setdefault(row.key, []).append(row)
    kept = []
    for group in groups.values():
        if len({row.fingerprint() for row in group}) > 1:
            numbers = ", ".join(str(row.row.number) for row in group)
            for row in group:
                row.exclude("duplicate_conflict", f"record and event (rows {numbers})")
            continue
        for row in group[1:]:
            row.exclude("duplicate_identical", f"row {group[0].row.number}")
        kept.append(group[0])
    return kept


def _check_completeness(row: RecordRow) -> None:
    for name in COMPLETE:
        text = row.text(name)
        if text and text != "2":
            code = "instrument_incomplete" if text in {"0", "1"} else "invalid_choice"
            row.raise_query(name, code, "0, 1, 2" if code == "invalid_choice" else "")


def _check_events(row: RecordRow) -> None:
    """Raise a query for each value in an event that does not collect its field."""
    for name, instrument in INSTRUMENTS.items():
        repeats = name == REPEATING_INSTRUMENT
        collected = row.event in instrument.events and repeats == bool(row.repeat)
        if collected:
            continue
        for column in instrument.fields:
            unchecked_box = "___" in column and row.text(column) == "0"
            if row.text(column) and not unchecked_box:
                row.raise_query(column, "value_outside_event")


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
    values = [row.read(f"comorbid___{code}") for code in row.fields["comorbid"].choices]
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
