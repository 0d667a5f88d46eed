"""Plants true errors in the rows of Part 1: what a reader must hand back as data queries.

No error takes an eligible patient's eligibility: one infusion with both scores and one follow-up
with both answers are left alone, and no infusion is removed from a patient who has only four.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from helpers.study import MIN_INFUSIONS
from helpers.synthetic.chart_rows import ChartPatient, Row, has_both_answers, has_both_scores
from helpers.synthetic.draws import Draw
from helpers.synthetic.mess import EMPTY, Cell
from helpers.synthetic.planted import ERROR, WARNING, Planted, choose, how_many

_ELIGIBLE_PER_ROUND: Final = 22
_RELIEF: Final = "Duration of relief"
_PERCENT: Final = "Pain relief (%)"


def plant_chart_errors(
    patients: Sequence[ChartPatient], eligible: int, draw: Draw
) -> tuple[list[Row], list[Planted]]:
    """Return all rows of Part 1 with errors among them, and the list of the errors."""
    planter = _Planter(patients, draw)
    for position in range(how_many(len(PLANTERS), eligible, _ELIGIBLE_PER_ROUND)):
        PLANTERS[position % len(PLANTERS)](planter)
    return planter.rows, planter.planted


class _Planter:
    """The rows, which of them to leave alone, and what was planted so far."""

    def __init__(self, patients: Sequence[ChartPatient], draw: Draw) -> None:
        self.rows = [row for patient in patients for row in patient.rows]
        self.draw = draw
        self.planted: list[Planted] = []
        self.infusions = {patient.patient: len(patient.infusions) for patient in patients}
        self.unknown_patient = f"R{len(patients) + 77:03d}"
        self.spared = {id(row) for patient in patients for row in _spare(patient, draw)}
        self.touched: set[tuple[str, int]] = set()
        self.places: dict[tuple[str, str, int], list[Row]] = {}
        for row in self.rows:
            self.places.setdefault((row.sheet, row.patient, row.infusion), []).append(row)

    def choose(self, sheet: str, accept: Callable[[Row], bool] = lambda row: True) -> Row | None:
        """Return a row of a sheet to make wrong, of an infusion in which all else is right.

        Two errors at one infusion could hide each other.
        """
        row = choose(
            self.rows,
            lambda row: (
                row.sheet == sheet
                and id(row) not in self.spared
                and (row.patient, row.infusion) not in self.touched
                and accept(row)
            ),
            self.draw.pick,
        )
        if row is not None:
            self.touched.add((row.patient, row.infusion))
        return row

    def replace(
        self, kind: str, row: Row, column: str, cell: Cell, *, severity: str = ERROR
    ) -> None:
        """Type something else into a cell, and list it."""
        intended = row.means(column)
        row.cells[column] = cell
        self.planted.append(Planted(kind, severity, row, column, _shown(cell), intended))

    def exclude(self, kind: str, row: Row, *, severity: str = ERROR) -> None:
        """List a row that a reader must not use."""
        row.excluded, row.planted = kind, True
        self.planted.append(Planted(kind, severity, row, "", ""))

    def insert_after(self, row: Row, changed: dict[str, Cell]) -> Row:
        """Insert a copy of a row with other cells below it."""
        copy = replace(row, cells=row.cells | changed)
        self.rows.insert(self.rows.index(row) + 1, copy)
        return copy

    def beside(self, row: Row, sheet: str, infusion: int | None = None) -> list[Row]:
        """Return the rows of another sheet for the same (or another) infusion of the patient."""
        number = row.infusion if infusion is None else infusion
        return self.places.get((sheet, row.patient, number), [])

    def bases(self, row: Row, infusion: int) -> set[str]:
        """Return what the durations told for an infusion of the row's patient rest on."""
        told = [other.means(_RELIEF) for other in self.beside(row, "Follow-ups", infusion)]
        return {duration["basis"] for duration in told if duration}


def _spare(patient: ChartPatient, draw: Draw) -> list[Row]:
    """Return the rows that make a patient eligible, which are left alone."""
    scored = [row for row in patient.rows_of("Infusions") if has_both_scores(row)]
    answered = [row for row in patient.rows_of("Follow-ups") if has_both_answers(row)]
    spared = [draw.pick(rows) for rows in (scored, answered) if rows]
    numbers = {row.infusion for row in spared}
    return spared + [row for row in patient.rows_of("Infusions") if row.infusion in numbers]


def _shown(cell: Cell) -> str:
    if isinstance(cell.value, dt.datetime):
        return cell.value.isoformat(sep=" ")
    return "" if cell.value is None else str(cell.value)


# cells


@dataclass(frozen=True, slots=True)
class _WrongCell:
    """Plants a cell that cannot be read, whatever else its row says."""

    kind: str
    sheet: str
    column: str
    type_cell: Callable[[Row], Cell]

    def __call__(self, planter: _Planter) -> None:
        row = planter.choose(self.sheet, lambda row: row.means(self.column) is not None)
        if row is not None:
            planter.replace(self.kind, row, self.column, self.type_cell(row))


def _typed(value: Any) -> Callable[[Row], Cell]:
    return lambda row: Cell(value)


def _made_a_date(month: int, day: int) -> Callable[[Row], Cell]:
    """Return a cell in which a spreadsheet turned two numbers into a date of that year."""
    return lambda row: Cell(dt.datetime(2022, month, day), "d-mmm")


def _plant_serial_number(planter: _Planter) -> None:
    """Plant a date that lost its format; the durations that rest on that date must not exist."""
    row = planter.choose(
        "Infusions",
        lambda row: (
            planter.bases(row, row.infusion) <= {"stated"}
            and "next infusion" not in planter.bases(row, row.infusion - 1)
        ),
    )
    if row is not None:
        days = dt.date.fromisoformat(row.means("Date")) - dt.date(1899, 12, 30)
        planter.replace("date without its format", row, "Date", Cell(days.days))


def _has_stated_relief(row: Row) -> bool:
    duration, date = row.means(_RELIEF), row.means("Follow-up date")
    return duration is not None and date is not None and duration["basis"] == "stated"


def _plant_early_follow_up(planter: _Planter) -> None:
    """Plant a follow-up dated in the year before."""
    row = planter.choose("Follow-ups", _has_stated_relief)
    if row is not None:
        date = dt.date.fromisoformat(row.means("Follow-up date")) - dt.timedelta(365)
        planter.replace(
            "follow-up before the infusion", row, "Follow-up date", Cell(date.isoformat())
        )


def _plant_relief_beyond_follow_up(planter: _Planter) -> None:
    """Plant a duration that could not have been known at the follow-up."""
    row = planter.choose("Follow-ups", _has_stated_relief)
    if row is not None:
        planter.replace("longer than was known", row, _RELIEF, Cell("5 months"))


def _plant_ongoing_without_date(planter: _Planter) -> None:
    row = planter.choose("Follow-ups", lambda row: row.means(_RELIEF) is not None)
    if row is not None:
        row.cells["Follow-up date"] = EMPTY
        planter.replace("ongoing without a follow-up date", row, _RELIEF, Cell("ongoing"))


def _plant_no_next_infusion(planter: _Planter) -> None:
    row = planter.choose(
        "Follow-ups", lambda row: row.infusion == planter.infusions[row.patient]
        and row.means(_RELIEF) is not None,
    )  # fmt: skip
    if row is not None:
        planter.replace("no next infusion", row, _RELIEF, Cell("until next infusion"))


# cells that contradict each other, and are kept


def _plant_contradiction(kind: str, percent: int, lasted: bool) -> Callable[[_Planter], None]:
    def accept(row: Row) -> bool:
        duration = row.means(_RELIEF)
        return duration is not None and (duration["kind"] != "none") == lasted

    def plant(planter: _Planter) -> None:
        row = planter.choose("Follow-ups", accept)
        if row is not None:
            row.cells[_PERCENT] = Cell(percent, means=percent)
            planter.planted.append(Planted(kind, WARNING, row, _RELIEF, str(percent)))

    return plant


def _plant_event_without_term(planter: _Planter) -> None:
    row = planter.choose("Adverse events")
    if row is not None:
        planter.replace("event without a term", row, "Event", EMPTY, severity=WARNING)


# rows


def _plant_repeated_row(sheet: str) -> Callable[[_Planter], None]:
    def plant(planter: _Planter) -> None:
        row = planter.choose(sheet)
        if row is not None:
            name = Cell(f" {row.patient} ", means=row.patient)
            copy = planter.insert_after(row, {"Patient ID": name})
            planter.exclude("identical duplicate", copy, severity=WARNING)

    return plant


def _plant_conflicting_follow_up(planter: _Planter) -> None:
    row = planter.choose("Follow-ups", lambda row: row.means(_PERCENT) is not None)
    if row is not None:
        percent = 90 if row.means(_PERCENT) < 50 else 10
        copy = planter.insert_after(row, {_PERCENT: Cell(percent, means=percent)})
        for conflicting in (row, copy):
            planter.exclude("conflicting duplicate", conflicting)


def _plant_conflicting_infusion(planter: _Planter) -> None:
    """Plant a last infusion typed twice with other doses; what points at it becomes an orphan."""
    row = planter.choose("Infusions", lambda row: _can_be_removed(planter, row))
    if row is None:
        return
    other_dose = 150 if row.means("Dose") != 150 else 160
    copy = planter.insert_after(row, {"Dose": Cell(other_dose, means=other_dose)})
    for conflicting in (row, copy):
        planter.exclude("conflicting duplicate", conflicting)
    for sheet in ("Follow-ups", "Adverse events"):
        for orphan in planter.beside(row, sheet):
            planter.exclude("orphan", orphan)


def _can_be_removed(planter: _Planter, row: Row) -> bool:
    number = planter.infusions[row.patient]
    return (
        row.infusion == number > MIN_INFUSIONS
        and "next infusion" not in planter.bases(row, number - 1)
        and not any(id(other) in planter.spared for other in planter.beside(row, "Follow-ups"))
    )


def _plant_orphan(sheet: str, *, of_patient: bool) -> Callable[[_Planter], None]:
    """Return a planter of a row that points at no patient, or at no infusion of one."""

    def plant(planter: _Planter) -> None:
        row = planter.choose(sheet)
        if row is None:
            return
        row.planted = False  # the row itself stays as it is; its copy is the orphan
        number = planter.infusions[row.patient] + 3
        cell = Cell(number, means=number)
        changed = {"Infusion #": cell}
        if not of_patient:
            changed = {"Patient ID": Cell(planter.unknown_patient, means=planter.unknown_patient)}
        orphan = replace(row, cells=row.cells | changed)
        planter.rows.append(orphan)
        planter.exclude("orphan", orphan)

    return plant


PLANTERS: Final[tuple[Callable[[_Planter], None], ...]] = (
    _WrongCell("turned into a date", "Infusions", "NRS before", _made_a_date(7, 6)),
    _WrongCell("outside 0 to 100", "Follow-ups", _PERCENT, _typed("150%")),
    _WrongCell("no duration", "Follow-ups", _RELIEF, _typed("better")),
    _plant_conflicting_follow_up,
    _plant_repeated_row("Infusions"),
    _plant_orphan("Adverse events", of_patient=False),
    _plant_early_follow_up,
    _WrongCell("outside 0 to 10", "Infusions", "NRS after", _typed(11)),
    _plant_relief_beyond_follow_up,
    _plant_contradiction("no relief with a duration", 0, lasted=True),
    _plant_serial_number,
    _WrongCell("turned into a date", "Follow-ups", _RELIEF, _made_a_date(3, 2)),
    _WrongCell("error of the spreadsheet", "Patients", "PHQ-9", _typed("#N/A")),
    _plant_no_next_infusion,
    _plant_conflicting_infusion,
    _WrongCell("range that falls", "Follow-ups", _RELIEF, _typed("3-2 weeks")),
    _plant_contradiction("relief without a duration", 40, lasted=False),
    _plant_event_without_term,
    _WrongCell("decimal comma", "Infusions", "Duration (h)", _typed("3,5")),
    _plant_ongoing_without_date,
    _WrongCell("formula without a result", "Patients", "Height (cm)", _typed("=64*2.54")),
    _plant_repeated_row("Follow-ups"),
    _plant_orphan("Follow-ups", of_patient=True),
    _WrongCell("sum of durations", "Follow-ups", _RELIEF, _typed("1 week 3 days")),
    _WrongCell("turned into a date", "Infusions", "NRS after", _made_a_date(10, 7)),
    _WrongCell("not a dose", "Infusions", "Dose", _typed("12 mL")),
)
