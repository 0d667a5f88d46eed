"""Part 1 of a synthetic study: who is in it, what was typed, and the truth of both."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any, Final

from helpers.study import MIN_AGE_YEARS, MIN_INFUSIONS
from helpers.synthetic.chart_errors import plant_chart_errors
from helpers.synthetic.chart_rows import SHEETS, ChartPatient, Row, type_chart
from helpers.synthetic.draws import Draw
from helpers.synthetic.parameters import Truth
from helpers.synthetic.planted import Planted
from helpers.synthetic.truth import draw_chart, draw_person

# The criteria that each ineligible patient fails, all of them.
INELIGIBLE: Final = (
    ("consent",),
    ("age",),
    ("fm_diagnosed",),
    ("min_infusions", "follow_up"),
    ("pain_ratings",),
    ("follow_up",),
)
_PART, _ORDER, _ELIGIBLE, _INELIGIBLE, _ERRORS = 1, 0, 1, 2, 3  # keys of the random streams
_TRUTH, _TYPING = 0, 1


@dataclass(frozen=True, slots=True)
class Chart:
    """Part 1: patients, the rows of each sheet in their order, and the planted errors."""

    patients: Sequence[ChartPatient]
    sheets: dict[str, list[Row]]
    planted: Sequence[Planted]


def draw_retrospective(truth: Truth, seed: int, eligible: int) -> Chart:
    """Return Part 1 with a number of eligible patients, and the ineligible ones on top."""
    patients = list(draw_chart_patients(truth, seed, eligible))
    rows, planted = plant_chart_errors(patients, eligible, Draw(seed, _PART, _ERRORS))
    sheets = {sheet: [row for row in rows if row.sheet == sheet] for sheet in SHEETS}
    for of_sheet in sheets.values():
        for number, row in enumerate(of_sheet, start=2):
            row.number = number
    return Chart(patients, sheets, planted)


def draw_chart_patients(truth: Truth, seed: int, eligible: int) -> Iterator[ChartPatient]:
    """Yield the patients of Part 1 in their order, before errors are planted."""
    everyone = [((), (_ELIGIBLE, i)) for i in range(eligible)]
    screened = everyone + [(fails, (_INELIGIBLE, i)) for i, fails in enumerate(INELIGIBLE)]
    order = Draw(seed, _PART, _ORDER).shuffle(screened)
    for number, (fails, key) in enumerate(order, start=1):
        yield _draw_patient(truth, seed, f"R{number:03d}", fails, (_PART, *key))


def _draw_patient(
    truth: Truth, seed: int, name: str, fails: tuple[str, ...], key: tuple[int, ...]
) -> ChartPatient:
    draw = Draw(seed, *key, _TRUTH)
    person = draw_person(truth, draw)
    if "age" in fails:
        person = replace(person, age=draw.whole(15, MIN_AGE_YEARS - 1), fm_years=draw.whole(1, 3))
    too_few = "min_infusions" in fails
    count = draw.whole(2, MIN_INFUSIONS - 1) if too_few else draw.whole(*truth.infusions)
    patient = ChartPatient(name, fails, person, draw_chart(truth, person, count, draw))
    return type_chart(truth, patient, seed, *key, _TYPING)


def describe_chart(patient: ChartPatient) -> dict[str, Any]:
    """Return the truth of one patient: what was drawn, and what each row says by the contract."""
    return {
        "patient": patient.patient,
        "eligible": not patient.fails,
        "fails": list(patient.fails),
        "drawn": {
            "person": asdict(patient.person),
            "infusions": [asdict(infusion) for infusion in patient.infusions],
        },
        "rows": [_describe_row(row) for row in patient.rows],
    }


def _describe_row(row: Row) -> dict[str, Any]:
    reported = {name: row.means(column) for column, name in SHEETS[row.sheet].items()}
    return {
        "sheet": row.sheet,
        "row": row.number,
        "infusion": row.infusion or None,
        "excluded": row.excluded or None,
        "reported": None if row.excluded else reported,
    }
