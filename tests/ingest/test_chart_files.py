"""A chart review as table files: the same tables and queries as the workbook, or a refusal."""

from __future__ import annotations

import datetime as dt
import shutil
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pytest
from pyarrow import parquet

from helpers.errors import InputError
from helpers.ingest.folder import find_parts
from helpers.ingest.layout import SHEETS
from helpers.ingest.queries import SheetAccount
from helpers.study import CHART_REVIEW_TABLES
from helpers.synthetic import write_synthetic_study
from tests.studies import EVENT, FOLLOW_UP, INFUSION, PATIENT, read, read_book, workbook

CSV = {sheet: f"{stem}.csv" for sheet, stem in CHART_REVIEW_TABLES.items()}
ROWS = dict(zip(SHEETS, (PATIENT, INFUSION, FOLLOW_UP, EVENT), strict=True))


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The same 300 patients, with every error that is planted, in each of the three formats."""
    root = tmp_path_factory.mktemp("tables")
    for tables in ("", "csv", "parquet"):
        write_synthetic_study(root / f"as_{tables}", retrospective=300, prospective=0,
                              tables=tables)  # fmt: skip
    return {tables: root / f"as_{tables}" for tables in ("", "csv", "parquet")}


def counted(account: SheetAccount) -> tuple[Any, ...]:
    return (account.rows, account.used, account.used_with_warning, account.used_in_part,
            account.excluded)  # fmt: skip


@pytest.mark.parametrize("tables", ["csv", "parquet"])
def test_tables_are_read_as_the_workbook_is(folders: dict[str, Path], tables: str) -> None:
    ours, theirs = read(folders[tables]), read(folders[""])
    for name, table in theirs.tables.items():
        pd.testing.assert_frame_equal(ours.tables[name], table)
    assert list(map(counted, ours.accounts)) == list(map(counted, theirs.accounts))
    assert {(q.severity, q.row, q.column, q.patient) for q in ours.queries} == {
        (q.severity, q.row, q.column, q.patient) for q in theirs.queries
    }
    names = {f"{stem}.{tables}" for stem in CHART_REVIEW_TABLES.values()}
    assert {account.file for account in ours.accounts} == names == set(ours.files) - {"study.toml"}
    assert {(q.file in names, q.sheet) for q in ours.queries} == {(True, "")}


def write_tables(folder: Path, ending: str = "csv", **changes: Any) -> Path:
    """Write one row per sheet; ``changes`` are of the row of Infusions."""
    folder.mkdir(exist_ok=True)
    for sheet, row in ROWS.items():
        row = row | changes if sheet == "Infusions" else row
        path = folder / f"{CHART_REVIEW_TABLES[sheet]}.{ending}"
        if ending == "csv":
            path.write_text("\n".join(",".join(map(str, line)) for line in (row, row.values())))
        else:
            parquet.write_table(pa.table({name: [value] for name, value in row.items()}), path)
    return folder


def test_parquet_holds_typed_values(tmp_path: Path) -> None:
    data = read(write_tables(tmp_path, "parquet", **{"Duration (h)": dt.time(3, 30)}))
    assert data.queries == ()
    infusion = data.tables["infusions"].iloc[0]
    assert (infusion["date"], infusion["hours"]) == (pd.Timestamp(2021, 1, 10), 3.5)
    assert infusion["source_row"] == 2


@pytest.mark.parametrize("value", [float("nan"), float("inf"), [7], b"7"])
def test_what_is_no_value_of_a_sheet_is_an_error(tmp_path: Path, value: Any) -> None:
    data = read(write_tables(tmp_path, "parquet", **{"NRS before": value}))
    assert [(q.column, q.code) for q in data.queries] == [("NRS before", "spreadsheet_error")]


def test_a_null_is_missing(tmp_path: Path) -> None:
    data = read(write_tables(tmp_path, "parquet", **{"NRS before": None}))
    assert data.queries == ()
    assert list(data.tables["pain_ratings"]["visit"]) == ["after"]


def test_workbook_and_tables_are_refused(folders: dict[str, Path], tmp_path: Path) -> None:
    shutil.copytree(folders["csv"], tmp_path / "both")
    shutil.copy(folders[""] / "chart_review.xlsx", tmp_path / "both")
    with pytest.raises(InputError, match=r"both chart_review\.xlsx and chart_review_pat"):
        find_parts(tmp_path / "both")


def test_one_sheet_twice_is_refused(folders: dict[str, Path], tmp_path: Path) -> None:
    shutil.copytree(folders["csv"], tmp_path / "twice")
    shutil.copy(folders["parquet"] / "chart_review_infusions.parquet", tmp_path / "twice")
    with pytest.raises(InputError, match=r"chart_review_infusions\.csv and .*\.parquet"):
        find_parts(tmp_path / "twice")


def test_a_missing_sheet_is_refused(folders: dict[str, Path], tmp_path: Path) -> None:
    shutil.copytree(folders["csv"], tmp_path / "three")
    (tmp_path / "three" / CSV["Follow-ups"]).unlink()
    with pytest.raises(InputError, match="chart_review_follow_ups missing"):
        find_parts(tmp_path / "three")


def test_sheets_may_differ_in_format(tmp_path: Path) -> None:
    write_tables(tmp_path)
    (tmp_path / CSV["Infusions"]).unlink()
    table = pa.table({name: [value] for name, value in INFUSION.items()})
    parquet.write_table(table, tmp_path / "chart_review_infusions.parquet")
    plain = read_book(workbook(follow_ups=[{}], events=[{}]), tmp_path / "book")
    for name, expected in plain.tables.items():
        pd.testing.assert_frame_equal(read(tmp_path).tables[name], expected)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "chart_review_infusions.csv: the file is empty"),
        (b"Patient ID,Date\nR001,2021-01-10\n", "chart_review_infusions.csv: missing column"),
        (b"Patient ID,Dose\nR001\n", "row 2: expected 2 columns"),
        (b"Patient ID,Patient name\nR001,x\n", "chart_review_infusions.csv, column B"),
    ],
)
def test_unfit_tables_are_refused(tmp_path: Path, content: bytes, words: str) -> None:
    (write_tables(tmp_path) / CSV["Infusions"]).write_bytes(content)
    with pytest.raises(InputError, match=words) as refusal:
        read(tmp_path)
    assert "REDCap" not in str(refusal.value)


def test_a_damaged_parquet_file_is_refused(tmp_path: Path) -> None:
    path = write_tables(tmp_path, "parquet") / "chart_review_infusions.parquet"
    path.write_bytes(path.read_bytes()[:-20])
    with pytest.raises(InputError, match="cannot be read as Parquet"):
        read(tmp_path)


def test_a_parquet_file_that_unpacks_to_too_much_is_refused(tmp_path: Path) -> None:
    path = write_tables(tmp_path, "parquet") / "chart_review_infusions.parquet"
    parquet.write_table(pa.table({f"c{i}": [0] for i in range(5_001)}), path)
    with pytest.raises(InputError, match="too large for a table"):
        read(tmp_path)
