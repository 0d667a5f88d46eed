"""What Excel does behind people's backs: every trap of the contract."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from pathlib import Path
from typing import Any

import pytest

from helpers.errors import InputError
from helpers.ingest.layout import SHEETS
from helpers.ingest.queries import QueryLog
from helpers.ingest.workbook import read_workbook
from tests.fuzzing.limits import memory_limit, time_limit
from tests.studies import errors, read, read_book, save, warnings, workbook

A_DATE = dt.date(2021, 6, 7)


def _with_cell(sheet: str, column: str, value: Any, number_format: str | None = None) -> Any:
    """Return a workbook with one cell replaced in row 2 of a sheet."""
    book = workbook(follow_ups=[{}], events=[{}])
    position = [c.name for c in SHEETS[sheet]].index(column) + 1
    cell = book[sheet].cell(2, position, value)
    if number_format:
        cell.number_format = number_format
    return book


@pytest.mark.parametrize(
    ("value", "number_format", "percentage"),
    [(0.5, "0%", 50), (0.333, "0.0%", 33.3), (0.07, "0%", 7), (1, "0%", 100),
     (45, '0"%"', 45), (45, "0\\%", 45), (0.5, "General", 0.5)],
)  # fmt: skip
def test_a_percentage_cell_holds_a_fraction(
    tmp_path: Path, value: float, number_format: str, percentage: float
) -> None:
    book = _with_cell("Follow-ups", "Pain relief (%)", value, number_format)
    data = read_book(book, tmp_path)
    assert data.tables["follow_ups"]["relief_pct"].tolist() == [percentage]
    assert errors(data) == []


def test_a_percentage_cell_is_no_pain_score(tmp_path: Path) -> None:
    data = read_book(_with_cell("Infusions", "NRS before", 0.7, "0%"), tmp_path)
    assert errors(data) == [("Infusions", 2, "NRS before", "not_a_pain_score")]
    assert data.queries[0].value == "70%"


_NO_DATES = [
    (sheet, column.name)
    for sheet, columns in SHEETS.items()
    for column in columns
    if column.name not in {"Date", "Follow-up date", "Patient ID", "Infusion #"}
]


@pytest.mark.parametrize(("sheet", "column"), _NO_DATES)
def test_a_date_in_a_column_that_holds_no_dates(tmp_path: Path, sheet: str, column: str) -> None:
    data = read_book(_with_cell(sheet, column, A_DATE), tmp_path)
    assert (sheet, 2, column, "date_in_other_column") in errors(data)
    assert "spreadsheet has probably turned" in data.queries[0].message


@pytest.mark.parametrize(("sheet", "column"), [*_NO_DATES, ("Infusions", "Date")])
def test_a_time_cell_is_allowed_in_duration_only(tmp_path: Path, sheet: str, column: str) -> None:
    data = read_book(_with_cell(sheet, column, dt.time(3, 30)), tmp_path)
    if column == "Duration (h)":
        assert errors(data) == []
        assert data.tables["infusions"]["hours"].tolist() == [3.5]
    else:
        assert (sheet, 2, column, "time_in_other_column") in errors(data)


def test_a_length_of_time_cell_is_read_too(tmp_path: Path) -> None:
    book = _with_cell("Infusions", "Duration (h)", dt.timedelta(hours=3, minutes=15), "[h]:mm")
    assert read_book(book, tmp_path).tables["infusions"]["hours"].tolist() == [3.25]


@pytest.mark.parametrize(
    ("sheet", "column"), [("Infusions", "Date"), ("Follow-ups", "Follow-up date")]
)
def test_a_bare_serial_number_is_no_date(tmp_path: Path, sheet: str, column: str) -> None:
    data = read_book(_with_cell(sheet, column, 44267, "General"), tmp_path)
    assert errors(data) == [(sheet, 2, column, "serial_number_as_date")]


@pytest.mark.parametrize("value", ["#N/A", "#REF!", "#VALUE!", "#DIV/0!"])
@pytest.mark.parametrize(("sheet", "column"), [*_NO_DATES, ("Infusions", "Date")])
def test_an_error_value(tmp_path: Path, sheet: str, column: str, value: str) -> None:
    data = read_book(_with_cell(sheet, column, value), tmp_path)
    assert (sheet, 2, column, "spreadsheet_error") in errors(data)


@pytest.mark.parametrize(("sheet", "column"), [*_NO_DATES, ("Infusions", "Date")])
def test_a_formula_without_a_stored_result(tmp_path: Path, sheet: str, column: str) -> None:
    data = read_book(_with_cell(sheet, column, "=1+1"), tmp_path)
    assert (sheet, 2, column, "formula_without_result") in errors(data)


def _store_result(folder: Path, cell_xml: str) -> None:
    """Give the formula of a saved workbook a stored result, as Excel does."""
    path = folder / "chart_review.xlsx"
    target = io.BytesIO()
    with zipfile.ZipFile(path) as source, zipfile.ZipFile(target, "w") as changed:
        for entry in source.infolist():
            content = source.read(entry).decode("utf-8", "surrogateescape")
            content = content.replace('<c r="F2"><f>1+6</f><v /></c>', cell_xml)
            content = content.replace('<c r="F2"><f>1+6</f><v></v></c>', cell_xml)
            changed.writestr(entry.filename, content.encode("utf-8", "surrogateescape"))
    path.write_bytes(target.getvalue())


def test_a_formula_counts_by_its_stored_result(tmp_path: Path) -> None:
    save(_with_cell("Infusions", "NRS before", "=1+6"), tmp_path)
    _store_result(tmp_path, '<c r="F2"><f>1+6</f><v>7</v></c>')
    data = read(tmp_path)
    assert errors(data) == []
    assert 7 in data.tables["pain_ratings"]["nrs"].tolist()


def test_a_formula_whose_result_is_empty_is_a_missing_value(tmp_path: Path) -> None:
    save(_with_cell("Infusions", "NRS before", "=1+6"), tmp_path)
    _store_result(tmp_path, '<c r="F2" t="str"><f>1+6</f><v></v></c>')
    data = read(tmp_path)
    assert errors(data) == []
    assert data.tables["pain_ratings"]["visit"].tolist() == ["after"]


@pytest.mark.parametrize("value", [True, False])
def test_a_boolean_is_yes_or_no_and_nothing_else(tmp_path: Path, *, value: bool) -> None:
    data = read_book(_with_cell("Infusions", "Stopped early", value), tmp_path / "a")
    assert data.tables["infusions"]["stopped_early"].tolist() == [value]
    data = read_book(_with_cell("Infusions", "NRS before", value), tmp_path / "b")
    assert errors(data) == [("Infusions", 2, "NRS before", "not_a_pain_score")]


def test_dates_of_a_1904_workbook(tmp_path: Path) -> None:
    book = workbook()
    book.epoch = dt.datetime(1904, 1, 1)
    data = read_book(book, tmp_path)
    assert data.tables["infusions"]["date"].dt.date.tolist() == [dt.date(2021, 1, 10)]


def test_numbers_stored_as_text_and_integers_stored_as_decimals(tmp_path: Path) -> None:
    book = workbook([{"Patient ID": "101"}], [{"Patient ID": 101.0, "Infusion #": "1",
                                              "NRS before": "7"}])  # fmt: skip
    data = read_book(book, tmp_path)
    assert errors(data) == []
    assert data.tables["pain_ratings"]["nrs"].tolist() == [7, 5]


@pytest.mark.parametrize(
    "word",
    ["NR", "N/A", "n / a", "NA", "nd", "Not recorded", "unknown", "?", "-", "–", -99, -88, "-99",
     "  ", "\u00a0"],
)  # fmt: skip
def test_missing_words_are_missing_and_no_query(tmp_path: Path, word: object) -> None:
    data = read_book(_with_cell("Infusions", "NRS before", word), tmp_path)
    assert data.queries == ()
    assert data.tables["pain_ratings"]["visit"].tolist() == ["after"]


@pytest.mark.parametrize("word", ["None", "nan", "NULL", "<NA>", "n.a.", "#NA"])
def test_no_library_s_idea_of_missing_applies(tmp_path: Path, word: str) -> None:
    data = read_book(_with_cell("Infusions", "NRS before", word), tmp_path)
    assert errors(data) == [("Infusions", 2, "NRS before", "not_a_pain_score")]


def test_none_is_a_word_that_means_no_relief(tmp_path: Path) -> None:
    book = workbook(follow_ups=[{"Pain relief (%)": "None", "Duration of relief": "None"}])
    data = read_book(book, tmp_path)
    assert data.queries == ()
    assert data.tables["follow_ups"]["relief_pct"].tolist() == [0]
    assert data.tables["relief"]["kind"].tolist() == ["none"]


def test_a_clinic_s_own_missing_word(tmp_path: Path) -> None:
    book = _with_cell("Infusions", "NRS before", "Not asked")
    assert read_book(book, tmp_path, missing_words=("not asked",)).queries == ()


def test_extra_columns_and_sheets_are_ignored_with_a_warning(tmp_path: Path) -> None:
    book = workbook()
    book["Patients"]["M1"] = "Nickname"
    book.create_sheet("Notes")
    assert warnings(read_book(book, tmp_path)) == [
        ("Notes", 1, "", "extra_sheet"),
        ("Patients", 1, "Nickname", "extra_column"),
    ]


def test_headers_and_sheets_may_be_written_otherwise(tmp_path: Path) -> None:
    book = workbook()
    book["Infusions"]["F1"] = "nrs_BEFORE (0-10)"
    book["Infusions"]["D1"] = "Dose (mg)"
    book["Patients"]["C1"] = "Age (yrs)"
    book["Patients"].title = " patients"
    data = read_book(book, tmp_path)
    assert data.queries == ()
    assert data.tables["infusions"]["dose_mg"].tolist() == [120]


def test_blank_rows_are_no_rows_and_numbers_stay_the_sheet_s(tmp_path: Path) -> None:
    book = workbook(infusions=[{}])
    for column, value in enumerate(["R001", 2, A_DATE, 120, 3.5, 12, 5, "no"], start=1):
        book["Infusions"].cell(9, column, value)
    data = read_book(book, tmp_path)
    assert errors(data) == [("Infusions", 9, "NRS before", "out_of_range")]
    account = {a.sheet: a for a in data.accounts}["Infusions"]
    assert (account.rows, account.used, account.used_in_part) == (2, 1, 1)


def test_reading_a_workbook_raises_no_query_by_itself(tmp_path: Path) -> None:
    sheets = read_workbook(save(workbook(), tmp_path) / "chart_review.xlsx")
    assert [sheet.name for sheet in sheets] == list(SHEETS)
    assert QueryLog().list_queries() == []


@pytest.mark.parametrize("number_format", ["yyyy-mm-dd", "[h]:mm", "0%", "General"])
@pytest.mark.parametrize("code", [-99, -88])
def test_missing_codes_count_in_whatever_format(
    tmp_path: Path, code: int, number_format: str
) -> None:
    data = read_book(_with_cell("Infusions", "NRS before", code, number_format), tmp_path)
    assert data.queries == ()
    assert data.tables["pain_ratings"]["visit"].tolist() == ["after"]


def test_a_formatted_empty_cell_far_away_makes_no_rows(tmp_path: Path) -> None:
    book = workbook()
    book["Infusions"]["XFD1048576"].number_format = "0%"
    data = read_book(book, tmp_path)
    assert {a.sheet: a.rows for a in data.accounts}["Infusions"] == 1


def test_a_column_without_a_header_is_named_by_its_letter(tmp_path: Path) -> None:
    book = workbook()
    book["Infusions"]["K2"] = "something"
    assert warnings(read_book(book, tmp_path)) == [("Infusions", 1, "column K", "extra_column")]


@pytest.mark.parametrize("text", ["x", " "])
def test_a_stray_cell_far_away_costs_next_to_nothing(tmp_path: Path, text: str) -> None:
    book = workbook()
    book["Infusions"]["XFD1048576"] = text
    with time_limit(60), memory_limit(512):
        data = read_book(book, tmp_path)
    account = next(account for account in data.accounts if account.sheet == "Infusions")
    stray = text.strip() != ""
    assert account.rows == 1 + stray
    assert account.excluded == ({"patient or infusion not readable": 1} if stray else {})
    asked = [(query.row, query.code) for query in data.queries]
    assert asked == ([(1, "extra_column"), (1048576, "key_missing")] if stray else [])


def test_a_workbook_that_cannot_be_read_is_closed_again(tmp_path: Path) -> None:
    path = tmp_path / "chart_review.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("[Content_Types].xml", "<not closed")
    with pytest.raises(InputError, match="Save it again from Excel") as caught:
        read_workbook(path)
    held = {link.readlink() for link in Path("/proc/self/fd").iterdir() if link.is_symlink()}
    assert path not in held, caught.value  # the traceback, which would hold it, is still there
