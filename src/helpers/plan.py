"""The plan's table of keys: what each number means, where it is defined, its source."""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Final

_NUMBERS: Final = frozenset({"days", "week", "number"})  # a placeholder for anything else is a word


@dataclass(frozen=True, slots=True)
class Planned:
    """The estimates of one kind.

    ``keys`` are their keys without the part, with a placeholder for what differs:
    ``long_term.relief_days.survival_<days>``. ``meaning`` is what they say in plain words,
    ``defined_in`` the module and function, ``reference`` the source of the method and ``in_r``
    what computes the same in R. An endpoint has the ``label`` and the ``unit`` of its estimate;
    other estimates are given theirs where they are made.
    """

    keys: str
    meaning: str
    defined_in: str
    reference: str
    in_r: str
    label: str
    unit: str

    @property
    def module(self) -> str:
        """The file of the definition, from the package's folder."""
        return self.defined_in.partition(": ")[0]

    @property
    def function(self) -> str:
        """The name of the function that defines it."""
        return self.defined_in.partition(": ")[2]

    @property
    def is_endpoint(self) -> bool:
        """Whether the function is an endpoint of ``analysis/endpoints.py``."""
        return bool(self.label)

    def covers(self, key: str) -> bool:
        """Return whether a key without its part is one of these."""
        return re.fullmatch(_pattern(self.keys), key) is not None


@cache
def _pattern(keys: str) -> str:
    """Return the regular expression of keys with placeholders."""
    parts = re.split(r"<(\w+)>", keys)
    return "".join(
        re.escape(part) if place % 2 == 0 else (r"\d+" if part in _NUMBERS else r"\w+")
        for place, part in enumerate(parts)
    )


@cache
def read_plan() -> tuple[Planned, ...]:
    """Return the table that ships with the package, in the order of the plan."""
    text = resources.files("helpers").joinpath("schema/plan.csv").read_text("utf-8")
    rows = csv.DictReader(line for line in text.splitlines() if not line.startswith("#"))
    return tuple(Planned(**row) for row in rows)


@cache
def find_planned(key: str) -> Planned:
    """Return the entry of a key without its part: the first that covers it.

    Raises
    ------
    KeyError
        When the plan has no such key.
    """
    for planned in read_plan():
        if planned.covers(key):
            return planned
    raise KeyError(f"schema/plan.csv: no entry for the key '{key}'")


def list_endpoints(chapter: str) -> list[str]:
    """Return the keys of the endpoints whose key opens with a chapter, as ``short_term``."""
    return [planned.keys for planned in read_plan()
            if planned.is_endpoint and planned.keys.startswith(f"{chapter}.")]  # fmt: skip
