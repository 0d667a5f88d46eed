"""Our numbers beside those that R computed from the analysis plan, and each kind's tolerance."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from helpers.results import Estimate, Results

R_TOLERANCES: Final = MappingProxyType({"closed": 1e-6, "model": 1e-3, "npmle": 5e-3})
_STANDARD_ERRORS: Final = 5 * 6**0.5  # R drew 10,000 resamples, we draw 2,000
_IMPUTED: Final = 0.35  # of the half-width: two programs impute other values


@dataclass(frozen=True, slots=True)
class RComparison:
    """One number of R beside ours; ``difference`` is relative above 1 and absolute below."""

    key: str
    field: str
    kind: str
    theirs: float
    ours: float | None
    tolerance: float

    @property
    def difference(self) -> float:
        """The difference, infinite where we have no value."""
        if self.ours is None:
            return float("inf")
        return abs(self.ours - self.theirs) / max(1.0, abs(self.theirs))

    @property
    def agrees(self) -> bool:
        """Whether the difference is within the tolerance."""
        return self.difference <= self.tolerance


def has_no_limits(each: RComparison, estimate: Estimate | None) -> bool:
    """Return whether our estimate is null, or at an end where the plan knows no limits."""
    return estimate is not None and estimate.estimate in {None, 0.0, 1.0}


def is_absent_gee_limit(each: RComparison, estimate: Estimate | None) -> bool:
    """Return whether a limit of the check by GEE is not given."""
    return each.field in {"gee_lower", "gee_upper"} and each.ours is None


def is_count(each: RComparison, estimate: Estimate | None) -> bool:
    """Return whether the number is a count."""
    return each.field == "n"


def is_any(each: RComparison, estimate: Estimate | None) -> bool:
    """Return true: every number of its kind."""
    return True


Applies = Callable[[RComparison, Estimate | None], bool]

# Numbers of R that are not held against ours: folder, key, kind, and when.
SET_ASIDE: Final[tuple[tuple[str, str, str, Applies], ...]] = (
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


def is_set_aside(folder: str, each: RComparison, estimate: Estimate | None) -> bool:
    """Return whether a number of R is one of those that are not held against ours."""
    return any(
        fnmatch(folder, name) and fnmatch(each.key, key) and each.kind == kind
        and applies(each, estimate)
        for name, key, kind, applies in SET_ASIDE
    )  # fmt: skip


def read_rows(path: Path) -> list[dict[str, str]]:
    """Read what a script printed: CSV after a line of comment; an absent file holds nothing."""
    if not path.exists():
        return []
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(line for line in stream if not line.startswith("#")))


def compare_with_r(
    name: str, rows: Iterable[Mapping[str, str]], results: Results
) -> Iterator[RComparison]:
    """Yield every number of R's ``rows`` for the study folder of a name, beside ours."""
    rows = [row for row in rows if row["value"] not in {"", "NA"}]
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
        each = RComparison(key, field, kind, theirs, ours, tolerance)
        if not is_set_aside(name, each, estimate):
            yield each


def value_of(estimate: Estimate, field: str) -> Any:
    """Return a field of an estimate, also one that the plan names for some keys only."""
    return getattr(estimate, field) if hasattr(estimate, field) else estimate.further.get(field)


def _tolerance(
    kind: str, theirs: float, estimate: Estimate | None, error: float | None
) -> float | None:
    """Return the tolerance on the scale of ``difference``; None where R gives none to hold to."""
    if kind in R_TOLERANCES:
        return R_TOLERANCES[kind]
    scale = max(1.0, abs(theirs))
    if kind == "boot":
        return None if error is None else _STANDARD_ERRORS * error / scale + 1e-6
    if estimate is None or estimate.lower is None or estimate.upper is None:
        return None
    return _IMPUTED * (estimate.upper - estimate.lower) / 2 / scale + 0.02
