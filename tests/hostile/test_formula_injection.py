"""Formula injection: no text of the clinic's files is run by what opens the data queries."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Sequence
from pathlib import Path

import openpyxl
import pytest

from helpers.ingest.folder import StudyData
from helpers.present.query_files import neutralise, neutralise_cells, queries_csv, queries_workbook
from tests.hostile.tried import SURVIVED, Tried, code, ids
from tests.studies import read, record, save, save_redcap, workbook

TITLE = "Formulas in the data queries, as CSV and as workbook"
PAYLOADS = (
    "=1+1", "+1+1", "-1+1", "@SUM(A1)", "=cmd|' /C calc'!A0", '=HYPERLINK("http://x","y")',
    "\t=1", "\r=1", "\n=1", " =1", "\u00a0=1", "\u200b=1", "\ufeff=1",
    "\uff1d1+1", "\uff0b1", "\uff0d1", "\uff20x",
    "sore;=1+1", "sore\t=1+1", "sore|=1+1", "sore\n=1+1", "sore\r=1+1", "sore; @x", 'sore";=1',
    'a";"=1', "sore;;=1", ";=1", "sore;+1;-1", "sore;\u200b=1", "'=1",
)  # fmt: skip
_STARTS = "=+-@\uff1d\uff0b\uff0d\uff20"


def _make(payload: str) -> Tried:
    return Tried(code(ascii(payload)[1:-1]), SURVIVED, lambda folder: hostile(payload, folder))


def hostile(payload: str, folder: Path) -> Path:
    """Save a folder whose terms, patients, headers and events hold a payload; keep both parts."""
    rows = record(("ae", {"ae_term": payload, "ae_serious": "x" + payload}), name=payload)
    save_redcap(rows, folder, line_end="\r\n")  # quotes what holds either
    path = folder / "redcap_records.csv"
    with path.open(encoding="utf-8", newline="") as stream:
        first, *rest = csv.reader(stream)
    with path.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows([[*first, payload], *([*cells, "1"] for cells in rest)])
    book = workbook(follow_ups=[{"Duration of relief": payload}], events=[{"Patient ID": payload}])
    for row in book["Follow-ups"].iter_rows():
        for cell in row:
            cell.data_type = "s" if isinstance(cell.value, str) else cell.data_type
    book["Patients"]["N1"] = payload
    book["Patients"]["N1"].data_type = "s"
    book["Adverse events"]["A2"].data_type = "s"
    return save(book, folder)


CASES: Sequence[Tried] = tuple(map(_make, PAYLOADS))


def _read(tried: Tried, tmp_path: Path) -> StudyData:
    data = read(tried.make(tmp_path))
    assert len({query.code for query in data.queries}) > 2, "the payload is in several queries"
    return data


def _is_formula(cell: str) -> bool:
    return cell.lstrip(' "\t\u00a0\u200b\ufeff').startswith(tuple(_STARTS))


@pytest.mark.parametrize("tried", CASES, ids=ids(CASES))
def test_no_cell_of_the_csv_is_a_formula(tried: Tried, tmp_path: Path) -> None:
    text = queries_csv(_read(tried, tmp_path).queries).decode("utf-8-sig")
    read_rightly = [cell for row in csv.reader(io.StringIO(text, newline="")) for cell in row]
    split_otherwise = re.split(r"[;\t|\n\r]", text)
    assert [cell for cell in (*read_rightly, *split_otherwise) if _is_formula(cell)] == []


@pytest.mark.parametrize("tried", CASES, ids=ids(CASES))
def test_no_cell_of_the_workbook_is_a_formula(tried: Tried, tmp_path: Path) -> None:
    data = _read(tried, tmp_path)
    content = queries_workbook(data.queries, tmp_path / "data", tmp_path / "out", {})
    sheet = openpyxl.load_workbook(io.BytesIO(content)).active
    assert sheet is not None
    for row in sheet.iter_rows(min_row=2):
        for cell in row:
            assert cell.data_type in ({"n"} if cell.column == 6 else {"s", "inlineStr"})
            assert not _is_formula(str(cell.value or ""))
            if cell.hyperlink:
                assert re.match(r"\.\./data/\w+\.(xlsx|csv)(#'|$)", cell.hyperlink.target or "")
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        parts = {name: package.read(name) for name in package.namelist()}
    assert all(b"<f>" not in part and b"<f " not in part for part in parts.values())
    assert not [name for name in parts if "externalLink" in name or "connections" in name]


@pytest.mark.parametrize("name", ["javascript:alert(1)", "http:", "a' & b", "=x"])
def test_links_lead_into_the_data_folder_whatever_its_name(tmp_path: Path, name: str) -> None:
    data = read(save(workbook(follow_ups=[{"Duration of relief": "good"}]), tmp_path / name))
    content = queries_workbook(data.queries, tmp_path / name, tmp_path, {})
    sheet = openpyxl.load_workbook(io.BytesIO(content)).active
    assert sheet is not None
    target = sheet["L2"].hyperlink.target
    assert ":" not in target
    assert target.endswith("/chart_review.xlsx#'Follow-ups'!E2")


@pytest.mark.parametrize("text", ["2-3 weeks", "a; b", "sore | itchy", "0", "10", "a=b", "x@y.z"])
def test_plain_text_stays(text: str) -> None:
    assert neutralise_cells(text) == neutralise(text) == text
