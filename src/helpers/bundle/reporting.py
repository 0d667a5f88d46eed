"""The reporting checklists as tables for other programs."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from typing import Final

from helpers.bundle import layout
from helpers.checklists import CHECKLISTS, Item, Mark, parse_marks, read_items

_HEAD: Final = ("checklist", "item", "topic", "asks", "status", "section", "note")
_NOT_MARKED: Final = "not found in the report"


def checklist_files(document: str) -> dict[str, bytes]:
    """Return each checklist as CSV by name: its items, and where the document meets them."""
    marks = parse_marks(document)
    return {
        f"{layout.CHECKLISTS}{name.lower()}.csv": _write(
            [row for item in read_items() if item.checklist == name for row in _rows(item, marks)]
        )
        for name in CHECKLISTS
    }


def _rows(item: Item, marks: tuple[Mark, ...]) -> Sequence[tuple[str, ...]]:
    asked = (item.checklist, item.number, item.topic, item.asks)
    mine = [mark for mark in marks if (mark.checklist, mark.number) == asked[:2]]
    found = [(*asked, mark.status, mark.place.title, mark.note) for mark in mine]
    return found or [(*asked, _NOT_MARKED, "", "")]


def _write(rows: list[tuple[str, ...]]) -> bytes:
    stream = io.StringIO()
    csv.writer(stream, lineterminator="\n").writerows([_HEAD, *rows])
    return stream.getvalue().encode()
