"""Read the cells of one row, and settle which rows of a sheet are used at all."""

from __future__ import annotations

from collections.abc import Callable, Container, Sequence
from dataclasses import dataclass, replace

from openpyxl.utils import get_column_letter

from helpers.ingest.codes import CODES
from helpers.ingest.queries import Place, QueryLog
from helpers.ingest.reading import Reading, refuse
from helpers.ingest.stray_rows import kind_of_row
from helpers.ingest.text import comparable_text
from helpers.ingest.workbook import EMPTY, Cell, Row

MISSING = Reading(kind="missing")
Parser = Callable[[str], Reading]


@dataclass(slots=True)
class RowReader:
    """Reads the cells of one row and raises queries about them.

    ``sheet`` and the keys of ``columns`` are the contract's names, whatever the workbook calls
    them, so that queries keep their ids when a header is reworded; ``columns`` holds positions.
    ``patient`` and ``infusion`` are the row's key once :meth:`read_key` has run.
    """

    file: str
    sheet: str
    row: Row
    columns: dict[str, int]
    missing_words: frozenset[str]
    log: QueryLog
    patient: str = ""
    infusion: int = 0
    title: str = ""
    _shown_patient: str = ""

    def cell(self, column: str) -> Cell:
        """Return the cell under a column of the contract; a missing word is an empty cell."""
        cell = self.row.cell(self.columns[column])
        is_missing = cell.kind in {"text", "number"} and cell.text in self.missing_words
        return EMPTY if is_missing else cell

    def place(self, column: str = "") -> Place:
        """Return the place of a cell, or of the row when ``column`` is empty."""
        occasion = str(self.infusion) if self.infusion else ""
        letter = get_column_letter(self.columns[column] + 1) if column else "A"
        return Place(
            self.file, self.sheet, self.row.number, column, self._shown_patient, occasion, letter,
            self.title,
        )  # fmt: skip

    def raise_query(self, column: str, code: str, detail: str = "") -> None:
        """Raise a query about a cell, or about the row when ``column`` is empty."""
        value = self.shown(column) if column else ""
        self.log.raise_query(self.place(column), code, value, detail)

    def shown(self, column: str) -> str:
        """Return what a person sees in the cell."""
        return self.row.cell(self.columns[column]).shown

    def exclude(self, reason: str, detail: str = "") -> None:
        """Exclude the row, with a query where the reason is one for the clinic."""
        self.log.exclude_row(self.place(), reason)
        if reason in CODES:
            self.raise_query("", reason, detail)

    def read(self, column: str, parser: Parser, detail: str = "") -> Reading:
        """Read a cell through a parser and raise the queries of its reading."""
        return self.report(column, self.parse(column, parser), detail)

    def parse(self, column: str, parser: Parser) -> Reading:
        """Read a cell through a parser without raising queries."""
        cell = self.cell(column)
        if cell.kind == "empty":
            return MISSING
        refused = _refuse_kind(cell)
        return refuse(refused) if refused else parser(cell.text)

    def report(self, column: str, reading: Reading, detail: str = "") -> Reading:
        """Raise the queries of a reading, and return it."""
        for code in (*reading.warnings, *((reading.error,) if reading.error else ())):
            self.raise_query(column, code, detail)
        return reading

    def read_key(self, infusion_parser: Parser | None = None) -> bool:
        """Read the patient and infusion that the row belongs to; exclude the row without them."""
        if stray := kind_of_row(self.row, self.columns):
            self.raise_query("Patient ID", stray)
            self.log.exclude_row(self.place(), stray)
            return False
        patient = self.parse("Patient ID", lambda text: Reading(value=text))
        self.patient, self._shown_patient = patient.value or "", self.shown("Patient ID")
        if not self._usable_key("Patient ID", patient):
            return False
        if infusion_parser is None:
            return True
        infusion = self.parse("Infusion #", infusion_parser)
        if not self._usable_key("Infusion #", infusion):
            return False
        self.infusion = infusion.value
        return True

    def _usable_key(self, column: str, reading: Reading) -> bool:
        if reading.value is not None:
            return True
        code = reading.error or "key_missing"
        self.raise_query(column, code, f"no {column}" if code == "key_missing" else "")
        self.log.exclude_row(self.place(), "key_missing")
        return False

    def fingerprint(self) -> tuple[str, ...]:
        """Return the normalised text of every cell of the contract's columns."""
        cells = [self.row.cell(position) for position in self.columns.values()]
        return tuple(comparable_text(cell.text or cell.shown) for cell in cells)


def _refuse_kind(cell: Cell) -> str | None:
    return {
        "error": "spreadsheet_error",
        "formula": "formula_without_result",
        "date": "date_in_other_column",
        "time": "time_in_other_column",
        "merged": "merged_cell",
    }.get(cell.kind)


def drop_orphans(
    rows: Sequence[RowReader],
    known: Container[object],
    key: Callable[[RowReader], object],
    detail: str,
) -> list[RowReader]:
    """Return the rows that point at something known; exclude the others."""
    kept = []
    for row in rows:
        if key(row) in known:
            kept.append(row)
        else:
            row.exclude("orphan", detail)
    return kept


def with_error(reading: Reading, code: str) -> Reading:
    """Return the reading stripped of its value, with an error."""
    return replace(reading, value=None, lower=None, upper=None, kind="error", error=code)
