"""Three hundred folders that went wrong: each is read, queried or refused, and nothing is lost."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest

from helpers.cli import main
from helpers.study import CHART_REVIEW_FILE
from tests import fuzz
from tests.fuzzing import csv_files, outcomes, workbooks
from tests.fuzzing.folders import Made, OneCell, base_files, make_folder
from tests.fuzzing.meaning import meaning
from tests.fuzzing.outcomes import CRASHED, DEFECTS, LOST, QUERIED, READ, REFUSED, examine

FOLDERS = 300
GROUP = 25


@pytest.fixture(autouse=True)
def _fixed_date(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", fuzz.REPORT_DATE)


@pytest.mark.parametrize("first", range(0, FOLDERS, GROUP))
def test_every_folder_is_read_queried_or_refused(first: int) -> None:
    found = fuzz.examine_numbers(fuzz.SEED, range(first, first + GROUP))
    defects = {number: outcome for number, outcome in found if outcome.kind in DEFECTS}
    for number, outcome in defects.items():
        fuzz.keep(Path(".test-output/fuzz"), fuzz.SEED, number, outcome)
    assert defects == {}
    assert {READ, QUERIED, REFUSED} == {outcome.kind for _, outcome in found}


@pytest.mark.parametrize("number", [4505])
def test_folders_that_once_were_told_to_crash(number: int) -> None:
    """4505: a number beyond the calendar in a date cell, of which openpyxl warned the examiner."""
    ((_, found),) = fuzz.examine_numbers(fuzz.SEED, [number])
    assert found.kind == QUERIED, found


@pytest.mark.parametrize("number", range(FOLDERS, FOLDERS + 12))
def test_the_command_ends_with_queries_or_with_one_message(
    number: int, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data, out = make_folder(fuzz.SEED, number).write(tmp_path / "study"), tmp_path / "out"
    code = main(["check", str(data), "--out", str(out)])
    said = capsys.readouterr().err.splitlines()
    messages = [line for line in said if line.startswith("study check: ")]
    assert (code, len(messages)) in {(0, 0), (2, 1)}
    assert all(line in messages or line.endswith(" …") for line in said)
    written = {path.name for path in out.iterdir()} if out.exists() else set()
    assert written == ({"data_queries.csv", "data_queries.xlsx"} if code == 0 else set())


def test_a_row_is_not_inserted_where_every_cell_of_a_vast_sheet_would_be_made() -> None:
    made = make_folder(7, 539)
    assert any("the sheet is vast" in change for change in made.changes)


def test_a_folder_is_made_again_from_its_seed_and_number() -> None:
    for number in range(20):
        made, again = make_folder(5, number), make_folder(5, number)
        assert (made.files, made.changes) == (again.files, again.changes)
    assert make_folder(5, 1).files != make_folder(6, 1).files


def test_a_failing_folder_is_kept_with_its_story(tmp_path: Path) -> None:
    folder = fuzz.keep(tmp_path, 5, 3, outcomes.Outcome(CRASHED, "boom \ud800"))
    made = make_folder(5, 3)
    assert {path.name for path in folder.iterdir()} == {*made.files, "outcome.txt"}
    assert "crashed: boom" in (folder / "outcome.txt").read_text(encoding="utf-8")


def plain_folder(base: int = 0) -> Made:
    return Made(0, 0, base, dict(base_files(base)))


def with_cell(sheet: str, place: str, value: object) -> Made:
    """Return a folder in which one cell holds another value."""
    made = plain_folder()
    book = workbooks.load(made.files[CHART_REVIEW_FILE])
    cell = book[sheet][place]
    header = book[sheet].cell(1, cell.column).value
    made.one_cell = OneCell(CHART_REVIEW_FILE, sheet, cell.row, header, cell.value, value)
    cell.value = value
    made.files[CHART_REVIEW_FILE] = workbooks.save(book)
    return made


# The examination itself: each defect that it looks for is seen when it is there.


def test_an_unharmed_folder_is_read() -> None:
    assert examine(plain_folder(), whole=False).kind == READ


def test_a_value_that_is_dropped_without_a_word_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    made = with_cell("Patients", "G2", "tall")
    assert examine(made, whole=False).kind == QUERIED
    outcomes.read_base(0)
    monkeypatch.setattr(outcomes, "read_cohorts", lambda *_: outcomes.read_base(0))
    outcome = examine(made, whole=False)
    assert (outcome.kind, "tall" in outcome.detail) == (LOST, True)


def test_a_row_that_is_dropped_without_a_word_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    made = plain_folder()
    book = workbooks.load(made.files[CHART_REVIEW_FILE])
    book["Adverse events"].append(["R001", 1, "a new event"])
    made.files[CHART_REVIEW_FILE] = workbooks.save(book)
    assert examine(made, whole=False).kind == QUERIED
    outcomes.read_base(0)
    monkeypatch.setattr(outcomes, "read_cohorts", lambda *_: outcomes.read_base(0))
    assert examine(made, whole=False).kind == LOST


def test_warnings_tracebacks_and_long_runs_are_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise KeyError("R001")

    def hang(*_: object) -> None:
        while True:
            pass

    def grow(*_: object) -> None:
        bytearray(2**33)

    for defect in (fail, hang, grow):
        monkeypatch.setattr(outcomes, "read_cohorts", defect)
        monkeypatch.setattr(outcomes, "_SECONDS", 0.2)
        assert examine(plain_folder(), whole=False).kind == CRASHED


@pytest.mark.parametrize(
    ("column", "one", "other"),
    [
        ("Weight (kg)", 72, "72 kg"),
        ("Duration of relief", "2 weeks", "14d"),
        ("Date", "2021-03-01", "1 Mar 2021"),
        ("NRS before", "7/10", 7.0),
        ("Comorbidities", "IBS; asthma", "migraine;pain"),
        ("Consent signed", True, "Y"),
        ("Event", "HA", "head  ache"),
    ],
)
def test_two_spellings_mean_the_same(column: str, one: object, other: object) -> None:
    assert meaning(column, one) == meaning(column, other)
    assert meaning(column, one) != meaning(column, "something else")
    assert meaning(column, one) != meaning(column, "?")


@pytest.mark.parametrize("kind", csv_files.CHANGES)
def test_tables_with_rows_of_any_length_can_be_changed(kind: str) -> None:
    for seed in range(200):
        table = [[], ["a"], [], ["1", "2", "3"]] if seed % 2 else [["a"], [], ["1", "2"]]
        told = csv_files.CHANGES[kind](Random(seed), table)
        assert told
