"""The tables that belong to no part, as they may leave the clinic."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final

from helpers.disclosure.basis import Rows
from helpers.disclosure.cells import unless_small, withhold_cells
from helpers.disclosure.rounding import round_numbers
from helpers.regression import describe_regression
from helpers.results import Estimate, Results
from helpers.settings import Settings

_PLACES: Final = 2  # decimals of what a table describes


def release_context(rows: Rows, released: Mapping[str, Estimate]) -> Rows:
    """Return published counts as they are, and ours only where the estimate shows them."""
    return [_context(row, released) if row["part"] else row for row in rows]


def _context(row: Mapping[str, Any], released: Mapping[str, Estimate]) -> dict[str, Any]:
    estimate = released[f"{row['part']}.short_term.responders_50.proportion"]
    if estimate.estimate is not None and estimate.n is not None:
        return round_numbers(row, _PLACES)
    return dict(row) | dict.fromkeys(("events", "n", "estimate", "lower", "upper"))


def release_accounting(
    account: Mapping[str, Any], least: int, hidden: Collection[str]
) -> dict[str, Any]:
    """Return what became of the rows of one sheet, without small counts.

    Of the sheets that are ``hidden`` nothing is told.
    """
    if account["sheet"] in hidden:
        names = ("rows", "used", "used_with_warning", "used_in_part")
        return {**account, **dict.fromkeys(names), "excluded": dict.fromkeys(account["excluded"])}
    outcomes = {name: account[name] for name in ("used", "used_with_warning", "used_in_part")}
    cells = withhold_cells(outcomes | account["excluded"], least)
    return {
        **{name: account[name] for name in ("file", "sheet")},
        "rows": unless_small(account["rows"], least),
        **{name: cells[name] for name in outcomes},
        "excluded": {name: cells[name] for name in account["excluded"]},
    }


def release_regression(released: Mapping[str, Estimate], parts: Sequence[str]) -> Rows:
    """Return how far regression to the mean may go, computed from what the estimates show.

    So many multiples of the distance from the mean before would, from the full mean, give back its
    further decimals, and these the number of patients behind it.
    """
    told = [part for part in parts
            if released[f"{part}.short_term.nrs_reduction.mean"].estimate is not None]  # fmt: skip
    return [round_numbers(row, 1) | {"assumed_mean": row["assumed_mean"]}
            for row in describe_regression(released, told)]  # fmt: skip


def release_design(
    results: Results, estimates: Mapping[str, Estimate], settings: Settings
) -> dict[str, Any]:
    """Return the tables that belong to no part, made of what the estimates show."""
    queries = [row | {"count": unless_small(row["count"], settings.min_cell)}
               for row in results.tables["data_queries"]]  # fmt: skip
    return {
        "data_queries": queries,
        "regression_to_the_mean": release_regression(estimates, results.provenance["parts"]),
        "published_context": release_context(results.tables["published_context"], estimates),
    }
