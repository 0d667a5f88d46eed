"""Writes the record of agreement that the report's appendix shows.

    python -m tests.reference.agreement

It is made from the comparisons that ``tests/test_against_plan.py`` and ``tests/test_against_r.py``
test; a test holds the record to what they find.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from tests.reference.compare import Comparison

RECORD = Path(__file__).parents[2] / "src" / "helpers" / "schema" / "agreement.csv"
LEAST_VALUES = 3  # fewer are no comparison worth telling of
HEADER = "# python -m tests.reference.agreement; difference: |ours - R's| / max(1, |R's|)"


@dataclass
class Found:
    """What was compared for one kind of estimate."""

    kind: str
    folders: set[str] = field(default_factory=set)
    values: int = 0
    largest: float = 0.0


def collect(compared: Mapping[str, Iterable[Comparison]]) -> dict[str, Found]:
    """Return by family of keys what was compared, from the comparisons by folder."""
    from helpers.present.methods import family_of

    found: dict[str, Found] = {}
    for folder, comparisons in compared.items():
        for each in comparisons:
            if each.kind == "boot":
                continue  # limits that both programs resample: tested, within their noise
            family = family_of(each.key.partition(".")[2])
            entry = found.setdefault(family, Found(each.kind))
            if each.kind == "imputed":
                entry.kind = "imputed"
            entry.folders.add(folder)
            entry.values += 1
            entry.largest = max(entry.largest, each.difference)
    return found


def render_record(found: Mapping[str, Found]) -> str:
    """Return the record as CSV, a row per family; differences rounded up to a power of ten."""
    lines = [HEADER, "family,kind,folders,values,largest"]
    lines += [
        f"{family},{entry.kind},{len(entry.folders)},{entry.values},"
        + (f"{entry.largest:.1g}" if entry.kind == "imputed" else _ceiling(entry.largest))
        for family, entry in sorted(found.items())
        if entry.values >= LEAST_VALUES
    ]
    return "\n".join(lines) + "\n"


def _ceiling(difference: float) -> str:
    """Return the next power of ten at or above a difference, not below 1e-12; 0 stays 0."""
    if difference == 0:
        return "0"
    exponent = -12
    while difference > 10.0**exponent:
        exponent += 1
    return f"1e{exponent}"


def main() -> None:
    """Compare every folder and write the record."""
    from tests.test_against_plan import FOLDERS, compared

    record = render_record(collect({folder.name: compared(folder) for folder in FOLDERS}))
    RECORD.write_text(record, encoding="utf-8")
    print(f"{RECORD}: {record.count(chr(10)) - 2} kinds of estimates", file=sys.stderr)


if __name__ == "__main__":
    main()
