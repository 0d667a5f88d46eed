"""The record as JSON, in the shape of a study of the registry's public API."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from helpers.export.registry.json_events import describe_events
from helpers.export.registry.json_tree import Node, describe_groups
from helpers.export.registry.record import (
    Baseline,
    Category,
    Cell,
    Flow,
    Measure,
    MeasureAnalysis,
    Milestone,
    Outcome,
    Record,
    ids_of,
)
from helpers.export.registry.told import Number
from helpers.export.registry.vocabulary import ONE_GROUP, STANDARD_DEVIATION
from helpers.study import REGISTRY_ID

PARTICIPANTS: Final = "Participants"


def describe_json(record: Record) -> Node:
    """Return the study object of the API, its leaves not yet written out."""
    return {
        "protocolSection": {"identificationModule": {"nctId": REGISTRY_ID}},
        "resultsSection": {
            "participantFlowModule": _flow(record.flow),
            "baselineCharacteristicsModule": _baseline(record.baseline),
            "outcomeMeasuresModule": {"outcomeMeasures": [_outcome(o) for o in record.outcomes]},
            "adverseEventsModule": describe_events(record.events),
            "moreInfoModule": {"limitationsAndCaveats": {"description": record.limitations}},
        },
        "hasResults": True,
    }


def _denoms(
    ids: Mapping[str, str], counts: Mapping[str, Number | None], units: str = PARTICIPANTS
) -> list[Node]:
    """Return the numbers analysed that may be told."""
    told = [{"groupId": ids[part], "value": n} for part, n in counts.items() if n is not None]
    return [{"units": units, "counts": told}] if told else []


# participant flow


def _flow(flow: Flow) -> Node:
    ids = ids_of("FG", flow.groups)
    rest = Milestone("NOT COMPLETED", flow.not_completed)
    steps = [("STARTED", flow.started), *((step.title, step) for step in flow.others),
             ("COMPLETED", flow.completed), ("NOT COMPLETED", rest)]  # fmt: skip
    return {
        "preAssignmentDetails": flow.pre_assignment,
        "groups": describe_groups("FG", flow.groups),
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
    ids = ids_of("BG", baseline.groups)
    return {
        "populationDescription": baseline.population,
        "groups": describe_groups("BG", baseline.groups),
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
    ids = ids_of("OG", outcome.groups)
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
        "groups": describe_groups("OG", outcome.groups),
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
