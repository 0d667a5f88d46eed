"""Part 2 as rows of the REDCap export: the truth of each patient, as it was entered."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

from helpers.study import (
    AE_SYNONYMS,
    INSTRUMENTS,
    PHQ9_ITEMS,
    REDCAP_BASELINE,
    REDCAP_INFUSION,
    REDCAP_KEYS,
    REDCAP_MEANINGS,
    REDCAP_POST_40MIN,
    REPEATING_INSTRUMENT,
    VITALS,
)
from helpers.synthetic.draws import Draw
from helpers.synthetic.mess import EMPTY, Cell, scuff
from helpers.synthetic.parameters import Truth
from helpers.synthetic.truth import COMORBIDITIES, AdverseEvent, Course, Infusion, Person, Visit

_CODES: Final = {
    name: {word: code for code, word in meanings.items()}
    for name, meanings in REDCAP_MEANINGS.items()
}


@dataclass(slots=True, eq=False)
class RecordRow:
    """One row of the export; ``number`` as a spreadsheet shows it, set when all rows stand.

    ``cells`` holds the fields by name; ``excluded`` says why a reader must not use the row, and
    ``planted`` that it was made wrong. ``week`` and ``day`` belong to follow-up visits.
    """

    record: str
    event: str
    cells: dict[str, Cell]
    instance: str = ""
    day: int = 0
    number: int = 0
    excluded: str = ""
    planted: bool = False

    def means(self, column: str) -> Any:
        """Return what a field means; None where the row does not hold it."""
        return self.cells.get(column, EMPTY).means

    def texts(self, columns: list[str]) -> list[str]:
        """Return the row as texts, in the order of the export's columns."""
        repeat = REPEATING_INSTRUMENT if self.instance else ""
        keys = dict(zip(REDCAP_KEYS, (self.record, self.event, repeat, self.instance), strict=True))
        texts = {name: str(cell.value or "") for name, cell in self.cells.items()} | keys
        return [texts.get(column, "") for column in columns]


@dataclass(frozen=True, slots=True)
class CohortPatient:
    """One patient of Part 2: the truth, the answers to the criteria, and the rows entered.

    ``answers`` are the eligibility fields as entered (None: left empty).
    """

    record: str
    fails: tuple[str, ...]
    answers: Mapping[str, int | None]
    person: Person
    course: Course
    rows: list[RecordRow] = field(default_factory=list)


def enter_patient(truth: Truth, patient: CohortPatient, draw: Draw) -> CohortPatient:
    """Return the patient with the rows of the export."""
    return replace(patient, rows=_Clerk(truth, patient, draw).rows())


def number_cell(value: float | None) -> Cell:
    """Return a number as REDCap stores it."""
    return EMPTY if value is None else Cell(f"{value:g}", means=value)


def yes_no_cell(answer: bool) -> Cell:
    """Return the raw code of yes or no."""
    return Cell(str(int(answer)), means=answer)


def date_cell(date: dt.date) -> Cell:
    """Return a date as REDCap exports it."""
    return Cell(date.isoformat(), means=date.isoformat())


def _coded_cell(name: str, word: str) -> Cell:
    return Cell(_CODES[name][word], means=word)


class _Clerk:
    """Enters the rows of one patient, in REDCap's order."""

    def __init__(self, truth: Truth, patient: CohortPatient, draw: Draw) -> None:
        self.truth = truth
        self.patient = patient
        self.draw = draw

    def rows(self) -> list[RecordRow]:
        rows = [self._row(REDCAP_BASELINE, self._baseline())]
        infusion = self.patient.course.infusion
        if infusion is None or self.patient.fails:
            return rows
        rows.append(self._row(REDCAP_INFUSION, self._infusion(infusion)))
        rows.append(self._row(REDCAP_POST_40MIN, self._after(infusion)))
        rows += self._visits(infusion)
        for instance, event in enumerate(infusion.adverse_events, start=1):
            row = self._row(REDCAP_INFUSION, self._event(event), REPEATING_INSTRUMENT)
            rows.append(replace(row, instance=str(instance)))
        return rows

    def _row(self, event: str, cells: dict[str, Cell], repeat: str = "") -> RecordRow:
        """Return a row of an event with the state of each of its instruments."""
        for name, instrument in INSTRUMENTS.items():
            if event in instrument.events and (name == REPEATING_INSTRUMENT) == bool(repeat):
                state = "1" if self.draw.chance(0.01) else "2"
                cells[f"{name}_complete"] = Cell(state)
        return RecordRow(self.patient.record, event, cells)

    def _or_missing(self, probability: float, cell: Cell) -> Cell:
        if not self.draw.chance(probability):
            return cell
        return Cell(self.draw.pick(("", "", "-99", "-88")))

    def _baseline(self) -> dict[str, Cell]:
        patient, person = self.patient, self.patient.person
        cells = {name: number_cell(answer) for name, answer in patient.answers.items()}
        cells |= {
            "age": number_cell(person.age),
            "sex": _coded_cell("sex", person.sex),
            "height_cm": self._or_missing(0.02, number_cell(person.height_cm)),
            "weight_kg": self._or_missing(0.02, number_cell(person.weight_kg)),
            "fm_years": self._or_missing(0.03, number_cell(person.fm_years)),
            "opioid_use": self._or_missing(0.02, yes_no_cell(person.opioid_use)),
        }
        for box, name in enumerate(COMORBIDITIES, start=1):
            cells[f"comorbid___{box}"] = number_cell(int(name in person.comorbidities))
        cells |= self._phq9(person.phq9_items)
        before = patient.course.infusion.nrs_before if patient.course.infusion else person.usual_nrs
        cells["nrs"] = self._or_missing(0.02, number_cell(round(before)))
        cells["cadss_total"] = self._or_missing(0.03, number_cell(patient.course.cadss[0]))
        return cells | self._vitals(patient.course.vitals_baseline)

    def _phq9(self, items: tuple[int, ...]) -> dict[str, Cell]:
        cells = {name: number_cell(item) for name, item in zip(PHQ9_ITEMS, items, strict=True)}
        total = number_cell(sum(items))
        if self.draw.chance(0.05):  # an item left out: the total entered stands
            cells[self.draw.pick(PHQ9_ITEMS)] = EMPTY
        return cells | {"phq9_total": total}

    def _vitals(self, values: tuple[int, ...]) -> dict[str, Cell]:
        return {
            name: self._or_missing(0.02, number_cell(value))
            for name, value in zip(VITALS, values, strict=True)
        }

    def _infusion(self, infusion: Infusion) -> dict[str, Cell]:
        return {
            "inf_date": date_cell(infusion.date),
            "dose_mg": number_cell(infusion.dose_mg),
            "inf_hours": self._or_missing(0.02, number_cell(infusion.hours)),
            "stopped_early": yes_no_cell(infusion.stopped_early),
        } | self._vitals(self.patient.course.vitals_infusion)

    def _after(self, infusion: Infusion) -> dict[str, Cell]:
        course = self.patient.course
        return {
            "nrs": self._or_missing(0.04, number_cell(round(infusion.nrs_after))),
            "cadss_total": self._or_missing(0.04, number_cell(course.cadss[1])),
        } | self._vitals(course.vitals_after)

    # visits

    def _visits(self, infusion: Infusion) -> list[RecordRow]:
        rows = []
        told, last_with_relief = False, 0
        tells, heaped = self.draw.chance(0.5), self.draw.chance(self.truth.heaped_share)
        for visit in self.patient.course.visits:
            event = f"week_{visit.week}_arm_1"
            if not visit.attended:
                rows += self._missed(event)
                continue
            cells = self._visit(infusion, visit)
            # Relief that no visit saw must be told, or the visits would say that there was none.
            unseen = infusion.relief_days > 0 and not last_with_relief
            if not visit.ongoing and not told and (unseen or tells):
                days = _tell_days(infusion.relief_days, last_with_relief, visit.day, heaped)
                cells["relief_days"], told = number_cell(days), True
            if cells["relief_ongoing"].means:
                last_with_relief = visit.day
            rows.append(replace(self._row(event, cells), day=visit.day))
        return rows

    def _missed(self, event: str) -> list[RecordRow]:
        """Return what a missed visit leaves: mostly nothing, else forms without answers."""
        if self.draw.chance(0.7):
            return []
        row = self._row(event, {})
        row.cells |= {name: Cell("0") for name in row.cells}
        return [row]

    def _visit(self, infusion: Infusion, visit: Visit) -> dict[str, Cell]:
        percent = max(5 * round(visit.relief_pct / 5), 5) if visit.ongoing else 0
        return {
            "nrs": self._or_missing(0.04, number_cell(round(visit.nrs))),
            "fu_date": date_cell(infusion.date + dt.timedelta(visit.day)),
            "relief_pct": self._or_missing(0.03, number_cell(percent)),
            "relief_ongoing": self._or_missing(0.02, yes_no_cell(visit.ongoing)),
        }

    def _event(self, event: AdverseEvent) -> dict[str, Cell]:
        synonym = self.draw.pick(AE_SYNONYMS.get(event.term, (event.term,)))
        return {
            "ae_term": Cell(scuff(self.draw, synonym), means=event.term),
            "ae_severity": _coded_cell("ae_severity", event.severity),
            "ae_serious": yes_no_cell(event.serious),
            "ae_related": _coded_cell("ae_related", event.related),
        }


def _tell_days(days: float, with_relief: int, visit_day: int, heaped: bool) -> float:
    """Return an ended relief in days as told at a visit: in whole weeks where they fit.

    ``with_relief`` is the day of the last visit with relief and ``visit_day`` that of this one:
    what is told lies between them.
    """
    if days < 1:
        return 0.0 if days == 0 else 0.5
    weeks = 7 * round(days / 7)
    if heaped and days >= 5 and max(with_relief, 7) <= weeks <= visit_day:
        return weeks
    return min(max(math.floor(days + 0.5), with_relief), visit_day)
