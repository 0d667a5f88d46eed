"""The record as XML, by the registry's schema for uploading results."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final
from xml.etree.ElementTree import Element

from helpers.export.registry.record import (
    Baseline,
    Group,
    Measure,
    MeasureAnalysis,
    Outcome,
    Record,
    ids_of,
)
from helpers.export.registry.told import Number
from helpers.export.registry.vocabulary import ONE_GROUP, OWN_MEASURE
from helpers.export.registry.xml_events import add_events
from helpers.export.registry.xml_flow import add_flow
from helpers.export.registry.xml_tree import XmlTree

NAMESPACE: Final = "http://clinicaltrials.gov/rrs"
_NO_COUNTS: Final[Mapping[str, Number | None]] = {}


def describe_xml(record: Record, about: list[str]) -> XmlTree:
    """Return the upload document; ``about`` is the comment that says where it comes from.

    The upload is a partial one: a full one would delete what was entered by hand.
    """
    tree = XmlTree("tns:result", {"xmlns:tns": NAMESPACE, "partialUpload": "true"})
    _add_baseline(tree, record.baseline)
    limitations = tree.add(tree.root, "limitationsAndCaveats")
    tree.add(limitations, "description", record.limitations)
    outcomes = tree.add(tree.root, "outcomeMeasures")
    for place, outcome in enumerate(record.outcomes, start=1):
        _add_outcome(tree, outcomes, outcome, f"OM{place}.OG")
    add_flow(tree, record.flow)
    add_events(tree, record.events)
    tree.comment(about)
    return tree


# measures


def _add_baseline(tree: XmlTree, baseline: Baseline) -> None:
    ids = ids_of("BG", baseline.groups)
    parent = tree.add(tree.root, "baseline")
    measures = tree.add(parent, "baselineMeasures")
    for measure in baseline.measures:
        element = tree.add(measures, "baselineMeasure")
        title = OWN_MEASURE if measure.own else measure.title
        _add_measure(tree, element, measure, ids, title=title)
        tree.add_told(element, otherTitle=measure.title if measure.own else None)
    groups = tree.add(parent, "baselineReportingGroups")
    _add_groups(tree, groups, "baselineReportingGroup", baseline.groups, ids, baseline.analysed)
    tree.add(parent, "populationAnalysisDescription", baseline.population)


def _add_groups(
    tree: XmlTree,
    parent: Element,
    tag: str,
    groups: Iterable[Group],
    ids: Mapping[str, str],
    analysed: Mapping[str, Number | None],
    units: Mapping[str, Number | None] = _NO_COUNTS,
) -> None:
    for group in groups:
        element = tree.add(parent, tag)
        element.set("id", ids[group.part])
        tree.add_told(
            element, description=group.description, numUnitsAnalyzed=units.get(group.part),
            subjectsAnalyzed=analysed.get(group.part), title=group.title,
        )  # fmt: skip


def _add_measure(
    tree: XmlTree,
    element: Element,
    measure: Measure,
    ids: Mapping[str, str],
    *,
    title: str | None,
    level: Number | None = None,
    time_frame: str | None = None,
) -> None:
    tree.add_told(element, ciPctLevel=level, dispersionType=measure.dispersion)
    _add_rows(tree, tree.add(element, "measureRows"), measure, ids)
    tree.add_told(
        element,
        measureDescription=measure.description,
        parameterType=measure.parameter.upload if measure.parameter else None,
        populationAnalysisDescription=measure.population,
        selectedUnitOfAnalysis="Units" if measure.type_of_units else None,
        timeFrame=time_frame,
        title=title,
        unitOfMeasure=measure.unit,
    )


def _add_rows(tree: XmlTree, parent: Element, measure: Measure, ids: Mapping[str, str]) -> None:
    """Add the one row of a measure; categories are entries of each group's value."""
    if not measure.categories:
        return
    values = tree.add(tree.add(parent, "measureRow"), "reportedValues")
    for part in measure.categories[0].cells:
        value = tree.add(values, "reportedValue")
        tree.add_told(value, reportingGroupId=ids[part], numUnitsAnalyzed=measure.units.get(part))
        entries = tree.add(value, "reportedEntries")
        for category in measure.categories:
            cell = category.cells[part]
            tree.add_told(
                tree.add(entries, "reportedEntry"), catName=category.title,
                dispersionLowerLimit=cell.lower, dispersionSpread=cell.spread,
                dispersionUpperLimit=cell.upper, naComment=cell.comment,
                parameterValue=cell.value,
            )  # fmt: skip
        tree.add_told(value, subjectsAnalyzed=measure.analysed.get(part))


def _add_outcome(tree: XmlTree, parent: Element, outcome: Outcome, prefix: str) -> None:
    ids = ids_of(prefix, outcome.groups)
    measure = outcome.measure or Measure(None, None, None, (), {})
    element = tree.add(parent, "outcomeMeasure")
    _add_measure(tree, element, measure, ids, title=outcome.title or None,
                 level=outcome.level, time_frame=outcome.time_frame or None)  # fmt: skip
    tree.add(element, "measureType", outcome.kind.upload if outcome.kind else "")
    analyses = tree.add(element, "outcomeMeasureAnalyses")
    for analysis in outcome.analyses:
        _add_analysis(tree, tree.add(analyses, "measureAnalysis"), analysis, ids)
    groups = tree.add(element, "outcomeReportingGroups")
    _add_groups(tree, groups, "outcomeReportingGroup", outcome.groups, ids, measure.analysed,
                measure.units)  # fmt: skip
    tree.add_told(element, typeUnitsAnalyzed=measure.type_of_units)


def _add_analysis(
    tree: XmlTree, element: Element, analysis: MeasureAnalysis, ids: Mapping[str, str]
) -> None:
    groups = tree.add(element, "outcomeReportingGroups")
    tree.add(groups, "outcomeReportingGroupId", ids[analysis.part])
    has_limits = analysis.lower is not None
    tree.add_told(
        element,
        ciLowerLimit=analysis.lower,
        ciNumSides="2-Sided" if has_limits else None,
        ciPctValue=analysis.level if has_limits else None,
        ciUpperLimit=analysis.upper,
        ciUpperLimitNaComment=analysis.limit_comment if analysis.upper == "NA" else None,
        estimateComment=analysis.estimate_comment,
        nonInferiorityTestComment=ONE_GROUP,
        otherMethodName=analysis.method.other if analysis.method else None,
        otherTypeName=analysis.parameter.other,
        parameterType=analysis.parameter.upload,
        parameterValue=analysis.value,
        pValue=analysis.p_value,
        pValueComment=analysis.p_comment,
        statisticalMethod=analysis.method.upload if analysis.method else None,
        statisticalTestType="Other",
    )
