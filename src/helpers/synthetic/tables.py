"""The sheets of Part 1 as table files: what a workbook shows, as text or as typed columns."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Iterable, Mapping
from typing import Any, Final

from helpers.study import CHART_REVIEW_TABLES
from helpers.synthetic.chart_rows import SHEETS, Row
from helpers.synthetic.mess import Cell
from helpers.synthetic.redcap_form import to_csv

TABLES: Final = ("csv", "parquet")


def table_files(sheets: Mapping[str, Iterable[Row]], ending: str) -> dict[str, bytes]:
    """Return a file for each sheet by name; ``ending`` is one of :data:`TABLES`."""
    write = {"csv": _csv, "parquet": _parquet}[ending]
    return {
        f"{CHART_REVIEW_TABLES[sheet]}.{ending}": write(list(SHEETS[sheet]), rows)
        for sheet, rows in sheets.items()
    }


def _csv(columns: list[str], rows: Iterable[Row]) -> bytes:
    texts = ([show(row.cells[column]) for column in columns] for row in rows)
    return to_csv([columns, *texts])


def show(cell: Cell) -> str:
    """Return the text that a spreadsheet shows for a cell."""
    value = cell.value
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, dt.datetime | dt.date):
        return value.strftime("%Y-%m-%d")
    if isinstance(value, float | int):
        return f"{100 * value:.12g}%" if "%" in cell.number_format else f"{value:.12g}"
    return str(value)


def _parquet(columns: list[str], rows: Iterable[Row]) -> bytes:
    import pyarrow as pa
    from pyarrow import parquet

    cells = list(zip(*([row.cells[column] for column in columns] for row in rows), strict=True))
    arrays = [_typed(column) for column in cells or [()] * len(columns)]
    stream = io.BytesIO()
    parquet.write_table(pa.table(dict(zip(columns, arrays, strict=True))), stream)
    return stream.getvalue()


def _typed(cells: Iterable[Cell]) -> list[Any]:
    """Return the values of a column where all are of one type, else what the cells show."""
    column = list(cells)
    kinds = {type(cell.value) for cell in column if cell.value is not None}
    plain = all("%" not in cell.number_format for cell in column)
    if len(kinds) == 1 and plain and str not in kinds:
        return [cell.value for cell in column]
    return [None if cell.value is None else show(cell) for cell in column]
