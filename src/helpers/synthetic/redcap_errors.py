"""Plants true errors in the rows of Part 2; no patient's eligibility depends on any of them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Final

from helpers.study import REDCAP_BASELINE, REDCAP_INFUSION, REDCAP_WEEKS
from helpers.synthetic.draws import Draw
from helpers.synthetic.mess import Cell
from helpers.synthetic.planted import ERROR, WARNING, Planted, choose, how_many
from helpers.synthetic.redcap_rows import CohortPatient, RecordRow, date_cell, number_cell

_ELIGIBLE_PER_ROUND: Final = 30


def plant_redcap_errors(
    patients: Sequence[CohortPatient], eligible: int, draw: Draw
) -> tuple[list[RecordRow], list[Planted]]:
    """Return all rows of Part 2 with errors among them, and the list of the errors."""
    planter = _Planter(patients, draw)
    for position in range(how_many(len(PLANTERS), eligible, _ELIGIBLE_PER_ROUND)):
        PLANTERS[position % len(PLANTERS)](planter)
    return planter.rows, planter.planted


class _Planter:
    """The rows of the export and what was planted so far."""

    def __init__(self, patients: Sequence[CohortPatient], draw: Draw) -> None:
        self.rows = [row for patient in patients for row in patient.rows]
        self.draw = draw
        self.planted: list[Planted] = []
        self.without_infusion = {p.record for p in patients if len(p.rows) == 1}
        self.touched: set[str] = set()

    def choose(self, accept: Callable[[RecordRow], bool]) -> RecordRow | None:
        """Return a row to make wrong, of a patient with no other error where there is one.

        Two errors at the visits of one patient could hide each other.
        """
        row = choose(
            self.rows,
            lambda row: row.record not in self.touched and accept(row),
            self.draw.pick,
        )
        if row is not None:
            self.touched.add(row.record)
        return row

    def replace(
        self, kind: str, row: RecordRow, column: str, cell: Cell, *, severity: str = ERROR
    ) -> None:
        """Enter something else into a field, and list it."""
        intended = row.means(column)
        row.cells[column] = cell
        self.planted.append(Planted(kind, severity, row, column, str(cell.value or ""), intended))

    def exclude(self, kind: str, row: RecordRow, *, severity: str = ERROR) -> None:
        """List a row that a reader must not use."""
        row.excluded, row.planted = kind, True
        self.planted.append(Planted(kind, severity, row, "", ""))

    def insert_after(self, row: RecordRow, changed: dict[str, Cell]) -> RecordRow:
        """Insert a copy of a row with other fields below it."""
        copy = replace(row, cells=row.cells | changed)
        self.rows.insert(self.rows.index(row) + 1, copy)
        return copy


def _is_visit(row: RecordRow) -> bool:
    return row.event in REDCAP_WEEKS and row.means("fu_date") is not None


def _has_ended(row: RecordRow) -> bool:
    return _is_visit(row) and row.means("relief_ongoing") is False


def _plant_value(
    kind: str, column: str, entered: str, event: str = ""
) -> Callable[[_Planter], None]:
    """Return a planter of a value that the dictionary does not allow."""

    def accept(row: RecordRow) -> bool:
        return row.means(column) is not None and (row.event == event if event else _is_visit(row))

    def plant(planter: _Planter) -> None:
        row = planter.choose(accept)
        if row is not None:
            planter.replace(kind, row, column, Cell(entered))

    return plant


def _plant_total(planter: _Planter) -> None:
    """Plant a PHQ-9 total that is not the sum of its nine items, which means the sum."""
    row = planter.choose(
        lambda row: (
            row.event == REDCAP_BASELINE
            and all(row.means(f"phq9_{item}") is not None for item in range(1, 10))
        )
    )
    if row is not None:
        total = row.means("phq9_total")
        wrong = Cell(str(total + 3 if total < 24 else total - 3), means=total)
        planter.replace("total is not the sum", row, "phq9_total", wrong, severity=WARNING)


def _plant_undated_visit(planter: _Planter) -> None:
    row = planter.choose(lambda row: _is_visit(row) and row.means("relief_ongoing") is not None)
    if row is not None:
        planter.replace("visit without a date", row, "fu_date", Cell(""), severity=WARNING)


def _plant_early_visit(planter: _Planter) -> None:
    """Plant a visit dated in the year before the infusion."""
    row = planter.choose(_is_visit)
    if row is not None:
        date = dt.date.fromisoformat(row.means("fu_date")) - dt.timedelta(365)
        early = replace(date_cell(date), means=None)
        planter.replace("follow-up before the infusion", row, "fu_date", early)


def _plant_days_beyond_visit(planter: _Planter) -> None:
    """Plant days of relief that could not have been known at the visit."""
    row = planter.choose(lambda row: _has_ended(row) and row.means("relief_days") is not None)
    if row is not None:
        days = replace(number_cell(row.day + 30), means=None)
        planter.replace("longer than was known", row, "relief_days", days)


def _plant_relief_after_end(planter: _Planter) -> None:
    row = planter.choose(lambda row: _has_ended(row) and row.means("relief_days") is not None)
    if row is not None:
        planter.replace(
            "relief after its end", row, "relief_pct", number_cell(20), severity=WARNING
        )


def _plant_repeated_row(planter: _Planter) -> None:
    row = planter.choose(_is_visit)
    if row is not None:
        planter.exclude("identical duplicate", planter.insert_after(row, {}), severity=WARNING)


def _plant_conflicting_rows(planter: _Planter) -> None:
    row = planter.choose(lambda row: _is_visit(row) and row.means("nrs") is not None)
    if row is not None:
        other = number_cell(row.means("nrs") - 2 if row.means("nrs") > 4 else row.means("nrs") + 2)
        for conflicting in (row, planter.insert_after(row, {"nrs": other})):
            planter.exclude("conflicting duplicate", conflicting)


def _plant_orphan(planter: _Planter) -> None:
    """Plant an adverse event of a patient who had no infusion."""
    known = [row for row in planter.rows if row.instance and not row.excluded]
    row = planter.choose(
        lambda row: row.event == REDCAP_BASELINE and row.record in planter.without_infusion
    )
    if row is not None and known:
        event = planter.draw.pick(known)
        orphan = replace(event, record=row.record, cells=dict(event.cells), instance="1")
        planter.rows.insert(planter.rows.index(row) + 1, orphan)
        planter.exclude("orphan", orphan)


PLANTERS: Final[tuple[Callable[[_Planter], None], ...]] = (
    _plant_value("outside the limits", "nrs", "12"),
    _plant_total,
    _plant_undated_visit,
    _plant_days_beyond_visit,
    _plant_conflicting_rows,
    _plant_repeated_row,
    _plant_value("outside the limits", "sbp", "1300", REDCAP_INFUSION),
    _plant_early_visit,
    _plant_orphan,
    _plant_relief_after_end,
    _plant_value("not a choice", "relief_ongoing", "2"),
)
