"""Traces every exported row to the cells of the raw files, variable by variable."""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping, Sequence
from functools import cache
from itertools import pairwise
from typing import Any, Final

from helpers.export.datasets.variables import SEQUENCE, Dataset, Origin, define
from helpers.ingest.sources import RAW_FILES, raw_place, raw_table
from helpers.study import PARTS

Record = Mapping[str, Any]

SOURCES: Final = Dataset(
    "sources",
    "Source cells of every row",
    "one row per variable of a dataset's row and raw row that it comes from",
    ("dataset", "row_id", "variable", "file", "sheet", "row"),
    (
        define("dataset", "text", "the dataset", "by name", required=True),
        SEQUENCE,
        define("part", "text", "which part of the study", "of the row", allowed=PARTS,
               required=True),
        define("patient", "text", "study code, in lower case", "of the row", required=True),
        define("variable", "text", "the variable of the dataset", "by name", required=True),
        define("file", "text", "the raw file", "by the part",
               allowed=RAW_FILES, required=True),
        define("sheet", "text", "the sheet (a CSV has none)", "by the table"),
        define("row", "whole number", "the row as the spreadsheet shows it",
               "source_row of the typed tables", limits=(2, None), required=True),
        define("columns", "text", "the columns of that row, separated by commas",
               "`ingest/sources.py`", required=True),
    ),
)  # fmt: skip


class Tracer:
    """Finds, for a row of a dataset, the raw cells behind each of its variables."""

    def __init__(self, tables: Mapping[str, Sequence[Record]], files: Container[str]) -> None:
        """Take the typed tables as rows by the table's name, and the files that were read."""
        self._rows = tables
        self._files = files
        self._index = cache(self._index_rows)
        self._following = _next_infusions(self._rows["infusions"])

    def cells(self, dataset: Dataset, record: Record) -> Iterator[dict[str, Any]]:
        """Yield the rows of ``sources`` of one row, in the order of its variables."""
        for variable in dataset.variables:
            found: dict[tuple[str, str, int], dict[str, None]] = {}
            for origin in variable.origins:
                for place, columns in self._places(origin, record):
                    found.setdefault(place, {}).update(dict.fromkeys(columns))
            for (file, sheet, row), names in found.items():
                yield {
                    "dataset": dataset.name, "row_id": record["row_id"], "part": record["part"],
                    "patient": record["patient"], "variable": variable.name, "file": file,
                    "sheet": sheet or None, "row": row, "columns": ", ".join(names),
                }  # fmt: skip

    def _places(
        self, origin: Origin, record: Record
    ) -> Iterator[tuple[tuple[str, str, int], list[str]]]:
        """Yield file, sheet and row with the columns that an origin names for a row."""
        part = record["part"]
        raw = raw_table(part, origin.table)
        if raw is None or part not in origin.parts or not _applies(origin, record):
            return
        for row in self._matching(origin, record):
            columns = [raw_column for column in origin.columns
                       for raw_column in raw.raw_columns(column, row)]  # fmt: skip
            if columns:
                yield (*raw_place(raw, self._files), int(row["source_row"])), columns

    def _matching(self, origin: Origin, record: Record) -> list[Record]:
        wanted = dict(record)
        if origin.following:
            wanted["infusion"] = self._following.get(
                (record["part"], record["patient"], record["infusion"])
            )
        keys = (wanted["part"], *(wanted[name] for name in origin.keys.values()))
        rows = self._index(origin.table, tuple(origin.keys)).get(keys, [])
        only = origin.only.get(record["part"], {})
        return [row for row in rows if all(row[name] in values for name, values in only.items())]

    def _index_rows(
        self, table: str, columns: tuple[str, ...]
    ) -> dict[tuple[Any, ...], list[Record]]:
        found: dict[tuple[Any, ...], list[Record]] = {}
        for row in self._rows[table]:
            found.setdefault((row["part"], *(row[name] for name in columns)), []).append(row)
        return found


def _applies(origin: Origin, record: Record) -> bool:
    return all(str(record[name]) in values for name, values in origin.when.items())


def _next_infusions(infusions: Sequence[Record]) -> dict[tuple[str, str, int], int]:
    """Return the next higher number of each infusion, by part, patient and number."""
    by_patient: dict[tuple[str, str], list[int]] = {}
    for row in infusions:
        by_patient.setdefault((row["part"], row["patient"]), []).append(row["infusion"])
    return {
        (*patient, number): later
        for patient, numbers in by_patient.items()
        for number, later in pairwise(sorted(numbers))
    }


def describe_cells(cells: Sequence[Record]) -> str:
    """Return the cells of one row in one text: ``sheet!row [columns]``."""
    found: dict[str, dict[str, None]] = {}
    for cell in cells:
        place = f"{cell['sheet'] or ''}!{cell['row']}".lstrip("!")
        found.setdefault(place, {}).update(dict.fromkeys(cell["columns"].split(", ")))
    return "; ".join(f"{place} [{', '.join(columns)}]" for place, columns in found.items())
