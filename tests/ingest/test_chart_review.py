"""Part 1 across cells and rows: follow-ups, duplicates, orphans, cutoff, ids."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest

from tests.studies import errors, infusions, read_book, warnings, workbook

DAY = dt.timedelta(days=1)
START = dt.date(2021, 1, 10)  # infusion 1 of tests.studies.infusions


def relief(tmp_path: Path, text: object, days: int | None = 20, **changes: Any) -> Any:
    """Read one duration at a follow-up so many days after infusion 1 of two."""
    date = None if days is None else START + days * DAY
    follow_up = {"Follow-up date": date, "Duration of relief": text} | changes
    return read_book(workbook(infusions=infusions(count=2), follow_ups=[follow_up]), tmp_path)


def bounds(data: Any) -> list[tuple[str, float, float]]:
    table = data.tables["relief"]
    columns = zip(table["kind"], table["lower_days"], table["upper_days"], strict=True)
    return list(columns)


@pytest.mark.parametrize(("text", "days"), [("22 days", 20), ("3 weeks", 19), ("1 month", 20)])
def test_a_duration_may_exceed_the_follow_up_by_2_days_or_10_for_months(
    tmp_path: Path, text: str, days: int
) -> None:
    assert errors(relief(tmp_path, text, days)) == []


@pytest.mark.parametrize(
    ("text", "days"), [("23 days", 20), ("3 weeks", 18), ("1 month", 19), (">3 weeks", 18),
                       ("3-4 weeks", 18), ("1 year", 362)]
)  # fmt: skip
def test_a_duration_beyond_the_follow_up_is_an_error(tmp_path: Path, text: str, days: int) -> None:
    data = relief(tmp_path, text, days)
    assert [code for *_, code in errors(data)] == ["relief_beyond_follow_up"]
    assert bounds(data) == []


def test_a_range_is_judged_by_its_lower_end(tmp_path: Path) -> None:
    assert errors(relief(tmp_path, "2-5 weeks", 15)) == []
    assert errors(relief(tmp_path / "b", "<9 weeks", 15)) == []


def test_ongoing_is_censored_at_the_follow_up(tmp_path: Path) -> None:
    data = relief(tmp_path, "still has relief", 20)
    assert bounds(data) == [("right", 20, float("inf"))]
    assert data.tables["relief"]["basis"].tolist() == ["ongoing"]


@pytest.mark.parametrize("changes", [{"Follow-up date": None}, {"Follow-up date": "soon"},
                                     {"Follow-up date": START - DAY}])  # fmt: skip
def test_ongoing_without_a_usable_follow_up_date(tmp_path: Path, changes: Any) -> None:
    codes = [code for *_, code in errors(relief(tmp_path, "ongoing", **changes))]
    assert codes[-1] == "ongoing_without_follow_up"


def test_until_next_infusion_is_censored_there_whatever_the_follow_up(tmp_path: Path) -> None:
    data = relief(tmp_path, "until next infusion", 5)
    assert errors(data) == []
    assert bounds(data) == [("right", 30, float("inf"))]


def test_next_infusion_is_the_next_higher_number_present(tmp_path: Path) -> None:
    rows = [row for row in infusions(count=3) if row["Infusion #"] != 2]
    book = workbook(infusions=rows, follow_ups=[{"Duration of relief": "till next infusion"}])
    assert bounds(read_book(book, tmp_path)) == [("right", 60, float("inf"))]


@pytest.mark.parametrize("date", [None, "tbd", START - DAY])
def test_next_infusion_without_a_usable_date(tmp_path: Path, date: object) -> None:
    rows = infusions(count=2)
    rows[1]["Date"] = date
    book = workbook(infusions=rows, follow_ups=[{"Duration of relief": "until next infusion"}])
    codes = {column: code for _, _, column, code in errors(read_book(book, tmp_path))}
    assert codes["Duration of relief"] == "next_infusion_unknown"


def test_the_last_infusion_has_no_next(tmp_path: Path) -> None:
    data = relief(tmp_path, "until next infusion", 40, **{"Infusion #": 2})
    assert errors(data) == [("Follow-ups", 2, "Duration of relief", "next_infusion_unknown")]


def test_next_infusion_may_be_one_that_the_cutoff_removed(tmp_path: Path) -> None:
    follow_up = {
        "Follow-up date": START + 20 * DAY,
        "Duration of relief": "until next infusion",
    }
    book = workbook(infusions=infusions(count=2), follow_ups=[follow_up])
    data = read_book(book, tmp_path, data_cutoff=START + 25 * DAY)
    assert bounds(data) == [("right", 30, float("inf"))]
    assert data.tables["infusions"]["infusion"].tolist() == [1]


def test_relief_beyond_the_next_infusion_is_kept_with_a_warning(tmp_path: Path) -> None:
    data = relief(tmp_path, "6 weeks", 50)
    assert bounds(data) == [("exact", 42, 42)]
    assert warnings(data) == [
        ("Follow-ups", 2, "Duration of relief", "relief_beyond_next_infusion")
    ]


@pytest.mark.parametrize(
    ("percentage", "text", "code"),
    [(0, "2 weeks", "no_relief_with_duration"), (0, "<1 week", "no_relief_with_duration"),
     (30, "none", "relief_without_duration"), (0, "none", None), (30, "2 weeks", None)],
)  # fmt: skip
def test_percentage_against_duration(
    tmp_path: Path, percentage: int, text: str, code: str | None
) -> None:
    data = relief(tmp_path, text, **{"Pain relief (%)": percentage})
    assert [found for *_, found in warnings(data)] == ([code] if code else [])
    assert len(bounds(data)) == 1
    assert data.tables["follow_ups"]["relief_pct"].tolist() == [percentage]


def test_a_follow_up_before_the_infusion_loses_its_date_only(tmp_path: Path) -> None:
    data = relief(tmp_path, "2 weeks", -1)
    assert errors(data) == [("Follow-ups", 2, "Follow-up date", "follow_up_before_infusion")]
    assert bounds(data) == [("exact", 14, 14)]
    assert data.tables["follow_ups"]["relief_pct"].tolist() == [50]


# rows


def test_identical_rows_are_used_once_with_a_warning(tmp_path: Path) -> None:
    book = workbook(
        patients=[{"Weight (kg)": "70 kg"}, {"Patient ID": " r001\u00a0", "Weight (kg)": "70KG",
                                            "Sex": "f"}],
        infusions=[{}, {"Stopped early": "NO "}],
        follow_ups=[{}, {"Duration of relief": "2 Weeks"}],
    )  # fmt: skip
    data = read_book(book, tmp_path)
    assert warnings(data) == [
        ("Follow-ups", 3, "", "duplicate_identical"),
        ("Infusions", 3, "", "duplicate_identical"),
        ("Patients", 3, "", "duplicate_identical"),
    ]
    assert [len(data.tables[name]) for name in ("patients", "infusions", "relief")] == [1, 1, 1]


def test_conflicting_rows_are_all_excluded(tmp_path: Path) -> None:
    book = workbook(infusions=[{}, {"Dose": 130}, {"Infusion #": 2}])
    data = read_book(book, tmp_path)
    assert errors(data) == [
        ("Infusions", 2, "", "duplicate_conflict"),
        ("Infusions", 3, "", "duplicate_conflict"),
    ]
    assert data.tables["infusions"]["infusion"].tolist() == [2]


def test_what_points_at_an_excluded_row_is_an_orphan(tmp_path: Path) -> None:
    book = workbook(patients=[{}, {"Sex": "M"}], infusions=[{}], follow_ups=[{}], events=[{}])
    data = read_book(book, tmp_path)
    assert {(sheet, code) for sheet, _, _, code in errors(data)} == {
        ("Patients", "duplicate_conflict"),
        ("Infusions", "orphan"),
        ("Follow-ups", "orphan"),
        ("Adverse events", "orphan"),
    }
    assert len(data.tables["patients"]) == 0


@pytest.mark.parametrize("number", [None, "x", 0, 1.5, "NR", -1])
def test_a_row_without_a_readable_number_is_excluded(tmp_path: Path, number: object) -> None:
    data = read_book(workbook(infusions=[{"Infusion #": number}]), tmp_path)
    assert [(sheet, row, column) for sheet, row, column, _ in errors(data)] == [
        ("Infusions", 2, "Infusion #")
    ]
    account = {a.sheet: a for a in data.accounts}["Infusions"]
    assert account.excluded == {"patient or infusion not readable": 1}


def test_numbering(tmp_path: Path) -> None:
    rows = infusions(count=4)
    rows[3]["Infusion #"], rows[2]["Date"] = 5, START - DAY
    assert warnings(read_book(workbook(infusions=rows), tmp_path)) == [
        ("Infusions", 4, "Date", "infusion_order"),
        ("Infusions", 5, "Infusion #", "infusion_number_gap"),
    ]


def test_after_the_cutoff_rows_are_excluded_with_that_reason(tmp_path: Path) -> None:
    book = workbook(
        infusions=infusions(count=2),
        follow_ups=[
            {"Follow-up date": START + 40 * DAY},
            {"Infusion #": 2, "Follow-up date": None},
        ],
        events=[{}, {"Infusion #": 2}],
    )
    data = read_book(book, tmp_path, data_cutoff=START + 29 * DAY)
    excluded = {account.sheet: account.excluded for account in data.accounts}
    reason = "after the data cutoff"
    assert excluded == {
        "Patients": {}, "Infusions": {reason: 1}, "Follow-ups": {reason: 2},
        "Adverse events": {reason: 1},
    }  # fmt: skip
    assert errors(data) == []


def test_the_day_of_the_cutoff_is_kept(tmp_path: Path) -> None:
    data = read_book(workbook(infusions=infusions(count=1)), tmp_path, data_cutoff=START)
    assert len(data.tables["infusions"]) == 1


# events


def test_events_are_coded_or_stand_as_written(tmp_path: Path) -> None:
    events = [{"Event": "HA"}, {"Event": "Itchy  Nose"}, {"Event": None}, {"Serious": None}]
    data = read_book(workbook(events=events), tmp_path)
    table = data.tables["adverse_events"]
    assert table["term"].tolist() == ["headache", "itchy nose", None, "nausea"]
    assert table["coded"].tolist() == [True, False, False, True]
    assert table["serious"].tolist() == [False] * 4
    assert warnings(data) == [
        ("Adverse events", 3, "Event", "event_uncoded"),
        ("Adverse events", 4, "Event", "event_missing"),
        ("Adverse events", 5, "Serious", "serious_missing"),
    ]


def test_a_clinic_s_own_synonym(tmp_path: Path) -> None:
    book = workbook(events=[{"Event": "Queasy"}])
    data = read_book(book, tmp_path, ae_synonyms={"nausea": ("queasy",)})
    assert data.tables["adverse_events"]["term"].tolist() == ["nausea"]


# queries and accounting


def test_every_row_ends_in_one_class_and_the_classes_add_up(tmp_path: Path) -> None:
    book = workbook(
        infusions=[{}, {"Infusion #": 2, "Date": dt.date(2021, 2, 10), "NRS before": "6-7"},
                   {"Infusion #": 3, "Date": dt.date(2021, 3, 10), "NRS before": 12},
                   {"Patient ID": "R9"}],
    )  # fmt: skip
    account = {a.sheet: a for a in read_book(book, tmp_path).accounts}["Infusions"]
    assert account.rows == 4
    assert (account.used, account.used_with_warning, account.used_in_part) == (1, 1, 1)
    assert account.excluded == {"points at no patient or infusion": 1}


def test_a_query_keeps_its_id_when_its_row_moves_and_its_header_changes(tmp_path: Path) -> None:
    book = workbook(infusions=[{"NRS before": 12}])
    before = read_book(book, tmp_path / "a").queries
    book["Infusions"].insert_rows(2)
    book["Infusions"]["F1"] = "NRS BEFORE (0-10)"
    after = read_book(book, tmp_path / "b").queries
    assert [query.query_id for query in after] == [query.query_id for query in before]
    assert [query.row for query in after] != [query.row for query in before]


def test_ids_are_unique_also_where_all_but_the_row_agrees(tmp_path: Path) -> None:
    data = read_book(workbook(infusions=[{}, {"Dose": 130}, {"Dose": 140}]), tmp_path)
    ids = [query.query_id for query in data.queries]
    assert len(ids) == len(set(ids)) == 3
