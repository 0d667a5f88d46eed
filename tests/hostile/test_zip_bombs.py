"""Zip bombs and XML entities: a workbook is looked into before it is opened."""

from __future__ import annotations

import struct
import tracemalloc
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from helpers.errors import InputError
from helpers.ingest import csv_file
from helpers.ingest.xlsx_guard import MOST_ELEMENTS, check_package, count_cells
from tests.hostile.packages import SHEET, Edit, directory_entry, package, patch, replace
from tests.hostile.tried import Tried, confirm, ids, refused, survived
from tests.studies import record, save_redcap

TITLE = "Zip bombs, XML entities, files too large"
LAUGHS = b"".join(
    [b"<!DOCTYPE x [<!ENTITY a0 'ha'>",
     *(f"<!ENTITY a{n} '{f'&a{n - 1};' * 10}'>".encode() for n in range(1, 10)), b"]>"]
)  # fmt: skip
OUTSIDE = b"<!DOCTYPE x [<!ENTITY e SYSTEM 'file:///etc/hostname'>]>"
ROWS_END = b"</sheetData>"


def in_front(declared: bytes, part: str = SHEET) -> Callable[[Path], Path]:
    """Return what puts a declaration in front of the root element of a part."""

    def edit(content: bytes) -> bytes:
        start = content.find(b"?>") + 2 if content.startswith(b"<?xml") else 0
        return content[:start] + declared + content[start:]

    return lambda folder: package(folder, {part: edit})


def utf_16(folder: Path) -> Path:
    text = "<?xml version='1.0' encoding='UTF-16'?>" + OUTSIDE.decode() + "<x/>"
    return package(folder, {"xl/styles.xml": lambda _: text.encode("utf-16")})


def span(element: bytes) -> Callable[[Path], Path]:
    return lambda folder: package(folder, {SHEET: replace(ROWS_END, ROWS_END + element)})


def rows_without_cells(folder: Path) -> Path:
    rows = b"".join(b'<row r="%d" ht="15"/>' % n for n in range(3, MOST_ELEMENTS + 3))
    return package(folder, {SHEET: replace(ROWS_END, rows + ROWS_END)})


def lie_about_size(folder: Path) -> Path:
    package(folder, {SHEET: lambda _: b" " * 5_000_000})

    def change(content: bytearray) -> None:
        struct.pack_into("<I", content, directory_entry(content, SHEET) + 24, 100)

    return patch(folder, change)


def start_before_the_file(folder: Path) -> Path:
    package(folder)

    def change(content: bytearray) -> None:
        end = content.rindex(b"PK\x05\x06")
        start = struct.unpack_from("<I", content, end + 16)[0]
        struct.pack_into("<I", content, end + 16, start + 100_000)

    return patch(folder, change)


def encrypt(folder: Path) -> Path:
    package(folder)

    def change(content: bytearray) -> None:
        content[directory_entry(content, SHEET) + 8] |= 1

    return patch(folder, change)


def double(folder: Path) -> Path:
    package(folder)
    with pytest.warns(UserWarning, match="Duplicate name"), zipfile.ZipFile(
        folder / "chart_review.xlsx", "a"
    ) as archive:  # fmt: skip
        archive.writestr(SHEET, b"<worksheet/>")
    return folder


def with_bytes_in_front(folder: Path) -> Path:
    package(folder)
    path = folder / "chart_review.xlsx"
    path.write_bytes(b"#!/bin/sh\nexit 1\n" + path.read_bytes())
    return folder


def export(edit: Callable[[str], str]) -> Callable[[Path], Path]:
    def make(folder: Path) -> Path:
        path = save_redcap(record(), folder) / "redcap_records.csv"
        path.write_text(edit(path.read_text(encoding="utf-8")), encoding="utf-8")
        return folder

    return make


def one_patient(data: object) -> bool:
    return len(data.tables["patients"]) == 1  # type: ignore[attr-defined]


CASES: Sequence[Tried] = (
    refused("sheet of 20 kB that unpacks to 20 MB",
            lambda folder: package(folder, {SHEET: lambda _: b" " * 20_000_000}),
            "too large .* times its size"),
    refused("sheet that unpacks to 20 MB and is not packed",
            lambda folder: package(folder, {SHEET: lambda _: b" " * 20_000_000},
                                   packing=zipfile.ZIP_STORED), "too large .* MB"),
    refused("sheet that is named a picture",
            lambda folder: package(folder, {}, {"xl/media/image1.png": b"<x>" * 6_000_000},
                                   packing=zipfile.ZIP_STORED), "too large .* without pictures"),
    refused("picture that unpacks to 70 MB",
            lambda folder: package(folder, {}, {"xl/media/image1.png": b"\x89PNG" * 17_500_000}),
            "too large .* 70 MB"),
    refused("1,100 parts",
            lambda folder: package(folder, {}, {f"x/{n}.xml": b"" for n in range(1_100)}),
            "too large .* parts"),
    refused("400,000 formatted rows without a cell", rows_without_cells,
            "too large .* Delete unused rows"),
    refused("elements nested 100,000 deep",
            lambda folder: package(folder, {"xl/styles.xml": lambda _: b"<x>" * 100_000}),
            "nested deeper"),
    refused("size in the directory that is not the true one", lie_about_size,
            "cannot be read as an Excel workbook"),
    refused("cell that is there twice",
            lambda folder: package(folder, {SHEET: replace(
                b"</row>", b'<c r="A1" t="n"><v>9</v></c></row>')}), "A1 is there twice"),
    refused("part in an encoding that does not exist",
            lambda folder: package(folder, {"docProps/app.xml": replace(
                b"<Properties", b"<?xml version='1.0' encoding='TTF-8'?><Properties")}), "damaged"),
    refused("cell in row 0",
            lambda folder: package(folder, {SHEET: replace(
                b"</row>", b'<c r="A0" t="n"><v>9</v></c></row>')}), "cell A0 is none"),
    refused("row 0",
            lambda folder: package(folder, {SHEET: replace(b'<row r="2"', b'<row r="0"')}),
            "row 0 is none"),
    refused("number that only a programmer would write",
            lambda folder: package(folder, {SHEET: replace(
                b"</row>", b'<c r="Z1" t="n"><v>1_0</v></c></row>')}),
            "Z1 is stored as a number and is none"),
    refused("directory that is said to start beyond the file", start_before_the_file,
            "damaged"),
    refused("part packed by bzip2, which unpacks without a limit",
            lambda folder: package(folder, packing=zipfile.ZIP_BZIP2), "packed in a way"),
    refused("part that is encrypted", encrypt, "without a password"),
    refused("two sheets of the same name in the package", double, "have the same name"),
    refused("entities that multiply (a billion laughs)", in_front(LAUGHS), "declares a document"),
    refused("entities in the shared texts",
            lambda folder: package(folder, {}, {"xl/sharedStrings2.xml": LAUGHS + b"<x/>"}),
            "declares a document"),
    refused("entity that stands for a file of the computer", in_front(OUTSIDE),
            "declares a document"),
    refused("entity in a relationships part", in_front(OUTSIDE, "xl/_rels/workbook.xml.rels"),
            "declares a document"),
    refused("document type from the network",
            in_front(b"<!DOCTYPE worksheet SYSTEM 'http://example.invalid/x.dtd'>"),
            "declares a document"),
    refused("document type in UTF-16", utf_16, "declares a document"),
    refused("values taken from another workbook",
            lambda folder: package(folder, {}, {"xl/externalLinks/externalLink1.xml": b"<x/>"}),
            "takes values from another workbook.*Break the links"),
    refused("merged range of the whole sheet",
            span(b'<mergeCells><mergeCell ref="A1:XFD1048576"/></mergeCells>'), "span more than"),
    refused("link on every cell of the sheet",
            span(b'<hyperlinks><hyperlink ref="A1:XFD1048576" location="x"/></hyperlinks>'),
            "span more than"),
    survived("zip inside the workbook that nothing points at",
             lambda folder: package(folder, {}, {"xl/inner.zip": b"PK\x03\x04" + b"\0" * 900}),
             one_patient),
    survived("program in front of the package", with_bytes_in_front, one_patient),
    refused("export of more bytes than a study of 100,000 patients",
            export(lambda text: text + "\n" * csv_file.MOST_BYTES), "too large .* 20 MB"),
    refused("export of 6,000 columns",
            export(lambda text: text.replace("\n", "," * 6_000 + "\n")), "too large .* columns"),
    refused("export of more cells than a study of 100,000 patients",
            export(lambda text: text + "1" * 9 + ("," * text.split("\n")[0].count(",") + "\n")
                   * (csv_file.MOST_CELLS // text.split("\n")[0].count(","))),
            "too large .* cells"),
    refused("one field of 200,000 letters",
            export(lambda text: text.replace("baseline_arm_1", "x" * 200_000)),
            "cannot be read as CSV"),
)  # fmt: skip


@pytest.mark.parametrize("tried", CASES, ids=ids(CASES))
def test_bombs(tried: Tried, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # A tenth and less of what is refused for real: the same code, without files of 200 MB.
    monkeypatch.setattr(csv_file, "MOST_BYTES", 20_000_000)
    monkeypatch.setattr(csv_file, "MOST_CELLS", 2_000_000)
    confirm(tried, tmp_path / "study")


def test_a_bomb_costs_no_memory(tmp_path: Path) -> None:
    """What unpacks to 60 MB is refused with less than 4 MB in use at any time."""
    edits: dict[str, Edit] = {SHEET: lambda _: b"<x/>" * 15_000_000}
    path = package(tmp_path, edits) / "chart_review.xlsx"
    tracemalloc.start()
    with pytest.raises(InputError):
        check_package(path)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 4_000_000


@pytest.mark.parametrize(
    ("reference", "cells"),
    [("A1", 1), ("A1:C3", 9), ("$A$1:$B$2", 4), ("B2:A1", 4), ("A1:XFD1048576", 16384 * 1048576),
     ("", 0), ("A:C", 0), ("x", 0)],
)  # fmt: skip
def test_cells_of_a_reference(reference: str, cells: int) -> None:
    assert count_cells(reference) == cells
