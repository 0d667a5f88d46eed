"""The participant flow of the upload document."""

from __future__ import annotations

from collections.abc import Mapping
from xml.etree.ElementTree import Element

from helpers.export.registry.record import Flow, Milestone, ids_of
from helpers.export.registry.xml_tree import XmlTree


def add_flow(tree: XmlTree, flow: Flow) -> None:
    """Add the flow, in one period."""
    ids = ids_of("FG", flow.groups)
    parent = tree.add(tree.root, "participantFlow")
    groups = tree.add(parent, "participantFlowGroups")
    for group in flow.groups:
        element = tree.add(groups, "flowGroup")
        element.set("id", ids[group.part])
        tree.add_told(element, description=group.description, title=group.title)
    period = tree.add(tree.add(parent, "periods"), "period")
    _add_milestone(tree, tree.add(period, "completedMilestone"), flow.completed, ids)
    tree.add(period, "dropWithdrawReasons")
    steps = tree.add(period, "milestones")
    for step in flow.others:
        element = tree.add(steps, "milestone")
        _add_milestone(tree, element, step, ids)
        tree.add(element, "titleOther", step.title)
    _add_milestone(tree, tree.add(period, "startedMilestone"), flow.started, ids)
    tree.add(period, "title", "Overall Study")
    tree.add(parent, "preAssignmentDescription", flow.pre_assignment)


def _add_milestone(
    tree: XmlTree, element: Element, step: Milestone, ids: Mapping[str, str]
) -> None:
    achievements = tree.add(element, "milestoneAchievements")
    for part, number in step.reached.items():
        comment = step.comments.get(part)
        tree.add_told(
            tree.add(achievements, "milestoneAchievement"), reportingGroupId=ids[part],
            comment=None if number is None else comment, subjectsAchieve=number,
            subjectsNaComment=comment if number is None else None,
        )  # fmt: skip
