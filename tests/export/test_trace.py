"""Derived rows are traced back to the raw cells of the sample, read here with other code."""

from __future__ import annotations

import csv
import datetime as dt
import re
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest

from helpers.export.datasets.make import INTERNAL_DATASETS
from helpers.ingest.layout import SHEETS
from helpers.ingest.text import normalise_header
from tests.export.conftest import read_csv
from tests.studies import SAMPLE


@cache
def raw_sheet(name: str) -> tuple[dict[str, int], list[tuple[Any, ...]]]:
    """Return the place of each header of a sheet of the sample, and its rows."""
    book = openpyxl.load_workbook(SAMPLE / "chart_review.xlsx", data_only=True)
    sheet = next(each for each in book.worksheets
                 if normalise_header(each.title) == normalise_header(name))  # fmt: skip
    rows = list(sheet.iter_rows(values_only=True))
    places = {normalise_header(str(text)): place for place, text in enumerate(rows[0]) if text}
    return places, rows


@cache
def raw_records() -> list[dict[str, str]]:
    with (SAMPLE / "redcap_records.csv").open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))


def cell(source: Mapping[str, Any], column: str) -> Any:
    """Return the raw cell that a row of ``sources`` names."""
    if source["file"] == "redcap_records.csv":
        return raw_records()[source["row"] - 2][column]
    places, rows = raw_sheet(source["sheet"])
    return rows[source["row"] - 1][places[normalise_header(column)]]


def number(raw: Any) -> float | None:
    """Return the number that a cell plainly is; None for what needs the reader's grammar."""
    text = str(raw).strip()
    return float(text) if re.fullmatch(r"[0-9]+(\.[0-9]+)?", text) else None


def test_there_is_a_cell_for_every_source(exported: Path) -> None:
    sources = read_csv(exported / "sources.csv").to_dict("records")
    for source in sources:
        for column in source["columns"].split(", "):
            cell(source, column)
    sheets = {source["sheet"] for source in sources if source["file"] == "chart_review.xlsx"}
    assert sheets == set(SHEETS)
    assert {source["dataset"] for source in sources} == {
        dataset.name for dataset in INTERNAL_DATASETS if dataset.name != "sources"
    }


def test_every_cell_belongs_to_the_patient_of_the_row(exported: Path) -> None:
    keys = {"redcap_records.csv": "record_id", "chart_review.xlsx": "Patient ID"}
    for source in read_csv(exported / "sources.csv").to_dict("records"):
        raw = cell(source, keys[source["file"]])
        assert str(raw).strip().lower() == str(source["patient"]), source


Check = Callable[[dict[str, Any], list[Any]], bool]


def same_number(name: str) -> Check:
    def agrees(row: dict[str, Any], cells: list[Any]) -> bool:
        plain = number(cells[0])
        return plain is None or plain == pytest.approx(row[name], rel=1e-12)

    return agrees


def same_percent(row: dict[str, Any], cells: list[Any]) -> bool:
    """A cell that is shown as 40% holds 0.4."""
    plain = number(cells[0])
    known = row["relief_pct"]
    return plain is None or known in (pytest.approx(plain), pytest.approx(100 * plain))


def reduction(row: dict[str, Any], cells: list[Any]) -> bool:
    before, after = (number(each) for each in cells)
    if before is None or after is None:
        return True
    return before - after == pytest.approx(row["nrs_reduction"], rel=1e-12)


def body_mass(row: dict[str, Any], cells: list[Any]) -> bool:
    height, weight = (number(each) for each in cells)
    if height is None or weight is None:
        return True
    return weight / (height / 100) ** 2 == pytest.approx(row["bmi"], rel=1e-12)


def same_date(name: str) -> Check:
    def agrees(row: dict[str, Any], cells: list[Any]) -> bool:
        raw = cells[0]
        text = raw.date().isoformat() if isinstance(raw, dt.datetime) else str(raw)
        return not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text) or text == row[name]

    return agrees


def same_duration(row: dict[str, Any], cells: list[Any]) -> bool:
    """Part 1, stated in days; Part 2, one of the visits says so."""
    found = re.fullmatch(r"([0-9]+) ?(d|days?)", str(cells[0]).strip().lower())
    return found is None or float(found[1]) == row["time_days"]


CASES = [
    ("adsl", "age", same_number("age"), 50),
    ("adsl", "weight_kg", same_number("weight_kg"), 40),
    ("adsl", "bmi", body_mass, 40),
    ("adsl", "phq9", same_number("phq9"), 0),
    ("adsl", "infusion_date", same_date("infusion_date"), 30),
    ("adsl", "nrs_pre", same_number("nrs_pre"), 35),
    ("adsl", "nrs_post", same_number("nrs_post"), 35),
    ("adsl", "nrs_reduction", reduction, 35),
    ("adsl", "relief_pct", same_percent, 30),
    ("adinf", "nrs_reduction", reduction, 100),
    ("adinf", "hours", same_number("hours"), 80),
    ("adtte", "time_days", same_duration, 50),
    ("advis", "nrs", same_number("nrs"), 300),
    ("advis", "relief_pct", same_percent, 150),
    ("advis", "sbp", same_number("sbp"), 50),
    ("measurements", "value", same_number("value"), 300),
    ("follow_ups", "date", same_date("date"), 150),
]


@pytest.mark.parametrize(("dataset", "variable", "agrees", "least"), CASES)
def test_the_cell_holds_what_the_row_says(
    exported: Path, dataset: str, variable: str, agrees: Check, least: int
) -> None:
    rows = read_csv(exported / f"{dataset}.csv").set_index("row_id", drop=False)
    sources = read_csv(exported / "sources.csv")
    chosen = sources[(sources["dataset"] == dataset) & (sources["variable"] == variable)]
    compared = 0
    for row_id, group in chosen.groupby("row_id"):
        row = rows.loc[row_id].to_dict()
        if pd.isna(row[variable]):
            continue
        cells = [cell(source, column) for source in group.to_dict("records")
                 for column in source["columns"].split(", ")]  # fmt: skip
        assert cells, row_id
        if variable != "phq9" or row["part"] == "retrospective":
            assert agrees(row, cells), (row_id, cells)
        compared += 1
    assert compared >= least
    assert compared == rows[variable].notna().sum()


def test_the_score_of_part_2_is_the_sum_of_its_cells(exported: Path) -> None:
    rows = read_csv(exported / "patients.csv").set_index("row_id")
    sources = read_csv(exported / "sources.csv")
    chosen = sources[(sources["dataset"] == "patients") & (sources["variable"] == "phq9")
                     & (sources["part"] == "prospective")]  # fmt: skip
    compared = 0
    for source in chosen.to_dict("records"):
        items = [cell(source, column) for column in source["columns"].split(", ")]
        if all(text in {"0", "1", "2", "3"} for text in items[:-1]):
            assert rows.loc[source["row_id"], "phq9"] == sum(map(int, items[:-1]))
            compared += 1
    assert compared > 20


def test_a_censored_duration_names_the_dates_it_rests_on(exported: Path) -> None:
    times = read_csv(exported / "adtte.csv")
    sources = read_csv(exported / "sources.csv")
    until_next = times[times["basis"] == "next infusion"]
    assert len(until_next) > 3
    for row in until_next.to_dict("records"):
        chosen = sources[(sources["dataset"] == "adtte") & (sources["row_id"] == row["row_id"])
                         & (sources["variable"] == "time_days")]  # fmt: skip
        dates = [cell(source, "Date") for source in chosen.to_dict("records")
                 if source["columns"] == "Date"]  # fmt: skip
        assert len(dates) == 2, "this infusion and the next"
        if all(isinstance(date, dt.datetime) for date in dates):
            assert (dates[1] - dates[0]).days == row["time_days"]


def test_a_row_tells_its_cells_in_one_text(exported: Path) -> None:
    row = read_csv(exported / "adtte.csv").iloc[0]
    assert row["source_cells"].startswith("Infusions!2 [Patient ID, Infusion #, Date, Dose]; ")
    assert row["source_cells"].endswith("Follow-ups!2 [Duration of relief]")
