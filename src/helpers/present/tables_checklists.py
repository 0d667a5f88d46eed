"""The checklists as Markdown tables: each item with the sections that meet it, as references."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import Final

from helpers.checklists import INVESTIGATORS, MET, NOT_APPLICABLE, Item, Mark, Place

NOT_MARKED: Final = "**not found in this report**"
_HEAD: Final = (
    "| Item | What it asks for | Where in this report |\n|:--|:---------------|:----------------|"
)
_LEADS: Final = {
    MET: "",
    INVESTIGATORS: "**To be filled in by the investigators:** ",
    NOT_APPLICABLE: "Not applicable: ",
}


def write_checklist(items: Sequence[Item], marks: Sequence[Mark]) -> str:
    """Return a checklist as a Markdown table, whose references each format numbers and links."""
    rows = [_HEAD]
    for topic, group in groupby(items, lambda item: item.topic):
        rows += [f"| | **{topic}** | |", *(_row(item, marks) for item in group)]
    return "\n".join(rows)


def _row(item: Item, marks: Sequence[Mark]) -> str:
    mine = [mark for mark in marks
            if (mark.checklist, mark.number) == (item.checklist, item.number)]  # fmt: skip
    where = "; ".join(text for text in (_met(mine), *map(_open, mine)) if text)
    return f"| {item.number} | {item.asks} | {where or NOT_MARKED} |"


def _met(marks: Sequence[Mark]) -> str:
    return "; ".join(refer_to(mark.place) for mark in marks if mark.status == MET)


def _open(mark: Mark) -> str:
    """Return what is left to say or why nothing is; empty for an item that is met."""
    if mark.status == MET:
        return ""
    return f"{_LEADS[mark.status]}{mark.note} ({refer_to(mark.place)})"


def refer_to(place: Place) -> str:
    """Return a reference to a section and its title; one without a number is a link."""
    if place.numbered:
        return f"@{place.anchor}, {place.title}"
    return f"[{place.title}](#{place.anchor})"
