"""The datasets by infusion: what was given and what followed, and relief as time to event."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import pandas as pd

from helpers.cohort.analysis_sets import Cohort
from helpers.cohort.infusions import derive_infusions
from helpers.export.datasets.rows import Rows, list_rows
from helpers.export.datasets.times import derive_times, relief_variables
from helpers.export.datasets.variables import CELLS, SEQUENCE, Dataset, Origin, define
from helpers.study import (
    AFTER,
    BASELINE,
    BEFORE,
    FOLLOW_UP,
    PARTS,
    POST_40MIN,
    PROSPECTIVE,
    RETROSPECTIVE,
    WEEK_VISITS,
)

_KEYS: Final = {"patient": "patient", "infusion": "infusion"}
_NAMES: Final = ("part", "patient", "infusion")


def _of(table: str, *columns: str, only: Mapping[str, Any] | None = None) -> Origin:
    return Origin(table, columns, _KEYS, only or {})


def _visits(retrospective: str, prospective: str) -> dict[str, dict[str, tuple[str, ...]]]:
    return {RETROSPECTIVE: {"visit": (retrospective,)}, PROSPECTIVE: {"visit": (prospective,)}}


_PRE: Final = _of("pain_ratings", "nrs", only=_visits(BEFORE, BASELINE))
_POST: Final = _of("pain_ratings", "nrs", only=_visits(AFTER, POST_40MIN))
_WEIGHT: Final = Origin("patients", ("weight_kg",), {"patient": "patient"})
_KEY_VARIABLES: Final = (
    SEQUENCE,
    define("part", "text", "which part of the study", "by the file", allowed=PARTS, required=True),
    define("patient", "text", "study code, in lower case", "as read", _of("infusions", "patient"),
           required=True),
    define("infusion", "whole number", "number of the infusion",
           "as read (Part 2: 1, the study infusion)", _of("infusions", "infusion"),
           limits=(1, None), required=True),
    define("at_index", "yes/no", "the index infusion", "infusion = index infusion", required=True),
)  # fmt: skip
_DOSE: Final = define(
    "dose_mg_per_kg", "number", "total dose by body weight", "dose_mg / weight_kg",
    _of("infusions", "dose_mg_per_kg"), _WEIGHT, unit="mg/kg", limits=(0, None),
)  # fmt: skip
_DATE: Final = define("date", "date", "date of the infusion", "as read", _of("infusions", "date"))

INFUSIONS: Final = Dataset(
    "adinf",
    "Analysis: infusions",
    "one row per infusion of an eligible patient",
    _NAMES,
    (
        *_KEY_VARIABLES,
        _DATE,
        define("dose_mg", "number", "total dose", "as in `infusions`", _of("infusions", "dose_mg"),
               unit="mg", limits=(0, None)),
        _DOSE,
        define("hours", "number", "length of the infusion", "as read", _of("infusions", "hours"),
               unit="h", limits=(0, None)),
        define("stopped_early", "yes/no", "infusion stopped early", "as read",
               _of("infusions", "stopped_early")),
        define("nrs_pre", "number", "pain before (Part 2: baseline)", "as in `pain_ratings`", _PRE,
               unit="points"),
        define("nrs_post", "number", "pain after (Part 2: 40 minutes after)",
               "as in `pain_ratings`", _POST, unit="points"),
        define("nrs_reduction", "number", "reduction of pain", "nrs_pre − nrs_post", _PRE, _POST,
               unit="points"),
        define("nrs_reduction_pct", "number", "reduction of pain, percent",
               "100 · nrs_reduction / nrs_pre; missing where nrs_pre is 0", _PRE, _POST, unit="%"),
        define("relief_pct", "number", "pain relief reported (Part 2: at week 1)",
               "as in `follow_ups`",
               _of("follow_ups", "relief_pct", only=_visits(FOLLOW_UP, WEEK_VISITS[0])),
               unit="%", limits=(0, None)),
        define("next_days", "number", "days to the infusion with the next higher number (Part 1)",
               "difference of the dates; missing after the last", _of("infusions", "date"),
               Origin("infusions", ("date",), _KEYS, parts=(RETROSPECTIVE,), following=True),
               unit="days"),
        *relief_variables({}),
        define("adverse_events", "whole number", "adverse events recorded at the infusion",
               "rows of `adverse_events`", _of("adverse_events", "term"), unit="count",
               limits=(0, None), required=True),
        *CELLS,
    ),
)  # fmt: skip

TIMES: Final = Dataset(
    "adtte",
    "Analysis: time to the end of relief",
    "one row per infusion of an eligible patient with a known duration of relief",
    _NAMES,
    (*_KEY_VARIABLES, _DATE, _DOSE, *relief_variables({}), *CELLS),
)


def derive_by_infusion(cohort: Cohort) -> Rows:
    """Return a row per infusion of the eligible patients, with the columns of ``adinf``."""
    rows = _infusions(cohort).assign(part=cohort.part)
    events = cohort.tables["adverse_events"].groupby(["patient", "infusion"]).size()
    keys = pd.MultiIndex.from_frame(rows[["patient", "infusion"]])
    rows = derive_times(rows).assign(
        at_index=rows["infusion"] == cohort.index_infusion,
        adverse_events=events.reindex(keys, fill_value=0).to_numpy(),
    )
    return list_rows(rows)


def _infusions(cohort: Cohort) -> pd.DataFrame:
    if cohort.part == RETROSPECTIVE:
        return derive_infusions(cohort)
    recorded = cohort.of_eligible("infusions")["patient"]
    rows = cohort.index[cohort.index.index.isin(recorded)].reset_index()
    return rows.assign(infusion=cohort.index_infusion, next_days=float("nan"))


def derive_to_event(cohort: Cohort) -> Rows:
    """Return the infusions whose duration of relief is known, with the columns of ``adtte``.

    A duration of Part 2 counts also where no infusion was recorded, as in the estimates.
    """
    if cohort.part == RETROSPECTIVE:
        rows = _infusions(cohort)
    else:
        rows = cohort.index.reset_index().assign(infusion=cohort.index_infusion)
    rows = derive_times(rows[rows["kind"].notna()].reset_index(drop=True))
    rows = rows.assign(part=cohort.part, at_index=rows["infusion"] == cohort.index_infusion)
    return list_rows(rows)
