"""What an estimator should find: closed forms, and readings of a large sample seen in full.

Where there is a closed form it is used (adverse events, infusions stopped early, pain where the
drug does nothing); everything else is the same reading of a large sample of patients, drawn with a
fixed seed and seen in full: no missing scores, no censoring, no rounding.
"""

from __future__ import annotations

import math
from typing import Final

import numpy as np
from scipy import special, stats

from helpers.estimate.ties import FloatArray
from helpers.simulation.infusions import logit_of_terms
from helpers.simulation.scenarios import RARE_TERM, Scenario

SEED: Final = 20250214  # of the large sample
HORIZON: Final = 84.0


def score_truths(pre: FloatArray, post: FloatArray) -> dict[str, float]:
    """Read the truth of the short-term estimates off patients.

    Args:
        pre, post: shape (n,), scores before and after, points.

    Returns:
        Means, the pseudo-median, Hedges' g, the median percentage and shares, by name.
    """
    reduction = pre - post
    pct = 100 * reduction / pre
    shuffled = np.random.default_rng(SEED).permutation(reduction)
    spread = math.sqrt((pre.var() + post.var()) / 2)
    return {
        "nrs_pre.mean": float(pre.mean()),
        "nrs_post.mean": float(post.mean()),
        "nrs_reduction.mean": float(reduction.mean()),
        "nrs_reduction.wilcoxon": float(np.median((reduction + shuffled) / 2)),
        "nrs_reduction.hedges_g": float(reduction.mean()) / spread,
        "nrs_reduction_pct.mean": float(pct.mean()),
        "nrs_reduction_pct.median": float(np.median(pct)),
        "responders_30.proportion": float(np.mean(pct >= 30)),
        "responders_50.proportion": float(np.mean(pct >= 50)),
    }


def restricted_means(days: FloatArray, horizons: FloatArray) -> FloatArray:
    """Read the mean of min(T, τ) for each τ off durations.

    Args:
        days: shape (n,), days, uncensored.
        horizons: shape (k,), τ, days.
    """
    ordered = np.sort(days)
    passed = np.searchsorted(ordered, horizons, side="right")
    sums = np.concatenate(([0.0], np.cumsum(ordered)))[passed]
    means: FloatArray = (sums + horizons * (ordered.size - passed)) / ordered.size
    return means


def event_truths(scenario: Scenario) -> dict[str, float]:
    """Return the truth about adverse events, integrated over patients' proneness."""
    nodes, weights = special.roots_hermitenorm(60)
    weights = weights / weights.sum()
    proneness = scenario.truth.ae_log_odds_sd * nodes
    probability = special.expit(logit_of_terms(scenario)[:, None] + proneness)
    return {
        "any_ae.proportion": float(weights @ (1 - np.prod(1 - probability, axis=0))),
        "rare_ae.proportion": float(weights @ probability[RARE_TERM]),
        "ae_per_infusion.rate": float(weights @ probability.sum(axis=0)),
    }


def mean_fall_of_no_drug(scenario: Scenario) -> tuple[float, float]:
    """Return the mean score before, and its mean fall by regression to the mean alone, in points.

    Args:
        scenario: the truth; a drug that does something is left out of account.
    """
    truth = scenario.truth
    if scenario.selected_above is None:
        return truth.nrs_before_mean, truth.regression_nrs
    mean, sd = truth.population_nrs_mean, truth.nrs_before_sd
    beyond = (scenario.selected_above - mean) / sd
    before = mean + sd * float(stats.norm.pdf(beyond) / stats.norm.sf(beyond))
    return before, (1 - truth.nrs_icc) * (before - mean)
