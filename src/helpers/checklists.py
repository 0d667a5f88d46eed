"""Where the report meets the items of STROBE and RECORD, as marked in its own text.

A mark is a comment in the document, which no output shows: ``<!-- STROBE 12a, 12b; RECORD 6.1 -->``
says that the section in which it stands meets these items. A bracket says why it does not::

    <!-- STROBE 22 (investigators: source of funding) -->
    <!-- RECORD 6.3 (not applicable: nothing was linked) -->

So a checklist cannot name a section that was moved, renamed or taken out.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Final

from helpers.errors import DocumentError

CHECKLISTS: Final = ("STROBE", "RECORD")
MET: Final = "met"
INVESTIGATORS: Final = "investigators"
NOT_APPLICABLE: Final = "not applicable"

_FENCE = re.compile(r"^(`{3,}|~{3,})")
_HEADING = re.compile(r"^#{1,6}\s+(?P<title>[^{]*?)\s*(\{(?P<attributes>[^{}]*)\}\s*)?$")
_MARK = re.compile(r"<!--\s*(.*?)\s*-->")
_ENTRY = re.compile(
    r"(?P<checklist>[A-Z]+) (?P<items>[\w.]+(?:, [\w.]+)*)"
    rf"(?: \((?P<status>{INVESTIGATORS}|{NOT_APPLICABLE}): (?P<note>[^()]+)\))?"
)


@dataclass(frozen=True, slots=True)
class Item:
    """One item of a checklist: what it asks, in our own words."""

    checklist: str
    number: str
    topic: str
    asks: str


@dataclass(frozen=True, slots=True)
class Place:
    """A section of the document."""

    anchor: str
    title: str
    numbered: bool


@dataclass(frozen=True, slots=True)
class Mark:
    """What a section says to an item; ``note`` is what is left to fill in, or why it is not met."""

    checklist: str
    number: str
    place: Place
    status: str = MET
    note: str = ""


@cache
def read_items() -> tuple[Item, ...]:
    """Return the items of both checklists, which ship with the package, in their order."""
    text = resources.files("helpers").joinpath("schema/checklists.csv").read_text("utf-8")
    rows = csv.DictReader(line for line in text.splitlines() if not line.startswith("#"))
    return tuple(Item(**row) for row in rows)


def parse_marks(document: str) -> tuple[Mark, ...]:
    """Return the marks of a document, each with the section in which it stands.

    Raises
    ------
    DocumentError
        When a mark cannot be read, or stands under no heading with an id.
    """
    found: list[Mark] = []
    place: Place | None = None
    for number, line in _prose_lines(document):
        heading = _HEADING.match(line)
        place = _place(heading) if heading else place
        for comment in _MARK.findall(line):
            if not comment.startswith(CHECKLISTS):
                continue
            if place is None or not place.anchor:
                raise DocumentError(
                    f"line {number}: the mark '{comment}' needs a heading {{#sec-…}}."
                )
            found += _entries(comment, place, number)
    return tuple(found)


def _prose_lines(document: str) -> Iterator[tuple[int, str]]:
    """Yield the lines outside code with their numbers."""
    fence = ""
    for number, line in enumerate(document.splitlines(), 1):
        opening = _FENCE.match(line)
        if fence:
            fence = "" if line.startswith(fence) else fence
        elif opening:
            fence = opening[1]
        else:
            yield number, line


def _place(heading: re.Match[str]) -> Place:
    words = (heading["attributes"] or "").split()
    anchors = [word.removeprefix("#") for word in words if word.startswith("#")]
    return Place("".join(anchors), heading["title"], ".unnumbered" not in words)


def _entries(comment: str, place: Place, line: int) -> Iterator[Mark]:
    for entry in comment.split("; "):
        read = _ENTRY.fullmatch(entry)
        if not read or read["checklist"] not in CHECKLISTS:
            raise DocumentError(f"line {line}: the mark '{entry}' cannot be read.")
        for number in read["items"].split(", "):
            yield Mark(read["checklist"], number, place, read["status"] or MET, read["note"] or "")
