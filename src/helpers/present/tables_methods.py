"""The table of methods: one row per kind of estimate."""

from __future__ import annotations

import pandas as pd

from helpers.agreement import Agreement, read_agreement
from helpers.present.methods import family_of, source_of
from helpers.results import Estimate, Results

MOST_METHODS = 2  # of one kind of estimate: numbers and counts, a count that is 0


def tabulate_methods(results: Results) -> pd.DataFrame:
    """Return key, method, source and agreement with R of every kind of estimate."""
    agreement = read_agreement()
    by_family: dict[str, list[Estimate]] = {}
    for estimate in results.estimates.values():
        by_family.setdefault(family_of(estimate.key.partition(".")[2]), []).append(estimate)
    return pd.DataFrame(
        [_row(family, estimates, agreement.get(family)) for family, estimates in by_family.items()]
    )


def _row(family: str, estimates: list[Estimate], agreement: Agreement | None) -> dict[str, str]:
    source = source_of(estimates[0].key.partition(".")[2])
    computed = [estimate for estimate in estimates if estimate.estimate is not None] or estimates
    # "All values equal" is a remark on one estimate, and no method of its kind.
    found = list(dict.fromkeys(each.method.partition("; all values")[0] for each in computed))
    # A method that another one only adds to (its interval) is no second method.
    methods = [
        method
        for method in found
        if not any(other != method and other.startswith(method) for other in found)
    ]
    return {
        "Key": breakable(family),
        "Method": "; or: ".join(methods[:MOST_METHODS]),
        "Source": source.reference,
        "In R": source.counterpart,
        "Agreement": describe_agreement(agreement),
    }


def breakable(key: str) -> str:
    """Return a key that may be broken over lines after its dots and underscores."""
    return key.replace(".", ".\u200b").replace("_", "_\u200b")


def describe_agreement(agreement: Agreement | None) -> str:
    """Return how many values were compared and the largest difference, or that none was."""
    if agreement is None:
        return "not compared"
    compared = f"{agreement.values} values in {agreement.folders} test data sets"
    if agreement.kind == "imputed":
        return f"{compared}, within the noise of two programs that both draw at random"
    return f"{compared}, {format_difference(agreement.largest)}"


def format_difference(difference: float) -> str:
    """Return a power of ten as the bound it is: ``difference at most 1e−9``; 0: none."""
    if difference == 0:
        return "no difference"
    return f"difference at most {difference:.0e}".replace("e-0", "e-").replace("-", "−")
