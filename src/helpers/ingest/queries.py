"""Data queries and the accounting of rows: nothing that was read is lost without a trace."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from helpers.ingest.codes import CODES, ERROR, EXCLUSIONS


@dataclass(frozen=True, slots=True)
class Place:
    """Where a value stands: file, sheet, row as the spreadsheet shows it, and column.

    ``patient`` is the study code as written; ``occasion`` the infusion number, or the REDCap
    event with its instance, which keeps a query's id when the row moves; ``letter`` the column's
    letter in a workbook and ``title`` what the workbook calls the sheet, for the link to the cell.
    """

    file: str
    sheet: str = ""
    row: int = 1
    column: str = ""
    patient: str = ""
    occasion: str = ""
    letter: str = ""
    title: str = ""


@dataclass(frozen=True, slots=True)
class DataQuery:
    """One thing for the clinic to look at."""

    query_id: str
    severity: str
    code: str
    file: str
    sheet: str
    row: int
    column: str
    patient: str
    value: str
    message: str
    action: str
    letter: str = ""
    title: str = ""
    occasion: str = ""


@dataclass(frozen=True, slots=True)
class SheetAccount:
    """The rows of one sheet or file: each ends in exactly one class, and the classes add up."""

    file: str
    sheet: str
    rows: int
    used: int
    used_with_warning: int
    used_in_part: int
    excluded: dict[str, int]


@dataclass(slots=True)
class QueryLog:
    """Collects queries and row outcomes while files are read."""

    _entries: list[tuple[Place, str, str, str]] = field(default_factory=list)
    _seen: set[tuple[Place, str]] = field(default_factory=set)
    _rows: dict[tuple[str, str], list[int]] = field(default_factory=dict)
    _excluded: dict[tuple[str, str], dict[int, str]] = field(default_factory=dict)

    def raise_query(self, place: Place, code: str, value: str = "", detail: str = "") -> None:
        """Record a query; the same code at the same place is recorded once."""
        if (place, code) in self._seen:
            return
        self._seen.add((place, code))
        self._entries.append((place, code, value, detail))

    def open_sheet(self, file: str, sheet: str = "") -> None:
        """Record that a sheet or file was read, even when it holds no row."""
        self._rows.setdefault((file, sheet), [])

    def count_row(self, place: Place) -> None:
        """Record that a row of data was read."""
        self._rows.setdefault((place.file, place.sheet), []).append(place.row)

    def exclude_row(self, place: Place, reason: str) -> None:
        """Record that a row is not used, with a reason out of ``EXCLUSIONS``."""
        self._excluded.setdefault((place.file, place.sheet), {})[place.row] = EXCLUSIONS[reason]

    def list_queries(self) -> list[DataQuery]:
        """Return the queries by file, sheet, row and column, each with its stable id."""
        ordered = sorted(
            self._entries, key=lambda entry: (entry[0].file, entry[0].sheet, entry[0].row)
        )
        numbered: Counter[str] = Counter()
        return [self._query(*entry, numbered) for entry in ordered]

    def list_accounts(self) -> list[SheetAccount]:
        """Return the accounting of every file and sheet that was read."""
        return [self._account(file, sheet) for file, sheet in self._rows]

    @staticmethod
    def _query(
        place: Place, code: str, value: str, detail: str, numbered: Counter[str]
    ) -> DataQuery:
        entry = CODES[code]
        base = _query_id(place, code, value)
        numbered[base] += 1
        query_id = base if numbered[base] == 1 else f"{base}-{numbered[base]}"
        return DataQuery(
            query_id,
            entry.severity,
            code,
            place.file,
            place.sheet,
            place.row,
            place.column,
            place.patient,
            value,
            entry.describe(detail),
            entry.action,
            place.letter,
            place.title,
            place.occasion,
        )

    def _account(self, file: str, sheet: str) -> SheetAccount:
        rows = self._rows[file, sheet]
        excluded = self._excluded.get((file, sheet), {})
        worst = _worst_severity(
            (place.row, code)
            for place, code, _, _ in self._entries
            if (place.file, place.sheet) == (file, sheet)
        )
        outcomes = Counter(worst.get(row, "used") for row in rows if row not in excluded)
        return SheetAccount(
            file,
            sheet,
            len(rows),
            outcomes["used"],
            outcomes["warning"],
            outcomes["error"],
            dict(sorted(Counter(excluded.values()).items())),
        )


def _worst_severity(codes_by_row: Iterable[tuple[int, str]]) -> dict[int, str]:
    worst: dict[int, str] = {}
    for row, code in codes_by_row:
        severity = CODES[code].severity
        if severity == ERROR or row not in worst:
            worst[row] = severity
    return worst


def _query_id(place: Place, code: str, value: str) -> str:
    parts = (place.file, place.sheet, place.patient.lower(), place.occasion, place.column.lower(),
             code, value)  # fmt: skip
    return "Q-" + hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:10]
