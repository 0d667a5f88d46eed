"""Who came and what was recorded: attendance and missing scores, attenders against lost."""

from __future__ import annotations

from typing import Any

import pandas as pd

from helpers.cohort.analysis_sets import Cohort
from helpers.cohort.scores import received_index
from helpers.study import BASELINE, POST_40MIN, RETROSPECTIVE, WEEK_VISITS

Rows = list[dict[str, Any]]


def describe_attendance(cohort: Cohort, infusions: pd.DataFrame | None) -> Rows:
    """Return by visit (Part 1: by infusion) how many came and what is missing of them."""
    if cohort.part == RETROSPECTIVE:
        return _by_infusion(infusions) if infusions is not None else []
    return _by_visit(cohort)


def _by_infusion(infusions: pd.DataFrame) -> Rows:
    return [
        {
            "occasion": f"infusion_{number}",
            "patients": len(group),
            "scores": int(group["nrs_reduction"].notna().sum()),
            "percentages": int(group["relief_pct"].notna().sum()),
            "durations": int(group["kind"].notna().sum()),
        }
        for number, group in infusions.groupby("infusion", sort=True)
    ]


def _by_visit(cohort: Cohort) -> Rows:
    patients = received_index(cohort)
    ratings = cohort.of_eligible("pain_ratings")
    scores = {visit: set(group["patient"]) for visit, group in ratings.groupby("visit")}
    rows: Rows = [
        {"occasion": visit, "patients": len(patients), "attended": None,
         "scores": len(scores.get(visit, set()) & set(patients)), "percentages": None}
        for visit in (BASELINE, POST_40MIN)
    ]  # fmt: skip
    return rows + [_visit(cohort, visit, patients, scores.get(visit, set()))
                   for visit in WEEK_VISITS]  # fmt: skip


def _visit(cohort: Cohort, visit: str, patients: list[str], scored: set[str]) -> dict[str, Any]:
    """Return one visit, with how those who came differ from the lost at the infusion itself."""
    visits = cohort.of_eligible("follow_ups")
    at_visit = visits[(visits["visit"] == visit) & visits["patient"].isin(patients)]
    came = sorted(at_visit.loc[at_visit["date"].notna(), "patient"])
    lost = sorted(set(patients) - set(came))
    return {
        "occasion": visit,
        "patients": len(patients),
        "attended": len(came),
        "scores": len(scored & set(patients)),
        "percentages": int(at_visit["relief_pct"].notna().sum()),
        "attenders": _characteristics(cohort, came),
        "lost": _characteristics(cohort, lost),
    }


def _characteristics(cohort: Cohort, patients: list[str]) -> dict[str, Any]:
    """Return n, mean pain before and mean reduction of some patients, each with its own n."""
    rows = cohort.index.loc[patients]
    described: dict[str, Any] = {"n": len(rows)}
    for name in ("nrs_pre", "nrs_reduction"):
        known = rows[name].dropna()
        described[name] = float(known.mean()) if len(known) else None
        described[f"n_{name}"] = len(known)
    return described
