"""Rows that stand for the same: what is kept of them, in either part."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from typing import Any, Protocol, TypeVar


class SourceRow(Protocol):
    """A row of a raw file that can be compared and excluded; ``row.number`` is its number."""

    row: Any

    def fingerprint(self) -> tuple[str, ...]:
        """Return the normalised texts that decide whether two rows are identical."""

    def exclude(self, reason: str, detail: str = "") -> None:
        """Exclude the row, with a query where the reason is one for the clinic."""


RowT = TypeVar("RowT", bound=SourceRow)


def resolve_duplicates(
    rows: Sequence[RowT], key: Callable[[RowT], Hashable], name: str
) -> list[RowT]:
    """Return one row per key: identical rows once, with a warning; conflicting rows not at all.

    ``name`` says in words what rows of one key have in common.
    """
    groups: dict[Hashable, list[RowT]] = {}
    for row in rows:
        groups.setdefault(key(row), []).append(row)
    return [kept for group in groups.values() for kept in _resolve_group(group, name)]


def _resolve_group(group: list[RowT], name: str) -> list[RowT]:
    if len(group) == 1:
        return group
    numbers = ", ".join(str(row.row.number) for row in group)
    if len({row.fingerprint() for row in group}) > 1:
        for row in group:
            row.exclude("duplicate_conflict", f"{name} (rows {numbers})")
        return []
    for row in group[1:]:
        row.exclude("duplicate_identical", f"row {group[0].row.number}")
    return group[:1]
