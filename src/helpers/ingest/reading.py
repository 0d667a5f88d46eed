"""What a parser makes of one text: the value, its bounds, its kind, and what was done."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Reading:
    """The result of parsing one text.

    ``value`` is the value to analyse (``None`` when there is none), ``lower`` and ``upper`` its
    bounds where the text gives a range, ``kind`` what sort of value it is, ``unit`` the unit of
    the lower bound, ``approximate`` whether the writer said so. ``warnings`` and ``error`` are
    codes of :mod:`helpers.ingest.codes`; with an error there is no value.
    """

    value: Any = None
    lower: float | None = None
    upper: float | None = None
    kind: str = "exact"
    unit: str = ""
    approximate: bool = False
    warnings: tuple[str, ...] = ()
    error: str | None = None


def refuse(code: str) -> Reading:
    """Return the reading of a text that cannot be used, with the code that says why."""
    return Reading(kind="error", error=code)


def exact(value: Any, *warnings: str) -> Reading:
    """Return the reading of a single value."""
    return Reading(value=value, warnings=warnings)
