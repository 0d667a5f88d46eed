"""For any folder: rows add up, no value changes silently, and order decides nothing."""

from __future__ import annotations

import datetime as dt
import json
import tempfile
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from random import Random
from typing import Any

import pandas as pd
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from helpers.analysis.study import analyse
from helpers.ingest.codes import CODES
from helpers.ingest.folder import StudyData
from helpers.ingest.layout import SHEETS
from helpers.study import PROSPECTIVE, RETROSPECTIVE
from helpers.synthetic import write_synthetic_study
from tests.fuzzing.agreement import COLUMNS, Typed, agrees, look_up
from tests.fuzzing.values import MOMENTS, NUMBERS, TEXTS
from tests.fuzzing.workbooks import set_value
from tests.permuting import permute_book, permute_folder, shuffle_table
from tests.studies import PATIENT, read, record, save, save_redcap, workbook

FOLDERS = settings(derandomize=True, max_examples=40, deadline=None, database=None)

ANYTHING = st.one_of(
    st.none(),
    st.booleans(),
    st.sampled_from(NUMBERS),
    st.sampled_from(MOMENTS),
    st.sampled_from(TEXTS),
    st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=8),
)
YES_NO = st.sampled_from(["yes", "No", "Y", "n", True, False, 1, 0, "TRUE ", "NR", None])
DATES = st.one_of(
    st.dates(dt.date(2020, 1, 1), dt.date(2023, 12, 31)).map(
        lambda day: dt.datetime(day.year, day.month, day.day)
    ),
    st.sampled_from(["2021-03-12", "12-Mar-2021", "1 May 2022", "03/04/2021", "2021/7/9", 44197]),
)
NRS = st.sampled_from([0, 3, 7, 10, 6.5, "7/10", "6-7", "6 to 7", "65/100", "8 ", 11, "-99"])
USUAL: Mapping[str, st.SearchStrategy[Any]] = {
    "Age (years)": st.sampled_from([18, 50, "63", 110, 111, "n/a", 50.5]),
    "Sex": st.sampled_from(["F", "M", "female", "MALE", "x"]),
    "FM diagnosis year": st.sampled_from([2010, "1999", 1899, "10", 2010.0]),
    "Height (cm)": st.sampled_from([165, "170.5", 220, 221, "1.65"]),
    "Weight (kg)": st.sampled_from([70, "72 kg", "154 lb", "154lbs", 30, 29.9, "70kg "]),
    "Depression": st.sampled_from(["yes", "history", "No", "past"]),
    "PHQ-9": st.sampled_from([0, 27, "8", 28, 8.5]),
    "Comorbidities": st.sampled_from(["IBS", "IBS; asthma;", "none", ";", "", "a;b;c"]),
    "Date": DATES,
    "Follow-up date": DATES,
    "Dose": st.sampled_from([120, "120 mg", "1.5 mg/kg", "1.5mg / kg", 4, "1001", "0.12 g"]),
    "Duration (h)": st.sampled_from([3.5, "3h30", "3:30", "210 min", dt.time(3, 30), "3,5", 25]),
    "NRS before": NRS,
    "NRS after": NRS,
    "Pain relief (%)": st.sampled_from([50, "50%", "~ 50 %", "50-60%", "none", 101, "0", 0.5]),
    "Duration of relief": st.sampled_from(
        ["2 weeks", "10d", "2-3 weeks", "1 week – 10 days", ">1 month", "3+ weeks", "ongoing",
         "until next infusion", "none", "a few days", "about 2 wks", "half a day", "½ day", 5,
         "couple of weeks", "<1 week", "3-2 weeks", "1 week 3 days", "between 2 and 3 days"]
    ),
    "Event": st.sampled_from(["nausea", "HA", "Dizzy", "itchy nose", "floating "]),
    "Severity": st.sampled_from(["mild", "Moderate", "SEVERE", "bad"]),
    "Related": st.sampled_from(["yes", "possible", "No", "perhaps"]),
}  # fmt: skip


def cells(column: str) -> st.SearchStrategy[Any]:
    """Return what stands in a column: mostly what belongs there, now and then anything."""
    usual = USUAL.get(column, YES_NO)
    return st.one_of(usual, usual, usual, ANYTHING)


def rows(
    sheet: str, keys: Mapping[str, st.SearchStrategy[Any]], most: int
) -> st.SearchStrategy[list[dict[str, Any]]]:
    """Return rows of a sheet."""
    columns = {column.name: cells(column.name) for column in SHEETS[sheet]}
    return st.lists(st.fixed_dictionaries(columns | dict(keys)), max_size=most)


_ID = st.sampled_from(["R001", "R001", "R002", " r002", "R003", "R009", None])
_NUMBER = st.sampled_from([1, 1, 2, "2", 3, 3.5, "-"])
CHART = st.fixed_dictionaries(
    {
        "patients": rows("Patients", {"Patient ID": _ID}, 5),
        "infusions": rows("Infusions", {"Patient ID": _ID, "Infusion #": _NUMBER}, 7),
        "follow_ups": rows("Follow-ups", {"Patient ID": _ID, "Infusion #": _NUMBER}, 7),
        "events": rows("Adverse events", {"Patient ID": _ID, "Infusion #": _NUMBER}, 4),
    }
)
# What the two plain patients hold, so that rows have something to point at.
PATIENTS = [{"Patient ID": "R001"}, {"Patient ID": "R002", "Weight (kg)": "154 lb"}]


def make_book(chart: Mapping[str, list[dict[str, Any]]]) -> Any:
    """Return the workbook of drawn rows, after those of two plain patients."""
    book = workbook([{}], [{}])
    plain = {"Patients": PATIENTS, "Infusions": PATIENTS[:1]}
    for sheet, drawn in zip(SHEETS, chart.values(), strict=True):
        book[sheet].delete_rows(2, 9)
        template = PATIENT if sheet == "Patients" else {"Infusion #": 1}
        for row in (*({**template, **row} for row in plain.get(sheet, ())), *drawn):
            number = book[sheet].max_row + 1
            for position, column in enumerate(SHEETS[sheet], start=1):
                set_value(book[sheet].cell(number, position), row.get(column.name))
    return book


def check_accounts(data: StudyData, read_rows: Mapping[str, int]) -> None:
    """Every row that was read is in one class, and every row of the file was read."""
    for account in data.accounts:
        used = account.used + account.used_with_warning + account.used_in_part
        assert used + sum(account.excluded.values()) == account.rows
        assert account.rows == read_rows[account.sheet]


def filled_rows(sheet: Any) -> int:
    return sum(
        any(value is not None and str(value).strip() for value in row)
        for row in sheet.iter_rows(min_row=2, values_only=True)
    )


@FOLDERS
@given(chart=CHART)
def test_the_classes_of_rows_add_up_to_the_rows_that_were_read(chart: Any) -> None:
    with tempfile.TemporaryDirectory() as name:
        book = make_book(chart)
        data = read(save(book, Path(name)))
    check_accounts(data, {sheet.title: filled_rows(sheet) for sheet in book.worksheets})


@FOLDERS
@given(chart=CHART)
def test_no_cell_of_part_1_changes_silently(chart: Any) -> None:
    with tempfile.TemporaryDirectory() as name:
        book = make_book(chart)
        data = read(save(book, Path(name)))
    tables = {name: data.table(name, RETROSPECTIVE) for name in data.tables}
    weights = tables["patients"].set_index("patient")["weight_kg"]
    queries = {(query.sheet, query.row, query.column): query.code for query in data.queries
               if CODES[query.code].severity == "error"}  # fmt: skip
    used = {sheet: set(tables[table]["source_row"]) for sheet, table in SHEET_TABLES.items()}
    for (sheet, column), typed in COLUMNS.items():
        position = [spec.name for spec in SHEETS[sheet]].index(column)
        for row in used[sheet]:
            raw = book[sheet].cell(row, position + 1).value
            patient = str(book[sheet].cell(row, 1).value).strip().lower()
            value = look_up(tables, typed, row)
            if (sheet, row, column) in queries:
                assert value is None, (sheet, row, column, raw, value)
            else:
                weight = weights.get(patient)
                assert agrees(column, raw, value, weight), (sheet, row, column, raw, value)


SHEET_TABLES = {
    "Patients": "patients",
    "Infusions": "infusions",
    "Follow-ups": "follow_ups",
    "Adverse events": "adverse_events",
}


def contents(data: StudyData) -> dict[str, list[str]]:
    """Return the typed values without the rows they come from, in an order of their own."""
    return {
        name: sorted(table.drop(columns="source_row").astype(str).agg("|".join, axis=1))
        for name, table in data.tables.items()
    }


def asked(data: StudyData) -> Counter[tuple[str, ...]]:
    """Return what is asked of the clinic, without the rows it is asked of."""
    return Counter(
        (query.code, query.sheet, query.column, query.patient.lower(), query.value.lower())
        for query in data.queries
    )


@FOLDERS
@given(chart=CHART, seed=st.integers(0, 1000))
def test_the_order_of_rows_and_columns_changes_no_value(chart: Any, seed: int) -> None:
    with tempfile.TemporaryDirectory() as name:
        book = make_book(chart)
        one = read(save(book, Path(name) / "one"))
        other = read(save(permute_book(book, seed), Path(name) / "other"))
    assert contents(one) == contents(other)
    assert asked(one) == asked(other)
    assert one.accounts == other.accounts


@settings(FOLDERS, max_examples=4, phases=(Phase.generate,))  # too slow to look for a smaller one
@given(seed=st.integers(0, 10**6))
def test_the_order_of_rows_and_columns_changes_no_result(seed: int) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "study"
        write_synthetic_study(folder, seed=seed, retrospective=6, prospective=6)
        permuted = permute_folder(folder, Path(name) / "permuted", seed)
        found = [
            analyse(data, {"n_boot": 100}).results.as_json() | {"provenance": None}
            for data in (folder, permuted)
        ]
    assert len(found[0]["estimates"]) > 200
    assert json.dumps(found[0]) == json.dumps(found[1])


# Part 2

FIELDS: Mapping[str, Typed] = {
    "age": Typed("patients", "age"),
    "height_cm": Typed("patients", "height_cm"),
    "weight_kg": Typed("patients", "weight_kg"),
    "fm_years": Typed("patients", "fm_years"),
    "prior_infusions": Typed("patients", "prior_infusions"),
    "nrs": Typed("pain_ratings", "nrs"),
    "inf_date": Typed("infusions", "date"),
    "dose_mg": Typed("infusions", "dose_mg"),
    "inf_hours": Typed("infusions", "hours"),
    "relief_pct": Typed("follow_ups", "relief_pct"),
    "fu_date": Typed("follow_ups", "date"),
}
BASELINE_FIELDS = ("age", "height_cm", "weight_kg", "fm_years", "prior_infusions", "nrs")
INFUSION_FIELDS = ("inf_date", "dose_mg", "inf_hours")
VISIT_FIELDS = ("nrs", "relief_pct", "fu_date")
REDCAP_DATE = st.sampled_from(["2022-03-08", "2022-02-30", "2021-01-01", "08/03/2022", "-99", ""])
REDCAP_NUMBER = st.sampled_from(
    ["0", "5", "7", "10", "11", "50", "62.5", "100", "165", "1e2", "7,5", " 6 ", "+7", "-88", "",
     "٣", "７", "9" * 40, "-1", "-99.0", "007"]
)  # fmt: skip


def fields(names: tuple[str, ...]) -> st.SearchStrategy[dict[str, str]]:
    """Return fields of one event."""
    texts = st.sampled_from(TEXTS)
    return st.fixed_dictionaries(
        {name: st.one_of(REDCAP_DATE if name.endswith("_date") else REDCAP_NUMBER, texts)
         for name in names}
    )  # fmt: skip


RECORDS = st.lists(
    st.tuples(
        st.sampled_from(["1", "2", "3", ""]),
        fields(BASELINE_FIELDS),
        fields(INFUSION_FIELDS),
        st.lists(fields(VISIT_FIELDS), max_size=2),
    ),
    max_size=3,
)


def make_records(drawn: list[Any]) -> list[dict[str, str]]:
    return [
        row
        for name, baseline, infusion, visits in drawn
        for row in record(
            ("infusion", infusion), *zip(("week_1", "week_2"), visits, strict=False), name=name,
            **baseline,
        )
    ]  # fmt: skip


@FOLDERS
@given(drawn=RECORDS)
def test_no_cell_of_part_2_changes_silently(drawn: list[Any]) -> None:
    records = make_records(drawn)
    with tempfile.TemporaryDirectory() as name:
        data = read(save_redcap(records, Path(name)))
    check_accounts(data, {"": len(records)})
    tables = {name: data.table(name, PROSPECTIVE) for name in data.tables}
    refused = {(query.row, query.column) for query in data.queries if query.severity == "error"}
    used = {int(row) for table in tables.values() for row in table["source_row"]}
    for number, row in enumerate(records, start=2):
        for column in row.keys() & FIELDS.keys() if number in used else ():
            value = look_up(tables, FIELDS[column], number)
            if (number, column) in refused:
                assert value is None
            else:
                assert redcap_agrees(row[column], value), (number, column, row[column], value)


def redcap_agrees(raw: str, value: Any) -> bool:
    """Return whether a typed value, None included, is what a field of the export says."""
    text = raw.strip()
    if text in {"", "-99", "-88"}:
        return value is None
    if isinstance(value, pd.Timestamp):
        return value.date().isoformat() == text
    return value is not None and text.isascii() and float(value) == float(text)


# The checks above see a defect when there is one.


@pytest.mark.parametrize(
    ("column", "raw", "typed"),
    [
        ("Height (cm)", "170", 171.0),
        ("Height (cm)", "170", None),
        ("Height (cm)", "?", 170.0),
        ("Weight (kg)", "154 lb", 154.0),
        ("Dose", "1.5 mg/kg", 1.5),
        ("NRS before", "6-7", 7.0),
        ("Duration of relief", "2 weeks", 2.0),
        ("Duration of relief", "2 weeks", None),
        ("Date", "03/04/2021", pd.Timestamp(2021, 3, 4)),
        ("Sex", "F", "male"),
        ("Consent signed", "no", True),
        ("Comorbidities", "a;b", 3),
    ],
)
def test_a_value_that_differs_from_its_cell_is_seen(column: str, raw: str, typed: Any) -> None:
    assert not agrees(column, raw, typed, 70.0)


def test_shuffling_shuffles() -> None:
    table = [["a", "b"], *([number, -number] for number in range(20))]
    shuffled = shuffle_table(table, Random(1), rows=True, columns=False)
    assert shuffled != table
    assert sorted(shuffled[1:]) == sorted(table[1:])
