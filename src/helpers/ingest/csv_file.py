"""Read a CSV file as text, whatever its encoding, delimiter and line ends."""

from __future__ import annotations

import codecs
import csv
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TextIO

from helpers.errors import InputError

_DELIMITERS = (",", ";", "\t")
# A study of 100,000 patients fits, and so does what is refused just above, into 4 GB of memory.
MOST_BYTES: Final = 200_000_000
MOST_COLUMNS: Final = 5_000
MOST_CELLS: Final = 60_000_000
_PIECE: Final = 1 << 20  # bytes that are decoded at a time
_FROM_REDCAP: Final = "Export it from REDCap again"


class RowValues(Mapping[str, str]):
    """The texts of one row by the header of their column, which all rows share."""

    __slots__ = ("_places", "_texts")

    def __init__(self, places: Mapping[str, int], texts: Sequence[str]) -> None:
        """Take the place of each header, and the texts by place."""
        self._places = places
        self._texts = texts

    def __getitem__(self, header: str) -> str:
        """Return the text under a header."""
        return self._texts[self._places[header]]

    def __iter__(self) -> Iterator[str]:
        """Return the headers."""
        return iter(self._places)

    def __len__(self) -> int:
        """Return the number of headers."""
        return len(self._places)


@dataclass(frozen=True, slots=True)
class CsvRow:
    """One row: its number as a spreadsheet shows it (the header is row 1) and its texts."""

    number: int
    values: Mapping[str, str]


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
    rows = list(read_rows(path, _FROM_REDCAP))
    headers = _name_headers(rows)
    _check_headers(path.name, headers)
    places = {header: place for place, header in enumerate(headers)}
    return headers, [CsvRow(number, RowValues(places, texts)) for number, texts in rows[1:]]


def read_rows(path: Path, again: str) -> Iterator[tuple[int, list[str]]]:
    """Yield the header and then the rows that hold anything, each with its number.

    Parameters
    ----------
    path
        The file; encoding, delimiter and limits as in :func:`read_csv`.
    again
        What a person is told to do when the file is damaged, without the full stop.

    Raises
    ------
    InputError
        As :func:`read_csv`, headers apart.
    """
    if path.stat().st_size > MOST_BYTES:
        raise _too_large(path.name, f"more than {MOST_BYTES // 1_000_000} MB")
    encoding = _find_encoding(path, again)
    with path.open(encoding=encoding) as stream:  # every line end is read as \n
        delimiter = max(_DELIMITERS, key=stream.readline().count)
    with path.open(encoding=encoding) as stream:
        rows = _parse(path.name, stream, delimiter, again)
        _, headers = next(rows, (1, []))
        if not any(map(str.strip, headers)):
            raise InputError(f"{path.name}: the file is empty; expected a header in row 1.")
        yield 1, headers
        known: dict[str, str] = {}  # one object per text, however often it is written
        for number, texts in rows:
            if not any(map(str.strip, texts)):
                continue
            if len(texts) != len(headers):
                raise InputError(
                    f"{path.name}, row {number}: expected {len(headers)} columns as in the header, "
                    f"found {len(texts)}; the file may be cut off or edited by hand. {again}."
                )
            yield number, [known.setdefault(text, text) for text in texts]


def _find_encoding(path: Path, again: str) -> str:
    """Return the encoding that all of a file is in; what is part UTF-8 would be read wrongly."""
    utf_8, windows = (codecs.getincrementaldecoder(name)() for name in ("utf-8", "cp1252"))
    part_utf_8 = codecs.getincrementaldecoder("utf-8")(errors="ignore")
    is_utf_8 = is_windows = is_ascii = True
    with path.open("rb") as stream:
        while piece := stream.read(_PIECE):
            _refuse_binary(path.name, piece, again)
            is_utf_8 = is_utf_8 and _decodes(utf_8, piece)
            is_windows = is_windows and _decodes(windows, piece)
            is_ascii = is_ascii and part_utf_8.decode(piece).isascii()
    if is_utf_8 and _decodes(utf_8, b"", final=True):
        return "utf-8-sig"
    if not is_windows or not is_ascii:
        raise InputError(
            f"{path.name}: the text is neither all UTF-8 nor all Windows-1252, so some letters "
            f"cannot be told. {again}, and do not open and save it in between."
        )
    return "cp1252"


def _decodes(decoder: codecs.IncrementalDecoder, piece: bytes, *, final: bool = False) -> bool:
    try:
        decoder.decode(piece, final)
    except UnicodeDecodeError:
        return False
    return True


def _refuse_binary(file: str, piece: bytes, again: str) -> None:
    if piece[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\x00" in piece:
        raise InputError(
            f"{file}: not a text file in UTF-8 or Windows-1252 (it holds null bytes). "
            f"{again} as CSV."
        )


def _too_large(file: str, what: str) -> InputError:
    return InputError(
        f"{file}: too large for an export of this study: {what}. Export this study's records only."
    )


def _parse(
    file: str, stream: TextIO, delimiter: str, again: str
) -> Iterator[tuple[int, list[str]]]:
    reader = csv.reader(stream, delimiter=delimiter, strict=True)
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
                f"or edited by hand. {again}."
            ) from None
        cells += max(len(row), 1)
        if len(row) > MOST_COLUMNS or cells > MOST_CELLS:
            raise _too_large(file, f"more than {MOST_COLUMNS} columns or {MOST_CELLS} cells")
        yield number, row


def _name_headers(rows: list[tuple[int, list[str]]]) -> list[str]:
    def holds_values(place: int) -> bool:
        return any(values[place].strip() for _, values in rows[1:])

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
