"""What was planted on purpose: the list that a reader's data queries must cover."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

ERROR = "error"
WARNING = "warning"


class Numbered(Protocol):
    """A row of a sheet or an export that can be made wrong."""

    number: int
    excluded: str
    planted: bool


R = TypeVar("R", bound=Numbered)


@dataclass(frozen=True, slots=True)
class Planted:
    """One planted error: its kind and severity, the row and column, and what should stand there.

    ``column`` is empty where the row is meant; ``intended`` is the value that the error hides.
    """

    kind: str
    severity: str
    row: Any
    column: str
    shown: str
    intended: Any = None


def choose(
    rows: Iterable[R], accept: Callable[[R], bool], pick: Callable[[Sequence[R]], R]
) -> R | None:
    """Return one of the untouched rows that a planter accepts, marked as planted, or None."""
    candidates = [row for row in rows if not row.planted and not row.excluded and accept(row)]
    if not candidates:
        return None
    chosen = pick(candidates)
    chosen.planted = True
    return chosen


def how_many(planters: int, patients: int, patients_per_round: int) -> int:
    """Return how many errors to plant, so that their share does not depend on the study's size."""
    return round(planters * patients / patients_per_round)
