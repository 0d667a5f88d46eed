"""The results for release: what leaves the clinic carries no small count and no patient."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from helpers.disclosure.basis import Disclosure
from helpers.disclosure.cells import is_safe_share, keeps_apart
from helpers.disclosure.curves import choose_steps
from helpers.disclosure.design_tables import release_accounting, release_design
from helpers.disclosure.estimates import release_estimates
from helpers.disclosure.event_tables import tells_all_events
from helpers.disclosure.flow_tables import release_eligibility, release_flow
from helpers.disclosure.sizes import choose_sizes
from helpers.disclosure.tables import TABLES
from helpers.results import Estimate, Results
from helpers.settings import Settings
from helpers.study import (
    HORIZON_DAYS,
    RESPONDER_THRESHOLDS,
    RETROSPECTIVE,
    STUDY_FILE,
    SURVIVAL_DAYS,
)


def release_results(results: Results, settings: Settings) -> Results:
    """Return the results as they may leave the clinic.

    Counts of patients above 0 and below ``settings.min_cell`` are withheld, and so is what would
    give them back: complements, shares, differences between numbers analysed, steps and ends of
    curves, extremes, and full precision. What shows single patients is left out.
    """
    parts = list(results.provenance["parts"])
    disclosures = {part: _disclosure(results, part, settings) for part in parts}
    flows = {part: release_flow(disclosures[part]) for part in parts}
    hidden = _hidden_sheets(disclosures, flows)
    estimates: dict[str, Estimate] = {}
    for part, disclosure in disclosures.items():
        for estimate in release_estimates(disclosure, flows[part]):
            estimates[estimate.key] = estimate
    tables = {name: {part: release(disclosures[part]) for part in parts}
              for name, release in TABLES.items()}  # fmt: skip
    tables["eligibility"] = {part: release_eligibility(disclosures[part], flows[part])
                             for part in parts}  # fmt: skip
    return replace(
        results,
        provenance=_provenance(results),
        accounting=tuple(
            release_accounting(row, settings.min_cell, hidden) for row in results.accounting
        ),
        estimates=estimates,
        tables=dict(results.tables) | tables | release_design(results, estimates, settings),
        curves={},  # every step stands for a few; readings at fixed days are told
    )  # fmt: skip


def _hidden_sheets(
    disclosures: Mapping[str, Disclosure], flows: Mapping[str, Mapping[str, int | None]]
) -> frozenset[str]:
    """Return the sheets of Part 1 whose rows would tell a number that is withheld.

    Where every patient is eligible, a sheet has a row for each patient, infusion or event.
    """
    if RETROSPECTIVE not in disclosures:
        return frozenset()
    part = disclosures[RETROSPECTIVE]
    told = {
        "Patients": flows[RETROSPECTIVE][f"{RETROSPECTIVE}.flow.screened"] is not None,
        "Infusions": part.shows_n(part.get("safety.ae_per_infusion.rate")),
        "Adverse events": tells_all_events(part),
    }
    return frozenset(sheet for sheet, is_told in told.items() if not is_told)


def _provenance(results: Results) -> dict[str, Any]:
    """Return the provenance without the clinic's own words, and what confirms a guess at them."""
    data = {name: digest for name, digest in results.provenance["data"].items()
            if name != STUDY_FILE}  # fmt: skip
    parameters = dict(results.provenance["parameters"])
    parameters |= {"missing_words": None, "ae_synonyms": None}
    return dict(results.provenance) | {"data": data, "parameters": parameters}


def _disclosure(results: Results, part: str, settings: Settings) -> Disclosure:
    """Return what decides over one part: the sizes and the steps that may be shown."""
    least = settings.min_cell
    days = sorted({*SURVIVAL_DAYS, settings.horizon_days})
    steps = {
        name: choose_steps(results.curves[f"{part}.{name}"], days, least)
        for name in ("relief_days", "all_infusions.relief_days")
        if f"{part}.{name}" in results.curves
    }
    sizes = choose_sizes(results, part, least)
    responders = _responders(results, part, least)
    return Disclosure(results, part, least, sizes, steps, HORIZON_DAYS, responders)


def _responders(results: Results, part: str, least: int) -> tuple[int, ...]:
    """Return the counts of responders that may be told: who falls between two is no small number.

    The thresholds of the plan come first.
    """
    keys = sorted(results.keys(f"{part}.short_term.responders_"), key=_by_plan)
    told: list[int] = []
    for key in keys:
        estimate = results.get(key)
        count, n = int(estimate.further.get("events") or 0), estimate.n or 0
        if is_safe_share(count, n, least) and keeps_apart(count, told, least):
            told.append(count)
    return tuple(told)


def _by_plan(key: str) -> bool:
    return not any(f"responders_{threshold:g}." in key for threshold in RESPONDER_THRESHOLDS)
