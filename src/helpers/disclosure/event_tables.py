"""The tables of adverse events as they may leave the clinic."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from helpers.disclosure.basis import Disclosure, Rows
from helpers.disclosure.cells import hide_each_other, withhold_cells
from helpers.disclosure.shares import withhold_share

_BY_TERM: Final = ("mild", "moderate", "severe", "severity_other", "serious", "related")
_NO_TERM: Final = ""  # events of which nobody knows which


def release_events(disclosure: Disclosure) -> Rows:
    """Return the adverse events by term: patients and events, and no further split of a term."""
    events = _release_counts(disclosure)
    serious = disclosure.get("safety.any_serious_ae.proportion").further.get("events")
    return [
        row
        | {"patients": _patients(row, disclosure), "events": events[row["term_key"]]}
        | dict.fromkeys(_BY_TERM)
        | {"serious": 0 if serious == 0 else None}
        for row in disclosure.rows("adverse_events")
    ]


def _patients(row: Mapping[str, Any], disclosure: Disclosure) -> int | None:
    """Return how many patients had an event, where its share is told beside their number."""
    estimate = disclosure.get(f"safety.ae.{row['term_key']}.proportion")
    shown = withhold_share(estimate, disclosure).estimate is not None
    return int(row["patients"]) if shown and disclosure.shows_n(estimate) else None


def _count_by_term(disclosure: Disclosure) -> dict[str, int]:
    """Return the number of events by term, and of those without a term."""
    counts = {row["term_key"]: int(row["events"]) for row in disclosure.rows("adverse_events")}
    related = disclosure.results.tables["severity"][disclosure.part]["related"]
    return {**counts, _NO_TERM: sum(related.values()) - sum(counts.values())}


def _least_by_term(disclosure: Disclosure) -> dict[str, int]:
    """Return how many events of each term there are at least: a patient shown has one or more."""
    return {row["term_key"]: _patients(row, disclosure) or 0
            for row in disclosure.rows("adverse_events")}  # fmt: skip


def tells_all_events(disclosure: Disclosure) -> bool:
    """Return whether the number of all events may be told.

    It may not where that number, less one event or more of each patient who is told to have one,
    leaves next to nothing for the terms that are withheld.
    """
    counts, floors = _count_by_term(disclosure), _least_by_term(disclosure)
    shown = withhold_cells(counts, disclosure.least, floors)
    hidden = {name: counts[name] for name, count in shown.items() if count is None}
    return not hidden or hide_each_other(hidden, disclosure.least, floors)


def _release_counts(disclosure: Disclosure) -> dict[str, int | None]:
    counts = _count_by_term(disclosure)
    if tells_all_events(disclosure):
        return withhold_cells(counts, disclosure.least, _least_by_term(disclosure))
    return {name: disclosure.unless_small(count) for name, count in counts.items()}


def release_severity(disclosure: Disclosure) -> dict[str, dict[str, int | None]]:
    """Return patients by their worst event, and events by relation, without small cells."""
    row = disclosure.results.tables["severity"][disclosure.part]
    shown = disclosure.sizes["patients"].shows(sum(row["worst"].values()))
    every = tells_all_events(disclosure)
    return {
        # Patients with any event are told elsewhere: the others add up to that number.
        "worst": disclosure.cells_beside("no_event", row["worst"]) if shown
        else dict.fromkeys(row["worst"]),
        "related": disclosure.cells(row["related"]) if every else dict.fromkeys(row["related"]),
    }  # fmt: skip


def release_unstated(disclosure: Disclosure) -> int | None:
    """Return the patients with an event whose seriousness is not stated, of those with any."""
    count = disclosure.results.tables["seriousness_not_stated"][disclosure.part]
    with_event = disclosure.get("safety.any_ae.proportion").further.get("events")
    return disclosure.of(count, int(with_event or 0))
