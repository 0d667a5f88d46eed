"""Safety: who had an adverse event, and which."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

import pandas as pd

from helpers.analysis.randomness import resamples
from helpers.analysis.scope import Scope
from helpers.cohort.analysis_sets import Cohort
from helpers.cohort.measurements import CHANGES, derive_changes
from helpers.estimate.means import mean
from helpers.estimate.proportions import clopper_pearson
from helpers.estimate.rank_correlation import spearman
from helpers.estimate.resampled import ratio
from helpers.results import Estimate
from helpers.settings import Settings
from helpers.study import RETROSPECTIVE


def safety_patients(cohort: Cohort) -> list[str]:
    """Return the eligible patients with an infusion (Part 2: one that was received)."""
    infusions = cohort.of_eligible("infusions")
    if cohort.part != RETROSPECTIVE:
        infusions = infusions[infusions["date"].notna()]
    return sorted(set(infusions["patient"]))


def safety_population(cohort: Cohort) -> str:
    """Return the safety population in words."""
    if cohort.part == RETROSPECTIVE:
        return "eligible patients, every infusion"
    return "eligible patients who received the study infusion"


def estimate_safety(cohort: Cohort, scope: Scope, settings: Settings) -> Iterator[Estimate]:
    """Yield ``P.safety.*``, and for Part 1 ``safety_consented``."""
    patients = safety_patients(cohort)
    events = events_of(cohort, patients)
    safety = replace(
        scope.within("safety"), population=safety_population(cohort), total=len(patients)
    )
    yield _share(safety, "any_ae", "Any adverse event", events)
    serious = events[events["serious"].astype(bool)]
    yield _share(safety, "any_serious_ae", "Any serious adverse event", serious)
    yield _stopped_early(cohort, patients, safety)
    for key, group in events.groupby("term_key", sort=True):
        label = f"Adverse event: {min(group['term'])}"
        yield _share(safety, f"ae.{key}", label, group)
    if cohort.part == RETROSPECTIVE:
        yield _per_infusion(cohort, patients, events, safety, settings)
        yield _consented(cohort, scope)
    else:
        yield from _changes(cohort, patients, safety)


def _per_infusion(
    cohort: Cohort, patients: list[str], events: pd.DataFrame, scope: Scope, settings: Settings
) -> Estimate:
    """Return the events per infusion; the events of one patient are not independent."""
    infusions = cohort.of_eligible("infusions").groupby("patient").size().reindex(patients)
    counts = events.groupby("patient").size().reindex(patients, fill_value=0)
    value = ratio(
        counts, resamples(settings, scope.key("ae_per_infusion.rate")),
        units=infusions, method="events per infusion",
    )  # fmt: skip
    per_infusion = replace(scope, n_unit="infusions", total=int(infusions.sum()))
    label = "Adverse events per infusion"
    return per_infusion.name("ae_per_infusion.rate", label, "events per infusion", value)


def _changes(cohort: Cohort, patients: list[str], scope: Scope) -> Iterator[Estimate]:
    """Yield the mean change of dissociation and of each vital sign since baseline."""
    changes = derive_changes(cohort).reindex(patients)
    for name, change in CHANGES.items():
        value = mean(changes[name].dropna().to_numpy(float), level=scope.level)
        yield scope.name(f"{name}.mean", change.label, change.unit, value)


def events_of(cohort: Cohort, patients: list[str]) -> pd.DataFrame:
    """Return the adverse events of some patients, with the key of each term."""
    events = cohort.tables["adverse_events"]
    events = events[events["patient"].isin(patients)]
    return events.assign(term_key=events["term"].map(term_key, na_action="ignore"))


def term_key(term: str) -> str:
    """Return a term as a part of a key: letters and digits stay, all else becomes ``_``."""
    return re.sub(r"\W", "_", term)


def _share(scope: Scope, name: str, label: str, events: pd.DataFrame) -> Estimate:
    value = clopper_pearson(events["patient"].nunique(), scope.total, level=scope.level)
    return scope.name(f"{name}.proportion", label, "proportion", value)


def _stopped_early(cohort: Cohort, patients: list[str], scope: Scope) -> Estimate:
    """Return the share of patients with an infusion stopped early, of those it is recorded of."""
    infusions = cohort.tables["infusions"]
    known = infusions[infusions["patient"].isin(patients)].dropna(subset=["stopped_early"])
    stopped = known.groupby("patient")["stopped_early"].any()
    value = clopper_pearson(int(stopped.sum()), len(stopped), level=scope.level)
    return scope.name("stopped_early.proportion", "An infusion stopped early", "proportion", value)


def _consented(cohort: Cohort, scope: Scope) -> Estimate:
    signed = cohort.patients["consent"].to_numpy(bool, na_value=False)
    consented = cohort.patients.index[signed]
    infused = sorted(set(cohort.tables["infusions"]["patient"]) & set(consented))
    wider = replace(
        scope.within("safety_consented"),
        population="everyone who consented and had at least one infusion",
        total=len(infused),
    )
    return _share(
        wider, "any_ae", "Any adverse event, of all who consented", events_of(cohort, infused)
    )


def estimate_dissociation(cohort: Cohort, scope: Scope) -> Estimate:
    """Return how dissociation and the reduction of pain go together, by rank."""
    both = derive_changes(cohort)[["cadss_change"]].join(cohort.index["nrs_reduction"]).dropna()
    value = spearman(both["cadss_change"], both["nrs_reduction"], level=scope.level)
    within = scope.within("dissociation.nrs_reduction")
    label = "Rank correlation of the change of dissociation with the reduction of pain"
    return within.name("spearman", label, "correlation", value)
