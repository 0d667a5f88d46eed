"""The variables of the subject-level dataset: labels, derivations and the cells they come from."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from helpers.cohort.eligibility import FAILED, MET, NOT_DOCUMENTED
from helpers.cohort.measurements import CHANGES
from helpers.export.datasets.times import relief_variables
from helpers.export.datasets.variables import CELLS, SEQUENCE, Dataset, Origin, Variable, define
from helpers.study import (
    AFTER,
    BASELINE,
    BEFORE,
    CRITERIA,
    FOLLOW_UP,
    MILD_NRS,
    PARTS,
    POST_40MIN,
    PROSPECTIVE,
    RESPONDER_THRESHOLDS,
    RETROSPECTIVE,
    SUSTAINED_DAYS,
    WEEK_VISITS,
)

CRITERION: Final = "criterion_"
_PATIENT: Final = {"patient": "patient"}
_INFUSION: Final = {"patient": "patient", "infusion": "infusion"}
_ELIGIBLE: Final = {"eligible": ("True",)}


def _patient(*columns: str) -> Origin:
    return Origin("patients", columns, _PATIENT)


def _any(table: str, *columns: str) -> Origin:
    """Return every row of the patient in a table."""
    return Origin(table, columns, _PATIENT)


def _index(table: str, *columns: str) -> Origin:
    """Return the rows of the index infusion, of eligible patients."""
    return Origin(table, columns, _INFUSION, when=_ELIGIBLE)


def _at(table: str, column: str, retrospective: str, prospective: str) -> Origin:
    """Return the row of one visit of the index infusion, of eligible patients."""
    only = {RETROSPECTIVE: {"visit": (retrospective,)}, PROSPECTIVE: {"visit": (prospective,)}}
    return Origin(table, (column,), _INFUSION, only=only, when=_ELIGIBLE)


_PRE: Final = _at("pain_ratings", "nrs", BEFORE, BASELINE)
_POST: Final = _at("pain_ratings", "nrs", AFTER, POST_40MIN)
_CRITERION_ORIGINS: Final = {
    "min_infusions": (_any("infusions", "infusion"),),
    "pain_ratings": (_any("pain_ratings", "nrs"),),
    "follow_up": (_any("follow_ups", "relief_pct"), _any("relief", "kind")),
    "min_prior_infusions": (_patient("prior_infusions"),),
}


def _criteria() -> Iterator[Variable]:
    """Yield a variable per criterion of either part; it is missing in a part without it."""
    asked = {criterion.key: criterion for part in PARTS for criterion in CRITERIA[part]}
    for key, criterion in asked.items():
        parts = tuple(part for part in PARTS if criterion in CRITERIA[part])
        yield define(
            f"{CRITERION}{key}", "text", f"eligibility: {criterion.asks}",
            f"`cohort/eligibility.py`; a missing answer is '{NOT_DOCUMENTED}' and fails too",
            *(replace(origin, parts=parts)
              for origin in _CRITERION_ORIGINS.get(key, (_patient(key),))),
            allowed=(MET, FAILED, NOT_DOCUMENTED),
        )  # fmt: skip


_CRITERIA: Final = tuple(_criteria())
_ALL_CRITERIA: Final = tuple(origin for each in _CRITERIA for origin in each.origins)


def _flow() -> Iterator[Variable]:
    yield define("eligible", "yes/no", "meets every criterion of the part", "all criteria met",
                 *_ALL_CRITERIA, required=True)  # fmt: skip
    yield define("first_failed", "text", "the first criterion that is not met",
                 "in the plan's order; missing where eligible", *_ALL_CRITERIA,
                 allowed=tuple(name.removeprefix(CRITERION) for name in (
                     each.name for each in _CRITERIA)))  # fmt: skip
    yield define("safety_population", "yes/no", "in the safety population",
                 "eligible, with an infusion (Part 2: one with a date)", *_ALL_CRITERIA,
                 _any("infusions", "infusion", "date"), required=True)  # fmt: skip
    yield define("consented_population", "yes/no", "consented and had at least one infusion",
                 "whatever else was not met", _patient("consent"), _any("infusions", "infusion"),
                 required=True)  # fmt: skip
    yield define("analysed_short_term", "yes/no", "pain is known before and after the infusion",
                 "of eligible patients", _PRE, _POST)  # fmt: skip
    yield define("analysed_duration", "yes/no", "the duration of relief is known",
                 "of eligible patients", _index("relief", "kind"))  # fmt: skip


def _characteristics() -> Iterator[Variable]:
    age = "age (Part 1: at the index infusion)"
    yield define("age", "number", age, "as read", _patient("age"), unit="years", limits=(0, None))
    yield define("sex", "text", "sex", "as read", _patient("sex"))
    yield define("fm_years", "number", "time since diagnosis",
                 "Part 1: year of the index infusion − year of diagnosis; Part 2: as read",
                 _patient("fm_diagnosis_year", "fm_years"),
                 Origin("infusions", ("date",), _INFUSION, parts=(RETROSPECTIVE,)),
                 unit="years")  # fmt: skip
    yield define("height_cm", "number", "body height", "as read", _patient("height_cm"), unit="cm")
    yield define("weight_kg", "number", "body weight", "as read", _patient("weight_kg"), unit="kg")
    yield define("bmi", "number", "body-mass index", "weight_kg / (height_cm / 100)²",
                 _patient("height_cm", "weight_kg"), unit="kg/m²")  # fmt: skip
    yield define("depression", "yes/no", "depression now or in the past (Part 1)", "as read",
                 _patient("depression"))  # fmt: skip
    yield define("phq9", "number", "Patient Health Questionnaire 9, total", "as in `patients`",
                 _patient("phq9"), unit="points", limits=(0, None))  # fmt: skip
    yield define("opioid_use", "yes/no", "uses opioids", "as read", _patient("opioid_use"))
    yield define("comorbidities", "whole number", "number of comorbidities", "as in `patients`",
                 _patient("comorbidities"), unit="count", limits=(0, None))  # fmt: skip
    yield define("prior_infusions", "whole number", "ketamine infusions before (Part 2)", "as read",
                 _patient("prior_infusions"), unit="count", limits=(0, None))  # fmt: skip


def _exposure() -> Iterator[Variable]:
    weight = Origin("patients", ("weight_kg",), _PATIENT, when=_ELIGIBLE)
    by_weight = (_index("infusions", "dose_mg_per_kg"), weight)
    yield define("infusion_date", "date", "date of the index infusion", "as read",
                 _index("infusions", "date"))  # fmt: skip
    yield define("dose_mg", "number", "total dose", "as in `infusions`",
                 _index("infusions", "dose_mg"), unit="mg", limits=(0, None))  # fmt: skip
    yield define("dose_mg_per_kg", "number", "total dose by body weight", "dose_mg / weight_kg",
                 *by_weight, unit="mg/kg", limits=(0, None))  # fmt: skip
    yield define("hours", "number", "length of the infusion", "as read",
                 _index("infusions", "hours"), unit="h", limits=(0, None))  # fmt: skip
    yield define("stopped_early", "yes/no", "index infusion stopped early", "as read",
                 _index("infusions", "stopped_early"))  # fmt: skip
    yield define("guideline_met", "yes/no", "dose and length reach the guideline's least",
                 "GUIDELINE_MIN_MG and GUIDELINE_MIN_HOURS of `study.py`",
                 _index("infusions", "dose_mg", "hours"))  # fmt: skip
    yield define("in_target_range", "yes/no", "dose by weight and length in the routine target",
                 "TARGET_MG_PER_KG and TARGET_HOURS of `study.py`",
                 _index("infusions", "dose_mg_per_kg", "hours"), weight)  # fmt: skip


def _pain() -> Iterator[Variable]:
    pre, post = "before (Part 2: baseline)", "after (Part 2: 40 minutes after)"
    percent = "100 · nrs_reduction / nrs_pre; missing where nrs_pre is 0"
    yield define("nrs_pre", "number", f"pain {pre}", "as in `pain_ratings`", _PRE, unit="points")
    yield define("nrs_post", "number", f"pain {post}", "as in `pain_ratings`", _POST, unit="points")
    yield define("nrs_reduction", "number", "reduction of pain", "nrs_pre − nrs_post", _PRE, _POST,
                 unit="points")  # fmt: skip
    yield define("nrs_reduction_pct", "number", "reduction of pain, percent", percent, _PRE, _POST,
                 unit="%")  # fmt: skip
    for threshold in RESPONDER_THRESHOLDS:
        yield define(f"responder_{threshold}", "yes/no", f"pain reduced by at least {threshold}%",
                     f"nrs_reduction_pct ≥ {threshold}", _PRE, _POST)  # fmt: skip
    yield define("responder", "yes/no", "pain reduced by at least responder_threshold",
                 "nrs_reduction_pct ≥ responder_threshold", _PRE, _POST)  # fmt: skip
    yield define("responder_threshold", "number", "the threshold that was asked for",
                 "parameter responder_threshold", unit="%")  # fmt: skip
    yield define("nrs_post_mild", "yes/no", "no worse than mild pain after the infusion",
                 f"nrs_post ≤ {MILD_NRS}, of patients with both scores", _PRE, _POST)  # fmt: skip


def _long_term() -> Iterator[Variable]:
    yield define("relief_pct", "number", "pain relief reported (Part 2: at week 1)",
                 "as in `follow_ups`", _at("follow_ups", "relief_pct", FOLLOW_UP, WEEK_VISITS[0]),
                 unit="%", limits=(0, None))  # fmt: skip
    yield from relief_variables(_ELIGIBLE)
    yield define(f"sustained_{SUSTAINED_DAYS}", "yes/no",
                 f"relief of at least {SUSTAINED_DAYS} days",
                 f"yes: lower_days ≥ {SUSTAINED_DAYS}; no: upper_days < {SUSTAINED_DAYS}; else "
                 "missing, as the bounds leave it open",
                 _index("relief", "lower_days", "upper_days"))  # fmt: skip


def _safety() -> Iterator[Variable]:
    yield define("any_ae", "yes/no", "an adverse event is recorded", "at any infusion",
                 _any("adverse_events", "term"), required=True)  # fmt: skip
    yield define("any_serious_ae", "yes/no", "a serious adverse event is recorded",
                 "at any infusion; missing seriousness counts as no",
                 _any("adverse_events", "serious"), required=True)  # fmt: skip
    yield define("any_stopped_early", "yes/no", "an infusion was stopped early",
                 "of the infusions of which it is recorded",
                 _any("infusions", "stopped_early"))  # fmt: skip
    for name, change in CHANGES.items():
        only = {PROSPECTIVE: {"name": (change.measurement,), "event": (BASELINE, change.event)}}
        origin = Origin("measurements", ("value",), _PATIENT, only, (PROSPECTIVE,), _ELIGIBLE)
        yield define(name, "number", change.label.removesuffix(", mean"),
                     f"{change.measurement} at {change.event} − at {BASELINE} (Part 2)", origin,
                     unit=change.unit)  # fmt: skip


SUBJECTS: Final = Dataset(
    "adsl",
    "Analysis: patients, at the index infusion",
    "one row per patient who was screened",
    ("part", "patient"),
    (
        SEQUENCE,
        define("part", "text", "which part of the study", "by the file", allowed=PARTS,
               required=True),
        define("patient", "text", "study code, in lower case", "as read", _patient("patient"),
               required=True),
        define("infusion", "whole number", "number of the index infusion",
               "parameter index_infusion (Part 2: 1, the study infusion)", limits=(1, None),
               required=True),
        *_flow(), *_CRITERIA, *_characteristics(), *_exposure(), *_pain(), *_long_term(),
        *_safety(), *CELLS,
    ),
)  # fmt: skip
