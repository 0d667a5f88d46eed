"""Repeated measures: reduction over infusions, pain over visits, and how much scores vary."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

import numpy as np
import pandas as pd

from helpers.analysis.randomness import entropy
from helpers.analysis.scope import Scope
from helpers.cohort.analysis_sets import Cohort
from helpers.cohort.scores import received_index
from helpers.estimate.intraclass import icc, icc_replicates
from helpers.estimate.mixed_model import fit_random_intercept
from helpers.estimate.multiplicity import holm
from helpers.estimate.resampling import bootstrap, percentile_interval, with_limits
from helpers.estimate.value import Value
from helpers.results import Estimate
from helpers.settings import Settings
from helpers.study import FIRST_INFUSIONS, VISITS

_VISIT_WORDS: Final = {visit: visit.replace("_", " ") for visit in VISITS}


def estimate_trajectory(infusions: pd.DataFrame, scope: Scope) -> Iterator[Estimate]:
    """Yield ``retrospective.trajectory.nrs_reduction.infusion_<k>``, against infusion 1."""
    first = infusions[infusions["infusion"].isin(FIRST_INFUSIONS)]
    scored = first.dropna(subset=["nrs_reduction"])
    within = replace(
        scope.within("trajectory.nrs_reduction"),
        population=f"eligible patients, infusions {FIRST_INFUSIONS[0]} to {FIRST_INFUSIONS[-1]}",
        total=len(first), n_unit="observations",
    )  # fmt: skip
    values = fit_random_intercept(
        scored["nrs_reduction"].to_numpy(float), scored["infusion"].to_numpy(int),
        scored["patient"].to_numpy(str), FIRST_INFUSIONS, level=scope.level,
    )  # fmt: skip
    names = [(f"infusion_{number}", f"Reduction at infusion {number} against infusion 1")
             for number in FIRST_INFUSIONS[1:]]  # fmt: skip
    yield from _family(within, names, values)


def estimate_course(cohort: Cohort, scope: Scope) -> Iterator[Estimate]:
    """Yield ``prospective.course.nrs.<visit>``, against baseline."""
    patients = received_index(cohort)
    ratings = cohort.of_eligible("pain_ratings")
    ratings = ratings[ratings["visit"].isin(VISITS)].sort_values(["patient", "visit"])
    within = replace(
        scope.within("course.nrs"), population="eligible patients, every visit",
        total=max(len(patients) * len(VISITS), len(ratings)), n_unit="observations",
    )  # fmt: skip
    values = fit_random_intercept(
        ratings["nrs"].to_numpy(float), ratings["visit"].to_numpy(str),
        ratings["patient"].to_numpy(str), VISITS, level=scope.level,
    )  # fmt: skip
    names = [(visit, f"Pain at {words} against baseline")
             for visit, words in _VISIT_WORDS.items()][1:]  # fmt: skip
    yield from _family(within, names, values)


def _family(
    scope: Scope, names: Sequence[tuple[str, str]], values: Sequence[Value]
) -> Iterator[Estimate]:
    """Yield the estimates of one family, with p-values adjusted within it (Holm)."""
    adjusted = holm([value.p_value for value in values])
    for (name, label), value, p_adjusted in zip(names, values, adjusted, strict=True):
        yield scope.name(name, label, "points", value, p_adjusted)


def estimate_icc(infusions: pd.DataFrame, scope: Scope, settings: Settings) -> Iterator[Estimate]:
    """Yield ``retrospective.regression_to_the_mean.icc`` of the scores before the infusions."""
    scored = infusions.dropna(subset=["nrs_pre"])
    within = replace(
        scope.within("regression_to_the_mean"), population="eligible patients, every infusion",
        total=len(infusions), n_unit="observations",
    )  # fmt: skip
    scores, names = scored["nrs_pre"].to_numpy(float), scored["patient"].to_numpy(str)
    value = icc(scores, names)
    if value.estimate is not None:
        patients, owner = np.unique(names, return_inverse=True)
        drawn = bootstrap(
            lambda counts: icc_replicates(scores, owner, counts), len(patients),
            n_boot=settings.n_boot, entropy=entropy(settings.seed, within.key("icc")),
        )  # fmt: skip
        value = with_limits(value, percentile_interval(drawn, scope.level))
    yield within.name("icc", "Share of the variance of pain before that lies between patients",
                      "proportion", value)  # fmt: skip
