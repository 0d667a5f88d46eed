"""The record as JSON, in the shape of a study of the registry's public API."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from helpers.export.record import (
    AdverseEvents,
    Baseline,
    Category,
    Cell,
    EventCounts,
    EventTerm,
    Flow,
    Group,
    Measure,
    MeasureAnalysis,
    Milestone,
    Outcome,
    Record,
)
from helpers.export.told import Number, Told, text_of
from helpers.export.vocabulary import STANDARD_DEVIATION
from helpers.study import REGISTRY_ID

PARTICIPANTS: Final = "Participants"
ONE_GROUP: Final = "An estimate within one group; nothing is compared between groups."

Node = Any  # a tree of dictionaries and lists whose leaves are fields, truth values or None


@dataclass(frozen=True, slots=True)
class Whole:
    """A number that the API wants as an integer, not as a text."""

    number: Number


def describe_json(record: Record) -> Node:
    """Return the study object of the API, its leaves not yet written out."""
    return {
        "protocolSection": {"identificationModule": {"nctId": REGISTRY_ID}},
        "resultsSection": {
            "participantFlowModule": _flow(record.flow),
            "baselineCharacteristicsModule": _baseline(record.baseline),
            "outcomeMeasuresModule": {"outcomeMeasures": [_outcome(o) for o in record.outcomes]},
            "adverseEventsModule": _events(record.events),
            "moreInfoModule": {"limitationsAndCaveats": {"description": record.limitations}},
        },
        "hasResults": True,
    }


def write_out(node: Node, told: dict[str, Told], place: str = "") -> Node:
    """Return a tree as plain JSON without what is None; ``told`` receives each number's place.

    A place is a JSON pointer (RFC 6901).
    """
    if isinstance(node, dict):
        kept = {name: value for name, value in node.items() if value is not None}
        return {name: write_out(value, told, f"{place}/{name}") for name, value in kept.items()}
    if isinstance(node, list):
        return [write_out(value, told, f"{place}/{i}") for i, value in enumerate(node)]
    if isinstance(node, bool | str):
        return node
    if isinstance(node, Whole):
        told[place] = node.number
        return int(node.number.text)
    told[place] = node
    return text_of(node)


def _ids(prefix: str, groups: Iterable[Group]) -> dict[str, str]:
    return {group.part: f"{prefix}{place:03d}" for place, group in enumerate(groups)}


def _groups(prefix: str, groups: tuple[Group, ...]) -> list[Node]:
    ids = _ids(prefix, groups)
    return [{"id": ids[group.part], "title": group.title, "description": group.description}
            for group in groups]  # fmt: skip


def _denoms(
    ids: Mapping[str, str], counts: Mapping[str, Number | None], units: str = PARTICIPANTS
) -> list[Node]:
    """Return the numbers analysed that may be told."""
    told = [{"groupId": ids[part], "value": n} for part, n in counts.items() if n is not None]
    return [{"units": units, "counts": told}] if told else []


# participant flow


def _flow(flow: Flow) -> Node:
    ids = _ids("FG", flow.groups)
    rest = Milestone("NOT COMPLETED", flow.not_completed)
    steps = [("STARTED", flow.started), *((step.title, step) for step in flow.others),
             ("COMPLETED", flow.completed), ("NOT COMPLETED", rest)]  # fmt: skip
    return {
        "preAssignmentDetails": flow.pre_assignment,
        "groups": _groups("FG", flow.groups),
        "periods": [{
            "title": "Overall Study",
            "milestones": [_milestone(ids, name, step) for name, step in steps],
        }],
    }  # fmt: skip


def _milestone(ids: Mapping[str, str], name: str, step: Milestone) -> Node:
    achievements = [
        {"groupId": ids[part], "comment": step.comments.get(part), "numSubjects": number}
        for part, number in step.reached.items()
    ]
    return {"type": name, "achievements": achievements}


# measures


def _baseline(baseline: Baseline) -> Node:
    ids = _ids("BG", baseline.groups)
    return {
        "populationDescription": baseline.population,
        "groups": _groups("BG", baseline.groups),
        "denoms": _denoms(ids, baseline.analysed),
        "measures": [_baseline_measure(ids, measure) for measure in baseline.measures],
    }


def _baseline_measure(ids: Mapping[str, str], measure: Measure) -> Node:
    return {
        "title": measure.title,
        "description": measure.description,
        "populationDescription": measure.population,
        "paramType": measure.parameter and measure.parameter.api,
        "dispersionType": STANDARD_DEVIATION.api if measure.dispersion else None,
        "unitOfMeasure": measure.unit,
        "denoms": _denoms(ids, measure.analysed) or None,
        "classes": _classes(ids, measure.categories),
    }


def _classes(ids: Mapping[str, str], categories: tuple[Category, ...]) -> Node:
    rows = [{"title": category.title,
             "measurements": [_measurement(ids[part], cell)
                              for part, cell in category.cells.items()]}
            for category in categories]  # fmt: skip
    return [{"categories": rows}] if rows else None


def _measurement(group: str, cell: Cell) -> Node:
    return {
        "groupId": group,
        "value": cell.value,
        "spread": cell.spread,
        "lowerLimit": cell.lower,
        "upperLimit": cell.upper,
        "comment": cell.comment,
    }


def _outcome(outcome: Outcome) -> Node:
    head = {"type": outcome.kind and outcome.kind.api, "title": outcome.title or None}
    measure = outcome.measure
    if measure is None:
        return {**head, "reportingStatus": "NOT_POSTED", "timeFrame": outcome.time_frame}
    ids = _ids("OG", outcome.groups)
    return {
        **head,
        "description": measure.description,
        "populationDescription": measure.population,
        "reportingStatus": "POSTED",
        "paramType": measure.parameter and measure.parameter.api,
        "dispersionType": measure.dispersion,
        "unitOfMeasure": measure.unit,
        "timeFrame": outcome.time_frame or None,
        "typeUnitsAnalyzed": measure.type_of_units,
        "denomUnitsSelected": measure.type_of_units,
        "groups": _groups("OG", outcome.groups),
        "denoms": [*_denoms(ids, measure.analysed),
                   *_denoms(ids, measure.units, measure.type_of_units or PARTICIPANTS)] or None,
        "classes": _classes(ids, measure.categories),
        "analyses": [_analysis(ids, analysis) for analysis in outcome.analyses] or None,
    }  # fmt: skip


def _analysis(ids: Mapping[str, str], analysis: MeasureAnalysis) -> Node:
    has_limits = analysis.lower is not None
    return {
        "paramType": analysis.parameter.api,
        "paramValue": analysis.value,
        "statisticalMethod": analysis.method and analysis.method.api,
        "pValue": analysis.p_value,
        "pValueComment": analysis.p_comment,
        "ciNumSides": "TWO_SIDED" if has_limits else None,
        "ciPctValue": analysis.level if has_limits else None,
        "ciLowerLimit": analysis.lower,
        "ciUpperLimit": analysis.upper,
        "ciLowerLimitComment": analysis.limit_comment if analysis.lower == "NA" else None,
        "ciUpperLimitComment": analysis.limit_comment if analysis.upper == "NA" else None,
        "estimateComment": analysis.estimate_comment,
        "nonInferiorityType": "OTHER",
        "nonInferiorityComment": ONE_GROUP,
        "groupIds": [ids[analysis.part]],
    }


# adverse events


def _events(events: AdverseEvents) -> Node:
    ids = _ids("EG", events.groups)
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
            for part, group in zip(ids, _groups("EG", events.groups), strict=True)
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
