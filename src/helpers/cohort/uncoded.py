"""Adverse events whose term is not coded: the patient's or the clinic's own words, pooled."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from helpers.cohort.analysis_sets import Cohort
from helpers.cohort.read import CleanStudy
from helpers.study import AE_SYNONYMS, OTHER_EVENT

OTHER: Final = OTHER_EVENT


def pool_uncoded_events(study: CleanStudy, *, own_terms: bool = False) -> CleanStudy:
    """Return a study in whose cohorts one term stands for every adverse event that is not coded.

    With ``own_terms`` it also stands for the terms that ``study.toml`` adds to the contract's.
    Nothing else changes: an event without any term keeps having none.
    """
    return replace(
        study,
        cohorts={part: _pool(cohort, own_terms) for part, cohort in study.cohorts.items()},
    )


def _pool(cohort: Cohort, own_terms: bool) -> Cohort:
    events = cohort.tables["adverse_events"]
    is_kept = events["coded"].astype(bool)
    if own_terms:
        is_kept &= events["term"].isin(AE_SYNONYMS)
    as_written = ~is_kept & events["term"].notna()
    pooled = events.assign(term=events["term"].mask(as_written, OTHER))
    return replace(cohort, tables={**cohort.tables, "adverse_events": pooled})
