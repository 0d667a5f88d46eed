"""Participant flow: screened, excluded by criterion, eligible, analysed."""

from __future__ import annotations

from collections.abc import Iterator

from helpers.analysis.scope import Scope
from helpers.cohort.analysis_sets import Cohort, durations_of_relief, pairs_of_scores
from helpers.results import Estimate
from helpers.study import CRITERIA


def estimate_flow(cohort: Cohort) -> Iterator[Estimate]:
    """Yield the counts ``P.flow.*``."""
    eligibility = cohort.eligibility
    scope = Scope(cohort.part, "flow", "all patients screened", eligibility.screened, 0.95)
    yield scope.count("screened", "Patients screened", eligibility.screened)
    yield scope.count("eligible", "Patients eligible", len(cohort.eligible))
    yield scope.count(
        "analysed_short_term",
        "Patients with pain before and after the index infusion",
        len(pairs_of_scores(cohort.index)[0]),
    )
    yield scope.count(
        "analysed_duration",
        "Patients with a duration of relief after the index infusion",
        len(durations_of_relief(cohort.index)),
    )
    for criterion in CRITERIA[cohort.part]:
        yield scope.count(
            f"excluded.{criterion.key}",
            f"Excluded, first reason: {criterion.failure}",
            eligibility.first_failed(criterion.key),
        )
        yield scope.count(
            f"failed.{criterion.key}",
            f"All who fail: {criterion.failure}",
            eligibility.failed(criterion.key),
        )
