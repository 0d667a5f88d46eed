"""The codebook: every variable of every dataset, from the specifications that build them."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from typing import Final

from helpers.export.datasets.variables import INTERNAL_MARK, Dataset, Origin, Variable
from helpers.ingest.sources import raw_table
from helpers.ingest.tables import ColumnSpec
from helpers.study import PARTS

COLUMNS: Final = (
    "dataset", "dataset_title", "release", "position", "variable", "label", "type", "unit",
    "allowed", "required", "key", "derivation", "source", "raw_part_1", "raw_part_2",
)  # fmt: skip
_SHOWN: Final = ("variable", "label", "type", "unit", "allowed", "derivation", "source",
                 "raw_part_1", "raw_part_2")  # fmt: skip
_HEADINGS: Final = {"raw_part_1": "Part 1 columns", "raw_part_2": "Part 2 fields"}
_CONVENTIONS: Final = """\
Missing values are empty in CSV and null in Parquet; nothing is filled in. Dates are YYYY-MM-DD,
yes/no is `true` or `false`, numbers have full precision. In CSV a text that a spreadsheet would run
as a formula has an apostrophe before it. `codebook.csv` holds the same, a row per variable.
"""


def codebook_files(datasets: Sequence[Dataset]) -> dict[str, bytes]:
    """Return ``codebook.csv`` and ``codebook.md`` of some datasets, as files by name."""
    return {"codebook.csv": _csv(datasets), "codebook.md": _markdown(datasets).encode()}


def list_entries(dataset: Dataset) -> list[dict[str, str]]:
    """Return the codebook's entry of each variable, in the dataset's order."""
    return [
        _entry(dataset, position, variable)
        for position, variable in enumerate(dataset.variables, start=1)
    ]


def _entry(dataset: Dataset, position: int, variable: Variable) -> dict[str, str]:
    column = variable.column
    return {
        "dataset": dataset.name,
        "dataset_title": dataset.title,
        "release": INTERNAL_MARK if dataset.internal else "as the profile says",
        "position": str(position),
        "variable": column.name,
        "label": column.meaning,
        "type": column.type,
        "unit": column.unit,
        "allowed": describe_allowed(column),
        "required": "yes" if column.required else "no",
        "key": "yes" if column.name in dataset.key else "no",
        "derivation": variable.derivation,
        "source": "; ".join(dict.fromkeys(map(_typed_source, variable.origins))),
        **{f"raw_part_{number}": _raw_source(variable, part)
           for number, part in enumerate(PARTS, start=1)},
    }  # fmt: skip


def describe_allowed(column: ColumnSpec) -> str:
    """Return the allowed values or limits of a column in words; empty where there are none."""
    if column.allowed:
        return " | ".join(column.allowed)
    low, high = column.limits
    if low is not None and high is not None:
        return f"{low:g} to {high:g}"
    return f"from {low:g}" if low is not None else ""


def _typed_source(origin: Origin) -> str:
    return f"{origin.table}: {', '.join(origin.columns)}"


def _raw_source(variable: Variable, part: str) -> str:
    """Return the raw columns of a variable in one part, by sheet."""
    found: dict[str, dict[str, None]] = {}
    for origin in variable.origins:
        raw = raw_table(part, origin.table)
        if raw is None or part not in origin.parts:
            continue
        columns = [name for column in origin.columns
                   for name in _chosen(origin, part, column)]  # fmt: skip
        if columns:
            found.setdefault(raw.sheet or raw.file, {}).update(dict.fromkeys(columns))
    return "; ".join(f"{sheet}: {', '.join(columns)}" for sheet, columns in found.items())


def _chosen(origin: Origin, part: str, column: str) -> tuple[str, ...]:
    """Return the raw columns of an origin: of the rows that it is limited to, or of any."""
    raw = raw_table(part, origin.table)
    if raw is None:
        return ()
    values = origin.only.get(part, {}).get(raw.by, ())
    if not values:
        return raw.raw_columns(column)
    return tuple(name for value in values for name in raw.raw_columns(column, {raw.by: value}))


def _csv(datasets: Sequence[Dataset]) -> bytes:
    stream = io.StringIO(newline="")
    writer = csv.DictWriter(stream, COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows(entry for dataset in datasets for entry in list_entries(dataset))
    return stream.getvalue().encode("utf-8-sig")


def _markdown(datasets: Sequence[Dataset]) -> str:
    internal = any(dataset.internal for dataset in datasets)
    mark = f"**{INTERNAL_MARK}.** These datasets hold rows of single patients.\n\n"
    head = f"# Codebook\n\n{mark if internal else ''}{_CONVENTIONS}"
    return "\n".join([head, *(_section(dataset) for dataset in datasets)])


def _section(dataset: Dataset) -> str:
    parts = f"Unique: {', '.join(f'`{name}`' for name in dataset.key)}."
    lines = [
        f"## `{dataset.name}`: {dataset.title}\n",
        f"{dataset.row[0].upper()}{dataset.row[1:]}. {parts}\n",
        _line([_HEADINGS.get(name, name) for name in _SHOWN]),
        _line(["---"] * len(_SHOWN)),
    ]
    for entry in list_entries(dataset):
        shown = {**entry, "variable": f"`{entry['variable']}`"}
        lines.append(_line([shown[name].replace("|", "\\|") for name in _SHOWN]))
    return "\n".join(lines) + "\n"


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"
