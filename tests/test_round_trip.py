"""The clinic's round trip: correct some cells, add rows, export again, and see what is left."""

from __future__ import annotations

import csv
import io
import shutil
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from helpers import cli
from helpers.analysis.run import Analysis
from helpers.analysis.study import analyse
from helpers.ingest.previous import NEW, OPEN, SOLVED, Comparison, compare_queries
from helpers.ingest.queries import DataQuery
from tests.studies import (
    FOLLOW_UP,
    INFUSION,
    PATIENT,
    SAMPLE,
    infusions,
    read,
    record,
    save,
    save_redcap,
    workbook,
)

ADDED = "R900"
SOLVED_CELLS = {
    ("Infusions", "NRS before", "R019", "2021-06-07 00:00:00"),
    ("Follow-ups", "Duration of relief", "R016", "better"),
    ("", "nrs", "8", "12"),
}
STILL_WRONG = ("Follow-ups", "Pain relief (%)", "R018")


def correct(sheet: Any, row: int, heading: str, value: object) -> None:
    column = [cell.value for cell in sheet[1]].index(heading) + 1
    cell = sheet.cell(row, column)
    cell.number_format = "General"
    cell.value = value


def insert_on_top(sheet: Any, rows: Iterable[dict[str, Any]]) -> None:
    headings = [cell.value for cell in sheet[1]]
    added = list(rows)
    sheet.insert_rows(2, len(added))
    for number, row in enumerate(added, start=2):
        for column, heading in enumerate(headings, start=1):
            sheet.cell(number, column).value = row[heading]


def export_again(folder: Path) -> Path:
    """Return the sample as the clinic exports it next time.

    Three values are right now, one is wrong in another way; a patient was added on top of three
    sheets, and the first record of REDCAP moved to the end, so that hardly a row is where it was.
    """
    shutil.copytree(SAMPLE, folder)
    book = openpyxl.load_workbook(folder / "chart_review.xlsx")
    correct(book["Infusions"], 103, "NRS before", 7)
    correct(book["Follow-ups"], 82, "Duration of relief", "3 weeks")
    correct(book["Follow-ups"], 95, "Pain relief (%)", "140%")
    insert_on_top(book["Patients"], [PATIENT | {"Patient ID": ADDED}])
    insert_on_top(book["Infusions"], [INFUSION | row for row in infusions(ADDED)])
    insert_on_top(book["Follow-ups"], [FOLLOW_UP | {"Patient ID": ADDED}])
    book.save(folder / "chart_review.xlsx")
    file = folder / "redcap_records.csv"
    heading, *lines = file.read_text(encoding="utf-8").splitlines(keepends=True)
    assert lines[52].startswith("8,week_2_arm_1,")
    names = next(csv.reader([heading]))
    cells = next(csv.reader([lines[52]]))
    cells[names.index("nrs")] = "8"
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\n").writerow(cells)
    lines[52] = text.getvalue()
    first = [line for line in lines if line.startswith("1,")]
    rest = [line for line in lines if not line.startswith("1,")]
    file.write_text("".join([heading, *rest, *first]), encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def again(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return export_again(tmp_path_factory.mktemp("round_trip") / "again")


@pytest.fixture(scope="module")
def comparison(again: Path) -> Comparison:
    return compare_queries(read(again), read(SAMPLE), SAMPLE)


def cell(query: DataQuery) -> tuple[str, str, str, str]:
    return (query.sheet, query.column, query.patient, query.value)


def test_corrected_cells_are_solved_and_nothing_else_is(comparison: Comparison) -> None:
    solved = {cell(c.query) for c in comparison.solved if c.query.severity == "error"}
    assert solved == SOLVED_CELLS | {(*STILL_WRONG, "150%")}
    assert {c.state for c in comparison.solved} == {SOLVED}


def test_a_value_corrected_to_another_wrong_one_is_said_to_be(comparison: Comparison) -> None:
    (wrong,) = comparison.still_wrong
    assert (wrong.state, cell(wrong.query)) == (NEW, (*STILL_WRONG, "140%"))
    assert wrong.other is not None and wrong.other.value == "150%"
    (before,) = [c for c in comparison.solved if c.other is not None]
    assert before.query == wrong.other and before.other == wrong.query


def test_all_others_keep_their_ids_although_their_rows_moved(comparison: Comparison) -> None:
    before = {query.query_id: query for query in read(SAMPLE).queries}
    still = [c.query for c in comparison.queries if c.state == OPEN]
    assert len(still) + len(comparison.solved) == len(before)
    moved = [query for query in still if query.row != before[query.query_id].row]
    assert len(moved) > len(still) / 2
    assert all(cell(query) == cell(before[query.query_id]) for query in still)


def test_nothing_is_new_but_what_was_brought_in(comparison: Comparison) -> None:
    new = [c.query for c in comparison.queries if c.state == NEW]
    assert {query.patient for query in new} == {"R018"}


def test_the_results_move_by_the_corrections(again: Path) -> None:
    def value(analysis: Analysis, key: str) -> tuple[int, float]:
        found = analysis.results.get(key)
        return found.n or 0, found.estimate or 0

    old, new = (analyse(folder, {"n_boot": 100}) for folder in (SAMPLE, again))
    screened = "retrospective.flow.screened"
    assert value(new, screened)[1] == value(old, screened)[1] + 1
    pain = "retrospective.short_term.nrs_pre.mean"
    (n_old, mean_old), (n_new, mean_new) = value(old, pain), value(new, pain)
    assert n_new == n_old + 2, "R019, whose score is known now, and the added patient"
    assert mean_new * n_new == pytest.approx(mean_old * n_old + 7 + INFUSION["NRS before"])
    course = "prospective.course.nrs.week_2"
    assert value(new, course)[0] == value(old, course)[0] + 1
    unmoved = "prospective.short_term.nrs_pre.mean"
    assert value(new, unmoved) == value(old, unmoved)


# the command


def check(*arguments: Path | str) -> int:
    return cli.main(["check", *map(str, arguments)])


@pytest.fixture
def checked(again: Path, tmp_path: Path) -> Path:
    assert check(again, "--out", tmp_path, "--previous", SAMPLE) == 0
    return tmp_path


def test_the_sums_are_printed_without_a_value(
    again: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    check(again, "--out", tmp_path, "--previous", SAMPLE)
    text = capsys.readouterr().out
    since = text[text.index(f"Since {SAMPLE}") : text.index("Written: ")]
    assert "To correct: 4 solved, 1 new, 8 still open" in since
    assert "- Follow-ups, row 96, Pain relief (%), R018" in since
    assert "140" not in since and "150" not in since


def test_the_csv_has_a_state_at_the_end(checked: Path, again: Path) -> None:
    text = (checked / "data_queries.csv").read_text(encoding="utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert list(rows[0])[-1] == "state"
    states = [row["state"] for row in rows]
    assert set(states) == {NEW, OPEN, SOLVED}
    assert states.index(SOLVED) == len(read(again).queries)
    (new,) = [row for row in rows if row["state"] == NEW and row["severity"] == "error"]
    assert "Same cell, still wrong: before, it held '150%'" in new["message"]
    (old,) = [row for row in rows if row["value"] == "150%" and row["state"] == SOLVED]
    assert f"the new one is wrong too: see {new['query_id']}" in old["message"]


def test_the_workbook_has_a_state_and_a_sheet_of_what_is_solved(checked: Path) -> None:
    book = openpyxl.load_workbook(checked / "data_queries.xlsx")
    queries, solved = book["Data queries"], book["Solved"]
    for sheet in (queries, solved):
        assert [c.value for c in sheet[1]][-1] == "State"
    states = {row[7].value: row[-1].value for row in queries.iter_rows(min_row=2)}
    assert states["140%"] == "new: same cell, still wrong"
    rows = {(row[4].value, row[5].value, row[7].value): row for row in solved.iter_rows(min_row=2)}
    better = rows["Follow-ups", 82, "better"]
    assert better[-1].value == "solved"
    assert better[11].hyperlink.target.endswith("sample/chart_review.xlsx#'Follow-ups'!E82")


def test_the_same_folder_twice_leaves_all_open(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert check(SAMPLE, "--out", tmp_path, "--previous", SAMPLE) == 0
    assert "To correct: 0 solved, 0 new, 12 still open" in capsys.readouterr().out
    assert openpyxl.load_workbook(tmp_path / "data_queries.xlsx")["Solved"].max_row == 1


@pytest.mark.parametrize("damage", ["missing", "empty", "no workbook", "bad settings"])
def test_an_earlier_folder_that_cannot_be_read_is_named(
    damage: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bad, out = tmp_path / "earlier", tmp_path / "out"
    if damage != "missing":
        bad.mkdir()
    if damage == "no workbook":
        (bad / "chart_review.xlsx").write_bytes(b"no workbook")
    if damage == "bad settings":
        save(workbook(), bad)
        (bad / "study.toml").write_text("ci_levl = 1")
    assert check(SAMPLE, "--out", out, "--previous", bad) == 2
    message = capsys.readouterr().err.splitlines()[-1]
    assert message.startswith(f"study check: --previous {bad}: ")
    assert not out.exists()


def test_a_folder_of_now_that_cannot_be_read_is_not_called_the_earlier_one(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert check(tmp_path / "none", "--out", tmp_path / "out", "--previous", SAMPLE) == 2
    assert "--previous" not in capsys.readouterr().err


# parts that only one of the two has


def test_a_part_that_is_new_has_new_queries_and_one_that_is_gone_is_not_compared(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    one = save(workbook(infusions=[{"NRS before": "bad"}]), tmp_path / "one")
    both = save(workbook(infusions=[{"NRS before": "bad"}]), tmp_path / "both")
    save_redcap(record(("week_2", {"nrs": "12"})), both)
    grown = compare_queries(read(both), read(one), one)
    assert {c.state for c in grown.queries if c.query.file == "redcap_records.csv"} == {NEW}
    assert {c.state for c in grown.queries if c.query.file == "chart_review.xlsx"} == {OPEN}
    shrunk = compare_queries(read(one), read(both), both)
    assert shrunk.solved == ()
    for now, before, words in (
        (both, one, "Part 2, prospective cohort: not in the earlier folder"),
        (one, both, "Part 2, prospective cohort: in the earlier folder only"),
    ):
        assert check(now, "--out", tmp_path / "out", "--previous", before) == 0
        assert words in capsys.readouterr().out


def test_two_wrong_cells_of_one_kind_are_paired_in_their_order(tmp_path: Path) -> None:
    def events(*severities: str) -> list[dict[str, str]]:
        return [{"Event": "nausea" if n else "headache", "Severity": severity}
                for n, severity in enumerate(severities)]  # fmt: skip

    before = save(workbook(events=events("bad", "worse")), tmp_path / "before")
    now = save(workbook(events=events("odd", "worse")), tmp_path / "now")
    compared = compare_queries(read(now), read(before), before)
    (wrong,) = compared.still_wrong
    assert wrong.other is not None
    assert (wrong.query.value, wrong.other.value) == ("odd", "bad")
