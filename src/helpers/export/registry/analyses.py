"""The analyses of an outcome: an estimate of one group with its interval and, of a test, p."""

from __future__ import annotations

from typing import Final

from helpers.export.registry.record import MeasureAnalysis
from helpers.export.registry.told import (
    NOT_AVAILABLE,
    Field,
    Number,
    Words,
    tell_estimate,
    tell_level,
    tell_p,
)
from helpers.export.registry.vocabulary import analysis_parameter, method_of
from helpers.results import Estimate, Results

# The plan's other readings of the same endpoint, given beside it where they are estimated.
_BESIDE: Final = {
    "short_term.nrs_reduction.mean": (
        "short_term.nrs_reduction.wilcoxon", "short_term.nrs_reduction.hedges_g",
    ),
    "short_term.nrs_reduction_pct.mean": ("short_term.nrs_reduction_pct.median",),
    "long_term.relief_pct.mean": ("long_term.relief_pct.median",),
    "long_term.relief_days.median": (
        "long_term.relief_days.npmle_median", "long_term.relief_days.rmst",
    ),
    "long_term.relief_days.npmle_median": (
        "long_term.relief_days.median", "long_term.relief_days.rmst",
    ),
}  # fmt: skip


def describe_analyses(results: Results, key: str, part: str) -> list[MeasureAnalysis]:
    """Return the analyses of one group: of the key itself, and of the readings beside it."""
    suffix = key.removeprefix(f"{part}.")
    keys = (key, *(f"{part}.{beside}" for beside in _BESIDE.get(suffix, ())))
    return [analysis for each in keys if (analysis := _analysis(results, each, part))]


def _analysis(results: Results, key: str, part: str) -> MeasureAnalysis | None:
    estimate, value = results.get(key), tell_estimate(results, key)
    if value is None or not _says_more(estimate):
        return None
    lower, upper = limits_of(results, key)
    p_value = tell_p(results, key)
    return MeasureAnalysis(
        part=part,
        parameter=analysis_parameter(key, estimate.label),
        value=value,
        level=tell_level(results, key),
        lower=lower,
        upper=upper,
        limit_comment=None if NOT_AVAILABLE not in (lower, upper) else NO_LIMIT,
        p_value=p_value,
        p_comment=_adjusted(results, key),
        method=None if p_value is None else method_of(key, estimate.method),
        estimate_comment=f"{estimate.label} ({estimate.unit or 'no unit'}): {estimate.method}.",
    )


NO_LIMIT: Final = "The data give no such limit."


def limits_of(results: Results, key: str) -> tuple[Field | None, Field | None]:
    """Return the limits of an interval; NA for one that does not exist, None without interval."""
    lower, upper = (tell_estimate(results, key, name) for name in ("lower", "upper"))
    if lower is None and upper is None:
        return None, None
    return lower or NOT_AVAILABLE, upper or NOT_AVAILABLE


def _says_more(estimate: Estimate) -> bool:
    """Return whether an analysis would tell more than the number that the measure shows."""
    return estimate.lower is not None or estimate.upper is not None or estimate.p_value is not None


def _adjusted(results: Results, key: str) -> Words | None:
    number: Number | None = tell_p(results, key, "p_adjusted")
    return None if number is None else Words("Adjusted for the other tests of its family: {}.",
                                             (number,))  # fmt: skip
