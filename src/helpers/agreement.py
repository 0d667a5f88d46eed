"""How far the estimates agree with R, as the tests found it; a test holds the record true."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources


@dataclass(frozen=True, slots=True)
class Agreement:
    """What was compared for one kind of estimate.

    ``largest`` is the largest difference |ours − R's| / max(1, |R's|) over all values.
    """

    family: str
    kind: str
    folders: int
    values: int
    largest: float


@cache
def read_agreement() -> Mapping[str, Agreement]:
    """Return the record that ships with the package, by kind of estimate."""
    text = resources.files("helpers").joinpath("schema/agreement.csv").read_text("utf-8")
    rows = csv.DictReader(line for line in text.splitlines() if not line.startswith("#"))
    return {
        row["family"]: Agreement(
            row["family"], row["kind"], int(row["folders"]), int(row["values"]),
            float(row["largest"]),
        )
        for row in rows
    }  # fmt: skip
