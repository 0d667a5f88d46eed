"""Read an Excel workbook cell by cell, as text or as the typed value it holds.

No library's idea of a missing value applies here: only an empty cell is empty.
"""

from __future__ import annotations

import datetime as dt
import re
import warnings
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import openpyxl

from helpers.errors import InputError
from helpers.ingest.sheet_cells import find_hidden, find_merged, list_filled
from helpers.ingest.text import clean_text, format_number, normalise_text
from helpers.ingest.xlsx_guard import check_package

_OLE_MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_QUOTED = re.compile(r'"[^"]*"|\\.|_.|\*.')
ERROR_VALUES = frozenset(
    {"#n/a", "#ref!", "#value!", "#div/0!", "#name?", "#num!", "#null!", "#getting_data",
     "#spill!", "#calc!"}
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell: what kind it is, its normalised text, what a person sees, and its typed value.

    ``kind`` is one of empty, text, number, boolean, date, time, error, formula, and merged: a cell
    of a merged range whose only value stands in another cell.
    """

    kind: str
    text: str = ""
    shown: str = ""
    value: Any = None


EMPTY = Cell("empty")

# What openpyxl makes of -99 and -88 in a cell formatted as a date (of either epoch) or a time.
_STORED_CODES: dict[Any, int] = {
    stored: code
    for code in (-99, -88)
    for stored in (
        dt.datetime(1899, 12, 30) + dt.timedelta(code),
        dt.datetime(1904, 1, 1) + dt.timedelta(code),
        dt.timedelta(code),
    )
}


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a sheet: its number as the spreadsheet shows it, and its cells by column index."""

    number: int
    cells: tuple[Cell, ...]

    def cell(self, position: int) -> Cell:
        """Return the cell at a column index; a row may end before it, and then it is empty."""
        return self.cells[position] if position < len(self.cells) else EMPTY


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet: its name, the headers of row 1, and the rows that hold anything.

    ``hidden`` says in words what of it a person does not see, by the code of the query;
    ``header_is_merged`` whether cells of row 1 are merged; ``own_file`` the file that holds this
    sheet alone, empty in a workbook.
    """

    name: str
    headers: tuple[str, ...]
    rows: tuple[Row, ...]
    hidden: Mapping[str, str] = field(default_factory=dict)
    header_is_merged: bool = False
    own_file: str = ""


def read_workbook(path: Path) -> list[Sheet]:
    """Read every worksheet of an .xlsx file.

    Raises
    ------
    InputError
        When the file is empty, password-protected, truncated, no workbook, or unfit to be opened.
    """
    check_is_workbook(path)
    check_package(path)
    values = _load(path, data_only=True)
    formulas = _load(path, data_only=False)
    return [
        _read_sheet(f"{path.name}, sheet number {number}", sheet, formulas[sheet.title])
        for number, sheet in enumerate(values.worksheets, start=1)
    ]


def check_is_workbook(path: Path) -> None:
    """Raise InputError unless the file is a readable zip container, as every .xlsx is."""
    with path.open("rb") as stream:
        head = stream.read(8)
    if not head:
        raise InputError(f"{path.name}: the file is empty; expected an Excel workbook (.xlsx).")
    if head == _OLE_MAGIC:
        raise InputError(
            f"{path.name}: the workbook is password-protected or in the old .xls format; "
            "expected an .xlsx workbook without a password. Save it as such and try again."
        )
    if not zipfile.is_zipfile(path):
        raise InputError(
            f"{path.name}: not a complete Excel workbook (.xlsx): the file is truncated or of "
            "another kind. Save it again from Excel."
        )


def _load(path: Path, *, data_only: bool) -> openpyxl.Workbook:
    with warnings.catch_warnings():
        # openpyxl tells of styles and extensions that it drops; no value depends on them. A date
        # serial outside Excel's calendar comes back as an error value, which becomes a query.
        warnings.filterwarnings("ignore", category=UserWarning, module="openpyxl")
        try:
            # Opened here, so that a file that cannot be read is closed again: Excel must be able
            # to save over it.
            with path.open("rb") as stream:
                return openpyxl.load_workbook(stream, data_only=data_only)
        except Exception as error:  # openpyxl raises whatever its XML parser met
            raise InputError(
                f"{path.name}: cannot be read as an Excel workbook "
                f"({type(error).__name__}); the file is damaged or of another kind. "
                "Save it again from Excel."
            ) from error


def _read_sheet(where: str, values: Any, formulas: Any) -> Sheet:
    merged = {
        place: Cell("merged", shown=f"merged with {anchor} ({reference})")
        for place, (anchor, reference) in find_merged(formulas).items()
    }
    headers: tuple[str, ...] = ()
    rows = []
    for number, columns in list_filled(where, formulas, merged):
        cells = tuple(
            merged.get((number, column)) or _cell_at(values, formulas, number, column)
            for column in columns
        )
        if number == 1:
            headers = tuple("" if c.kind == "merged" else clean_text(c.shown) for c in cells)
        elif any(cell.kind not in {"empty", "merged"} for cell in cells):
            rows.append(Row(number, cells))
    hidden = find_hidden(formulas, [row.number for row in rows])
    header_is_merged = any(row == 1 for row, _ in merged)
    return Sheet(values.title, headers, tuple(rows), hidden, header_is_merged)


def _cell_at(values: Any, formulas: Any, row: int, column: int) -> Cell:
    # Taken from the stored cells: asking the sheet would make a cell where there is none.
    value, formula = (sheet._cells.get((row, column)) for sheet in (values, formulas))
    if value is None or formula is None:
        return EMPTY
    return read_cell(value, is_formula=formula.data_type == "f")


def read_cell(cell: Any, *, is_formula: bool = False) -> Cell:
    """Turn an openpyxl cell into a :class:`Cell`.

    A number in a cell formatted as a percentage is shown as one (``0.5`` is ``50%``). A formula
    counts by its stored result; without one, it is of kind ``formula``.
    """
    value = cell.value
    if value is None:
        # A stored result that is the empty text has a type; a result that was never stored has not.
        stored_nothing = is_formula and cell.data_type != "str"
        return Cell("formula", shown="a formula without a result") if stored_nothing else EMPTY
    if cell.data_type == "e" or (isinstance(value, str) and value.lower() in ERROR_VALUES):
        return Cell("error", shown=str(value))
    return typed_cell(value, cell.number_format)


def typed_cell(value: Any, number_format: str = "") -> Cell:
    """Turn a value that is not missing into a :class:`Cell`."""
    if isinstance(value, bool):
        text = "TRUE" if value else "FALSE"
        return Cell("boolean", text.lower(), text, value)
    if missing := _missing_code(value):
        return missing
    if isinstance(value, dt.datetime | dt.date):
        return _date_cell(value)
    if isinstance(value, dt.time | dt.timedelta):
        return _time_cell(value)
    if isinstance(value, int | float):
        return _number_cell(value, number_format)
    shown = clean_text(str(value))
    text = normalise_text(shown)
    return Cell("text", text, shown, shown) if text else EMPTY


def _missing_code(value: Any) -> Cell | None:
    """Return the cell of -99 or -88, whatever format the spreadsheet shows it in."""
    code = _STORED_CODES.get(value) if isinstance(value, dt.date | dt.timedelta) else None
    if isinstance(value, int | float) and value in {-99, -88}:
        code = int(value)
    return None if code is None else Cell("number", str(code), str(code), code)


def _date_cell(value: dt.datetime | dt.date) -> Cell:
    date = value.date() if isinstance(value, dt.datetime) else value
    return Cell("date", date.isoformat(), str(value), date)


def _time_cell(value: dt.time | dt.timedelta) -> Cell:
    if isinstance(value, dt.timedelta):
        seconds = round(value.total_seconds())
    else:
        seconds = value.hour * 3600 + value.minute * 60 + value.second
    sign, seconds = ("-", -seconds) if seconds < 0 else ("", seconds)
    text = f"{sign}{seconds // 3600}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"
    return Cell("time", text, text, value)


def _number_cell(value: float, number_format: str) -> Cell:
    if "%" in _QUOTED.sub("", number_format or ""):
        # 0.07 * 100 is 7.000000000000001: twelve digits hold every percentage a person types.
        text = format_number(float(f"{value * 100:.12g}")) + "%"
    else:
        text = format_number(value)
    return Cell("number", text, text, value)
