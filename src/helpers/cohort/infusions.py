"""Every infusion of the eligible patients, with what was recorded around it."""

from __future__ import annotations

import pandas as pd

from helpers.cohort.analysis_sets import Cohort, join_scores
from helpers.study import FOLLOW_UP

KEYS = ["patient", "infusion"]


def derive_infusions(cohort: Cohort) -> pd.DataFrame:
    """Return a row per infusion of the eligible patients of Part 1, by patient and number.

    Columns: exposure, scores and their reduction, percentage and duration of relief (missing
    where they are), and ``next_days``, the days to the infusion with the next higher number.
    """
    infusions = cohort.of_eligible("infusions").set_index(KEYS).sort_index()
    infusions = infusions[["date", "dose_mg", "dose_mg_per_kg", "hours", "stopped_early"]]
    infusions = join_scores(infusions, cohort.tables["pain_ratings"], cohort.part, KEYS)
    follow_ups = cohort.tables["follow_ups"]
    visits = follow_ups[follow_ups["visit"] == FOLLOW_UP].set_index(KEYS)
    relief = cohort.tables["relief"].set_index(KEYS)
    infusions = infusions.join(visits[["relief_pct"]])
    infusions = infusions.join(relief[["kind", "lower_days", "upper_days", "approximate", "basis"]])
    following = infusions.groupby(level="patient")["date"].shift(-1)
    days = (following - infusions["date"]).dt.days.astype("float64")
    return infusions.assign(next_days=days).reset_index()
