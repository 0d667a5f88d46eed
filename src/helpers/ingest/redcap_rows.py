"""One row of the REDCap export: its key, and the reading of its fields with queries."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from helpers.ingest import redcap_dictionary as dictionary
from helpers.ingest.csv_file import CsvRow
from helpers.ingest.queries import Place, QueryLog
from helpers.ingest.reading import Reading
from helpers.ingest.redcap_dictionary import FieldSpec
from helpers.ingest.text import clean_text, comparable_text, normalise_text
from helpers.study import (
    EARLIEST_YEAR,
    INSTRUMENTS,
    LATEST_YEAR,
    REDCAP_MISSING,
    REPEATING_INSTRUMENT,
    STUDY_FIELDS,
)

Parser = Callable[[FieldSpec, str], Reading]
COMPLETE = tuple(f"{instrument}_complete" for instrument in INSTRUMENTS)


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
            return f"{spec.minimum or EARLIEST_YEAR} to {spec.maximum or LATEST_YEAR}"
        low, high = dictionary.limits(spec)
        return f"{low:g} to {high:g}" if high < float("inf") else f"from {low:g}"
    return ", ".join(spec.choices) if code == "invalid_choice" else spec.validation


def check_completeness(row: RecordRow) -> None:
    """Raise a query for each form of the row that is not marked complete."""
    for name in COMPLETE:
        text = row.text(name)
        if text and text != "2":
            code = "instrument_incomplete" if text in {"0", "1"} else "invalid_choice"
            row.raise_query(name, code, "0, 1, 2" if code == "invalid_choice" else "")


def check_events(row: RecordRow) -> None:
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
