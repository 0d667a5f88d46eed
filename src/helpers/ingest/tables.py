"""The typed tables: one specification each, which validates the table and documents it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

import pandas as pd

from helpers.study import OTHER_EVENT, PARTS, RELATEDNESS, SEVERITIES

# Upper limits of Part 2 are those of the clinic's REDCap dictionary, which wins over any page;
# they are checked at the door, so no upper limit stands here for what it rules.

# How a column is held: text and labels as object (None when missing), truth values and whole
# numbers as pandas' nullable types, measurements as float64, dates as datetime64[ns].
_DTYPES: Final = MappingProxyType(
    {
        "text": "object",
        "yes/no": "boolean",
        "whole number": "Int64",
        "number": "float64",
        "date": "datetime64[ns]",
    }
)


@dataclass(frozen=True, slots=True)
class ColumnSpec:
    """One column: name, type, unit, limits (both included) or allowed values, and meaning."""

    name: str
    type: str
    meaning: str
    unit: str = ""
    limits: tuple[float | None, float | None] = (None, None)
    allowed: tuple[str, ...] = ()
    required: bool = False


@dataclass(frozen=True, slots=True)
class TableSpec:
    """One table: what a row is, what identifies it, and its columns."""

    name: str
    row: str
    key: tuple[str, ...]
    columns: tuple[ColumnSpec, ...]

    def build(self, records: Sequence[Mapping[str, Any]]) -> pd.DataFrame:
        """Return records as a table of this specification; absent columns are missing."""
        data = {
            column.name: pd.Series(
                [record.get(column.name) for record in records], dtype=_DTYPES[column.type]
            )
            for column in self.columns
        }
        return self.validate(pd.DataFrame(data))

    def validate(self, table: pd.DataFrame) -> pd.DataFrame:
        """Return the table, checked column by column.

        Raises
        ------
        pandera.errors.SchemaError
            When a column, a type, a limit or the key is violated: a defect of the program, since
            what people can get wrong has become a data query before.
        """
        validated: pd.DataFrame = _schema(self).validate(table)
        return validated


def _schema(spec: TableSpec) -> Any:
    import pandera.pandas as pa  # half a second that `study --help` need not wait for

    return pa.DataFrameSchema(
        {
            column.name: pa.Column(
                _DTYPES[column.type],
                checks=_checks(column, pa),
                nullable=not column.required,
                description=column.meaning,
            )
            for column in spec.columns
        },
        strict=True,
        unique=list(spec.key) or None,
        name=spec.name,
    )


def _checks(column: ColumnSpec, pa: Any) -> list[Any]:
    minimum, maximum = column.limits
    checks = []
    if minimum is not None:
        checks.append(pa.Check.ge(minimum))
    if maximum is not None:
        checks.append(pa.Check.le(maximum))
    if column.allowed:
        checks.append(pa.Check.isin(column.allowed))
    return checks


def _text(name: str, meaning: str, *, allowed: Sequence[str] = (), required: bool = False,
          ) -> ColumnSpec:  # fmt: skip
    return ColumnSpec(name, "text", meaning, allowed=tuple(allowed), required=required)


def _yes_no(name: str, meaning: str) -> ColumnSpec:
    return ColumnSpec(name, "yes/no", meaning)


def _number(
    name: str, meaning: str, unit: str, minimum: float | None = None, maximum: float | None = None
) -> ColumnSpec:
    return ColumnSpec(name, "number", meaning, unit, (minimum, maximum))


_PART = _text("part", "which part of the study", allowed=PARTS, required=True)
_PATIENT = _text("patient", "study code, in lower case", required=True)
_INFUSION = ColumnSpec(
    "infusion",
    "whole number",
    "number of the infusion (Part 2: 1, the study infusion)",
    limits=(1, None),
    required=True,
)
_SOURCE = ColumnSpec(
    "source_row", "whole number", "row of the file that the record comes from", limits=(2, None),
    required=True,
)  # fmt: skip

PATIENTS = TableSpec(
    "patients",
    "one row per patient",
    ("part", "patient"),
    (
        _PART,
        _PATIENT,
        _yes_no("consent", "informed consent signed"),
        _number("age", "age (Part 1: at the index infusion)", "years", 0),
        _text("sex", "female, male, or a further choice of the dictionary"),
        _yes_no("fm_diagnosed", "fibromyalgia diagnosed"),
        ColumnSpec("fm_diagnosis_year", "whole number", "year of diagnosis (Part 1)", "year"),
        _number("fm_years", "years since diagnosis (Part 2; Part 1 derives it)", "years"),
        _number("height_cm", "body height", "cm", 0),
        _number("weight_kg", "body weight", "kg", 0),
        _yes_no("depression", "depression now or in the past (Part 1)"),
        _number("phq9", "Patient Health Questionnaire 9, total", "points", 0),
        _yes_no("opioid_use", "uses opioids"),
        ColumnSpec("comorbidities", "whole number", "number of comorbidities", "count", (0, None)),
        _yes_no("prescribed", "ketamine prescribed (Part 2)"),
        _yes_no("safety_screen", "safety screen passed (Part 2)"),
        ColumnSpec(
            "prior_infusions", "whole number", "ketamine infusions before (Part 2)", "count",
            (0, None),
        ),
        _yes_no("willing", "willing to take part (Part 2)"),
        _yes_no("ketamine_allergy", "allergic to ketamine (Part 2)"),
        _yes_no("cognitive_impairment", "dementia or other impairment (Part 2)"),
        _yes_no("medical_condition", "excluding medical condition (Part 2)"),
        _yes_no("other_trial", "in another trial within 3 months (Part 2)"),
        _SOURCE,
    ),
)  # fmt: skip

INFUSIONS = TableSpec(
    "infusions",
    "one row per infusion",
    ("part", "patient", "infusion"),
    (
        _PART,
        _PATIENT,
        _INFUSION,
        ColumnSpec("date", "date", "date of the infusion"),
        _number("dose_mg", "total dose", "mg", 0),
        _number("dose_mg_per_kg", "total dose by body weight", "mg/kg", 0),
        _number("hours", "length of the infusion", "h", 0),
        _yes_no("stopped_early", "infusion stopped early"),
        _SOURCE,
    ),
)

PAIN_RATINGS = TableSpec(
    "pain_ratings",
    "one row per pain score that could be read",
    ("part", "patient", "infusion", "visit"),
    (
        _PART,
        _PATIENT,
        _INFUSION,
        _text("visit", "before, after (Part 1); baseline, post_40min, week_<k> (Part 2)",
              required=True),
        ColumnSpec("nrs", "number", "pain, numerical rating scale 0 to 10", "points", (0, None),
                   required=True),
        _SOURCE,
    ),
)  # fmt: skip

FOLLOW_UPS = TableSpec(
    "follow_ups",
    "one row per follow-up visit",
    ("part", "patient", "infusion", "visit"),
    (
        _PART,
        _PATIENT,
        _INFUSION,
        _text("visit", "follow_up (Part 1); week_<k> (Part 2)", required=True),
        ColumnSpec("date", "date", "date of the visit"),
        _number("day", "days from the infusion to the visit", "days", 0),
        _number("relief_pct", "pain relief as the patient reported it, 0 to 100", "%", 0),
        _SOURCE,
    ),
)

RELIEF = TableSpec(
    "relief",
    "one row per duration of relief that could be read",
    ("part", "patient", "infusion"),
    (
        _PART,
        _PATIENT,
        _INFUSION,
        _text("kind", "how the duration is known",
              allowed=("none", "exact", "interval", "right", "left"), required=True),
        ColumnSpec("lower_days", "number", "the relief lasted at least so long", "days",
                   (0, None), required=True),
        ColumnSpec("upper_days", "number", "and at most so long (infinite: right-censored)",
                   "days", (0, None), required=True),
        ColumnSpec("approximate", "yes/no", "the writer said about, a few, a couple of",
                   required=True),
        _text("basis", "what the bounds rest on",
              allowed=("stated", "ongoing", "next infusion", "visits"), required=True),
        _SOURCE,
    ),
)  # fmt: skip

ADVERSE_EVENTS = TableSpec(
    "adverse_events",
    "one row per adverse event",
    (),
    (
        _PART,
        _PATIENT,
        _INFUSION,
        _text("term", f"coded term, a plain term as written (lower case), or {OTHER_EVENT}"),
        ColumnSpec("coded", "yes/no", "the term is in the list of synonyms", required=True),
        _text("severity", f"{', '.join(SEVERITIES)}, or a further choice of the dictionary"),
        ColumnSpec("serious", "yes/no", "serious (missing counts as no)", required=True),
        ColumnSpec("serious_stated", "yes/no", "whether it was serious is stated", required=True),
        _text("related", f"related to the infusion: {', '.join(RELATEDNESS)}"),
        _SOURCE,
    ),
)

MEASUREMENTS = TableSpec(
    "measurements",
    "one row per measurement (Part 2)",
    ("part", "patient", "event", "name"),
    (
        _PART,
        _PATIENT,
        _text("event", "baseline, infusion or post_40min", required=True),
        _text("name", "cadss_total (dissociation), sbp, dbp, hr, spo2", required=True),
        ColumnSpec("value", "number", "the value, in the unit of its name", required=True),
        _SOURCE,
    ),
)

TABLES: Final = (
    PATIENTS,
    INFUSIONS,
    PAIN_RATINGS,
    FOLLOW_UPS,
    RELIEF,
    ADVERSE_EVENTS,
    MEASUREMENTS,
)
