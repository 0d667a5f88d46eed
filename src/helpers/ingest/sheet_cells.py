"""Which cells of a sheet hold anything, which are merged away, and which a person does not see."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Sequence
from typing import Any, Final

from openpyxl.utils import get_column_letter

from helpers.errors import InputError

Position = tuple[int, int]
_MOST_CELLS: Final = 2_000_000  # in the rectangles of all rows, empty cells included
_MOST_RANGES: Final = 8


def list_filled(file: str, sheet: Any, merged: Container[Position]) -> Iterator[tuple[int, range]]:
    """Return each row that holds anything, with its columns as far as the last that is filled.

    Rows are at least as wide as the header. Only stored cells are asked, never the sheet's
    dimensions: one value far away would make a million rows of nothing.

    Raises
    ------
    InputError
        When values lie so far apart that the rows between them would be endless.
    """
    last: dict[int, int] = {1: 0}
    for (row, column), cell in sheet._cells.items():
        if cell.value is not None or (row, column) in merged:
            last[row] = max(last.get(row, 0), column)
    cells = sum(max(width, last[1]) for width in last.values())
    if cells > _MOST_CELLS:
        number = sheet.parent.index(sheet) + 1
        raise InputError(
            f"{file}, sheet number {number}: values lie as far apart as column "
            f"{get_column_letter(max(last.values()))} and row {max(last)}; expected one table. "
            "Delete what does not belong to it, and save the workbook again."
        )
    for row in sorted(last):
        yield row, range(1, max(last[row], last[1]) + 1)


def find_merged(sheet: Any) -> dict[Position, tuple[str, str]]:
    """Return where the value and the range of each cell are that is merged with a filled one.

    Only the top-left cell of a merged range holds a value: whether it is meant for the others too
    is not known.
    """
    found = {}
    for area in sheet.merged_cells.ranges:
        top, left = area.min_row, area.min_col
        anchor = sheet._cells.get((top, left))
        if anchor is None or anchor.value is None:
            continue
        place = (f"{get_column_letter(left)}{top}", area.coord)
        found.update({cell: place for cell in area.cells if cell != (top, left)})
    return found


def find_hidden(sheet: Any, rows: Sequence[int]) -> dict[str, str]:
    """Return what is hidden of a sheet: its rows that hold anything, its columns, or all of it."""
    hidden_rows = {
        number for number, row in sheet.row_dimensions.items() if row.hidden or row.height == 0
    }
    found = {
        "hidden_rows": _in_words(list(_ranges(row for row in rows if row in hidden_rows))),
        "hidden_columns": _in_words(_hidden_columns(sheet)),
        "hidden_sheet": "" if sheet.sheet_state == "visible" else sheet.title,
    }
    return {code: words for code, words in found.items() if words}


def _hidden_columns(sheet: Any) -> list[str]:
    filled = {column for (_, column), cell in sheet._cells.items() if cell.value is not None}
    hidden = {
        column
        for group in sheet.column_dimensions.values()
        if group.hidden or group.width == 0
        for column in filled
        if (group.min or 0) <= column <= (group.max or 0)
    }
    return [get_column_letter(column) for column in sorted(hidden)]


def _ranges(numbers: Iterable[int]) -> Iterator[str]:
    """Return ascending numbers with runs written as ``5 to 9``."""
    start = end = None
    for number in numbers:
        if end is not None and number == end + 1:
            end = number
            continue
        if start is not None:
            yield str(start) if start == end else f"{start} to {end}"
        start = end = number
    if start is not None:
        yield str(start) if start == end else f"{start} to {end}"


def _in_words(names: Sequence[str]) -> str:
    shown = ", ".join(names[:_MOST_RANGES])
    more = len(names) - _MOST_RANGES
    return f"{shown} and {more} more" if more > 0 else shown
