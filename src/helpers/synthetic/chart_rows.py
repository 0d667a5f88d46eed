"""Part 1 as rows of the four sheets: the truth of each patient, as the clinic typed it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field, replace
from itertools import count, pairwise
from types import MappingProxyType
from typing import Any, Final

from helpers.study import AE_SYNONYMS, DEFAULT_INDEX_INFUSION, RELATEDNESS, SEVERITIES
from helpers.synthetic import mess
from helpers.synthetic.draws import Draw
from helpers.synthetic.durations import Asked, spell_duration
from helpers.synthetic.mess import EMPTY, Cell
from helpers.synthetic.parameters import Truth
from helpers.synthetic.truth import AdverseEvent, Infusion, Person

# Column of each sheet, and the name of what it means in the truth.
SHEETS: Final = MappingProxyType(
    {
        "Patients": {
            "Patient ID": "patient",
            "Consent signed": "consent",
            "Age (years)": "age",
            "Sex": "sex",
            "FM diagnosed": "fm_diagnosed",
            "FM diagnosis year": "fm_diagnosis_year",
            "Height (cm)": "height_cm",
            "Weight (kg)": "weight_kg",
            "Depression": "depression",
            "PHQ-9": "phq9",
            "Opioid use": "opioid_use",
            "Comorbidities": "comorbidities",
        },
        "Infusions": {
            "Patient ID": "patient",
            "Infusion #": "infusion",
            "Date": "date",
            "Dose": "dose_mg",
            "Duration (h)": "hours",
            "NRS before": "nrs_before",
            "NRS after": "nrs_after",
            "Stopped early": "stopped_early",
        },
        "Follow-ups": {
            "Patient ID": "patient",
            "Infusion #": "infusion",
            "Follow-up date": "date",
            "Pain relief (%)": "relief_pct",
            "Duration of relief": "relief",
        },
        "Adverse events": {
            "Patient ID": "patient",
            "Infusion #": "infusion",
            "Event": "term",
            "Severity": "severity",
            "Serious": "serious",
            "Related": "related",
        },
    }
)
_SEXES: Final = {"female": ("F", "F", "F", "female", "Female"), "male": ("M", "M", "male")}
_DEPRESSION: Final = {"yes": ("Yes", "y"), "no": ("No", "n"), "history": ("history", "History")}
_SEVERITIES: Final = {word: (word,) for word in SEVERITIES}
_RELATED: Final = {word: (word,) for word in RELATEDNESS}


@dataclass(slots=True, eq=False)
class Row:
    """One row of a sheet; ``number`` as the spreadsheet shows it, set when all rows stand.

    ``excluded`` says why a reader must not use the row; ``planted`` that it was made wrong.
    """

    sheet: str
    patient: str
    infusion: int
    cells: dict[str, Cell]
    number: int = 0
    excluded: str = ""
    planted: bool = False

    def means(self, column: str) -> Any:
        """Return what the cell under a column means."""
        return self.cells[column].means


@dataclass(frozen=True, slots=True)
class ChartPatient:
    """One patient of Part 1: the truth, the criteria failed, and the rows typed."""

    patient: str
    fails: tuple[str, ...]
    person: Person
    infusions: tuple[Infusion, ...]
    rows: list[Row] = field(default_factory=list)

    def rows_of(self, sheet: str) -> list[Row]:
        """Return the patient's rows of one sheet."""
        return [row for row in self.rows if row.sheet == sheet]


def type_chart(truth: Truth, patient: ChartPatient, seed: int, *key: int) -> ChartPatient:
    """Return the patient with the rows that the clinic typed.

    Which values are left out is drawn anew until the patient fails the stated criteria and no
    other: a chart is complete enough because only such charts are eligible.
    """
    wanted = set(patient.fails) & {"pain_ratings", "follow_up"}
    attempts = (_Typist(truth, patient, Draw(seed, *key, attempt)).rows() for attempt in count())
    rows = next(rows for rows in attempts if find_gaps(rows) == wanted)
    return replace(patient, rows=rows)


def has_both_scores(row: Row) -> bool:
    """Return whether a row of Infusions has pain before and after."""
    return row.means("NRS before") is not None and row.means("NRS after") is not None


def has_both_answers(row: Row) -> bool:
    """Return whether a row of Follow-ups has percentage and duration of relief."""
    return row.means("Pain relief (%)") is not None and row.means("Duration of relief") is not None


def find_gaps(rows: list[Row]) -> set[str]:
    """Return the criteria that rows of a patient fail for want of scores or follow-ups."""
    scores = any(row.sheet == "Infusions" and has_both_scores(row) for row in rows)
    answers = any(row.sheet == "Follow-ups" and has_both_answers(row) for row in rows)
    present = {"pain_ratings": scores, "follow_up": answers}
    return {criterion for criterion, there in present.items() if not there}


class _Typist:
    """Types the rows of one patient."""

    def __init__(self, truth: Truth, patient: ChartPatient, draw: Draw) -> None:
        self.truth = truth
        self.patient = patient
        self.draw = draw
        self.weight = self._or_missing(0.02, mess.spell_weight(draw, patient.person.weight_kg))

    def rows(self) -> list[Row]:
        rows = [self._row("Patients", 0, self._patient())]
        infusions = self.patient.infusions
        following = dict(pairwise(infusion.number for infusion in infusions))
        dates = {infusion.number: infusion.date for infusion in infusions}
        for infusion in infusions:
            rows.append(self._row("Infusions", infusion.number, self._infusion(infusion)))
            next_date = dates.get(following.get(infusion.number, 0))
            if self._is_followed_up():
                cells = self._follow_up(infusion, next_date)
                rows.append(self._row("Follow-ups", infusion.number, cells))
            for event in infusion.adverse_events:
                rows.append(self._row("Adverse events", infusion.number, self._event(event)))
        return rows

    def _row(self, sheet: str, infusion: int, cells: dict[str, Cell]) -> Row:
        keys = {"Patient ID": mess.spell_id(self.draw, self.patient.patient)}
        if infusion:
            keys["Infusion #"] = mess.spell_whole(self.draw, infusion)
        return Row(sheet, self.patient.patient, infusion, keys | cells)

    def _or_missing(self, probability: float, cell: Cell) -> Cell:
        return mess.spell_missing(self.draw) if self.draw.chance(probability) else cell

    def _is_followed_up(self) -> bool:
        # A patient who fails on follow-ups alone has them, without a duration.
        never = {"follow_up", "min_infusions"} <= set(self.patient.fails)
        return not never and self.draw.chance(0.95)

    def _patient(self) -> dict[str, Cell]:
        draw, person, fails = self.draw, self.patient.person, self.patient.fails
        depression = mess.spell_word(draw, _DEPRESSION, person.depression)
        depression = replace(depression, means=person.depression != "no")
        diagnosed = "fm_diagnosed" not in fails
        year = mess.spell_whole(draw, self._diagnosis_year())
        comorbidities = mess.spell_comorbidities(draw, person.comorbidities)
        return {
            "Consent signed": mess.spell_yes_no(draw, "consent" not in fails),
            "Age (years)": mess.spell_whole(draw, person.age),
            "Sex": mess.spell_word(draw, _SEXES, person.sex),
            "FM diagnosed": mess.spell_yes_no(draw, diagnosed),
            "FM diagnosis year": self._or_missing(0.03, year) if diagnosed else EMPTY,
            "Height (cm)": self._or_missing(0.02, mess.spell_whole(draw, person.height_cm)),
            "Weight (kg)": self.weight,
            "Depression": self._or_missing(0.02, depression),
            "PHQ-9": self._or_missing(0.1, mess.spell_whole(draw, sum(person.phq9_items))),
            "Opioid use": self._or_missing(0.02, mess.spell_yes_no(draw, person.opioid_use)),
            "Comorbidities": EMPTY if draw.chance(0.03) else comorbidities,
        }

    def _diagnosis_year(self) -> int:
        infusions = self.patient.infusions
        index = infusions[min(DEFAULT_INDEX_INFUSION, len(infusions)) - 1]
        return index.date.year - self.patient.person.fm_years

    def _infusion(self, infusion: Infusion) -> dict[str, Cell]:
        draw = self.draw
        after = self._or_missing(0.05, mess.spell_nrs(draw, infusion.nrs_after))
        never_after = "pain_ratings" in self.patient.fails
        return {
            "Date": mess.spell_date(draw, infusion.date),
            "Dose": mess.spell_dose(draw, infusion.dose_mg, self.weight.means),
            "Duration (h)": self._or_missing(0.02, mess.spell_hours(draw, infusion.hours)),
            "NRS before": self._or_missing(0.02, mess.spell_nrs(draw, infusion.nrs_before)),
            "NRS after": mess.spell_missing(draw) if never_after else after,
            "Stopped early": mess.spell_yes_no(draw, infusion.stopped_early),
        }

    def _follow_up(self, infusion: Infusion, next_date: dt.date | None) -> dict[str, Cell]:
        draw = self.draw
        date = infusion.follow_up_date or infusion.date
        spelled = self._or_missing(0.02, mess.spell_date(draw, date))
        asked = Asked(
            infusion.relief_days,
            (date - infusion.date).days if spelled.means else None,
            (next_date - infusion.date).days if next_date else None,
            draw.chance(self.truth.heaped_share),
        )
        duration = self._or_missing(0.03, spell_duration(draw, asked))
        never_told = "follow_up" in self.patient.fails
        return {
            "Follow-up date": spelled,
            "Pain relief (%)": self._or_missing(
                0.03, mess.spell_percent(draw, infusion.relief_pct)
            ),
            "Duration of relief": mess.spell_missing(draw) if never_told else duration,
        }

    def _event(self, event: AdverseEvent) -> dict[str, Cell]:
        draw = self.draw
        synonyms = {event.term: AE_SYNONYMS.get(event.term, (event.term,))}
        serious = mess.spell_yes_no(draw, event.serious)
        if not event.serious and draw.chance(0.02):
            serious = replace(mess.spell_missing(draw), means=False)  # missing counts as no
        return {
            "Event": mess.spell_word(draw, synonyms, event.term),
            "Severity": mess.spell_word(draw, _SEVERITIES, event.severity),
            "Serious": serious,
            "Related": mess.spell_word(draw, _RELATED, event.related),
        }
