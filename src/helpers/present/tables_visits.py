"""Tables of repeated measures: change by occasion, and who came."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from helpers.present.numbers import (
    NO_NUMBER,
    WITHHELD,
    format_cell,
    format_in_table,
    format_number,
    told_adjusted_p,
    told_p,
)
from helpers.results import Estimate, Results
from helpers.study import BASELINE, POST_40MIN

_VISITS = {BASELINE: "baseline", POST_40MIN: "40 minutes after"}  # scores only


def occasion_words(occasion: str) -> str:
    """Return a visit or infusion in words: ``week 1``, ``infusion 2``, ``40 minutes after``."""
    return _VISITS.get(occasion, occasion.replace("_", " "))


def tabulate_changes(results: Results, keys: Sequence[str], level: str) -> pd.DataFrame:
    """Return the changes of a mixed model, with the check by another estimator beside them."""
    return pd.DataFrame([_change(results.get(key), level) for key in keys])


def _change(estimate: Estimate, level: str) -> dict[str, str]:
    further = estimate.further
    gee = [further.get(f"gee_{end}") for end in ("estimate", "lower", "upper")]
    return {
        "Occasion": occasion_words(estimate.key.rpartition(".")[2]),
        f"Change, points ({level}% CI)": format_in_table(estimate),
        "p": told_p(estimate),
        "p, Holm": told_adjusted_p(estimate),
        "Scores there": format_cell(further["n_level"]) if "n_level" in further else NO_NUMBER,
        f"Check by GEE ({level}% CI)": _with_limits(*gee),
    }


def _with_limits(estimate: float | None, lower: float | None, upper: float | None) -> str:
    if estimate is None:
        return NO_NUMBER
    middle, low, high = (format_number(number, 1) for number in (estimate, lower, upper))
    return f"{middle} ({low} to {high})".replace(" ", "\u00a0")


def tabulate_infusions(rows: Sequence[Mapping[str, Any]]) -> pd.DataFrame:
    """Return what was recorded of each infusion of Part 1."""
    return pd.DataFrame(
        [
            {
                "Infusion": occasion_words(row["occasion"]),
                "Patients": format_cell(row["patients"]),
                "Both scores": format_cell(row["scores"]),
                "Percentage of relief": format_cell(row["percentages"]),
                "Duration of relief": format_cell(row["durations"]),
            }
            for row in rows
        ]
    )


def tabulate_attendance(rows: Sequence[Mapping[str, Any]]) -> pd.DataFrame:
    """Return who came to each visit of Part 2, and how the lost differ at the infusion."""
    return pd.DataFrame(
        [
            {
                "Visit": occasion_words(row["occasion"]),
                "Came": _of(row, "attended"),
                "Score": _of(row, "scores"),
                "Percentage of relief": _of(row, "percentages"),
                "Pain at baseline, came | did not": _contrast(row, "nrs_pre"),
                "Reduction at 40 minutes, came | did not": _contrast(row, "nrs_reduction"),
            }
            for row in rows
        ]
    )


def _of(row: Mapping[str, Any], name: str) -> str:
    """Return how many of the patients; a dash where that is not asked at this visit."""
    if row[name] is None:
        asked = row["occasion"] not in _VISITS or name == "scores"
        return WITHHELD if asked else NO_NUMBER
    return f"{row[name]} of {format_cell(row['patients'])}"


def _contrast(row: Mapping[str, Any], name: str) -> str:
    """Return the means of those who came and of the lost, each with its number of patients."""
    if "attenders" not in row:
        return NO_NUMBER
    means = [
        f"{format_number(group[name], 1)}" + _size(group[f"n_{name}"])
        for group in (row["attenders"], row["lost"])
    ]
    return " | ".join(means)


def _size(n: int | None) -> str:
    return "" if n is None else f" (n = {n})"
