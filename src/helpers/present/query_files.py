"""The data queries as files: CSV for programs, a workbook for people."""

from __future__ import annotations

import csv
import io
import math
import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import fields
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

import openpyxl
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter

from helpers.ingest.codes import CODES, ERROR
from helpers.ingest.previous import Comparison
from helpers.ingest.queries import DataQuery
from helpers.present.fixed_zip import workbook_bytes
from helpers.present.origin_sheet import append_origin
from helpers.present.query_states import list_states, state_queries

# What starts a formula, also in its East Asian full width, and after quotes and unseen space.
_FORMULA: Final = re.compile(r"[\s\"\u200b\ufeff]*[=+\-@\uff1d\uff0b\uff0d\uff20]|[\t\r]")
# A program that splits at another sign than the comma starts a new cell after each of these.
_CELL_STARTS: Final = re.compile(rf"([;\t|\r\n])(?={_FORMULA.pattern})")
_DIGITS: Final = re.compile(r"([0-9]+)")
_LINE_POINTS: Final = 15
_TALLEST_ROW_POINTS: Final = 405
_HEADINGS: Final = (
    ("Patient", 12), ("Kind of correction", 24), ("Severity", 10), ("File", 20), ("Sheet", 16),
    ("Row", 7), ("Column", 20), ("Value found", 24), ("What is wrong", 48), ("What to do", 48),
    ("Correction", 24), ("Cell", 8), ("Query", 16), ("State", 16),
)  # fmt: skip
# More than people work through in a sheet, and as many as can be styled in half a minute.
MOST_QUERIES: Final = 10_000
_NO_COLUMN: Final = {"letter", "title", "occasion"}  # what no file shows by itself


def neutralise(text: str) -> str:
    """Return a text that no spreadsheet runs as a formula."""
    return f"'{text}" if _FORMULA.match(text) else text


def neutralise_cells(text: str) -> str:
    """Return a text of which no part is run as a formula, at whatever sign a program splits it."""
    return neutralise(_CELL_STARTS.sub(r"\1'", text))


def queries_csv(queries: Sequence[DataQuery], comparison: Comparison | None = None) -> bytes:
    """Return ``data_queries.csv``: UTF-8 with a mark that Excel needs to see it.

    With a comparison, the last column is the state, and the queries that are solved come last.
    """
    stream = io.StringIO(newline="")
    writer = csv.writer(stream)
    names = [field.name for field in fields(DataQuery) if field.name not in _NO_COLUMN]
    writer.writerow([*names, *(["state"] if comparison else [])])
    states = list_states(comparison) if comparison else dict.fromkeys(queries)
    for query, state in states.items():
        values = [getattr(query, name) for name in names]
        cells = [neutralise_cells(v) if isinstance(v, str) else v for v in values]
        writer.writerow([*cells, *([state] if state else [])])
    return stream.getvalue().encode("utf-8-sig")


def queries_workbook(
    queries: Sequence[DataQuery],
    data_folder: Path,
    out: Path,
    origin: Mapping[str, str],
    comparison: Comparison | None = None,
) -> bytes:
    """Return ``data_queries.xlsx``: by patient and by what to correct, with a link to each cell.

    Links are relative from the folder ``out`` to the data folder, so both can move together. With a
    comparison, the last column is the state, and a second sheet lists what was solved: its links
    lead to the earlier export. A sheet holds at most :data:`MOST_QUERIES`, and then says that the
    CSV has them all. The sheet *About* says where it all comes from: ``origin``, as
    labelled texts.
    """
    book = openpyxl.Workbook()
    sheet: Any = book.active
    sheet.title = "Data queries"
    if comparison is None:
        _fill(sheet, dict.fromkeys(queries, ""), data_folder, out, _HEADINGS[:-1])
    else:
        _fill(sheet, state_queries(comparison.queries), data_folder, out)
        solved = state_queries(comparison.solved)
        _fill(book.create_sheet("Solved"), solved, comparison.folder.resolve(), out)
    append_origin(book, origin)
    return workbook_bytes(book)


def _fill(
    sheet: Any,
    states: Mapping[DataQuery, str],
    data_folder: Path,
    out: Path,
    headings: Sequence[tuple[str, int]] = _HEADINGS,
) -> None:
    """Fill a sheet with queries and their states."""
    sheet.append([heading for heading, _ in headings])
    ordered = sorted(states, key=_order)
    for number, query in enumerate(ordered[:MOST_QUERIES], start=2):
        _write(sheet, number, query, states[query], data_folder, out)
    if len(ordered) > MOST_QUERIES:
        more = len(ordered) - MOST_QUERIES
        sheet.append([f"and {more} more, in data_queries.csv: it holds all {len(ordered)}"])
    _style(sheet)


def _order(query: DataQuery) -> tuple[Any, ...]:
    is_warning = query.severity != ERROR
    place = (query.file, query.sheet, query.row, query.column)
    return (_natural(query.patient.lower()), is_warning, CODES[query.code].group, *place)


def _write(
    sheet: Any, number: int, query: DataQuery, state: str, data_folder: Path, out: Path
) -> None:
    texts = [query.patient, CODES[query.code].group, query.severity, query.file, query.sheet,
             query.row, query.column, query.value, query.message, query.action, "", "open",
             query.query_id, *([state] if state else [])]  # fmt: skip
    for column, text in enumerate(texts, start=1):
        cell = sheet.cell(number, column)
        cell.value = _writable(neutralise(text)) if isinstance(text, str) else text
        if isinstance(text, str):
            cell.data_type = "s"
    link = sheet.cell(number, 12)
    link.hyperlink = _link(query, data_folder, out)
    link.font = Font(color="0563C1", underline="single")


def _link(query: DataQuery, data_folder: Path, out: Path) -> str:
    relative = os.path.relpath(data_folder / query.file, out).replace(os.sep, "/")
    title = (query.title or query.sheet).replace("'", "''")
    place = f"#'{title}'!{query.letter or 'A'}{query.row}" if title else ""
    return quote(relative, safe="/.") + place


def _writable(text: str) -> str:
    """Return a text without the characters that a workbook cannot hold."""
    return ILLEGAL_CHARACTERS_RE.sub("\ufffd", text).translate({0xFFFE: "\ufffd", 0xFFFF: "\ufffd"})


def _lines(cell: Any) -> int:
    """Return how many lines a wrapped cell needs: not every program fits rows to their text."""
    width = _HEADINGS[cell.column - 1][1]
    return math.ceil((len(str(cell.value or "")) + 1) / width)


def _natural(text: str) -> list[tuple[int, str]]:
    """Return a sort key in which R9 comes before R10."""
    parts = _DIGITS.split(text)  # digits stand at the odd places
    return [(len(part.lstrip("0")) if place % 2 else -1, part.lstrip("0") if place % 2 else part)
            for place, part in enumerate(parts)]  # fmt: skip


def _style(sheet: Any) -> None:
    for column, (_, width) in enumerate(_HEADINGS[: sheet.max_column], start=1):
        sheet.column_dimensions[get_column_letter(column)].width = width
        heading = sheet.cell(1, column)
        heading.font = Font(bold=True)
        heading.fill = PatternFill("solid", fgColor="DDE6EE")
    wrapped = Alignment(wrap_text=True, vertical="top", horizontal="left")
    for row in sheet.iter_rows(min_row=2):
        for cell in row:
            cell.alignment = wrapped
        sheet.row_dimensions[row[0].row].height = min(
            _LINE_POINTS * max(map(_lines, row)), _TALLEST_ROW_POINTS
        )
    sheet.freeze_panes = "B2"
    sheet.auto_filter.ref = sheet.dimensions
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
