"""Look into an .xlsx package before it is opened, so that no workbook can exhaust the memory.

A workbook is a zip of XML parts. What it unpacks to is read in small pieces and never kept; the
limits lie far above any chart review, and far below what a computer in a clinic can hold.
"""

from __future__ import annotations

import re
import zipfile
from collections import Counter
from pathlib import Path
from typing import IO, Final
from xml.parsers import expat

from helpers.archives import DAMAGED, PIECE_BYTES, find_excess, is_packed_oddly, list_entries
from helpers.errors import InputError
from helpers.ingest.sheet_xml import CellCheck

MOST_PARTS: Final = 1_000
MOST_XML_BYTES: Final = 16_000_000  # unpacked; a chart review of 50 patients has 0.3 million
MOST_BYTES: Final = 64_000_000  # unpacked, with pictures
MOST_ELEMENTS: Final = 400_000  # two per filled cell; each costs about a kilobyte once read
MOST_DEPTH: Final = 200
MOST_SPANNED_CELLS: Final = 100_000
# By what they begin with, since a name can lie: PNG, JPEG, GIF, BMP, EMF, WMF, TIFF.
_PICTURES: Final = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"BM", b"\x01\0\0\0", b"\xd7\xcd\xc6\x9a",
                    b"II*\0", b"MM\0*")  # fmt: skip
_SHEETS: Final = "xl/worksheets/"
# Elements for whose range openpyxl makes every cell, filled or not.
_SPANNING: Final = frozenset({"mergeCell", "hyperlink", "comment", "threadedComment"})
_REFERENCE: Final = re.compile(r"([A-Z]{1,3})([0-9]{1,7})(?::([A-Z]{1,3})([0-9]{1,7}))?")


def check_package(path: Path) -> None:
    """Raise InputError when a workbook holds what no clinic's workbook holds.

    Refused are packages of too many, too large, too densely packed, encrypted or double parts,
    document types and entities, links to other workbooks, and ranges that span a whole sheet.
    """
    try:
        with zipfile.ZipFile(path) as package:
            _check_package(path.name, package)
    except DAMAGED as problem:
        raise InputError(
            f"{path.name}: cannot be read as an Excel workbook ({type(problem).__name__}); the "
            "file is damaged or of another kind. Save it again from Excel."
        ) from None


def _check_package(file: str, package: zipfile.ZipFile) -> None:
    parts = list_entries(package)
    _check_names(file, parts)
    if excess := find_excess(parts, most=MOST_PARTS, most_bytes=MOST_BYTES, noun="parts"):
        raise _too_large(file, excess)
    scan = _Scan(file)
    texts = [part for part in parts if not _is_picture(package, part)]
    xml_bytes = sum(part.file_size for part in texts)
    if xml_bytes > MOST_XML_BYTES:
        raise _too_large(file, f"it unpacks to {xml_bytes / 1e6:.0f} MB, expected at most "
                         f"{MOST_XML_BYTES / 1e6:.0f} MB without pictures")  # fmt: skip
    for part in texts:
        with package.open(part) as stream:
            scan.read(stream, is_sheet=part.filename.lower().startswith(_SHEETS))


def _check_names(file: str, parts: list[zipfile.ZipInfo]) -> None:
    names = Counter(part.filename.lower() for part in parts)
    if max(names.values(), default=0) > 1:
        raise InputError(
            f"{file}: two parts of the workbook have the same name, so it is not clear which one "
            "counts. Save it again from Excel."
        )
    if any(name.startswith("xl/externallinks/") for name in names):
        raise InputError(
            f"{file}: the workbook takes values from another workbook, which may have changed "
            "since. Break the links in Excel (Data, Edit links) and save it again."
        )
    if any(map(is_packed_oddly, parts)):
        raise InputError(
            f"{file}: the workbook is encrypted, or packed in a way that no spreadsheet program "
            "does. Save it from Excel without a password and try again."
        )


def _too_large(file: str, what: str) -> InputError:
    return InputError(
        f"{file}: too large for a chart review: {what}. Delete unused rows, columns and sheets, or "
        "copy the filled cells into a new workbook, and save it again."
    )


def _is_picture(package: zipfile.ZipFile, part: zipfile.ZipInfo) -> bool:
    with package.open(part) as stream:
        return stream.read(4).startswith(_PICTURES)


class _Scan:
    """Reads the parts as XML, piece by piece, and refuses what they must not hold."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.elements = 0
        self.spanned = 0
        self.depth = 0
        self.cells: CellCheck | None = None

    def read(self, stream: IO[bytes], *, is_sheet: bool) -> None:
        """Read one part; what is no XML is left to openpyxl, which says itself what is wrong."""
        self.depth = 0
        self.cells = CellCheck() if is_sheet else None
        parser = expat.ParserCreate()
        parser.StartDoctypeDeclHandler = self._refuse_doctype
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        if self.cells:
            parser.CharacterDataHandler = self.cells.data
        try:
            while piece := stream.read(PIECE_BYTES):
                parser.Parse(piece, False)
        except expat.ExpatError:
            return

    def _refuse_doctype(self, *_: object) -> None:
        raise InputError(
            f"{self.file}: the workbook declares a document type or entities, which no spreadsheet "
            "program writes; it may be made to do harm. Ask where it comes from, and save the "
            "clinic's own workbook from Excel."
        )

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self.depth += 1
        self.elements += 1
        if self.elements > MOST_ELEMENTS:
            raise _too_large(self.file, f"it holds more than {MOST_ELEMENTS} cells or other parts")
        if self.depth > MOST_DEPTH:
            raise InputError(
                f"{self.file}: the workbook is nested deeper than any spreadsheet program writes; "
                "it may be damaged. Save it again from Excel."
            )
        local = name.rpartition(":")[2]
        if local in _SPANNING:
            self._count_spanned(attributes.get("ref", ""))
        if self.cells:
            self._refuse_cell(self.cells.start(local, attributes))

    def _end(self, _: str) -> None:
        self.depth -= 1
        if self.cells:
            self._refuse_cell(self.cells.end())

    def _refuse_cell(self, wrong: str | None) -> None:
        if wrong:
            raise InputError(f"{self.file}: {wrong}. Save the workbook again from Excel.")

    def _count_spanned(self, reference: str) -> None:
        self.spanned += count_cells(reference)
        if self.spanned > MOST_SPANNED_CELLS:
            raise InputError(
                f"{self.file}: merged cells, links or comments span more than "
                f"{MOST_SPANNED_CELLS} cells ({reference}). Unmerge the cells, remove the links, "
                "and save the workbook again."
            )


def count_cells(reference: str) -> int:
    """Return how many cells a reference such as ``A1:C3`` covers; 0 when it is none."""
    match = _REFERENCE.fullmatch(reference.strip().replace("$", "").upper())
    if match is None:
        return 0
    left, top, right, bottom = match[1], int(match[2]), match[3] or match[1], match[4] or match[2]
    columns = abs(_column(right) - _column(left)) + 1
    return columns * (abs(int(bottom) - top) + 1)


def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = 26 * number + ord(letter) - 64
    return number
