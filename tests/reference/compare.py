"""Compares the results of a study folder with what R computed from the analysis plan."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from helpers.results import Results
from helpers.verify.against_r import RComparison as Comparison
from helpers.verify.against_r import compare_with_r, read_rows, value_of

__all__ = ["Comparison", "comparisons", "nulls"]

EXPECTED = Path(__file__).parent / "plan" / "expected"


def comparisons(name: str, results: Results) -> Iterator[Comparison]:
    """Yield every number that R computed for the study folder of a name."""
    return compare_with_r(name, read_rows(EXPECTED / f"{name}.csv"), results)


def nulls(name: str, results: Results) -> Iterator[tuple[str, str, Any]]:
    """Yield what R says has no value, with ours: key, field and our value."""
    for row in read_rows(EXPECTED / f"{name}_null.csv"):
        if row["why"].startswith("null:") and row["key"] in results.estimates:
            yield row["key"], row["field"], value_of(results.estimates[row["key"]], row["field"])
