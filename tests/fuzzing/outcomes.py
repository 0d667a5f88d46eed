"""What became of a folder: read, queried or refused as promised, or a defect of the program."""

from __future__ import annotations

import io
import tempfile
import traceback
import warnings
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

import openpyxl

from helpers.analysis.study import analyse_cohorts
from helpers.cohort.read import CleanStudy, read_cohorts
from helpers.errors import StudyError
from helpers.present.summary import summarise
from helpers.study import CHART_REVIEW_FILE, REDCAP_RECORDS_FILE
from helpers.write import output_files, query_files
from tests.fuzzing import csv_files
from tests.fuzzing.folders import Made, OneCell, base_files
from tests.fuzzing.limits import TimeIsUp, memory_limit, time_limit
from tests.fuzzing.meaning import meaning

READ: Final = "read"
QUERIED: Final = "queried"
REFUSED: Final = "refused"
LOST: Final = "lost"
CRASHED: Final = "crashed"
KINDS: Final = (READ, QUERIED, REFUSED, LOST, CRASHED)
DEFECTS: Final = frozenset({LOST, CRASHED})
_SECONDS: Final = 60
_MEGABYTES: Final = 1024
_LONGEST_MESSAGE: Final = 2500
# What decides only together with other cells: a change of one need not show.
_TOGETHER = ("relief_ongoing", "relief_days", "phq9_", "comorbid___", "redcap_repeat_instance")


@dataclass(frozen=True)
class Outcome:
    """What became of a folder, and of a defect what there is to see."""

    kind: str
    detail: str = ""


def examine(made: Made, *, whole: bool) -> Outcome:
    """Write a folder, read it, and with ``whole`` analyse it; say what became of it."""
    with tempfile.TemporaryDirectory() as name:
        folder = made.write(Path(name) / "study")
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            try:
                with time_limit(_SECONDS), memory_limit(_MEGABYTES):
                    study = _run(folder, made.number, whole)
                outcome = _judge(made, study)
            except StudyError as error:
                outcome = _judge_refusal(str(error))
            except (TimeIsUp, Exception):  # a defect is what this looks for
                outcome = Outcome(CRASHED, traceback.format_exc())
    if caught and outcome.kind not in DEFECTS:
        return Outcome(CRASHED, f"a warning turned loose: {caught[0].message!r}")
    return outcome


def _run(folder: Path, number: int, whole: bool) -> CleanStudy:
    profile = "release" if whole and number % 3 == 0 else "internal"
    study = read_cohorts(folder, {"n_boot": 100, "profile": profile})
    summarise(study, str(folder))
    if whole:
        output_files(analyse_cohorts(study), folder, folder)
    else:
        query_files(study, folder, folder)
    return study


def _judge_refusal(message: str) -> Outcome:
    one = message.strip() and "\n" not in message and "Traceback" not in message
    if not one or len(message) > _LONGEST_MESSAGE or "MemoryError" in message:
        return Outcome(CRASHED, f"not one message: {message[:3000]!r}")
    return Outcome(REFUSED, message)


def _judge(made: Made, study: CleanStudy) -> Outcome:
    if problem := _rows_lost(made, study):
        return Outcome(LOST, problem)
    base = read_base(made.base)
    queries, usual = describe_queries(study), describe_queries(base)
    if made.one_cell and is_silent(made.one_cell, base, study):
        return Outcome(LOST, f"changed without a word: {made.one_cell}")
    return Outcome(READ if queries == usual else QUERIED)


# rows


def _rows_lost(made: Made, study: CleanStudy) -> str:
    for account in study.data.accounts:
        kept = account.used + account.used_with_warning + account.used_in_part
        if kept + sum(account.excluded.values()) != account.rows:
            return f"the classes of {account} do not add up"
    read = {(a.file, normalised(a.sheet)): a.rows for a in study.data.accounts}
    for place, rows in count_rows(made).items():
        if place in read and read[place] != rows:
            return f"{place}: {rows} rows in the file, {read[place]} read"
    return ""


def count_rows(made: Made) -> dict[tuple[str, str], int]:
    """Return the rows below the header that hold anything, of the files that are undamaged."""
    counts = {}
    if CHART_REVIEW_FILE in made.files and CHART_REVIEW_FILE not in made.damaged:
        with warnings.catch_warnings():  # openpyxl's words on what it drops or cannot read
            warnings.simplefilter("ignore", UserWarning)
            book = openpyxl.load_workbook(io.BytesIO(made.files[CHART_REVIEW_FILE]))
        for sheet in book.worksheets:
            cells = [cell for cell in sheet._cells.values() if cell.row > 1]
            held = {cell.row for cell in cells if not _is_blank(cell.value)}
            counts[CHART_REVIEW_FILE, normalised(sheet.title)] = len(held)
    if REDCAP_RECORDS_FILE in made.files and REDCAP_RECORDS_FILE not in made.damaged:
        table = csv_files.load(made.files[REDCAP_RECORDS_FILE])
        held_rows = [row for row in table[1:] if any(text.strip() for text in row)]
        counts[REDCAP_RECORDS_FILE, ""] = len(held_rows)
    return counts


def _is_blank(value: Any) -> bool:
    return value is None or (isinstance(value, str) and not value.strip())


def normalised(sheet: str) -> str:
    """Return the letters of a sheet's name, in lower case."""
    return "".join(letter for letter in sheet.lower() if letter.isalnum())


# silent changes


@cache
def read_base(number: int) -> CleanStudy:
    """Return an unharmed folder as it is read."""
    with tempfile.TemporaryDirectory() as name:
        folder = Made(0, 0, number, dict(base_files(number))).write(Path(name) / "study")
        return read_cohorts(folder, {})


def describe_queries(study: CleanStudy) -> Counter[tuple[object, ...]]:
    """Return what is asked, however often, at which place."""
    return Counter((q.code, q.file, q.sheet, q.row, q.column, q.value) for q in study.data.queries)


def is_silent(cell: OneCell, base: CleanStudy, study: CleanStudy) -> bool:
    """Return whether a cell took another meaning without a trace: no query, no other value.

    Excluded rows, and cells that decide only together with others, are declared elsewhere.
    """
    if meaning(cell.column, cell.before, cell.number_format) == meaning(
        cell.column, cell.after, cell.number_format
    ):
        return False
    if cell.column.startswith(_TOGETHER) or cell.column.endswith("_complete"):
        return False
    if describe_queries(base) != describe_queries(study) or not same_tables(base, study):
        return False
    return cell.row in used_rows(study, cell)


def same_tables(one: CleanStudy, other: CleanStudy) -> bool:
    """Return whether two studies hold the same typed values."""
    return all(table.equals(other.data.tables[name]) for name, table in one.data.tables.items())


def used_rows(study: CleanStudy, cell: OneCell) -> set[int]:
    """Return the rows of the cell's file or sheet that came into a typed table."""
    tables: dict[str, Iterable[str]] = {
        "": study.data.tables,
        "patients": ("patients",),
        "infusions": ("infusions",),
        "followups": ("follow_ups",),
        "adverseevents": ("adverse_events",),
    }
    part = "prospective" if cell.file == REDCAP_RECORDS_FILE else "retrospective"
    return {
        int(row)
        for name in tables.get(normalised(cell.sheet), ())
        for row in study.data.table(name, part)["source_row"]
    }
