"""Changes of a CSV file: its cells, rows and columns, and how it is written."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Mapping
from random import Random
from typing import Final

from tests.fuzzing.values import awkward_text, nearly

Table = list[list[str]]


def load(content: bytes) -> Table:
    """Return the rows of a plain CSV file."""
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def save(
    table: Table, *, delimiter: str = ",", line_end: str = "\n", encoding: str = "utf-8",
    quoting: int = csv.QUOTE_MINIMAL,
) -> bytes:  # fmt: skip
    """Return the bytes of a CSV file."""
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, delimiter=delimiter, lineterminator=line_end,
                        quoting=quoting)  # type: ignore[arg-type] # fmt: skip
    writer.writerows(table)
    return stream.getvalue().encode(encoding, "replace")


def awkward(draw: Random, text: str) -> str:
    """Return what a field may hold instead of a text."""
    return nearly(draw, text) if text and draw.random() < 0.6 else awkward_text(draw)


def change_cell(draw: Random, table: Table) -> str:
    """Change one cell of data; return its place."""
    row = draw.randrange(1, len(table))
    column = _change_field(draw, table[row])
    return f"row {row + 1} {' '.join(table[0][column : column + 1])}"


def _change_field(draw: Random, row: list[str]) -> int:
    """Change one field of a row, an empty one of a row without fields; return its place."""
    row += [] if row else [""]
    column = draw.randrange(len(row))
    row[column] = awkward(draw, row[column])
    return column


def _some_cells(draw: Random, table: Table) -> str:
    return ", ".join(change_cell(draw, table) for _ in range(draw.randint(2, 30)))


def _header(draw: Random, table: Table) -> str:
    old = list(table[0])
    column = _change_field(draw, table[0])
    return f"header {' '.join(old[column : column + 1])} to {table[0][column][:40]!r}"


def _copy_row(draw: Random, table: Table) -> str:
    row = list(draw.choice(table[1:]))
    table.insert(draw.randint(1, len(table)), row)
    if draw.random() < 0.5:
        _change_field(draw, row)
    return f"row of {' '.join(row[:1])!r}"


def _delete_rows(draw: Random, table: Table) -> str:
    row = draw.randrange(len(table))
    del table[row : row + draw.choice((1, 2, 1000))]
    return f"from row {row + 1}"


def _ragged(draw: Random, table: Table) -> str:
    row = draw.randrange(len(table))
    table[row] = draw.choice((table[row][:-1], [*table[row], "x"], [], [""], ["x"]))
    return f"row {row + 1}"


def _delete_column(draw: Random, table: Table) -> str:
    if not table[0]:
        return "none"
    column = draw.randrange(len(table[0]))
    name = table[0][column]
    for row in table:
        del row[column : column + 1]
    return str(name)


def _insert_column(draw: Random, table: Table) -> str:
    column = draw.randint(0, len(table[0]))
    name = draw.choice(("notes", "", *table[0][:1], "redcap_data_access_group", awkward_text(draw)))
    for number, row in enumerate(table):
        row.insert(column, awkward_text(draw) if number else name)
    return f"at {column}: {name[:40]!r}"


def _blank_rows(draw: Random, table: Table) -> str:
    row = draw.randint(0, len(table))
    table.insert(row, [""] * len(table[0]))
    return f"row {row + 1}"


CHANGES: Final[Mapping[str, Callable[[Random, Table], str]]] = {
    "cells": _some_cells,
    "header": _header,
    "row copied": _copy_row,
    "rows deleted": _delete_rows,
    "ragged": _ragged,
    "column deleted": _delete_column,
    "column inserted": _insert_column,
    "blank row": _blank_rows,
}


def rewrite(draw: Random, table: Table) -> tuple[bytes, str]:
    """Return a table written in another way, and how."""
    ways = {
        "delimiter": draw.choice((",", ";", "\t", "|")),
        "line_end": draw.choice(("\n", "\r\n", "\r", "\n\n")),
        "encoding": draw.choice(("utf-8", "utf-8-sig", "cp1252", "utf-16", "latin-1", "utf-32")),
    }
    quoting = draw.choice((csv.QUOTE_MINIMAL, csv.QUOTE_ALL, csv.QUOTE_NONNUMERIC))
    return save(table, quoting=quoting, **ways), f"{ways}"
