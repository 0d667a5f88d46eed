"""What is wrong with the marks of STROBE and RECORD in the report's text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from helpers.checklists import NOT_APPLICABLE, Item, Mark


def find_problems(items: Iterable[Item], marks: Sequence[Mark]) -> list[str]:
    """Return what is wrong with the marks, in words: empty where every item is accounted for."""
    known = [(item.checklist, item.number) for item in items]
    used = [(mark.checklist, mark.number) for mark in marks]
    problems = [f"{' '.join(key)}: no such item" for key in dict.fromkeys(used) if key not in known]
    problems += [f"{' '.join(key)}: not marked in the text" for key in known if key not in used]
    ordered = sorted(marks, key=lambda mark: (mark.checklist, mark.number))
    for (checklist, number), group in groupby(ordered, lambda mark: (mark.checklist, mark.number)):
        problems += [f"{checklist} {number}: {problem}" for problem in _contradictions(list(group))]
    return problems


def _contradictions(marks: Sequence[Mark]) -> Iterator[str]:
    """Yield what the marks of one item say twice or against each other."""
    places = [(mark.place, mark.status) for mark in marks]
    for place, status in dict.fromkeys(places):
        if places.count((place, status)) > 1:
            yield f"marked twice in '{place.title}'"
    statuses = {mark.status for mark in marks}
    if NOT_APPLICABLE in statuses and len(statuses) > 1:
        yield "marked as not applicable and otherwise"
