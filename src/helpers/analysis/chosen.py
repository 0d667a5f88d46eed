"""One outcome in groups of patients, by the plan's estimators; described, never tested."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any, Final

import pandas as pd

from helpers.analysis.long_term import curve_as_json, relief_curve
from helpers.analysis.scope import Scope
from helpers.analysis.short_term import describe_responder_curve, responders
from helpers.analysis.stages import index_population
from helpers.cohort.analysis_sets import Cohort, pairs_of_scores
from helpers.estimate import kaplan_meier
from helpers.estimate.means import mean, median
from helpers.estimate.value import Value
from helpers.results import Estimate
from helpers.study import SURVIVAL_DAYS

LEAST_IN_GROUP: Final = 3  # patients: a smaller group is counted, not described
DAYS: Final = SURVIVAL_DAYS[1:3]

# By name: the label without its group, the unit, and the value.
Measures = Mapping[str, tuple[str, str, Value]]


@dataclass(frozen=True, slots=True)
class Outcome:
    """One outcome: its words, the column that says whether it is known, and what is estimated.

    The estimate named ``headline`` is the one to say in a sentence. ``draw`` returns what a figure
    draws of a group. ``from_scores`` marks outcomes that are made of the pain scores.
    """

    label: str
    column: str
    headline: str
    measure: Callable[[Cohort, float, float], Measures]
    draw: Callable[[Cohort, float], Any]
    from_scores: bool = False
    note: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """One group of patients: its size, ``n`` whose outcome is known, and its estimates by name."""

    patients: int
    n: int
    estimates: Mapping[str, Estimate]
    headline: Estimate
    drawn: Any

    @property
    def is_described(self) -> bool:
        """Whether the group is large enough to be described."""
        return self.n >= LEAST_IN_GROUP


def estimate_groups(
    groups: Mapping[str, Cohort], outcome: Outcome, *, threshold: float, level: float
) -> dict[str, Group]:
    """Return each group with its estimates; one that is too small has a status in their place.

    Parameters
    ----------
    groups
        Cohorts by the name of the group.
    outcome
        One of :data:`OUTCOMES`.
    threshold
        Reduction of pain in percent from which on a patient has responded.
    level
        Confidence level of the intervals, a probability.
    """
    return {name: _estimate(name, cohort, outcome, threshold, level)
            for name, cohort in groups.items()}  # fmt: skip


def _estimate(name: str, cohort: Cohort, outcome: Outcome, threshold: float, level: float) -> Group:
    index = cohort.index
    known = replace(cohort, index=index[index[outcome.column].notna()])
    scope = Scope(cohort.part, "chosen", f"{index_population(cohort)}, {name}", len(index), level)
    estimates = {
        key: scope.name(key, label, unit, _gated(value, len(known.index)))
        for key, (label, unit, value) in outcome.measure(known, level, threshold).items()
    }
    return Group(len(index), len(known.index), estimates, estimates[outcome.headline],
                 outcome.draw(known, level))  # fmt: skip


def _gated(value: Value, n: int) -> Value:
    return value if n >= LEAST_IN_GROUP else Value.too_few(n, LEAST_IN_GROUP, value.method)


def _durations(known: Cohort, level: float, threshold: float) -> Measures:
    curve = relief_curve(known, level)
    shares = {f"at_least_{day}": (f"At least {day} days", "proportion",
                                  kaplan_meier.at_least(curve, day)) for day in DAYS}  # fmt: skip
    return {"median": ("Median", "days", kaplan_meier.median(curve)), **shares}


def _reductions(known: Cohort, level: float, threshold: float) -> Measures:
    pre, post = pairs_of_scores(known.index)
    return {
        "pre": ("Mean before", "points", mean(pre, level=level)),
        "post": ("Mean after", "points", mean(post, level=level)),
        "reduction": ("Mean reduction", "points", mean(pre - post, level=level)),
    }


def _responses(known: Cohort, level: float, threshold: float) -> Measures:
    share = responders(known.index["nrs_reduction_pct"].to_numpy(float), threshold, level)
    return {"share": (f"Reduced by at least {threshold:g}%", "proportion", share)}


def _percentages(known: Cohort, level: float, threshold: float) -> Measures:
    values = known.index["relief_pct"].to_numpy(float)
    return {
        "mean": ("Mean", "%", mean(values, level=level)),
        "median": ("Median", "%", median(values, level=level)),
    }


def _draw_curve(known: Cohort, level: float) -> dict[str, Any]:
    return curve_as_json(relief_curve(known, level))


def _draw_column(name: str) -> Callable[[Cohort, float], pd.Series]:
    return lambda known, level: known.index[name]


OUTCOMES: Final[Mapping[str, Outcome]] = MappingProxyType(
    {
        "duration": Outcome(
            "Duration of relief", "kind", "median", _durations, _draw_curve,
            note="Kaplan–Meier: ranges of days enter at their midpoints, which is a convention",
        ),
        "reduction": Outcome(
            "Reduction of pain", "nrs_reduction", "reduction", _reductions,
            _draw_column("nrs_reduction"), from_scores=True,
        ),
        "responders": Outcome(
            "Response at the threshold", "nrs_reduction_pct", "share", _responses,
            describe_responder_curve, from_scores=True,
        ),
        "relief_pct": Outcome(
            "Percentage of relief", "relief_pct", "mean", _percentages, _draw_column("relief_pct")
        ),
    }
)  # fmt: skip
