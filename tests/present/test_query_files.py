"""The data queries as files: harmless in a spreadsheet, complete, and the same bytes each time."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import openpyxl
import pytest

from helpers.present import query_files
from helpers.present.query_files import neutralise, queries_csv, queries_workbook
from tests.studies import SAMPLE, read, read_book, workbook

COLUMNS = ["query_id", "severity", "code", "file", "sheet", "row", "column", "patient", "value",
           "message", "action"]  # fmt: skip


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@cmd", "\t=1", "\r=1"])
def test_formulas_are_neutralised(text: str) -> None:
    assert neutralise(text) == f"'{text}"


def test_plain_text_stays(text: str = "2-3 weeks") -> None:
    assert neutralise(text) == text


def test_csv_has_the_columns_of_the_interface_and_every_query() -> None:
    queries = read(SAMPLE).queries
    content = queries_csv(queries)
    assert content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))
    assert list(rows[0]) == COLUMNS
    assert [row["query_id"] for row in rows] == [query.query_id for query in queries]


def test_the_workbook_is_sorted_by_patient_and_links_to_the_cell(tmp_path: Path) -> None:
    data = read(SAMPLE)
    content = queries_workbook(data.queries, tmp_path / "data", tmp_path / "out", {})
    sheet = openpyxl.load_workbook(io.BytesIO(content)).active
    rows = list(sheet.iter_rows(min_row=2))
    patients = list(dict.fromkeys(str(row[0].value) for row in rows))
    numbered = [int(name) for name in patients if name.isdigit()]
    assert numbered == sorted(numbered)
    assert patients.index("R002") < patients.index("R010")
    assert len(patients) == len({query.patient for query in data.queries})
    assert len(rows) == len(data.queries)
    in_sheet = next(row for row in rows if row[6].value == "NRS before")
    letter = "F"
    assert in_sheet[11].hyperlink.target == (
        f"../data/chart_review.xlsx#'Infusions'!{letter}{in_sheet[5].value}"
    )
    assert all(row[10].value is None for row in rows), "the column for the correction is empty"


def test_a_workbook_too_long_for_people_says_that_the_csv_has_the_rest(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    queries = read(SAMPLE).queries
    monkeypatch.setattr(query_files, "MOST_QUERIES", 3)
    content = queries_workbook(queries, tmp_path / "data", tmp_path / "out", {})
    rows = list(openpyxl.load_workbook(io.BytesIO(content)).active.iter_rows(min_row=2))
    assert len(rows) == 3 + 1
    assert rows[-1][0].value == (
        f"and {len(queries) - 3} more, in data_queries.csv: it holds all {len(queries)}"
    )


def test_an_injected_formula_is_text_in_the_workbook(tmp_path: Path) -> None:
    book = workbook(follow_ups=[{"Duration of relief": "@SUM(1)"}])
    data = read_book(book, tmp_path)
    sheet = openpyxl.load_workbook(
        io.BytesIO(queries_workbook(data.queries, tmp_path, tmp_path, {}))
    ).active
    assert [cell.value for cell in sheet[2]][7] == "'@SUM(1)"
    assert all(cell.data_type != "f" for row in sheet.iter_rows() for cell in row)


def test_the_same_queries_are_the_same_bytes(tmp_path: Path) -> None:
    queries = read(SAMPLE).queries
    assert queries_workbook(queries, tmp_path, tmp_path, {}) == queries_workbook(
        queries, tmp_path, tmp_path, {}
    )
    assert queries_csv(queries) == queries_csv(read(SAMPLE).queries)


def test_characters_that_a_workbook_cannot_hold_are_replaced(tmp_path: Path) -> None:
    from tests.studies import record, save_redcap

    folder = save_redcap(record(("ae", {"ae_term": "itch\x08y", "ae_serious": "0"})), tmp_path)
    queries = read(folder).queries
    content = queries_workbook(queries, tmp_path, tmp_path, {})
    sheet = openpyxl.load_workbook(io.BytesIO(content)).active
    assert sheet["H2"].value == "itch\ufffdy"


def test_links_lead_to_the_sheet_as_it_is_called(tmp_path: Path) -> None:
    book = workbook(follow_ups=[{"Duration of relief": "good"}])
    book["Follow-ups"].title = "follow ups"
    data = read_book(book, tmp_path)
    content = queries_workbook(data.queries, tmp_path, tmp_path, {})
    sheet = openpyxl.load_workbook(io.BytesIO(content)).active
    assert sheet["L2"].hyperlink.target.endswith("#'follow ups'!E2")
