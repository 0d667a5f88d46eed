"""The chart review as it lies in a study folder: one workbook, or a table file for each sheet."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final

from helpers.errors import InputError
from helpers.ingest.csv_file import read_rows
from helpers.ingest.parquet_file import read_parquet
from helpers.ingest.text import clean_text
from helpers.ingest.workbook import EMPTY, ERROR_VALUES, Cell, Row, Sheet, read_workbook, typed_cell
from helpers.study import CHART_REVIEW_FILE, CHART_REVIEW_TABLES, TABLE_SUFFIXES

_AGAIN: Final = "Write it again"


def list_chart_files(folder: Path) -> tuple[str, ...]:
    """Return the names of the files that hold the chart review; none where it is not there.

    Raises
    ------
    InputError
        When there are both a workbook and table files, or a sheet is there twice or not at all.
    """
    tables = {sheet: _tables_of(folder, stem) for sheet, stem in CHART_REVIEW_TABLES.items()}
    there = tuple(name for names in tables.values() for name in names)
    has_workbook = (folder / CHART_REVIEW_FILE).is_file()
    if not there:
        return (CHART_REVIEW_FILE,) if has_workbook else ()
    if has_workbook:
        raise InputError(
            f"{folder.name}: holds both {CHART_REVIEW_FILE} and {', '.join(there)}; expected the "
            "workbook, or a table file for each of its sheets. Remove the one or the others."
        )
    for names in tables.values():
        if len(names) > 1:
            raise InputError(
                f"{folder.name}: holds both {' and '.join(names)}; expected one of them. Remove "
                "the other."
            )
    missing = [CHART_REVIEW_TABLES[sheet] for sheet, names in tables.items() if not names]
    if missing:
        raise InputError(
            f"{folder.name}: {', '.join(missing)} missing; a chart review without "
            f"{CHART_REVIEW_FILE} has four files, {', '.join(CHART_REVIEW_TABLES.values())}, each "
            f"{' or '.join(TABLE_SUFFIXES)}."
        )
    return there


def _tables_of(folder: Path, stem: str) -> list[str]:
    return [f"{stem}{end}" for end in TABLE_SUFFIXES if (folder / f"{stem}{end}").is_file()]


def read_chart_sheets(folder: Path) -> list[Sheet]:
    """Read the sheets of the chart review, each from where it lies.

    Raises
    ------
    InputError
        As :func:`list_chart_files`, or when a file cannot be read.
    """
    files = list_chart_files(folder)
    if files == (CHART_REVIEW_FILE,):
        return read_workbook(folder / CHART_REVIEW_FILE)
    return [
        _read_table(folder / file, sheet)
        for sheet, file in zip(CHART_REVIEW_TABLES, files, strict=True)
    ]


def _read_table(path: Path, name: str) -> Sheet:
    is_csv = path.suffix == TABLE_SUFFIXES[0]
    rows = read_rows(path, _AGAIN) if is_csv else read_parquet(path, _AGAIN)
    _, headers = next(rows)
    return Sheet(
        name, tuple(clean_text(header) for header in headers), tuple(_rows(rows)),
        own_file=path.name,
    )  # fmt: skip


def _rows(rows: Iterator[tuple[int, Sequence[Any]]]) -> Iterator[Row]:
    """Yield rows that hold anything; equal values share one cell, or memory would not do."""
    known: dict[tuple[type, Any], Cell] = {}

    def cell_of(value: Any) -> Cell:
        key = (type(value), value)
        found = known.get(key)
        if found is None:
            found = known[key] = _make_cell(value)
        return found

    for number, values in rows:
        cells = tuple(map(cell_of, values))
        if any(cell is not EMPTY for cell in cells):
            yield Row(number, cells)


def _make_cell(value: Any) -> Cell:
    if value is None:
        return EMPTY
    if isinstance(value, str) and value.strip().lower() in ERROR_VALUES:
        return Cell("error", shown=value.strip())
    return typed_cell(value)
