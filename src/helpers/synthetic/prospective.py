"""Part 2 of a synthetic study: who is in it, what was entered, and the truth of both."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from types import MappingProxyType
from typing import Any, Final

from helpers.study import MIN_AGE_YEARS, MIN_PRIOR_INFUSIONS
from helpers.synthetic.draws import Draw
from helpers.synthetic.durations import duration_means
from helpers.synthetic.parameters import Truth
from helpers.synthetic.planted import Planted
from helpers.synthetic.redcap_errors import plant_redcap_errors
from helpers.synthetic.redcap_rows import CohortPatient, RecordRow, enter_patient
from helpers.synthetic.truth import draw_course, draw_person

_ELIGIBLE_ANSWERS: Final = MappingProxyType(
    {
        "icf_signed": 1,
        "fm_dx": 1,
        "prescribed": 1,
        "screen_pass": 1,
        "willing": 1,
        "ket_allergy": 0,
        "dementia": 0,
        "med_condition": 0,
        "other_trial_3m": 0,
    }
)
# The criteria that each ineligible patient fails, all of them, and the answers that make it so.
INELIGIBLE: Final[tuple[tuple[tuple[str, ...], Mapping[str, int | None]], ...]] = (
    (("consent",), {"icf_signed": 0}),
    (("safety_screen", "medical_condition"), {"screen_pass": 0, "med_condition": 1}),
    (("min_prior_infusions",), {"prior_infusions": MIN_PRIOR_INFUSIONS - 1}),
    (("willing",), {"willing": None}),  # not documented
    (("ketamine_allergy",), {"ket_allergy": 1}),
    (("other_trial",), {"other_trial_3m": 1}),
    (("age",), {}),
)
_PART, _ORDER, _ELIGIBLE, _INELIGIBLE, _ERRORS = 2, 0, 1, 2, 3  # keys of the random streams
_TRUTH, _ENTRY = 0, 1


@dataclass(frozen=True, slots=True)
class Cohort:
    """Part 2: patients, the rows of the export in their order, and the planted errors."""

    patients: Sequence[CohortPatient]
    rows: Sequence[RecordRow]
    planted: Sequence[Planted]


def draw_prospective(truth: Truth, seed: int, eligible: int) -> Cohort:
    """Return Part 2 with a number of eligible patients, and the ineligible ones on top."""
    patients = list(draw_cohort_patients(truth, seed, eligible))
    rows, planted = plant_redcap_errors(patients, eligible, Draw(seed, _PART, _ERRORS))
    for number, row in enumerate(rows, start=2):
        row.number = number
    return Cohort(patients, rows, planted)


def draw_cohort_patients(truth: Truth, seed: int, eligible: int) -> Iterator[CohortPatient]:
    """Yield the patients of Part 2 in their order, before errors are planted."""
    everyone = [(_ELIGIBLE, i) for i in range(eligible)]
    everyone += [(_INELIGIBLE, i) for i in range(len(INELIGIBLE))]
    order = Draw(seed, _PART, _ORDER).shuffle(everyone)
    for number, key in enumerate(order, start=1):
        yield _draw_patient(truth, seed, str(number), key)


def _draw_patient(truth: Truth, seed: int, record: str, key: tuple[int, int]) -> CohortPatient:
    draw = Draw(seed, _PART, *key, _TRUTH)
    person = draw_person(truth, draw)
    course = draw_course(truth, person, draw)
    prior = MIN_PRIOR_INFUSIONS + draw.whole(0, 9)
    fails, changed = INELIGIBLE[key[1]] if key[0] == _INELIGIBLE else ((), {})
    if fails:
        course = replace(course, infusion=None, visits=())
    if "age" in fails:
        person = replace(person, age=draw.whole(15, MIN_AGE_YEARS - 1), fm_years=draw.whole(1, 3))
    answers = {**_ELIGIBLE_ANSWERS, "prior_infusions": prior, **changed}
    patient = CohortPatient(record, fails, answers, person, course)
    return enter_patient(truth, patient, Draw(seed, _PART, *key, _ENTRY))


def describe_cohort(patient: CohortPatient) -> dict[str, Any]:
    """Return the truth of one patient: what was drawn, and what each row says by the contract."""
    return {
        "patient": patient.record,
        "eligible": not patient.fails,
        "fails": list(patient.fails),
        "drawn": {"person": asdict(patient.person), "course": asdict(patient.course)},
        "rows": [_describe_row(row) for row in patient.rows],
        "relief": derive_told_relief(patient.rows),
    }


def _describe_row(row: RecordRow) -> dict[str, Any]:
    reported = {
        name: cell.means for name, cell in row.cells.items() if not name.endswith("_complete")
    }
    return {
        "event": row.event,
        "instance": row.instance or None,
        "row": row.number,
        "excluded": row.excluded or None,
        "reported": None if row.excluded else reported,
    }


def derive_told_relief(rows: Sequence[RecordRow]) -> dict[str, object] | None:
    """Return the duration of relief that the visits state by the contract's four rules.

    It is derived here from what was entered, apart from the code that reads the files.
    """
    visits = [row for row in rows if row.means("fu_date") is not None and not row.excluded]
    for visit in visits:
        days = visit.means("relief_days")
        if days is not None:
            return duration_means("exact" if days else "none", days, days)
    last_with_relief = 0
    for visit in visits:
        if visit.means("relief_ongoing") is False:
            return _ended_before(visit, last_with_relief)
        last_with_relief = visit.day if visit.means("relief_ongoing") else last_with_relief
    if not last_with_relief:
        return None
    return duration_means("right", last_with_relief, None, basis="ongoing")


def _ended_before(visit: RecordRow, last_with_relief: int) -> dict[str, object]:
    if not last_with_relief and visit.means("relief_pct") == 0:
        return duration_means("none", 0, 0, basis="visits")
    return duration_means("interval", last_with_relief, visit.day, basis="visits")
