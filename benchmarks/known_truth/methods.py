"""What must hold of each interval, decided from theory before any result was seen.

Three classes. **93–97 %**: the interval is exact or first-order accurate at that size, so that its
coverage must lie between 93 and 97 %. **≥ 95 %**: the method promises at least its level.
**reported**: no promise; ``why`` says why. A class holds from ``from_n`` patients on, in the
scenarios that leave the method's assumptions intact (``holds_in``); elsewhere the result is only
reported. Tests have a class of their own: **≤ 5 %** false positives. A bound counts as broken when
it is missed by more than three Monte-Carlo standard errors.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from typing import Final

from benchmarks.known_truth.scenarios import SIZES


class Promise(Enum):
    """What is promised of a method."""

    NEAR = "93–97 %"
    AT_LEAST = "≥ 95 %"
    AT_MOST = "≤ 5 %"
    REPORTED = "reported"


@dataclass(frozen=True, slots=True, kw_only=True)
class Method:
    """One method: what it estimates, where it is tried and what is promised of it.

    Attributes:
        key: of the value.
        truth: of the true value, where it is not the key itself.
        label: estimand and method in words.
        unit: of the estimate.
        ratio: whether it is a ratio, compared with its truth as a logarithm.
        question: which question computes it.
        promise: of its interval (or test).
        from_n: patients from which on the promise holds.
        tried_in: scenarios in which it is computed.
        holds_in: those of them in which the promise holds.
        why: why it is only reported elsewhere, or in smaller studies.
        unbiased: whether its estimate is unbiased in theory where the promise holds.
        test: whether the value is a rejection (1) or none (0), and no estimate.
        null: scenarios in which the true value is "nothing", so that an interval that excludes it
            is a false positive.
    """

    key: str
    truth: str = ""
    label: str
    unit: str
    question: str
    promise: Promise = Promise.REPORTED
    from_n: int = SIZES[0]
    tried_in: tuple[str, ...] = ("stated",)
    holds_in: tuple[str, ...] = ("stated",)
    why: str = ""
    unbiased: bool = False
    ratio: bool = False
    test: bool = False
    null: tuple[str, ...] = ()

    @property
    def truth_key(self) -> str:
        """The key of the true value."""
        return self.truth or self.key

    def promise_at(self, scenario: str, n: int) -> Promise:
        """Return what is promised in a scenario at a size."""
        holds = n >= self.from_n and scenario in self.holds_in
        return self.promise if holds else Promise.REPORTED


NEAR, AT_LEAST, AT_MOST, REPORTED = Promise
STATED, HEAPED, RETREATED, MISSING, NOTHING = (
    "stated", "heaped", "informative_retreatment", "missing_not_at_random", "no_effect"
)  # fmt: skip
SCORES = (STATED, MISSING, NOTHING)
DURATIONS = (STATED, HEAPED, RETREATED)
CLEAN = (STATED, NOTHING)

_CLUSTERS = "a sandwich or bootstrap over 20 or 30 patients is too narrow (the plan says so)"
_NOT_RANDOM = "scores that are missing because they are high leave no method unbiased"
_COUNTS = "discrete: exact coverage is {} (binomial sum)"


def _scores() -> Iterator[Method]:
    """Pain before and after the index infusion."""
    yield Method(
        key="nrs_pre.mean", label="pain before, mean: t interval", unit="points",
        question="scores", promise=NEAR, tried_in=(STATED,), unbiased=True,
    )  # fmt: skip
    yield Method(
        key="nrs_reduction.mean", label="reduction, mean: paired t interval", unit="points",
        question="scores", promise=NEAR, tried_in=SCORES, holds_in=CLEAN, unbiased=True,
        why=_NOT_RANDOM,
    )  # fmt: skip
    yield Method(
        key="imputed.nrs_reduction.mean", truth="nrs_reduction.mean", unit="points",
        question="imputed",
        label="reduction, mean: imputed (m = 50), Barnard–Rubin t interval",
        promise=NEAR, from_n=200, tried_in=(STATED, MISSING),
        why="predictive mean matching among few donors is too sure of itself; " + _NOT_RANDOM,
    )  # fmt: skip
    yield Method(
        key="nrs_reduction.wilcoxon", unit="points", question="scores", tried_in=SCORES,
        label="reduction, pseudo-median: Hodges–Lehmann, signed-rank interval",
        why="exact only for symmetric differences; with non-responders they are not",
    )  # fmt: skip
    yield Method(
        key="nrs_reduction.hedges_g", unit="SD", question="effect_size", tried_in=SCORES,
        label="reduction, Hedges' g: BCa bootstrap interval",
        why="second-order accurate only in theory: the acceleration is estimated from few patients",
    )  # fmt: skip
    yield Method(
        key="nrs_reduction_pct.mean", label="reduction in %, mean: t interval", unit="%",
        question="scores", promise=NEAR, from_n=30, tried_in=SCORES, unbiased=True,
        why="a ratio of scores is skewed; " + _NOT_RANDOM,
    )  # fmt: skip
    yield Method(
        key="nrs_reduction_pct.median", unit="%", question="scores", promise=AT_LEAST,
        label="reduction in %, median: order-statistic interval", tried_in=SCORES, holds_in=CLEAN,
        why=_NOT_RANDOM,
    )  # fmt: skip
    for percent in (30, 50):
        yield Method(
            key=f"responders_{percent}.proportion", unit="share", question="scores", promise=NEAR,
            label=f"reduction of ≥ {percent} %, share: Wilson interval",
            tried_in=(STATED, MISSING), unbiased=True, why=_NOT_RANDOM,
        )  # fmt: skip


def _durations() -> Iterator[Method]:
    """How long relief lasts after the index infusion, as told."""
    told = "durations told in whole weeks, or cut short as they wane, are not what they seem"
    few = "fewer than 10 on one side of S, and discrete: without censoring the exact coverage is {}"
    exact_14 = few.format("93.8, 93.0 and 95.3 % at n = 20, 30 and 200 (binomial sum)")
    exact_28 = few.format("96.5, 94.0 and 95.1 % at n = 20, 30 and 200 (binomial sum)")
    for days, from_n, why in ((14, 30, exact_14), (28, 200, exact_28)):
        yield Method(
            key=f"survival_{days}", unit="share", question="durations", promise=NEAR,
            label=f"P(T > {days} days): Kaplan–Meier, log-log interval", from_n=from_n,
            tried_in=DURATIONS, unbiased=True, why=f"{why}; {told}",
        )  # fmt: skip
    yield Method(
        key="at_least_14", unit="share", question="durations", promise=NEAR, from_n=30,
        label="P(T ≥ 14 days): Kaplan–Meier, log-log interval", tried_in=(STATED, HEAPED),
        unbiased=True, why=f"{exact_14}; {told}",
    )  # fmt: skip
    yield Method(
        key="median", label="median: Kaplan–Meier, Brookmeyer–Crowley interval", unit="days",
        question="durations", promise=NEAR, from_n=200, tried_in=DURATIONS,
        why=f"inverts a large-sample interval at few, discrete steps; {told}",
    )  # fmt: skip
    yield Method(
        key="rmst", label="mean up to day 84: Kaplan–Meier area, normal interval", unit="days",
        question="durations", promise=NEAR, from_n=200, tried_in=DURATIONS,
        why=f"normal limits of a skewed sum, and a variance too small by (n − 1)/n; {told}",
    )  # fmt: skip
    yield Method(
        key="any_relief.proportion", label="any relief, share: Wilson interval", unit="share",
        question="durations", promise=NEAR, from_n=30, unbiased=True,
        why=_COUNTS.format("93.0 % at n = 20"),
    )  # fmt: skip
    for key, label, unit in (
        ("weibull_median_given_relief", "median given relief", "days"),
        ("weibull_shape", "shape given relief", "–"),
    ):
        yield Method(
            key=key, label=f"{label}: Weibull, Wald interval (log scale)", unit=unit,
            question="durations", promise=NEAR, from_n=200, tried_in=DURATIONS,
            why=f"likelihood theory of two parameters from some 16 to 25 durations; {told}",
        )  # fmt: skip
    yield Method(
        key="ipr_84", label="integral of pain relief: both bounds with their bootstrap limits",
        unit="days", question="pain_relief", promise=AT_LEAST, from_n=200, tried_in=DURATIONS,
        why=f"percentile bootstrap of a skewed mean; {told}",
    )  # fmt: skip


def _visits() -> Iterator[Method]:
    """How long relief lasts where visits are all that is known of it."""
    for days in (14, 28):
        yield Method(
            key=f"visits.npmle_survival_{days}", truth=f"survival_{days}", unit="share",
            question="npmle", label=f"P(T > {days} days), visits: NPMLE, bootstrap interval",
            why="cube-root asymptotics: the bootstrap has no theory here",
        )  # fmt: skip
        yield Method(
            key=f"visits.survival_{days}", truth=f"survival_{days}", unit="share",
            question="visits", label=f"P(T > {days} days), visits: Kaplan–Meier of midpoints",
            why="the midpoint is a convention",
        )  # fmt: skip
    yield Method(
        key="visits.npmle_median", truth="median", unit="days",
        label="median, visits: NPMLE, bootstrap interval", question="npmle",
        why="known only to lie between visits; the middle is a convention",
    )  # fmt: skip
    yield Method(
        key="visits.median", truth="median", unit="days",
        label="median, visits: Kaplan–Meier of midpoints", question="visits",
        why="the midpoint is a convention",
    )  # fmt: skip
    for key, label, unit in (
        ("weibull_median_given_relief", "median given relief", "days"),
        ("weibull_shape", "shape given relief", "–"),
    ):
        yield Method(
            key=f"visits.{key}", truth=key, unit=unit, question="visits", promise=NEAR, from_n=200,
            label=f"{label}, visits: interval-censored Weibull, Wald interval",
            why="likelihood theory of two parameters from some 16 to 25 intervals",
        )  # fmt: skip


def _all_infusions() -> Iterator[Method]:
    """All infusions of all patients: durations, and what goes with the dose."""
    for name, label in (("median", "median"), ("rmst", "mean up to day 84")):
        yield Method(
            key=f"all_infusions.{name}", unit="days", question="all_infusions", promise=NEAR,
            label=f"{label}, all infusions: Kaplan–Meier, bootstrap over patients", from_n=200,
            tried_in=DURATIONS, why=f"{_CLUSTERS}; durations not as they seem",
        )  # fmt: skip
    yield Method(
        key="dose.hazard_ratio", unit="log", ratio=True, question="dose", promise=NEAR, from_n=200,
        label="hazard ratio per mg/kg: Cox, sandwich per patient", null=(NOTHING,),
        tried_in=(*DURATIONS, NOTHING), holds_in=CLEAN, why=_CLUSTERS,
    )  # fmt: skip
    yield Method(
        key="dose.any_relief_odds_ratio", unit="log", ratio=True, question="dose", promise=NEAR,
        from_n=200, label="odds ratio of any relief per mg/kg: GEE, sandwich per patient",
        null=CLEAN, tried_in=CLEAN, holds_in=CLEAN, why=_CLUSTERS,
    )  # fmt: skip
    yield Method(
        key="dose.ph_slope", unit="log", question="dose", promise=NEAR, from_n=30,
        label="change of that log hazard ratio: Grambsch–Therneau", tried_in=CLEAN, null=CLEAN,
        holds_in=(NOTHING,), why="takes the durations of a patient as independent",
    )  # fmt: skip


def _repeated() -> Iterator[Method]:
    """Scores over infusions and over visits."""
    for number in (2, 3, 4):
        key = f"trajectory.infusion_{number}"
        yield Method(
            key=key, unit="points", question="trajectory", promise=NEAR, from_n=30,
            label=f"reduction, infusion {number} against 1: mixed model, z interval",
            tried_in=SCORES, holds_in=CLEAN, null=(NOTHING,), unbiased=True,
            why=f"z in place of t; {_NOT_RANDOM}",
        )  # fmt: skip
        yield Method(
            key=f"gee.{key}", truth=key, unit="points", question="trajectory", promise=NEAR,
            from_n=200, label=f"reduction, infusion {number} against 1: GEE, robust",
            tried_in=SCORES, holds_in=CLEAN, null=(NOTHING,), unbiased=True,
            why=f"{_CLUSTERS}; {_NOT_RANDOM}",
        )  # fmt: skip
    yield Method(
        key="trajectory.any_of_3", label="any of the three changes: Holm", unit="–",
        question="trajectory", promise=AT_MOST, from_n=30, tried_in=(NOTHING,),
        holds_in=(NOTHING,), test=True, why="z in place of t",
    )  # fmt: skip
    for visit, words in (
        ("post_40min", "40 minutes"),
        ("week_2", "week 2"),
        ("week_12", "week 12"),
    ):
        key = f"course.{visit}"
        yield Method(
            key=key, unit="points", question="course", tried_in=SCORES,
            label=f"pain at {words} against baseline: mixed model, z interval",
            why="one residual variance for all visits, which neither waning relief nor selection "
            "at baseline leaves equal",
        )  # fmt: skip
        yield Method(
            key=f"gee.{key}", truth=key, unit="points", question="course", promise=NEAR, from_n=200,
            label=f"pain at {words} against baseline: GEE, robust", tried_in=SCORES,
            holds_in=CLEAN, unbiased=True, why=f"{_CLUSTERS}; {_NOT_RANDOM}",
        )  # fmt: skip
    yield Method(
        key="icc", label="intraclass correlation: REML, bootstrap over patients", unit="share",
        question="icc", promise=NEAR, from_n=200, why=_CLUSTERS,
    )  # fmt: skip
    yield Method(
        key="regression.expected", unit="points", question="icc", tried_in=CLEAN,
        label="(1 − ICC)·(mean − μ) at the true μ: point estimate",
        why="no interval; selection at every infusion lowers the ICC",
    )  # fmt: skip


def _safety() -> Iterator[Method]:
    """Adverse events."""
    for key, label in (("any_ae", "any adverse event"), ("rare_ae", "a rare event (3.5 %)")):
        yield Method(
            key=f"{key}.proportion", label=f"{label}, share: Clopper–Pearson", unit="share",
            question="safety", promise=AT_LEAST, unbiased=True,
        )  # fmt: skip
    yield Method(
        key="ae_per_infusion.rate", label="events per infusion: bootstrap over patients",
        unit="events", question="safety", promise=NEAR, from_n=200, why=_CLUSTERS,
    )  # fmt: skip


def _who_responds() -> Iterator[Method]:
    """What tells responders apart."""
    few = "with fewer than 30 patients, or some 7 % responders, the events are too few"
    yield Method(
        key="predictors.null.odds_ratio", unit="log", ratio=True, question="predictors",
        label="odds ratio of a null predictor: Firth, profile interval", promise=NEAR, from_n=30,
        tried_in=CLEAN, holds_in=(STATED,), null=CLEAN, why=few,
    )  # fmt: skip
    yield Method(
        key="predictors.known.odds_ratio", unit="log", ratio=True, question="predictors",
        label="odds ratio of a predictor (2 per SD): Firth, profile interval", promise=NEAR,
        from_n=30, why=few,
    )  # fmt: skip
    yield Method(
        key="predictors.any_of_5", label="any of five null predictors: Benjamini–Hochberg",
        unit="–", question="predictor_family", promise=AT_MOST, from_n=30, test=True, why=few,
    )  # fmt: skip
    yield Method(
        key="responders.null.difference", unit="SD", question="predictors", promise=NEAR,
        label="standardised difference of a null characteristic: Hedges–Olkin", from_n=30,
        tried_in=CLEAN, holds_in=(STATED,), null=CLEAN, why=few,
    )  # fmt: skip
    yield Method(
        key="dissociation.spearman", unit="–", question="dissociation", promise=NEAR,
        label="dissociation and reduction: Spearman, Bonett–Wright interval", tried_in=CLEAN,
        holds_in=CLEAN, null=CLEAN, from_n=30, why="Fisher's z with few pairs",
    )  # fmt: skip
    yield Method(
        key="nrs_reduction.t_test", label="mean reduction of 0: paired t test", unit="–",
        question="scores", tried_in=(NOTHING,), test=True,
        why="it tests a change of 0, which regression to the mean alone is not",
    )  # fmt: skip


METHODS: Final = (
    *_scores(), *_durations(), *_visits(), *_all_infusions(), *_repeated(), *_safety(),
    *_who_responds(),
)  # fmt: skip


def methods_in(scenario: str) -> tuple[Method, ...]:
    """Return the methods that are tried in a scenario."""
    return tuple(method for method in METHODS if scenario in method.tried_in)
