"""The sheet of a workbook that says where it comes from."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from openpyxl.styles import Alignment, Font

SHEET: Final = "About"
_WIDTHS: Final = {"A": 34, "B": 90}  # characters


def append_origin(book: Any, origin: Mapping[str, str]) -> None:
    """Append the sheet *About* to an openpyxl workbook: one row per labelled text."""
    sheet = book.create_sheet(SHEET)
    for number, (name, text) in enumerate(origin.items(), start=1):
        sheet.cell(number, 1, name).font = Font(bold=True)
        cell = sheet.cell(number, 2)
        cell.value = text
        cell.data_type = "s"  # never a formula, whatever a title starts with
        for place in sheet[number]:
            place.alignment = Alignment(wrap_text=True, vertical="top", horizontal="left")
    for column, width in _WIDTHS.items():
        sheet.column_dimensions[column].width = width
