"""Canary strings: planted in every cell that holds people's own words, and looked for everywhere.

A canary may come back in the data queries and nowhere else. ``plant_canaries`` writes a study
folder; ``scan_for_canaries`` reads files of any kind that the project writes.
"""

from __future__ import annotations

import base64
import csv
import html
import io
import itertools
import re
import shutil
import subprocess
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import openpyxl
from openpyxl.comments import Comment

from helpers.study import REDCAP_KEYS
from tests.studies import SAMPLE

TOKEN = "zqxvkcanary"
_RENAMED = {"R001": f"{TOKEN}901 Nowak", "R002": TOKEN.title()}
Source = Path | bytes | str

# scanning


def scan_for_canaries(*sources: Source, token: str = TOKEN) -> list[str]:
    """Return where a canary was found: the source and the words around it.

    A source is a text, bytes, a file, or a folder with everything in it. Word and Excel files are
    unpacked, images inside pages decoded, and PDF files read as text with their metadata.
    """
    found = []
    for name, text in itertools.chain.from_iterable(map(_texts, sources)):
        flat = re.sub(r"[^a-z0-9]", "", text.lower())
        found += [f"{name}: …{flat[max(at.start() - 30, 0) : at.end() + 30]}…"
                  for at in re.finditer(token, flat)]  # fmt: skip
    return found


def _texts(source: Source, name: str = "text") -> Iterator[tuple[str, str]]:
    """Yield every text that a source holds, with the name of where it stands."""
    if isinstance(source, str):
        yield name, source
    elif isinstance(source, bytes):
        yield from _texts_of_bytes(source, name)
    elif source.is_dir():
        for path in sorted(source.rglob("*")):
            yield "file name", path.name
            if path.is_file():
                yield from _texts(path)
    else:
        yield from _texts_of_bytes(source.read_bytes(), source.name)


def _texts_of_bytes(content: bytes, name: str) -> Iterator[tuple[str, str]]:
    if content.startswith(b"PK\x03\x04"):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            for member in archive.infolist():
                yield name, member.filename
                yield from _texts_of_bytes(archive.read(member), f"{name}/{member.filename}")
        return
    if content.startswith(b"%PDF"):
        yield from ((name, text) for text in _texts_of_pdf(content))
    text = content.replace(b"\0", b"").decode("latin-1")  # UTF-16 too: the canary is plain ASCII
    yield name, text
    yield name, html.unescape(re.sub(r"<[^>]*>", "", text))  # a word may be parted by tags
    for encoded in re.findall(r"data:[\w/+.;=-]*;base64,([A-Za-z0-9+/=]+)", text):
        yield from _texts_of_bytes(base64.b64decode(encoded), f"{name}, inside")


def _texts_of_pdf(content: bytes) -> Iterator[str]:
    for command in (["pdftotext", "-", "-"], ["pdfinfo", "-"], ["pdfinfo", "-meta", "-"]):
        done = subprocess.run(command, input=content, capture_output=True, check=True)
        yield done.stdout.decode("utf-8", errors="replace")


# planting


class _Canaries:
    """Gives each place a canary of its own: words that no list knows, and a number."""

    def __init__(self) -> None:
        self.numbers = itertools.count(1)

    def __call__(self, words: str = "said so on the stairs") -> str:
        return f"{TOKEN}{next(self.numbers):03d} {words}"


def plant_canaries(folder: Path) -> Path:
    """Write a study folder whose every free text, and one value of every column, is a canary."""
    folder.mkdir(parents=True, exist_ok=True)
    canary = _Canaries()
    _plant_workbook(folder, canary)
    _plant_dictionary(folder, canary)
    _plant_records(folder, canary)
    (folder / "study.toml").write_text(
        f"# {canary()}\n"
        f'missing_words = ["{canary()}"]\n'
        f'[ae_synonyms]\nnausea = ["{canary()}"]\nitch = ["{canary()}"]\n',
        encoding="utf-8",
    )
    return folder


def _plant_workbook(folder: Path, canary: _Canaries) -> None:
    book = openpyxl.load_workbook(SAMPLE / "chart_review.xlsx")
    book.properties.creator, book.properties.title = canary(), canary()
    for sheet in book.worksheets:
        headers = [cell.value for cell in sheet[1]]
        _rename_patient(sheet)
        _spoil_each_column(sheet, headers, canary)
        sheet["A2"].comment = Comment(canary(), canary())
        width = len(headers)
        sheet.cell(1, width + 1, canary())  # a column that the study does not know
        for row in range(2, sheet.max_row + 1):
            sheet.cell(row, width + 1, canary())
        sheet.cell(2, width + 3, canary())  # a column without a header
        sheet.title = f"{sheet.title} ({TOKEN}{sheet.title[:2]})"
    patients, _, follow_ups, events = book.worksheets
    patients["D1"] = f"Sex ({canary()})"
    for row in range(2, patients.max_row + 1):
        patients.cell(row, 12, f"{canary()}; {canary()}")
    for row in range(2, follow_ups.max_row + 1, 9):
        follow_ups.cell(row, 5, canary())
    for row in range(2, events.max_row + 1, 4):
        events.cell(row, 3, canary())
    notes = book.create_sheet(f"Notes {TOKEN}")
    notes.append([canary(), canary()])
    book.save(folder / "chart_review.xlsx")


def _rename_patient(sheet: Any) -> None:
    """Give two patients, who stay in, a canary for a code, the same on every sheet."""
    for row in range(2, sheet.max_row + 1):
        if (code := sheet.cell(row, 1).value) in _RENAMED:
            sheet.cell(row, 1).value = _RENAMED[code]


def _spoil_each_column(sheet: Any, headers: list[str], canary: _Canaries) -> None:
    """Append copies of the last row, each with a canary in another column."""
    last = [cell.value for cell in sheet[sheet.max_row]]
    for column in range(len(headers)):
        copy = list(last)
        copy[column] = canary()
        sheet.append(copy)
    for column in range(1, len(headers)):  # and in rows that stay in the analysis
        if headers[column] != "Infusion #":
            sheet.cell(4 + column, column + 1, canary())


def _plant_dictionary(folder: Path, canary: _Canaries) -> None:
    with (SAMPLE / "redcap_dictionary.csv").open(encoding="utf-8", newline="") as stream:
        head, *rows = csv.reader(stream)
    place = {name: number for number, name in enumerate(head)}
    for row in rows:
        for name in ("Section Header", "Field Label", "Field Note", "Field Annotation"):
            row[place[name]] = canary()
        if row[0] in {"sex", "ae_severity", "ae_related"}:
            row[place["Choices, Calculations, OR Slider Labels"]] += (
                f" | 7, {canary()} | {TOKEN}code, {canary()}"
            )
    _write_csv(folder / "redcap_dictionary.csv", [head, *rows])


def _plant_records(folder: Path, canary: _Canaries) -> None:
    with (SAMPLE / "redcap_records.csv").open(encoding="utf-8", newline="") as stream:
        head, *rows = csv.reader(stream)
    place = {name: number for number, name in enumerate(head)}
    for row in rows:
        if row[0] == "2":
            row[0] = f"{TOKEN}903 Nowak"
        if row[place["redcap_repeat_instrument"]]:
            row[place["redcap_repeat_instance"]] = canary()
            row[place["ae_term"]] = canary()
    rows[0][place["sex"]] = "7"
    repeats = [row for row in rows if row[place["redcap_repeat_instrument"]]]
    repeats[0][place["ae_severity"]] = repeats[1][place["ae_related"]] = "7"
    _spoil_each_field(head, rows, canary)
    for row in rows:
        row += [canary(), canary()]
    _write_csv(folder / "redcap_records.csv",
               [[*head, f"{TOKEN}_field", "redcap_data_access_group"], *rows])  # fmt: skip


def _spoil_each_field(head: list[str], rows: list[list[str]], canary: _Canaries) -> None:
    """Put a canary into one filled cell of every field, in as many records as there are."""
    for column, name in enumerate(head):
        filled = [row for row in rows if row[column] and row[0] != "1"]
        if name not in REDCAP_KEYS and filled:
            filled[column % len(filled)][column] = canary()


def _write_csv(path: Path, rows: Iterable[list[str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream, lineterminator="\n").writerows(rows)


def copy_planted(planted: Path, folder: Path) -> Path:
    """Return a copy of a planted folder, to be broken."""
    return Path(shutil.copytree(planted, folder, dirs_exist_ok=True))
