"""The adverse events of the upload document."""

from __future__ import annotations

from xml.etree.ElementTree import Element

from helpers.export.registry.record import AdverseEvents, EventTerm, ids_of
from helpers.export.registry.xml_tree import XmlTree


def add_events(tree: XmlTree, events: AdverseEvents) -> None:
    """Add the totals by group, and the events that are not serious by term."""
    ids = ids_of("EG", events.groups)
    parent = tree.add(tree.root, "reportedEvents")
    tree.add(parent, "frequencyReportingThreshold", events.threshold)
    frequent = tree.add(parent, "frequentAdverseEvents")
    for term in events.terms:
        _add_term(tree, tree.add(frequent, "frequentEvent"), term, ids)
    groups = tree.add(parent, "interventionGroups")
    for group in events.groups:
        serious, other = events.serious[group.part], events.other[group.part]
        element = tree.add(groups, "interventionGroup")
        element.set("id", ids[group.part])
        tree.add_told(
            element,
            description=group.description,
            numSubjectsFrequentEvents=other.affected,
            numSubjectsSeriousEvents=serious.affected,
            partAtRiskFrequentEvents=other.at_risk,
            partAtRiskSeriousEvents=serious.at_risk,
            title=group.title,
        )
    tree.add(parent, "notes", events.description)
    tree.add(parent, "seriousAdverseEvents")
    tree.add(parent, "timeFrame", events.time_frame)


def _add_term(tree: XmlTree, element: Element, term: EventTerm, ids: dict[str, str]) -> None:
    stats = tree.add(element, "adverseEventStats")
    for part, counts in term.counts.items():
        tree.add_told(
            tree.add(stats, "eventStats"), reportingGroupId=ids[part], numEvents=counts.events,
            numSubjectsAffected=counts.affected, numSubjects=counts.at_risk,
        )  # fmt: skip
    tree.add_told(element, notes=term.notes, organSystemName=term.organ_system, term=term.term)
