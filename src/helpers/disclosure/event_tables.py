"""The tables of adverse events as they may leave the clinic."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from helpers.disclosure.basis import Disclosure, Rows
from helpers.disclosure.cells import unless_small, withhold_cells

_BY_TERM: Final = ("mild", "moderate", "severe", "severity_other", "serious", "related")


def release_events(disclosure: Disclosure) -> Rows:
    """Return the adverse events by term: patients and events, and no further split of a term."""
    rows = disclosure.rows("adverse_events")
    counts = {row["term_key"]: row["events"] for row in rows}
    every = sum(disclosure.results.tables["severity"][disclosure.part]["related"].values())
    events = withhold_cells(counts | {"": every - sum(counts.values())}, disclosure.least)
    serious = disclosure.get("safety.any_serious_ae.proportion").further.get("events")
    return [
        row
        | {"patients": _patients(row, disclosure), "events": events[row["term_key"]]}
        | dict.fromkeys(_BY_TERM)
        | {"serious": 0 if serious == 0 else None}
        for row in rows
    ]


def _patients(row: Mapping[str, Any], disclosure: Disclosure) -> int | None:
    estimate = disclosure.get(f"safety.ae.{row['term_key']}.proportion")
    if not disclosure.shows_n(estimate):
        return None
    return disclosure.of(row["patients"], estimate.n or 0)


def release_severity(disclosure: Disclosure) -> dict[str, dict[str, int | None]]:
    """Return patients by their worst event, and events by relation, without small cells."""
    row = disclosure.results.tables["severity"][disclosure.part]
    total = sum(row["worst"].values())
    shown = disclosure.sizes["patients"].shows(total)
    # Patients with any event are told elsewhere: the others add up to that number.
    with_event = {name: count for name, count in row["worst"].items() if name != "no_event"}
    worst = {"no_event": disclosure.of(row["worst"]["no_event"], total),
             **disclosure.cells(with_event)}  # fmt: skip
    return {
        "worst": worst if shown else dict.fromkeys(row["worst"]),
        "related": disclosure.cells(row["related"]),
    }


def release_unstated(disclosure: Disclosure) -> int | None:
    """Return the patients with an event whose seriousness is not stated."""
    count = disclosure.results.tables["seriousness_not_stated"][disclosure.part]
    return unless_small(count, disclosure.least)
