"""The same study folder with its rows and columns in another order."""

from __future__ import annotations

import csv
import io
import shutil
from pathlib import Path
from random import Random
from typing import Any

import openpyxl

from helpers.study import CHART_REVIEW_FILE, REDCAP_DICTIONARY_FILE, REDCAP_RECORDS_FILE


def permute_folder(
    source: Path, target: Path, seed: int, *, rows: bool = True, columns: bool = True
) -> Path:
    """Copy a study folder with the rows, the columns or both of every table shuffled."""
    shutil.copytree(source, target, dirs_exist_ok=True)
    draw = Random(seed)
    if (target / CHART_REVIEW_FILE).is_file():
        _permute_workbook(target / CHART_REVIEW_FILE, draw, rows, columns)
    for name in (REDCAP_RECORDS_FILE, REDCAP_DICTIONARY_FILE):
        if (target / name).is_file():
            _permute_csv(target / name, draw, rows, columns)
    return target


def permute_book(book: openpyxl.Workbook, seed: int) -> openpyxl.Workbook:
    """Shuffle the rows below each header, and the columns, of a workbook; return it."""
    draw = Random(seed)
    for sheet in book.worksheets:
        _permute_sheet(sheet, draw, rows=True, columns=True)
    return book


def shuffle_table(
    table: list[list[Any]], draw: Random, *, rows: bool, columns: bool
) -> list[list[Any]]:
    """Return a table, whose first row is its header, with rows or columns in another order."""
    header, *body = table
    if rows:
        draw.shuffle(body)
    order = list(range(len(header)))
    if columns:
        draw.shuffle(order)
    return [[row[place] for place in order] for row in (header, *body)]


def _permute_workbook(path: Path, draw: Random, rows: bool, columns: bool) -> None:
    book = openpyxl.load_workbook(path)
    for sheet in book.worksheets:
        _permute_sheet(sheet, draw, rows=rows, columns=columns)
    book.save(path)


def _permute_sheet(sheet: Any, draw: Random, *, rows: bool, columns: bool) -> None:
    table = [[(cell.value, cell.number_format) for cell in row] for row in sheet.iter_rows()]
    shuffled = shuffle_table(table, draw, rows=rows, columns=columns)
    for number, row in enumerate(shuffled, start=1):
        for position, (value, number_format) in enumerate(row, start=1):
            cell = sheet.cell(number, position)
            cell.value = value
            cell.number_format = number_format


def _permute_csv(path: Path, draw: Random, rows: bool, columns: bool) -> None:
    table = list(csv.reader(io.StringIO(path.read_text(encoding="utf-8-sig"), newline="")))
    with path.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows(shuffle_table(table, draw, rows=rows, columns=columns))
