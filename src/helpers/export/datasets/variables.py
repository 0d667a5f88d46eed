"""What an exported dataset is made of: variables, and the cells that each comes from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from helpers.ingest.tables import ColumnSpec, TableSpec
from helpers.study import PARTS

INTERNAL_MARK: Final = "INTERNAL: not for release"


@dataclass(frozen=True, slots=True)
class Origin:
    """Columns of those rows of a typed table that belong to a row of the dataset.

    ``keys`` are columns of the typed table that agree with columns of the dataset (by name:
    typed column to the dataset's), ``only`` values that a typed column must have, by part, and
    ``when`` values of the dataset's row without which nothing was taken from there. With
    ``following`` the rows of the patient's next higher infusion are meant instead.
    """

    table: str
    columns: tuple[str, ...]
    keys: Mapping[str, str]
    only: Mapping[str, Mapping[str, tuple[str, ...]]] = field(default_factory=dict)
    parts: tuple[str, ...] = PARTS
    when: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    following: bool = False


@dataclass(frozen=True, slots=True)
class Variable:
    """One variable: name, label, type, unit and limits, how it is derived and from what."""

    column: ColumnSpec
    derivation: str
    origins: tuple[Origin, ...] = ()

    @property
    def name(self) -> str:
        """The name of its column."""
        return self.column.name


@dataclass(frozen=True, slots=True, eq=False)  # each is itself, and can be looked up
class Dataset:
    """One exported dataset: what it is, what a row is, and its variables in their order."""

    name: str
    title: str
    row: str
    key: tuple[str, ...]
    variables: tuple[Variable, ...]
    internal: bool = True

    @property
    def table(self) -> TableSpec:
        """The specification that builds and validates its rows."""
        columns = tuple(variable.column for variable in self.variables)
        return TableSpec(self.name, self.row, self.key, columns)


def define(
    name: str,
    type_: str,
    label: str,
    derivation: str,
    *origins: Origin,
    unit: str = "",
    limits: tuple[float | None, float | None] = (None, None),
    allowed: tuple[str, ...] = (),
    required: bool = False,
) -> Variable:
    """Return a variable; the arguments are those of its column, its derivation and origins."""
    column = ColumnSpec(name, type_, label, unit, limits, allowed, required)
    return Variable(column, derivation, origins)


SEQUENCE: Final = define(
    "row_id", "whole number", "number of the row in this dataset",
    "counted in the order of the rows; `sources` names the cells of a row by it",
    limits=(1, None), required=True,
)  # fmt: skip
# What a derived row says of its cells; they may stand in several sheets.
CELLS: Final = (
    define("source_file", "text", "file that the row is derived from", "by the part",
           required=True),
    define("source_cells", "text", "sheet, row and columns that the row is derived from",
           "as `sources` lists them for each variable: sheet!row [columns]; a CSV has no sheet"),
)  # fmt: skip
