"""Tables that describe rather than estimate: baseline, eligibility, events, durations, queries."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping
from typing import Any

import pandas as pd

from helpers.analysis.safety import events_of, safety_patients
from helpers.analysis.who_responds import describe_responders
from helpers.cohort.analysis_sets import Cohort, durations_of_relief
from helpers.ingest.folder import StudyData
from helpers.settings import Settings
from helpers.study import (
    CONDITION,
    CRITERIA,
    PHQ9_MODERATE,
    PROSPECTIVE,
    RELATEDNESS,
    RETROSPECTIVE,
    SEVERITIES,
    TREATMENT,
)

Rows = list[dict[str, Any]]


def describe_tables(
    data: StudyData, cohorts: Mapping[str, Cohort], settings: Settings
) -> dict[str, Any]:
    """Return what the report's tables show beyond the estimates, as plain values."""
    return {
        "eligibility": {part: describe_eligibility(cohort) for part, cohort in cohorts.items()},
        "baseline": {part: describe_baseline(cohort) for part, cohort in cohorts.items()},
        "durations": {part: describe_durations(cohort) for part, cohort in cohorts.items()},
        "adverse_events": {part: describe_events(cohort) for part, cohort in cohorts.items()},
        "seriousness_not_stated": {
            part: count_seriousness_not_stated(cohort) for part, cohort in cohorts.items()
        },
        "severity": {part: describe_severity(cohort) for part, cohort in cohorts.items()},
        "responders": {part: describe_responders(cohort) for part, cohort in cohorts.items()},
        "data_queries": describe_queries(data),
        "registered_outcomes": [dict(outcome) for outcome in settings.registered_outcomes],
    }


def describe_eligibility(cohort: Cohort) -> Rows:
    """Return for each criterion how many fail it first, at all, and for want of an answer."""
    eligibility = cohort.eligibility
    return [
        {
            "criterion": criterion.key,
            "asks": criterion.asks,
            "failure": criterion.failure,
            "first_failed": eligibility.first_failed(criterion.key),
            "failed": eligibility.failed(criterion.key),
            "not_documented": eligibility.not_documented(criterion.key),
        }
        for criterion in CRITERIA[cohort.part]
    ]


_NUMBERS: tuple[tuple[str, str, str, str | None], ...] = (
    ("age", "Age", "years", None),
    ("bmi", "Body-mass index", "kg/m²", None),
    ("weight_kg", "Weight", "kg", None),
    ("fm_years", f"Time since diagnosis of {CONDITION}", "years", None),
    ("phq9", "Depression score (PHQ-9)", "points, 0–27", None),
    ("comorbidities", "Comorbidities", "number", None),
    (
        "prior_infusions",
        f"{TREATMENT.capitalize()} infusions before the study",
        "number",
        PROSPECTIVE,
    ),
    ("nrs_pre", "Pain before the index infusion (NRS)", "points, 0–10", None),
)
_FLAGS: tuple[tuple[str, str, str | None], ...] = (
    ("female", "Female", None),
    ("depression", "Depression, now or in the past", RETROSPECTIVE),
    ("phq9_moderate", f"PHQ-9 of {PHQ9_MODERATE} or more", None),
    ("opioid_use", "Opioid use", None),
)


def describe_baseline(cohort: Cohort) -> Rows:
    """Return the baseline characteristics of the eligible patients.

    Numbers: n, mean, SD, median, minimum and maximum. Yes/no: n known and count.
    """
    patients = cohort.patients.loc[cohort.eligible]
    patients = patients.assign(
        nrs_pre=cohort.index["nrs_pre"],
        female=(patients["sex"] == "female").astype("boolean").mask(patients["sex"].isna()),
        phq9_moderate=(patients["phq9"] >= PHQ9_MODERATE)
        .astype("boolean")
        .mask(patients["phq9"].isna()),
    )
    flags = [
        _describe_flag(patients[name], name, label)
        for name, label, part in _FLAGS
        if part in (None, cohort.part)
    ]
    numbers = [
        _describe_number(patients[name], name, label, unit)
        for name, label, unit, part in _NUMBERS
        if part in (None, cohort.part)
    ]
    return [numbers[0], flags[0], *numbers[1:4], *flags[1:], *numbers[4:]]


def _describe_number(values: pd.Series, name: str, label: str, unit: str) -> dict[str, Any]:
    known = values.dropna().astype(float)
    return {
        "name": name,
        "label": label,
        "unit": unit,
        "total": len(values),
        "n": len(known),
        "mean": _finite(known.mean()),
        "sd": _finite(known.std(ddof=1)),
        "median": _finite(known.median()),
        "minimum": _finite(known.min()),
        "maximum": _finite(known.max()),
    }


def _describe_flag(values: pd.Series, name: str, label: str) -> dict[str, Any]:
    known = values.dropna().astype(bool)
    return {
        "name": name,
        "label": label,
        "unit": "patients",
        "total": len(values),
        "n": len(known),
        "count": int(known.sum()),
    }


def _finite(value: float) -> float | None:
    return float(value) if math.isfinite(value) else None


def describe_durations(cohort: Cohort) -> dict[str, Any]:
    """Return how the durations at the index infusion are known."""
    known = durations_of_relief(cohort.index)
    return {
        "n": len(known),
        "kinds": {kind: int((known["kind"] == kind).sum())
                  for kind in ("none", "exact", "interval", "left", "right")},
        "approximate": int(known["approximate"].sum()),
        "basis": {str(basis): int(count)
                  for basis, count in known["basis"].value_counts().sort_index().items()},
    }  # fmt: skip


def describe_events(cohort: Cohort) -> Rows:
    """Return per adverse-event term the patients, events, severities and serious events."""
    events = events_of(cohort, safety_patients(cohort))
    return [
        {
            "term_key": key,
            "term": min(group["term"]),
            "coded": bool(group["coded"].all()),
            "patients": int(group["patient"].nunique()),
            "events": len(group),
            **{name: int((group["severity"] == name).sum()) for name in SEVERITIES},
            "severity_other": int((~group["severity"].isin(SEVERITIES)).sum()),
            "serious": int(group["serious"].sum()),
            "related": int(group["related"].isin(("yes", "possible")).sum()),
        }
        for key, group in events.dropna(subset=["term"]).groupby("term_key", sort=True)
    ]


def describe_severity(cohort: Cohort) -> dict[str, dict[str, int]]:
    """Return patients by the severity of their worst event, and events by relatedness."""
    patients = safety_patients(cohort)
    events = events_of(cohort, patients)
    rank = {severity: place for place, severity in enumerate(SEVERITIES)}
    worst = events["severity"].map(rank).groupby(events["patient"]).max()
    counts = {severity: int((worst == place).sum()) for severity, place in rank.items()}
    with_events = int(events["patient"].nunique())
    related = {name: int((events["related"] == name).sum()) for name in RELATEDNESS}
    return {
        "worst": {"no_event": len(patients) - with_events, **counts,
                  "not_stated": with_events - sum(counts.values())},
        "related": {**related, "not_stated": len(events) - sum(related.values())},
    }  # fmt: skip


def count_seriousness_not_stated(cohort: Cohort) -> int:
    """Return the patients who have an event of unknown seriousness and none known to be serious."""
    events = events_of(cohort, safety_patients(cohort))
    serious = set(events.loc[events["serious"].astype(bool), "patient"])
    unstated = set(events.loc[~events["serious_stated"].astype(bool), "patient"])
    return len(unstated - serious)


def describe_queries(data: StudyData) -> Rows:
    """Return the number of data queries by severity and code."""
    counts = Counter((query.severity, query.code) for query in data.queries)
    return [
        {"severity": severity, "code": code, "count": count}
        for (severity, code), count in sorted(counts.items())
    ]
