"""Read a CSV file as text, whatever its encoding, delimiter and line ends."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from helpers.errors import InputError

_DELIMITERS = (",", ";", "\t")


@dataclass(frozen=True, slots=True)
class CsvRow:
    """One row: its number as a spreadsheet shows it (the header is row 1) and its texts."""

    number: int
    values: dict[str, str]


def read_csv(path: Path) -> tuple[list[str], list[CsvRow]]:
    """Read a CSV file: UTF-8 (with or without BOM) or Windows-1252; ``,`` ``;`` or tab.

    Returns the headers in lower case and the rows that hold anything. Rows are counted
    as a spreadsheet counts them, whatever line breaks quoted texts hold.

    Raises
    ------
    InputError
        When the file is empty, binary, cut off inside a quoted text, or a row has another number
        of columns than the header, or two headers are the same.
    """
    text = _decode(path)
    header_line = text.split("\n", 1)[0]
    delimiter = max(_DELIMITERS, key=header_line.count)
    rows = list(_parse(path.name, text, delimiter))
    if not rows or not any(value.strip() for value in rows[0][1]):
        raise InputError(f"{path.name}: the file is empty; expected a header in row 1.")
    headers = [value.strip().lower() for value in rows[0][1]]
    _check_headers(path.name, headers)
    return headers, [
        _row(path.name, headers, *row) for row in rows[1:] if any(map(str.strip, row[1]))
    ]


def _decode(path: Path) -> str:
    data = path.read_bytes()
    if data[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\x00" in data:
        raise InputError(
            f"{path.name}: not a text file in UTF-8 or Windows-1252 (it holds null bytes). "
            "Export it from REDCap again as CSV."
        )
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("cp1252", errors="replace")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _parse(file: str, text: str, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    number = 0
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
        yield number, row


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
