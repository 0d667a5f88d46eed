"""Tables of the duration of relief where it is known between two days only."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from helpers.present.numbers import NO_NUMBER, format_identified, format_in_table
from helpers.present.tables import short_title
from helpers.results import Estimate, Results


def tabulate_identified(
    results: Results, parts: Sequence[str], suffixes: Sequence[str], level: str
) -> pd.DataFrame:
    """Return estimates with the range in which the data leave them, a pair of columns per part."""
    rows = []
    for suffix in suffixes:
        found = [results.get(f"{part}.{suffix}") for part in parts]
        row = {"Measure": found[0].label}
        for part, estimate in zip(parts, found, strict=True):
            row[f"{short_title(part)} ({level}% CI)"] = format_in_table(estimate)
            row[f"left open, {short_title(part)}"] = _range(estimate)
        rows.append(row)
    return pd.DataFrame(rows)


def _range(estimate: Estimate) -> str:
    """Return the identified range, or that the data leave no room."""
    text = format_identified(estimate)
    if text:
        return text
    return NO_NUMBER if estimate.estimate is None else "nothing"
