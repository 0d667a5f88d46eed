"""The analysis sets of one part: what each eligible patient contributes at the index infusion."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from helpers.cohort.eligibility import Eligibility, assess_eligibility
from helpers.ingest.folder import StudyData
from helpers.study import (
    AFTER,
    BASELINE,
    BEFORE,
    FOLLOW_UP,
    GUIDELINE_MIN_HOURS,
    GUIDELINE_MIN_MG,
    POST_40MIN,
    PROSPECTIVE,
    RETROSPECTIVE,
    STUDY_INFUSION,
    TARGET_HOURS,
    TARGET_MG_PER_KG,
    THRESHOLD_TOLERANCE,
    WEEK_VISITS,
)

_PRE_POST = {RETROSPECTIVE: (BEFORE, AFTER), PROSPECTIVE: (BASELINE, POST_40MIN)}
_INDEX_FOLLOW_UP = {RETROSPECTIVE: FOLLOW_UP, PROSPECTIVE: WEEK_VISITS[0]}


@dataclass(frozen=True, slots=True)
class Cohort:
    """One part of the study, ready to be estimated from.

    ``patients`` are all who were screened; ``index`` has a row per eligible patient, in order of
    the study code, with the exposure, scores, relief and duration of the index infusion (missing
    where they are). ``tables`` are the typed tables of the part.
    """

    part: str
    index_infusion: int
    eligibility: Eligibility
    patients: pd.DataFrame
    index: pd.DataFrame
    tables: Mapping[str, pd.DataFrame]

    @property
    def eligible(self) -> list[str]:
        """The eligible patients, in order of the study code."""
        return list(self.index.index)

    def of_eligible(self, table: str) -> pd.DataFrame:
        """Return the rows of a typed table that belong to eligible patients."""
        rows = self.tables[table]
        return rows[rows["patient"].isin(self.index.index)]


def derive_cohort(data: StudyData, part: str, index_infusion: int) -> Cohort:
    """Return the cohort of one part; Part 2 has one infusion whatever ``index_infusion`` says."""
    tables = {name: data.table(name, part) for name in data.tables}
    eligibility = assess_eligibility(part, tables)
    number = index_infusion if part == RETROSPECTIVE else STUDY_INFUSION
    infusions = tables["infusions"]
    index_rows = infusions[infusions["infusion"] == number].set_index("patient")
    patients = _derive_characteristics(part, tables["patients"].set_index("patient"), index_rows)
    index = _derive_index(part, eligibility.eligible, number, tables)
    return Cohort(part, number, eligibility, patients.sort_index(), index, tables)


def _derive_characteristics(
    part: str, patients: pd.DataFrame, index_infusions: pd.DataFrame
) -> pd.DataFrame:
    """Add body-mass index, and for Part 1 the years since diagnosis at the index infusion."""
    metres = patients["height_cm"].where(patients["height_cm"] > 0) / 100
    derived = patients.assign(bmi=patients["weight_kg"] / metres**2)
    if part == PROSPECTIVE:
        return derived
    year = index_infusions["date"].dt.year.reindex(derived.index)
    since = year - derived["fm_diagnosis_year"].astype("float64")
    return derived.assign(fm_years=since)


def _derive_index(
    part: str, eligible: list[str], number: int, tables: Mapping[str, pd.DataFrame]
) -> pd.DataFrame:
    index = pd.DataFrame(index=pd.Index(eligible, name="patient", dtype=object))
    at_index = {
        name: table[table["infusion"] == number]
        for name, table in tables.items()
        if "infusion" in table.columns
    }
    infusions = at_index["infusions"].set_index("patient")
    index = index.join(infusions[["date", "dose_mg", "dose_mg_per_kg", "hours", "stopped_early"]])
    index = join_scores(index, at_index["pain_ratings"], part, "patient")
    follow_ups = at_index["follow_ups"]
    visit = follow_ups[follow_ups["visit"] == _INDEX_FOLLOW_UP[part]].set_index("patient")
    relief = at_index["relief"].set_index("patient")
    index = index.join(visit[["relief_pct"]])
    index = index.join(relief[["kind", "lower_days", "upper_days", "approximate", "basis"]])
    return _derive_exposure_flags(index)


def join_scores(
    index: pd.DataFrame, ratings: pd.DataFrame, part: str, keys: str | list[str]
) -> pd.DataFrame:
    """Add both scores, the reduction (points) and its percentage where the first is above 0.

    ``keys`` name the index of the table, by which the ratings are looked up.
    """
    for name, visit in zip(("nrs_pre", "nrs_post"), _PRE_POST[part], strict=True):
        scores = ratings[ratings["visit"] == visit].set_index(keys)["nrs"]
        index = index.join(scores.rename(name))
    reduction = index["nrs_pre"] - index["nrs_post"]
    above_zero = index["nrs_pre"].where(index["nrs_pre"] > 0)
    return index.assign(nrs_reduction=reduction, nrs_reduction_pct=100 * reduction / above_zero)


def _derive_exposure_flags(index: pd.DataFrame) -> pd.DataFrame:
    """Add whether dose and hours meet the guideline and lie in the routine target range."""
    mg, mg_per_kg, hours = index["dose_mg"], index["dose_mg_per_kg"], index["hours"]
    guideline = _reaches(mg, GUIDELINE_MIN_MG) & _reaches(hours, GUIDELINE_MIN_HOURS)
    target = _lies_in(mg_per_kg, TARGET_MG_PER_KG) & _lies_in(hours, TARGET_HOURS)
    return index.assign(
        guideline_met=guideline.astype("boolean").mask(mg.isna() | hours.isna()),
        in_target_range=target.astype("boolean").mask(mg_per_kg.isna() | hours.isna()),
    )


def _reaches(values: pd.Series, minimum: float) -> pd.Series:
    return values >= minimum - THRESHOLD_TOLERANCE


def _lies_in(values: pd.Series, limits: tuple[float, float]) -> pd.Series:
    lower, upper = limits
    return _reaches(values, lower) & (values <= upper + THRESHOLD_TOLERANCE)


def pairs_of_scores(index: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    """Return the scores before and after of the patients who have both, shape (n,) each."""
    complete = index.dropna(subset=["nrs_pre", "nrs_post"])
    return complete["nrs_pre"].to_numpy(float), complete["nrs_post"].to_numpy(float)


def durations_of_relief(index: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of the patients whose duration of relief is known."""
    return index[index["kind"].notna()]
