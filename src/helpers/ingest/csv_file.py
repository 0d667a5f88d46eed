"""Read a CSV file as text, whatever its encoding, delimiter and line ends."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from helpers.errors import InputError

_DELIMITERS = (",", ";", "\t")
# Far above any export of this study, far below what a computer in a clinic can hold.
MOST_BYTES: Final = 20_000_000
MOST_COLUMNS: Final = 5_000
MOST_CELLS: Final = 2_000_000


@dataclass(frozen=True, slots=True)
class CsvRow:
    """One row: its number as a spreadsheet shows it (the header is row 1) and its texts."""

    number: int
    values: dict[str, str]


def read_csv(path: Path) -> tuple[list[str], list[CsvRow]]:
    """Read a CSV file: UTF-8 (with or without BOM) or Windows-1252; ``,`` ``;`` or tab.

    Returns the headers in lower case and the rows that hold anything. Rows are counted
    as a spreadsheet counts them, whatever line breaks quoted texts hold. A column without a header
    that holds values is called ``column 7`` by its place.

    Raises
    ------
    InputError
        When the file is empty, too large, binary, in another encoding, cut off inside a quoted
        text, or a row has another number of columns than the header, or two headers are the same.
    """
    text = _decode(path)
    header_line = text.split("\n", 1)[0]
    delimiter = max(_DELIMITERS, key=header_line.count)
    rows = list(_parse(path.name, text, delimiter))
    if not rows or not any(value.strip() for value in rows[0][1]):
        raise InputError(f"{path.name}: the file is empty; expected a header in row 1.")
    headers = _name_headers(rows)
    _check_headers(path.name, headers)
    return headers, [
        _row(path.name, headers, *row) for row in rows[1:] if any(map(str.strip, row[1]))
    ]


def _decode(path: Path) -> str:
    if path.stat().st_size > MOST_BYTES:
        raise _too_large(path.name, f"more than {MOST_BYTES // 1_000_000} MB")
    data = path.read_bytes()
    if data[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\x00" in data:
        raise InputError(
            f"{path.name}: not a text file in UTF-8 or Windows-1252 (it holds null bytes). "
            "Export it from REDCap again as CSV."
        )
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = _decode_windows(path.name, data)
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _decode_windows(file: str, data: bytes) -> str:
    """Return the text of bytes that are no UTF-8; what is part UTF-8 would be read wrongly."""
    part_utf8 = not data.decode("utf-8", errors="ignore").isascii()
    try:
        text = data.decode("cp1252")
    except UnicodeDecodeError:
        text = None
    if text is None or part_utf8:
        raise InputError(
            f"{file}: the text is neither all UTF-8 nor all Windows-1252, so some letters "
            "cannot be told. Export it from REDCap again, and do not open and save it in between."
        )
    return text


def _too_large(file: str, what: str) -> InputError:
    return InputError(
        f"{file}: too large for an export of this study: {what}. Export this study's records only."
    )


def _parse(file: str, text: str, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    number = cells = 0
    while True:
        number += 1
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error as problem:
            raise InputError(
                f"{file}, row {number}: cannot be read as CSV ({problem}); the file may be cut off "
                "or edited by hand. Export it from REDCap again."
            ) from None
        cells += len(row)
        if len(row) > MOST_COLUMNS or cells > MOST_CELLS:
            raise _too_large(file, f"more than {MOST_COLUMNS} columns or {MOST_CELLS} cells")
        yield number, row


def _name_headers(rows: list[tuple[int, list[str]]]) -> list[str]:
    def holds_values(place: int) -> bool:
        return any(values[place : place + 1] and values[place].strip() for _, values in rows)

    return [
        text.strip().lower() or (f"column {place + 1}" if holds_values(place) else "")
        for place, text in enumerate(rows[0][1])
    ]


def _check_headers(file: str, headers: list[str]) -> None:
    seen: dict[str, int] = {}
    for number, header in enumerate(headers, start=1):
        if header and header in seen:
            raise InputError(
                f"{file}, row 1: the header of column {seen[header]} is there twice, again in "
                f"column {number}; expected an export of raw "
                "data (not labels), in which each column is there once."
            )
        seen[header] = number


def _row(file: str, headers: list[str], number: int, values: list[str]) -> CsvRow:
    if len(values) != len(headers):
        raise InputError(
            f"{file}, row {number}: expected {len(headers)} columns as in the header, found "
            f"{len(values)}; the file may be cut off or edited by hand. "
            "Export it from REDCap again."
        )
    return CsvRow(number, dict(zip(headers, values, strict=True)))
