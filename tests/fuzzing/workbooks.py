"""Changes of a workbook as Excel and people make them: cells, rows, columns, sheets, formats."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from random import Random
from typing import Any, Final

import openpyxl
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.comments import Comment
from openpyxl.utils.datetime import CALENDAR_MAC_1904
from openpyxl.worksheet.worksheet import Worksheet

from helpers.present.fixed_zip import workbook_bytes
from tests.fuzzing.values import FORMATS, NUMBERS, awkward_text, awkward_value, nearly

_LONGEST_TEXT = 32_767  # what a cell of Excel holds


def load(content: bytes) -> openpyxl.Workbook:
    """Return the workbook of some bytes."""
    return openpyxl.load_workbook(io.BytesIO(content))


def save(book: openpyxl.Workbook) -> bytes:
    """Return the bytes of a workbook: the same for the same workbook."""
    return workbook_bytes(book)


def set_value(cell: Any, value: Any) -> Any:
    """Put a value into a cell as far as the format can hold it; return what was put."""
    if isinstance(value, str):
        value = ILLEGAL_CHARACTERS_RE.sub("", value)[:_LONGEST_TEXT]
    cell.value = value
    return value


def pick_cell(draw: Random, book: openpyxl.Workbook) -> Any:
    """Return a cell of data below a header."""
    sheet = draw.choice([sheet for sheet in book.worksheets if sheet.max_row > 1])
    return sheet.cell(draw.randint(2, sheet.max_row), draw.randint(1, sheet.max_column))


def change_cell(draw: Random, book: openpyxl.Workbook) -> str:
    """Change one cell of data; return its place."""
    cell = pick_cell(draw, book)
    set_value(cell, awkward_value(draw, cell.value))
    return f"{cell.parent.title}!{cell.coordinate}"


def _some_cells(draw: Random, book: openpyxl.Workbook) -> str:
    return ", ".join(change_cell(draw, book) for _ in range(draw.randint(2, 30)))


def _format(draw: Random, book: openpyxl.Workbook) -> str:
    cell = pick_cell(draw, book)
    cell.number_format = draw.choice(FORMATS)
    return f"{cell.parent.title}!{cell.coordinate} {cell.number_format}"


def _whole_column_format(draw: Random, book: openpyxl.Workbook) -> str:
    cell = pick_cell(draw, book)
    name = draw.choice(FORMATS)
    for row in range(2, cell.parent.max_row + 1):
        cell.parent.cell(row, cell.column).number_format = name
    return f"{cell.parent.title}!{cell.column_letter} {name}"


def _header(draw: Random, book: openpyxl.Workbook) -> str:
    sheet = draw.choice(book.worksheets)
    cell = sheet.cell(1, draw.randint(1, sheet.max_column))
    value = draw.choice((nearly(draw, str(cell.value)), f"{cell.value} (kg)", f"{cell.value} (lb)",
                         None, awkward_text(draw), draw.choice(NUMBERS)))  # fmt: skip
    return f"{sheet.title}!{cell.coordinate} {set_value(cell, value)!r}"


def _is_vast(sheet: Worksheet) -> bool:
    """Return whether openpyxl, which makes every cell that it moves, would need gigabytes."""
    return sheet.max_row * sheet.max_column > 20_000_000


def _insert_row(draw: Random, book: openpyxl.Workbook) -> str:
    sheet = draw.choice(book.worksheets)
    row, count = draw.randint(1, sheet.max_row + 1), draw.choice((1, 1, 3))
    if _is_vast(sheet):
        return "nothing to change: the sheet is vast"
    sheet.insert_rows(row, count)
    if draw.random() < 0.6:
        for column in range(1, sheet.max_column + 1):
            set_value(sheet.cell(row, column), awkward_value(draw, None))
    return f"{sheet.title} row {row}"


def _copy_row(draw: Random, book: openpyxl.Workbook) -> str:
    cell = pick_cell(draw, book)
    sheet: Worksheet = cell.parent
    sheet.append([other.value for other in sheet[cell.row]])
    if draw.random() < 0.5:
        changed = sheet.cell(sheet.max_row, draw.randint(1, sheet.max_column))
        set_value(changed, awkward_value(draw, changed.value))
    return f"{sheet.title} row {cell.row}"


def _delete_rows(draw: Random, book: openpyxl.Workbook) -> str:
    sheet = draw.choice(book.worksheets)
    row, count = draw.randint(1, sheet.max_row), draw.choice((1, 2, 1000))
    if _is_vast(sheet):
        return "nothing to change: the sheet is vast"
    sheet.delete_rows(row, count)
    return f"{sheet.title} from row {row}"


def _insert_column(draw: Random, book: openpyxl.Workbook) -> str:
    sheet = draw.choice(book.worksheets)
    column = draw.randint(1, sheet.max_column + 1)
    if _is_vast(sheet):
        return "nothing to change: the sheet is vast"
    sheet.insert_cols(column)
    return str(sheet.title)


def _delete_column(draw: Random, book: openpyxl.Workbook) -> str:
    sheet = draw.choice(book.worksheets)
    column = draw.randint(1, sheet.max_column)
    if _is_vast(sheet):
        return "nothing to change: the sheet is vast"
    sheet.delete_cols(column)
    return f"{sheet.title} column {column}"


def _copy_column(draw: Random, book: openpyxl.Workbook) -> str:
    cell = pick_cell(draw, book)
    target = cell.parent.max_column + draw.choice((1, 2, 40))
    for row in range(draw.choice((1, 2)), cell.parent.max_row + 1):
        cell.parent.cell(row, target).value = cell.parent.cell(row, cell.column).value
    return f"{cell.parent.title} column {cell.column} to {target}"


def _sheet(draw: Random, book: openpyxl.Workbook) -> str:
    sheet = draw.choice(book.worksheets)
    kind = draw.choice(("remove", "rename", "copy", "hide", "move", "add", "chart"))
    if kind == "remove" and len(book.worksheets) > 1:
        book.remove(sheet)
    elif kind == "rename":
        sheet.title = draw.choice((sheet.title.upper(), f"{sheet.title} ", "Sheet 9", "ÄÖ", "Dose"))
    elif kind == "copy":
        book.copy_worksheet(sheet)
    elif kind == "hide" and len(book.worksheets) > 1:
        sheet.sheet_state = draw.choice(("hidden", "veryHidden"))
    elif kind == "move":
        book.move_sheet(sheet, draw.randint(-2, 2))
    elif kind == "add":
        book.create_sheet(draw.choice(("Notes", "patients", "0"))).append(["a", 1, None])
    else:
        book.create_chartsheet("Diagram")
    return f"{kind} {sheet.title}"


def _merge(draw: Random, book: openpyxl.Workbook) -> str:
    cell = pick_cell(draw, book)
    end_row, end_column = cell.row + draw.randint(0, 3), cell.column + draw.randint(1, 3)
    cell.parent.merge_cells(start_row=cell.row, start_column=cell.column, end_row=end_row,
                            end_column=end_column)  # fmt: skip
    return f"{cell.parent.title}!{cell.coordinate}"


def _view(draw: Random, book: openpyxl.Workbook) -> str:
    cell = pick_cell(draw, book)
    sheet: Worksheet = cell.parent
    sheet.row_dimensions[cell.row].hidden = True
    sheet.column_dimensions[cell.column_letter].hidden = draw.random() < 0.5
    sheet.auto_filter.ref = sheet.dimensions
    cell.comment = Comment(awkward_text(draw)[:200], "someone")
    return f"{sheet.title}!{cell.coordinate}"


def _calendar(draw: Random, book: openpyxl.Workbook) -> str:
    book.epoch = CALENDAR_MAC_1904
    return "1904"


def _formula(draw: Random, book: openpyxl.Workbook) -> str:
    cell = pick_cell(draw, book)
    cell.value = draw.choice(("=A1", "=1/0", "=NOW()", '=""', "=SUM(A:A)", "={1,2}", "="))
    return f"{cell.parent.title}!{cell.coordinate} {cell.value}"


def _far_cell(draw: Random, book: openpyxl.Workbook) -> str:
    sheet = draw.choice(book.worksheets)
    cell = sheet.cell(draw.choice((5_000, 200_000, 1_048_576)), draw.choice((1, 60, 16_384)))
    cell.value = draw.choice((None, " ", "x", 1))
    return f"{sheet.title}!{cell.coordinate}"


CHANGES: Final[Mapping[str, Callable[[Random, openpyxl.Workbook], str]]] = {
    "cells": _some_cells,
    "format of a cell": _format,
    "format of a column": _whole_column_format,
    "header": _header,
    "row inserted": _insert_row,
    "row copied": _copy_row,
    "rows deleted": _delete_rows,
    "column inserted": _insert_column,
    "column deleted": _delete_column,
    "column copied": _copy_column,
    "sheet": _sheet,
    "cells merged": _merge,
    "hidden, filtered, commented": _view,
    "calendar of 1904": _calendar,
    "formula": _formula,
    "far cell": _far_cell,
}
