"""The dataset by visit: pain, relief, dissociation and vital signs on each occasion."""

from __future__ import annotations

from typing import Final

import pandas as pd

from helpers.cohort.analysis_sets import Cohort
from helpers.export.datasets.rows import Rows, list_rows
from helpers.export.datasets.variables import CELLS, SEQUENCE, Dataset, Origin, Variable, define
from helpers.study import (
    AFTER,
    BASELINE,
    BEFORE,
    FOLLOW_UP,
    INFUSION_EVENT,
    MEASUREMENT_UNITS,
    PARTS,
    POST_40MIN,
    PROSPECTIVE,
    RETROSPECTIVE,
    STUDY_INFUSION,
    WEEK_VISITS,
)

OCCASIONS: Final = (BEFORE, AFTER, FOLLOW_UP, BASELINE, INFUSION_EVENT, POST_40MIN, *WEEK_VISITS)
_FIRST: Final = {RETROSPECTIVE: BEFORE, PROSPECTIVE: BASELINE}
_KEY: Final = ("part", "patient", "infusion", "visit")
_OF_INFUSION: Final = {"patient": "patient", "infusion": "infusion"}
_OF_VISIT: Final = _OF_INFUSION | {"visit": "visit"}
_LABELS: Final = {
    "cadss_total": "dissociation (CADSS), total (Part 2)",
    "sbp": "systolic blood pressure (Part 2)",
    "dbp": "diastolic blood pressure (Part 2)",
    "hr": "heart rate (Part 2)",
    "spo2": "oxygen saturation (Part 2)",
}


def _of(table: str, column: str) -> Origin:
    return Origin(table, (column,), _OF_VISIT)


def _measurement(name: str) -> Variable:
    only = {PROSPECTIVE: {"name": (name,)}}
    keys = {"patient": "patient", "event": "visit"}
    origin = Origin("measurements", ("value",), keys, only, (PROSPECTIVE,))
    return define(name, "number", _LABELS[name], "as in `measurements`", origin,
                  unit=MEASUREMENT_UNITS[name])  # fmt: skip


_FIRST_NRS: Final = Origin(
    "pain_ratings", ("nrs",), _OF_INFUSION,
    {part: {"visit": (visit,)} for part, visit in _FIRST.items()},
)  # fmt: skip
VISITS: Final = Dataset(
    "advis",
    "Analysis: visits",
    "one row per occasion with a score, a follow-up or a measurement, of eligible patients",
    _KEY,
    (
        SEQUENCE,
        define("part", "text", "which part of the study", "by the file", allowed=PARTS,
               required=True),
        define("patient", "text", "study code, in lower case", "as read",
               Origin("patients", ("patient",), {"patient": "patient"}), required=True),
        define("infusion", "whole number", "number of the infusion",
               "as read (Part 2: 1, the study infusion)",
               Origin("infusions", ("infusion",), _OF_INFUSION), limits=(1, None), required=True),
        define("visit", "text", "the occasion", "by the column (Part 1) or the event (Part 2)",
               allowed=OCCASIONS, required=True),
        define("date", "date", "date of the follow-up", "as in `follow_ups`",
               _of("follow_ups", "date")),
        define("day", "number", "days from the infusion to the follow-up", "as in `follow_ups`",
               _of("follow_ups", "day"),
               Origin("infusions", ("date",), _OF_INFUSION,
                      when={"visit": (FOLLOW_UP, *WEEK_VISITS)}),
               unit="days", limits=(0, None)),
        define("nrs", "number", "pain, numerical rating scale 0 to 10", "as in `pain_ratings`",
               _of("pain_ratings", "nrs"), unit="points", limits=(0, None)),
        define("nrs_change", "number", "change of pain since before the infusion",
               "nrs − nrs at the visit before (Part 1) or baseline (Part 2)",
               _of("pain_ratings", "nrs"), _FIRST_NRS, unit="points"),
        define("relief_pct", "number", "pain relief as the patient reported it",
               "as in `follow_ups`", _of("follow_ups", "relief_pct"), unit="%", limits=(0, None)),
        *(_measurement(name) for name in MEASUREMENT_UNITS),
        *CELLS,
    ),
)  # fmt: skip


def derive_visits(cohort: Cohort) -> Rows:
    """Return a row per occasion of the eligible patients, with the columns of ``advis``."""
    keys = list(_KEY[1:])
    ratings = cohort.of_eligible("pain_ratings").set_index(keys)["nrs"]
    follow_ups = cohort.of_eligible("follow_ups").set_index(keys)[["date", "day", "relief_pct"]]
    frame = follow_ups.join(ratings, how="outer").join(_measured(cohort), how="outer")
    rows = frame.reset_index()
    first = ratings.xs(_FIRST[cohort.part], level="visit")
    before = first.reindex(pd.MultiIndex.from_frame(rows[["patient", "infusion"]])).to_numpy()
    rows = rows.assign(part=cohort.part, nrs_change=rows["nrs"] - before)
    rows["place"] = rows["visit"].map(OCCASIONS.index)
    ordered = rows.sort_values(["patient", "infusion", "place"]).drop(columns="place")
    return list_rows(ordered)


def _measured(cohort: Cohort) -> pd.DataFrame:
    """Return the measurements side by side; those of Part 2 belong to the study infusion."""
    rows = cohort.of_eligible("measurements").rename(columns={"event": "visit"})
    rows = rows.assign(infusion=pd.array([STUDY_INFUSION] * len(rows), dtype="Int64"))
    wide = rows.pivot(index=list(_KEY[1:]), columns="name", values="value")
    return wide.reindex(columns=list(MEASUREMENT_UNITS))
