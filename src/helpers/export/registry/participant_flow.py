"""Participant flow: who started, received an infusion, was analysed and completed."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from helpers.export.registry import todo
from helpers.export.registry.record import Flow, Group, Milestone
from helpers.export.registry.told import (
    HIDDEN,
    Number,
    Words,
    tell_difference,
    tell_estimate,
    tell_row,
)
from helpers.results import Results
from helpers.study import CRITERIA, RETROSPECTIVE, WEEK_VISITS, WEEKS

_LAST_VISIT: Final = WEEK_VISITS[-1]
_COMPLETED: Final = {
    True: "Every eligible chart was reviewed; no visits were scheduled.",
    False: f"Came to the last visit, at week {WEEKS[-1]}.",
}
# What the flow shows between start and end, with the key and field of each.
_STEPS: Final = (
    ("Received an infusion", "safety.any_ae.proportion", "n"),
    ("Pain scored before and after the infusion", "flow.analysed_short_term", "estimate"),
    ("Duration of relief known", "flow.analysed_duration", "estimate"),
)


def describe_flow(results: Results, groups: tuple[Group, ...]) -> tuple[Flow, list[todo.Item]]:
    """Return the participant flow, and what it leaves to do."""
    parts = [group.part for group in groups]
    started = _milestone(
        "Started", {part: tell_estimate(results, f"{part}.flow.eligible") for part in parts}
    )
    others = tuple(
        _milestone(title, {part: tell_estimate(results, f"{part}.{key}", name) for part in parts})
        for title, key, name in _STEPS
    )
    completed = _milestone("Completed", {part: _completed(results, part) for part in parts})
    rest = {part: tell_difference(started.reached[part], completed.reached[part])
            for part in parts}  # fmt: skip
    flow = Flow(groups, _screening(results, groups), started, others, completed, rest)
    return flow, [*_missing(flow, (started, *others, completed)), *_exclusions(results, groups)]


def _milestone(title: str, reached: dict[str, Number | None]) -> Milestone:
    comments = {part: HIDDEN for part, number in reached.items() if number is None}
    if title == "Completed":
        comments = {part: f"{_COMPLETED[part == RETROSPECTIVE]} {comments.get(part, '')}".strip()
                    for part in reached}  # fmt: skip
    return Milestone(title, reached, comments)


def _completed(results: Results, part: str) -> Number | None:
    if part == RETROSPECTIVE:
        return tell_estimate(results, f"{part}.flow.eligible")
    return tell_row(results, "attendance", part, _LAST_VISIT, "attended")


def _screening(results: Results, groups: Iterable[Group]) -> Words:
    """Return who was screened and why some were not eligible, as far as it may be told."""
    texts: list[str] = []
    numbers: list[Number] = []
    for group in groups:
        screened = tell_estimate(results, f"{group.part}.flow.screened")
        reasons = _reasons(results, group.part)
        listed = "; ".join(f"{why}: {_told(number)}" for why, number in reasons) or "nobody"
        texts.append(
            f"{group.title}: screened: {_told(screened)}; not eligible, by first reason: {listed}."
        )
        numbers += [n for n in (screened, *(number for _, number in reasons)) if n is not None]
    return Words(" ".join(texts), tuple(numbers))


def _told(number: Number | None) -> str:
    return "number withheld" if number is None else "{}"


def _reasons(results: Results, part: str) -> list[tuple[str, Number | None]]:
    """Return the reasons that concern anybody, or whose number is withheld."""
    counts = [(criterion.failure, tell_estimate(results, f"{part}.flow.excluded.{criterion.key}"))
              for criterion in CRITERIA[part]]  # fmt: skip
    return [(why, number) for why, number in counts if number is None or number.text != "0"]


def _missing(flow: Flow, milestones: Iterable[Milestone]) -> list[todo.Item]:
    return [
        todo.withheld(todo.FLOW, f"{group.title}, {milestone.title.lower()}")
        for milestone in milestones
        for group in flow.groups
        if milestone.reached[group.part] is None
    ]


def _exclusions(results: Results, groups: Iterable[Group]) -> list[todo.Item]:
    return [
        todo.withheld(todo.FLOW, f"{group.title}, excluded by reason (pre-assignment details)")
        for group in groups
        if any(number is None for _, number in _reasons(results, group.part))
    ]
