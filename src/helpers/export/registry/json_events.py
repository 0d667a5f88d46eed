"""The adverse events, in the shape of the registry's public API."""

from __future__ import annotations

from collections.abc import Mapping

from helpers.export.registry.json_tree import Node, Whole, describe_groups
from helpers.export.registry.record import AdverseEvents, EventCounts, EventTerm, ids_of
from helpers.export.registry.told import Number


def describe_events(events: AdverseEvents) -> Node:
    """Return the totals by group, and the events that are not serious by term."""
    ids = ids_of("EG", events.groups)
    return {
        "frequencyThreshold": events.threshold,
        "timeFrame": events.time_frame,
        "description": events.description,
        "eventGroups": [
            {
                **group,
                "seriousNumAffected": _whole(events.serious[part].affected),
                "seriousNumAtRisk": _whole(events.serious[part].at_risk),
                "otherNumAffected": _whole(events.other[part].affected),
                "otherNumAtRisk": _whole(events.other[part].at_risk),
            }
            for part, group in zip(ids, describe_groups("EG", events.groups), strict=True)
        ],
        "otherEvents": [_term(ids, term) for term in events.terms],
    }


def _term(ids: Mapping[str, str], term: EventTerm) -> Node:
    return {
        "term": term.term,
        "organSystem": term.organ_system,
        "notes": term.notes,
        "stats": [_stats(ids[part], counts) for part, counts in term.counts.items()],
    }


def _stats(group: str, counts: EventCounts) -> Node:
    return {
        "groupId": group,
        "numEvents": _whole(counts.events),
        "numAffected": _whole(counts.affected),
        "numAtRisk": _whole(counts.at_risk),
    }


def _whole(number: Number | None) -> Whole | None:
    return None if number is None else Whole(number)
