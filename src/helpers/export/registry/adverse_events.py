"""Adverse events: totals of each group, and the events that are not serious by term."""

from __future__ import annotations

from typing import Any, Final

from helpers.export.registry import todo
from helpers.export.registry.record import AdverseEvents, EventCounts, EventTerm, Group
from helpers.export.registry.told import (
    Number,
    tell_absence,
    tell_estimate,
    tell_protocol,
    tell_row,
)
from helpers.results import Results
from helpers.study import AE_REPORTING_THRESHOLD_PERCENT, ORGAN_SYSTEMS

_TABLE: Final = "adverse_events"
_ANY: Final = "safety.any_ae.proportion"
_SERIOUS: Final = "safety.any_serious_ae.proportion"
_TIME_FRAME: Final = {
    "retrospective": "Part 1: every infusion in the chart",
    "prospective": "Part 2: the study infusion and the 40 minutes after it",
}
_DESCRIPTION: Final = (
    "Participants with an infusion. Events were coded by a list of words of the clinic, not by "
    "MedDRA. An event whose seriousness was not stated counts as not serious."
)


def describe_events(
    results: Results, groups: tuple[Group, ...]
) -> tuple[AdverseEvents, list[todo.Item]]:
    """Return the adverse events, and what they leave to do."""
    parts = [group.part for group in groups]
    rows: dict[str, dict[str, dict[str, Any]]] = {}
    for part in parts:
        for row in results.tables[_TABLE][part]:
            rows.setdefault(row["term_key"], {})[part] = row
    events = AdverseEvents(
        groups=groups,
        threshold=tell_protocol(AE_REPORTING_THRESHOLD_PERCENT, "AE_REPORTING_THRESHOLD_PERCENT"),
        time_frame="; ".join(_TIME_FRAME[part] for part in parts) + ".",
        description=_DESCRIPTION,
        serious={part: _serious(results, part) for part in parts},
        other={part: _other(results, part) for part in parts},
        terms=tuple(_term(results, key, rows[key], parts) for key in sorted(rows)),
    )
    return events, _missing(events)


def _serious(results: Results, part: str) -> EventCounts:
    key = f"{part}.{_SERIOUS}"
    return EventCounts(
        None, tell_estimate(results, key, "events"), tell_estimate(results, key, "n")
    )


def _other(results: Results, part: str) -> EventCounts:
    """Return who had an event that was not serious: anybody with one, if none was serious."""
    key = f"{part}.{_ANY}"
    affected = tell_estimate(results, key, "events") if _none_serious(results, part) else None
    return EventCounts(None, affected, tell_estimate(results, key, "n"))


def _none_serious(results: Results, part: str) -> bool:
    told = tell_estimate(results, f"{part}.{_SERIOUS}", "events")
    return told is not None and told.text == "0"


def _term(
    results: Results, key: str, rows: dict[str, dict[str, Any]], parts: list[str]
) -> EventTerm:
    first = next(iter(rows.values()))
    return EventTerm(
        term=first["term"].capitalize(),
        organ_system=ORGAN_SYSTEMS.get(first["term"]),
        counts={part: _counts(results, key, part, occurs=part in rows) for part in parts},
        notes=None if first["coded"] else "Events that are in nobody's list of words, pooled.",
    )


def _counts(results: Results, key: str, part: str, *, occurs: bool) -> EventCounts:
    """Return the counts of a term; none where serious events may be among them."""
    at_risk = tell_estimate(results, f"{part}.{_ANY}", "n")
    if not occurs:
        none = tell_absence(_TABLE, part, key)
        return EventCounts(none, none, at_risk)
    if not _none_serious(results, part):
        return EventCounts(None, None, at_risk)
    counts: list[Number | None] = [
        tell_row(results, _TABLE, part, key, name) for name in ("events", "patients")
    ]
    return EventCounts(counts[0], counts[1], at_risk)


def _missing(events: AdverseEvents) -> list[todo.Item]:
    items = []
    for group in events.groups:
        serious = events.serious[group.part]
        if serious.at_risk is not None and serious.at_risk.text == "0":
            continue  # nobody had an infusion: there is nothing to tell
        if serious.affected is None or serious.at_risk is None:
            what = "serious events, and with them the counts of every event that is not serious"
            items.append(todo.withheld(todo.EVENTS, f"{group.title}, {what}"))
        elif serious.affected.text != "0":
            items.append(_serious_by_term(group))
        else:
            items += _withheld_terms(events, group)
    return [*items, *_coding(events)]


def _serious_by_term(group: Group) -> todo.Item:
    missing = (
        f"{group.title}: the serious events by term, which a release does not tell, and the "
        "counts of the others without them"
    )
    return todo.Item(todo.EVENTS, missing, "have the clinic enter them")


def _withheld_terms(events: AdverseEvents, group: Group) -> list[todo.Item]:
    counts = {term.term: term.counts[group.part] for term in events.terms}
    hidden = [term for term, each in counts.items() if None in (each.affected, each.events)]
    items = []
    if events.other[group.part].affected is None:
        items.append(todo.withheld(todo.EVENTS, f"{group.title}, participants with any event"))
    if hidden:
        items.append(todo.withheld(todo.EVENTS, f"{group.title}, counts of {', '.join(hidden)}"))
    return items


def _coding(events: AdverseEvents) -> list[todo.Item]:
    coded = [f"{term.term} ({term.organ_system})" for term in events.terms if term.organ_system]
    uncoded = [term.term for term in events.terms if not term.organ_system]
    items = []
    if coded:
        missing = f"the organ systems are the project's own choice: {', '.join(coded)}"
        action = "have somebody who codes by MedDRA confirm or change them"
        items.append(todo.Item(todo.EVENTS, missing, action))
    if uncoded:
        action = "code these events; uncoded words become terms by ae_synonyms in study.toml"
        items.append(todo.Item(todo.EVENTS, f"no organ system for {', '.join(uncoded)}", action))
    return items
