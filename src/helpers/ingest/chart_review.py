"""Part 1: the chart-review workbook to records of the typed tables."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from helpers.ingest import numbers
from helpers.ingest.chart_files import read_chart_sheets
from helpers.ingest.dates import check_date, parse_date
from helpers.ingest.duplicates import resolve_duplicates
from helpers.ingest.duration import parse_duration
from helpers.ingest.events import code_event, synonym_index
from helpers.ingest.identifiers import check_sheet_values
from helpers.ingest.layout import SHEETS, find_columns, find_sheets
from helpers.ingest.queries import Place, QueryLog
from helpers.ingest.reading import Reading, exact, refuse
from helpers.ingest.relief import (
    Dates,
    check_duration,
    contradiction,
    days_between,
    resolve_duration,
)
from helpers.ingest.rows import MISSING, RowReader, drop_orphans
from helpers.ingest.text import normalise_text
from helpers.settings import Settings
from helpers.study import (
    AFTER,
    BEFORE,
    CHART_REVIEW_FILE,
    FOLLOW_UP,
    MISSING_WORDS,
    RELATEDNESS,
    RETROSPECTIVE,
    SEVERITIES,
)

Record = dict[str, Any]
Key = tuple[str, int]
_HIGHEST_NUMBER = 10_000


@dataclass(slots=True)
class Records:
    """Records of each typed table, by the table's name."""

    tables: dict[str, list[Record]] = field(default_factory=dict)

    def add(self, table: str, row: RowReader, **values: Any) -> None:
        """Add a record that comes from one row of a sheet."""
        record = {"part": RETROSPECTIVE, "patient": row.patient, "source_row": row.row.number}
        self.tables.setdefault(table, []).append(record | values)


def read_chart_review(folder: Path, settings: Settings, log: QueryLog) -> dict[str, list[Record]]:
    """Read the chart review into records of the typed tables.

    Parameters
    ----------
    folder
        The study folder, with the workbook or a table file for each of its sheets.
    settings
        Date order, data cutoff, added missing words and synonyms, and the date of the report.
    log
        Takes the data queries and the outcome of every row.

    Raises
    ------
    InputError
        When a file is no workbook or table, or a sheet or column is missing or ambiguous.
    """
    return _ChartReview(folder, settings, log).read()


class _ChartReview:
    """Reads the four sheets in the order in which they point at each other."""

    def __init__(self, folder: Path, settings: Settings, log: QueryLog) -> None:
        self.settings = settings
        self.log = log
        self.records = Records()
        words = {normalise_text(word) for word in settings.missing_words}
        self.rows = self._open(folder, MISSING_WORDS | words)
        self.weights: dict[str, float | None] = {}
        self.dates: dict[Key, dt.date | None] = {}
        self.numbers: dict[str, list[int]] = {}
        self.removed: set[Key] = set()

    def _open(self, folder: Path, missing_words: frozenset[str]) -> dict[str, list[RowReader]]:
        sheets = find_sheets(CHART_REVIEW_FILE, read_chart_sheets(folder), self.log)
        rows: dict[str, list[RowReader]] = {}
        for name, columns in SHEETS.items():
            sheet = sheets[name]
            file = sheet.own_file or CHART_REVIEW_FILE
            shown, title = ("", "") if sheet.own_file else (name, sheet.name)
            positions = find_columns(file, sheet, columns, self.log)
            self.log.open_sheet(file, shown)
            for code, words in sheet.hidden.items():
                self.log.raise_query(Place(file, shown, title=title), code, words, words)
            rows[name] = [
                RowReader(file, shown, row, positions, missing_words, self.log, title=title)
                for row in sheet.rows
            ]
            for row_reader in rows[name]:
                self.log.count_row(row_reader.place())
        return rows

    def read(self) -> dict[str, list[Record]]:
        self._read_patients()
        self._read_infusions()
        self._read_follow_ups()
        self._read_adverse_events()
        check_sheet_values(row for rows in self.rows.values() for row in rows)
        return self.records.tables

    # patients

    def _read_patients(self) -> None:
        rows = [row for row in self.rows["Patients"] if row.read_key()]
        for row in resolve_duplicates(rows, _key, "Patient ID"):
            self._read_patient(row)

    def _read_patient(self, row: RowReader) -> None:
        weight = row.read("Weight (kg)", numbers.parse_weight)
        self.weights[row.patient] = weight.value
        self.records.add(
            "patients",
            row,
            consent=row.read("Consent signed", numbers.parse_yes_no).value,
            age=row.read("Age (years)", _within(0, 110)).value,
            sex=row.read("Sex", numbers.parse_sex).value,
            fm_diagnosed=row.read("FM diagnosed", numbers.parse_yes_no).value,
            fm_diagnosis_year=row.read("FM diagnosis year", self._parse_year).value,
            height_cm=row.read("Height (cm)", _within(120, 220)).value,
            weight_kg=weight.value,
            depression=row.read("Depression", numbers.parse_depression).value,
            phq9=row.read("PHQ-9", _whole_within(0, 27)).value,
            opioid_use=row.read("Opioid use", numbers.parse_yes_no).value,
            comorbidities=row.read("Comorbidities", numbers.parse_comorbidities).value,
        )

    def _parse_year(self, text: str) -> Reading:
        latest = self.settings.report_date.year
        four_digits = len(text) == 4 and text.isascii() and text.isdigit()
        if not four_digits or not 1900 <= int(text) <= latest:
            return refuse("year_out_of_range")
        return exact(int(text))

    # infusions

    def _read_infusions(self) -> None:
        rows = [row for row in self.rows["Infusions"] if row.read_key(_parse_infusion_number)]
        rows = drop_orphans(rows, self.weights, lambda row: row.patient, "a patient")
        rows = resolve_duplicates(rows, _key, "patient and infusion number")
        for row in rows:
            self.dates[row.patient, row.infusion] = self._read_date(row, "Date").value
            self.numbers.setdefault(row.patient, []).append(row.infusion)
        self._check_numbering(rows)
        for row in rows:
            self._read_infusion(row)

    def _read_infusion(self, row: RowReader) -> None:
        weight = self.weights[row.patient]
        dose = row.read("Dose", lambda text: numbers.total_dose(numbers.parse_dose(text), weight))
        hours = self._read_hours(row)
        scores = {
            visit: row.read(column, numbers.parse_nrs)
            for visit, column in ((BEFORE, "NRS before"), (AFTER, "NRS after"))
        }
        stopped = row.read("Stopped early", numbers.parse_yes_no)
        key = (row.patient, row.infusion)
        if self.settings.is_after_cutoff(self.dates[key]):
            self.removed.add(key)
            row.exclude("after_cutoff")
            return
        self.records.add(
            "infusions",
            row,
            infusion=row.infusion,
            date=self.dates[key],
            dose_mg=dose.value,
            dose_mg_per_kg=None if dose.value is None or not weight else dose.value / weight,
            hours=hours.value,
            stopped_early=stopped.value,
        )
        for visit, score in scores.items():
            self._add_score(row, visit, score)

    def _add_score(self, row: RowReader, visit: str, score: Reading) -> None:
        if score.value is not None:
            self.records.add(
                "pain_ratings", row, infusion=row.infusion, visit=visit, nrs=score.value
            )

    def _read_hours(self, row: RowReader) -> Reading:
        cell = row.cell("Duration (h)")
        if cell.kind == "time":  # the one column that may hold a time of day
            return row.report("Duration (h)", numbers.parse_hours(cell.text))
        return row.read("Duration (h)", numbers.parse_hours)

    def _check_numbering(self, rows: list[RowReader]) -> None:
        by_patient: dict[str, list[RowReader]] = {}
        for row in sorted(rows, key=lambda row: row.infusion):
            by_patient.setdefault(row.patient, []).append(row)
        for infusions in by_patient.values():
            previous, latest = 0, None
            for row in infusions:
                date = self.dates[row.patient, row.infusion]
                if row.infusion != previous + 1:
                    row.raise_query("Infusion #", "infusion_number_gap")
                if date is not None and latest is not None and date < latest:
                    row.raise_query("Date", "infusion_order")
                previous = row.infusion
                latest = max(filter(None, (date, latest)), default=None)

    # follow-ups

    def _read_follow_ups(self) -> None:
        rows = [row for row in self.rows["Follow-ups"] if row.read_key(_parse_infusion_number)]
        rows = drop_orphans(rows, self.dates, _key, "an infusion")
        for row in resolve_duplicates(rows, _key, "patient and infusion number"):
            self._read_follow_up(row)

    def _read_follow_up(self, row: RowReader) -> None:
        key = (row.patient, row.infusion)
        date = self._read_follow_up_date(row, self.dates[key])
        dates = Dates(self.dates[key], date, self._next_date(key))
        relief_pct = row.read("Pain relief (%)", numbers.parse_percent)
        duration, basis = self._read_duration(row, dates)
        if code := contradiction(relief_pct.value, duration):
            row.raise_query("Duration of relief", code)
        if key in self.removed or self.settings.is_after_cutoff(date):
            row.exclude("after_cutoff")
            return
        self.records.add(
            "follow_ups",
            row,
            infusion=row.infusion,
            visit=FOLLOW_UP,
            date=date,
            day=days_between(dates.infusion, date),
            relief_pct=relief_pct.value,
        )
        if duration.lower is not None:
            self._add_relief(row, duration, basis)

    def _add_relief(self, row: RowReader, duration: Reading, basis: str) -> None:
        self.records.add(
            "relief",
            row,
            infusion=row.infusion,
            kind=duration.kind,
            lower_days=duration.lower,
            upper_days=duration.upper,
            approximate=duration.approximate,
            basis=basis,
        )

    def _read_follow_up_date(self, row: RowReader, infusion: dt.date | None) -> dt.date | None:
        date: dt.date | None = self._read_date(row, "Follow-up date").value
        if date is not None and infusion is not None and date < infusion:
            row.raise_query("Follow-up date", "follow_up_before_infusion")
            return None
        return date

    def _read_duration(self, row: RowReader, dates: Dates) -> tuple[Reading, str]:
        stated = row.parse("Duration of relief", parse_duration)
        basis = {"ongoing": "ongoing", "next": "next infusion"}.get(stated.kind, "stated")
        resolved = resolve_duration(stated, dates)
        checked = check_duration(resolved, dates, until_next=stated.kind == "next")
        return row.report("Duration of relief", checked, self._describe(stated, dates)), basis

    @staticmethod
    def _describe(stated: Reading, dates: Dates) -> str:
        known_for = days_between(dates.infusion, dates.follow_up)
        if stated.lower is None or known_for is None:
            return ""
        return f"{stated.lower:g} days against {known_for:g} days to the follow-up"

    def _next_date(self, key: Key) -> dt.date | None:
        patient, number = key
        later = [other for other in self.numbers[patient] if other > number]
        return self.dates[patient, min(later)] if later else None

    # adverse events

    def _read_adverse_events(self) -> None:
        index = synonym_index(self.settings.ae_synonyms)
        rows = [row for row in self.rows["Adverse events"] if row.read_key(_parse_infusion_number)]
        rows = drop_orphans(rows, self.dates, _key, "an infusion")
        for row in rows:
            self._read_adverse_event(row, index)

    def _read_adverse_event(self, row: RowReader, index: Mapping[str, str]) -> None:
        event = code_event(row.read("Event", exact).value or "", index)
        if event.warning:
            row.raise_query("Event", event.warning)
        serious = row.read("Serious", numbers.parse_yes_no)
        if serious is MISSING:
            row.raise_query("Serious", "serious_missing")
        severity = row.read("Severity", _one_of(SEVERITIES), ", ".join(SEVERITIES))
        related = row.read("Related", _one_of(RELATEDNESS), ", ".join(RELATEDNESS))
        if (row.patient, row.infusion) in self.removed:
            row.exclude("after_cutoff")
            return
        self.records.add(
            "adverse_events",
            row,
            infusion=row.infusion,
            term=event.term,
            coded=event.coded,
            severity=severity.value,
            serious=bool(serious.value),
            serious_stated=serious.value is not None,
            related=related.value,
        )

    # dates

    def _read_date(self, row: RowReader, column: str) -> Reading:
        latest = self.settings.report_date
        cell = row.cell(column)
        if cell.kind == "date":
            return row.report(column, check_date(exact(cell.value), latest))
        if cell.kind == "number":
            return row.report(column, refuse("serial_number_as_date"))
        parser = partial(parse_date, date_order=self.settings.date_order, latest=latest)
        reading = row.parse(column, parser)
        return row.report(column, reading, str(reading.value or ""))


def _key(row: RowReader) -> Key:
    return row.patient, row.infusion


def _parse_infusion_number(text: str) -> Reading:
    return numbers.parse_whole_number(text, 1, _HIGHEST_NUMBER)


def _within(minimum: float, maximum: float) -> Callable[[str], Reading]:
    return lambda text: numbers.parse_number(text, minimum, maximum)


def _whole_within(minimum: int, maximum: int) -> Callable[[str], Reading]:
    return lambda text: numbers.parse_whole_number(text, minimum, maximum)


def _one_of(choices: tuple[str, ...]) -> Callable[[str], Reading]:
    return lambda text: numbers.parse_choice(text, choices)
