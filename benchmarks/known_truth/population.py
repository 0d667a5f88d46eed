"""What an estimator should find: read off millions of patients of whom everything is known.

Where there is a closed form it is used (regression to the mean, dose, adverse events, nulls);
everything else is the same reading of 2,000,000 patients, drawn with a fixed seed and seen in full:
no missing scores, no censoring, no rounding. Its error is a hundredth of the standard error of the
largest study.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from benchmarks.known_truth.scenarios import KNOWN_ODDS_RATIO
from benchmarks.known_truth.simulate import Floats, Patients, draw_patients
from helpers.estimate.weibull import weibull_given_relief
from helpers.simulation.known_values import (
    HORIZON,
    SEED,
    event_truths,
    mean_fall_of_no_drug,
    restricted_means,
    score_truths,
)
from helpers.simulation.scenarios import INDEX, Scenario
from helpers.study import WEEKS

PATIENTS: Final = 2_000_000
CHUNK: Final = 50_000
_WEIBULL_PATIENTS: Final = 200_000


@dataclass(frozen=True, slots=True)
class Truths:
    """True values by the method's key, and the restricted mean to any horizon.

    ``horizons`` and ``index_means``, ``all_means``: days to which the mean of min(T, τ) is
    restricted, at the index infusion and over all infusions. A study whose curve ends earlier than
    day 84 estimates the mean to where it ends, and is held to that.
    """

    values: Mapping[str, float]
    horizons: Floats
    index_means: Floats
    all_means: Floats

    def restricted_mean(self, tau: float, *, all_infusions: bool = False) -> float:
        """Return the true mean of min(T, τ)."""
        means = self.all_means if all_infusions else self.index_means
        return float(np.interp(tau, self.horizons, means))


@dataclass(frozen=True, slots=True)
class _Index:
    """The index infusion of the whole population, and the durations of all infusions."""

    pre: Floats
    post: Floats
    days: Floats
    pct: Floats
    visits: Floats
    first: Floats
    all_days: Floats


def find_truths(scenario: Scenario, patients: int = PATIENTS) -> Truths:
    """Return the true value of everything that is estimated."""
    drawn = _draw(scenario, patients)
    horizons = np.arange(0.0, HORIZON + 0.5, 0.5)
    return Truths(
        values={**score_truths(drawn.pre, drawn.post), **_durations(drawn), **_repeated(drawn),
                **event_truths(scenario), **_ratios(scenario), **_regression(scenario)},
        horizons=horizons,
        index_means=restricted_means(drawn.days, horizons),
        all_means=restricted_means(drawn.all_days, horizons),
    )  # fmt: skip


def _draw(scenario: Scenario, patients: int) -> _Index:
    rng = np.random.default_rng(SEED)
    sizes = [CHUNK] * (patients // CHUNK) + [patients % CHUNK] * (patients % CHUNK > 0)
    chunks = [_keep(draw_patients(scenario, size, rng)) for size in sizes]
    return _Index(*(np.concatenate(column) for column in zip(*chunks, strict=True)))


def _keep(patients: Patients) -> tuple[Floats, ...]:
    """Return what the truths need of a chunk."""
    return (
        patients.pre[:, INDEX],
        patients.post[:, INDEX],
        patients.relief_days[:, INDEX],
        patients.relief_pct,
        patients.visit_nrs,
        (patients.pre - patients.post)[:, :INDEX],
        patients.relief_days[patients.given],
    )


def _durations(drawn: _Index) -> dict[str, float]:
    """Return the truth of everything about the duration of relief."""
    days, relieved = drawn.days, drawn.days[drawn.days > 0]
    survival = {f"survival_{t}": float(np.mean(days > t)) for t in (14, 28)}
    fit = relieved[:_WEIBULL_PATIENTS]
    shape = weibull_given_relief(fit, fit, np.full(fit.size, "exact")).shape.estimate
    cut = np.minimum(days, HORIZON)
    return {
        **survival,
        "at_least_14": survival["survival_14"],
        "median": float(np.median(days)),
        "all_infusions.median": float(np.median(drawn.all_days)),
        "any_relief.proportion": float(np.mean(days > 0)),
        "weibull_median_given_relief": float(np.median(relieved)),
        "weibull_shape": float("nan") if shape is None else shape,
        "ipr_84": float(np.mean(drawn.pct / 100 * cut)),
    }


def _repeated(drawn: _Index) -> dict[str, float]:
    """Return the truth of changes over infusions (against the first) and over visits."""
    by_infusion = [*drawn.first.mean(axis=0), float((drawn.pre - drawn.post).mean())]
    trajectory = {f"trajectory.infusion_{number}": float(mean - by_infusion[0])
                  for number, mean in enumerate(by_infusion[1:], start=2)}  # fmt: skip
    baseline = drawn.pre.mean()
    course = {f"course.week_{week}": float(mean - baseline)
              for week, mean in zip(WEEKS, drawn.visits.mean(axis=0), strict=True)}  # fmt: skip
    return {**trajectory, "course.post_40min": float(drawn.post.mean() - baseline), **course}


def _ratios(scenario: Scenario) -> dict[str, float]:
    """Return what the parameters say themselves, and the nulls."""
    return {
        "dose.hazard_ratio": scenario.truth.relief_hazard_ratio_per_mg_per_kg,
        "dose.any_relief_odds_ratio": 1.0,
        "predictors.null.odds_ratio": 1.0,
        "predictors.known.odds_ratio": KNOWN_ODDS_RATIO,
        "responders.null.difference": 0.0,
        "dissociation.spearman": 0.0,
        "dose.ph_slope": 0.0,
        "icc": scenario.truth.nrs_icc,
    }


def _regression(scenario: Scenario) -> dict[str, float]:
    """Return what regression to the mean brings; where the drug does nothing, that is all."""
    before, fall = mean_fall_of_no_drug(scenario)
    if scenario.selected_above is None:
        return {"regression.expected": fall}
    nothing = {f"trajectory.infusion_{number}": 0.0 for number in (2, 3, 4)}
    course = {f"course.{visit}": -fall for visit in ("post_40min", *(f"week_{w}" for w in WEEKS))}
    return {"regression.expected": fall, "nrs_pre.mean": before, "nrs_reduction.mean": fall,
            **nothing, **course}  # fmt: skip
