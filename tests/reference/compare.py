"""Compares the results of a study folder with what R computed from the analysis plan."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

from helpers.results import Estimate, Results

EXPECTED = Path(__file__).parent / "plan" / "expected"
TOLERANCES = {"closed": 1e-6, "model": 1e-3, "npmle": 5e-3}
STANDARD_ERRORS = 5 * 6**0.5  # R drew 10,000 resamples, we draw 2,000
IMPUTED = 0.35  # of the half-width: two programs impute other values


@dataclass(frozen=True)
class Comparison:
    """One number of R beside ours; ``difference`` is relative above 1 and absolute below."""

    key: str
    field: str
    kind: str
    theirs: float
    ours: float | None
    tolerance: float

    @property
    def difference(self) -> float:
        if self.ours is None:
            return float("inf")
        return abs(self.ours - self.theirs) / max(1.0, abs(self.theirs))

    @property
    def agrees(self) -> bool:
        return self.difference <= self.tolerance


def has_no_limits(each: Comparison, estimate: Estimate | None) -> bool:
    """Return whether our estimate is null, or at an end where the plan knows no limits."""
    return estimate is not None and estimate.estimate in {None, 0.0, 1.0}


def is_absent_gee_limit(each: Comparison, estimate: Estimate | None) -> bool:
    return each.field in {"gee_lower", "gee_upper"} and each.ours is None


def is_count(each: Comparison, estimate: Estimate | None) -> bool:
    return each.field == "n"


def is_any(each: Comparison, estimate: Estimate | None) -> bool:
    return True


# Numbers of R that are not held against ours: folder, key, kind, and when.
SET_ASIDE = (
    # Inside an unbounded set there is no estimate, and the limits of a middle that is not given
    # would be narrower than the bounds that are; where S is 0 or 1 the plan knows no limits.
    ("*", "*.npmle_*", "boot", has_no_limits),
    # Where most resamples have no slope, or the penalty is at its border, ours is a status.
    ("*", "*.calibration_slope", "boot", has_no_limits),
    # With no more patients than occasions the robust variance has no degrees of freedom left.
    ("both_small", "*.trajectory.*", "model", is_absent_gee_limit),
    # Not stated whether n counts all patients or those whose percentage is defined; ours are those.
    ("*", "*.multiple_imputation.responders_*", "imputed", is_count),
    # Resamples of three patients take a handful of values, so a quantile jumps by whole steps.
    ("both_small", "*", "boot", is_any),
)


def is_set_aside(folder: str, each: Comparison, estimate: Estimate | None) -> bool:
    """Return whether a number of R is one of those that are not held against ours."""
    return any(
        fnmatch(folder, name) and fnmatch(each.key, key) and each.kind == kind
        and applies(each, estimate)
        for name, key, kind, applies in SET_ASIDE
    )  # fmt: skip


def read_rows(path: Path) -> list[dict[str, str]]:
    if not path.exists():
        return []
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(line for line in stream if not line.startswith("#")))


def comparisons(name: str, results: Results) -> Iterator[Comparison]:
    """Yield every number that R computed for the study folder of a name."""
    rows = [row for row in read_rows(EXPECTED / f"{name}.csv") if row["value"] not in {"", "NA"}]
    errors = {(row["key"], row["field"].removeprefix("mc_error_")): float(row["value"])
              for row in rows if row["field"].startswith("mc_error_")}  # fmt: skip
    for row in rows:
        key, field, kind = row["key"], row["field"], row["kind"]
        if field.startswith("mc_error_"):
            continue
        estimate = results.estimates.get(key)
        theirs = float(row["value"])
        ours = None if estimate is None else value_of(estimate, field)
        tolerance = _tolerance(kind, theirs, estimate, errors.get((key, field)))
        if tolerance is None:
            continue
        each = Comparison(key, field, kind, theirs, ours, tolerance)
        if not is_set_aside(name, each, estimate):
            yield each


def value_of(estimate: Estimate, field: str) -> Any:
    """Return a field of an estimate, also one that the plan names for some keys only."""
    return getattr(estimate, field) if hasattr(estimate, field) else estimate.further.get(field)


def _tolerance(
    kind: str, theirs: float, estimate: Estimate | None, error: float | None
) -> float | None:
    """Return the tolerance on the scale of ``difference``; None where R gives none to hold to."""
    if kind in TOLERANCES:
        return TOLERANCES[kind]
    scale = max(1.0, abs(theirs))
    if kind == "boot":
        return None if error is None else STANDARD_ERRORS * error / scale + 1e-6
    if estimate is None or estimate.lower is None or estimate.upper is None:
        return None
    return IMPUTED * (estimate.upper - estimate.lower) / 2 / scale + 0.02


def nulls(name: str, results: Results) -> Iterator[tuple[str, str, Any]]:
    """Yield what R says has no value, with ours: key, field and our value."""
    for row in read_rows(EXPECTED / f"{name}_null.csv"):
        if row["why"].startswith("null:") and row["key"] in results.estimates:
            yield row["key"], row["field"], value_of(results.estimates[row["key"]], row["field"])
