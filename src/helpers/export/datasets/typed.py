"""The typed tables as datasets: what was read, each row with the cells that it was read from."""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from helpers.cohort.uncoded import OTHER
from helpers.export.datasets.variables import SEQUENCE, Dataset, Origin, Variable, define
from helpers.ingest.sources import ANSWERS, RAW_FILES, raw_place, raw_table
from helpers.ingest.tables import TABLES, ColumnSpec, TableSpec
from helpers.study import PROSPECTIVE, RETROSPECTIVE

ONGOING, NEXT_INFUSION, VISITS = "ongoing", "next infusion", "visits"
_OF_PATIENT: Final = {"patient": "patient"}
_OF_INFUSION: Final = {"patient": "patient", "infusion": "infusion"}
_WEIGHT: Final = Origin("patients", ("weight_kg",), _OF_PATIENT)
_WEIGHT_IN_PART_1: Final = replace(_WEIGHT, parts=(RETROSPECTIVE,))
_DATE: Final = Origin("infusions", ("date",), _OF_INFUSION)
# The bounds of a duration that was not stated rest on dates; in Part 2 on all answers.
RELIEF_ORIGINS: Final = (
    replace(_DATE, when={"basis": (ONGOING, NEXT_INFUSION, VISITS)}),
    replace(_DATE, when={"basis": (NEXT_INFUSION,)}, following=True),
    Origin("follow_ups", ("date",), _OF_INFUSION, parts=(RETROSPECTIVE,),
           when={"basis": (ONGOING,)}),
    Origin("follow_ups", (ANSWERS,), _OF_INFUSION, parts=(PROSPECTIVE,)),
)  # fmt: skip
# What is derived from more than its own row; the data contract says how.
_FURTHER: Final[Mapping[tuple[str, str], tuple[Origin, ...]]] = {
    ("infusions", "dose_mg"): (_WEIGHT_IN_PART_1,),
    ("infusions", "dose_mg_per_kg"): (_WEIGHT,),
    ("follow_ups", "day"): (_DATE,),
    **{("relief", name): RELIEF_ORIGINS for name in ("kind", "lower_days", "upper_days", "basis")},
}
_DERIVATIONS: Final[Mapping[tuple[str, str], str]] = {
    ("patients", "phq9"): "as written (Part 2: the sum of the nine items where all are there)",
    ("patients", "comorbidities"): "entries counted, or boxes ticked; the words are in no dataset",
    ("infusions", "dose_mg"): "as written, or mg/kg times body weight",
    ("infusions", "dose_mg_per_kg"): "dose_mg / weight_kg",
    ("follow_ups", "day"): "date of the visit − date of the infusion",
    ("relief", "kind"): "the data contract's grammar (Part 1), its four rules (Part 2)",
    ("relief", "lower_days"): "the data contract's grammar (Part 1), its four rules (Part 2)",
    ("relief", "upper_days"): "as lower_days; missing where right-censored: there is no upper end",
    ("relief", "basis"): "which cells the bounds rest on",
    ("adverse_events", "term"): f"coded by the list of synonyms; what is in none is '{OTHER}'",
    ("adverse_events", "serious_stated"): "whether the cell says yes or no",
}  # fmt: skip
_MADE: Final[Mapping[str, str]] = {
    "part": "by the file", "source_row": "as the spreadsheet shows it: the header is row 1",
}  # fmt: skip


def list_typed() -> tuple[Dataset, ...]:
    """Return the typed tables as datasets, in the order of the data dictionary."""
    return tuple(_dataset(spec) for spec in TABLES)


def _dataset(spec: TableSpec) -> Dataset:
    key = spec.key or ("part", "patient", "infusion", "source_row")
    own = [_variable(spec, _exported(spec.name, column)) for column in spec.columns]
    title = f"As read: {spec.name.replace('_', ' ')}"
    return Dataset(spec.name, title, spec.row, key, (SEQUENCE, *own, *PLACE))


PLACE: Final = (
    define("source_file", "text", "file that the record comes from", "by the part",
           allowed=RAW_FILES, required=True),
    define("source_sheet", "text", "sheet that the record comes from (a CSV has none)",
           "by the table"),
    define("source_columns", "text", "columns of that row that the record comes from",
           "by the table"),
)  # fmt: skip


def _exported(table: str, column: ColumnSpec) -> ColumnSpec:
    if (table, column.name) == ("relief", "upper_days"):
        meaning = "and at most so long (missing: right-censored)"
        return replace(column, required=False, meaning=meaning)
    return column


def _variable(spec: TableSpec, column: ColumnSpec) -> Variable:
    place = (spec.name, column.name)
    own: tuple[Origin, ...] = ()
    if column.name not in _MADE:
        keys = {name: name for name in (*spec.key, "source_row") if name != "part"}
        if not spec.key:
            keys |= {"patient": "patient", "infusion": "infusion"}
        own = (Origin(spec.name, (column.name,), keys),)
    derivation = _DERIVATIONS.get(place) or _MADE.get(column.name) or "as written"
    return Variable(column, derivation, (*own, *_FURTHER.get(place, ())))


def place_rows(
    dataset: Dataset, rows: Sequence[Mapping[str, Any]], files: Container[str]
) -> list[dict[str, Any]]:
    """Return the rows of a typed table, each with the place in one of ``files`` it is from."""
    spec = next(spec for spec in TABLES if spec.name == dataset.name)
    return [{**row, **_place(spec, row, files)} for row in rows]


def _place(spec: TableSpec, record: Mapping[str, Any], files: Container[str]) -> dict[str, Any]:
    raw = raw_table(record["part"], spec.name)
    if raw is None:
        raise ValueError(f"{spec.name}: a row in a part that has no such table")
    names = (name for column in spec.columns for name in raw.raw_columns(column.name, record))
    file, sheet = raw_place(raw, files)
    return {
        "source_file": file,
        "source_sheet": sheet or None,
        "source_columns": ", ".join(dict.fromkeys(names)),
        **({"upper_days": _finite(record["upper_days"])} if spec.name == "relief" else {}),
    }


def _finite(days: float) -> float | None:
    return days if days != float("inf") else None
