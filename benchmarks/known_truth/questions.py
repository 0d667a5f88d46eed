"""What is asked of each simulated study: the estimators of the report, called as it calls them.

A question computes the values that share a fit. Each value goes by a key; its truth stands under
the same key in :mod:`benchmarks.known_truth.population`, and what must hold of its interval in
:mod:`benchmarks.known_truth.methods`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from benchmarks.known_truth.simulate import Floats, Study
from helpers.estimate import cox, gee, kaplan_meier, means
from helpers.estimate.durations import any_relief, has_relief
from helpers.estimate.effect_size import hedges_g
from helpers.estimate.firth import firth_odds_ratio
from helpers.estimate.imputation import impute
from helpers.estimate.intraclass import icc, icc_replicates
from helpers.estimate.kaplan_meier import Curve
from helpers.estimate.mixed_model import fit_random_intercept
from helpers.estimate.multiplicity import benjamini_hochberg, holm
from helpers.estimate.pain_relief import relief_bounds
from helpers.estimate.pooling import pool_means
from helpers.estimate.proportional_hazards import ph_slope
from helpers.estimate.proportions import clopper_pearson, wilson
from helpers.estimate.rank_correlation import spearman
from helpers.estimate.resampled import Resamples, clustered_curve, ratio
from helpers.estimate.resampling import bootstrap, draws, percentile_interval, with_limits
from helpers.estimate.rmst import rmst
from helpers.estimate.signed_rank import hodges_lehmann
from helpers.estimate.standardised_difference import numeric_difference
from helpers.estimate.turnbull import npmle
from helpers.estimate.turnbull_readings import npmle_median, npmle_survival, read_resamples
from helpers.estimate.value import Value
from helpers.estimate.weibull import weibull_given_relief
from helpers.simulation.scenarios import INDEX, RARE_TERM, STATED
from helpers.study import HORIZON_DAYS, VISITS

LEVEL: Final = 0.95
ALPHA: Final = 1 - LEVEL
N_BOOT: Final = 400  # resamples of each bootstrap interval; the report takes more
SURVIVAL_DAYS: Final = (14, 28)
POPULATION_MEAN: Final = STATED.truth.population_nrs_mean

Values = Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class Chance:
    """Where a question's random numbers come from: the replicate's seeds."""

    entropy: tuple[int, ...]

    @property
    def resamples(self) -> Resamples:
        """How to resample."""
        return Resamples(N_BOOT, self.entropy, LEVEL)

    def generator(self) -> np.random.Generator:
        """Return a generator of its own."""
        return np.random.default_rng(self.entropy)


Question = Callable[[Study, Chance], Values]


def rejection(p_values: Sequence[float | None]) -> Value:
    """Return 1 where any p-value is at most 5 %, else 0; their rate is that of false positives."""
    known = [p for p in p_values if p is not None]
    if not known:
        return Value(estimate=None, n=0, method="any p ≤ 0.05", status="no p-value")
    found = float(min(known) <= ALPHA)
    return Value(estimate=found, n=len(known), method="any p ≤ 0.05")


def _pairs(study: Study) -> tuple[Floats, Floats]:
    """Return the scores before and after the index infusion of patients who have both."""
    pre, post = study.pre[:, INDEX], study.post[:, INDEX]
    both = ~np.isnan(pre) & ~np.isnan(post)
    return pre[both], post[both]


def _percentages(study: Study) -> Floats:
    pre, post = _pairs(study)
    return 100 * (pre - post) / pre


def ask_scores(study: Study, chance: Chance) -> Values:
    """Ask about pain before and after the index infusion."""
    pre, post = _pairs(study)
    pct = _percentages(study)
    reduction = means.paired_reduction(pre, post, level=LEVEL)
    return {
        "nrs_pre.mean": means.mean(pre, level=LEVEL),
        "nrs_reduction.mean": reduction,
        "nrs_reduction.t_test": rejection([reduction.p_value]),
        "nrs_reduction.wilcoxon": hodges_lehmann(pre - post, level=LEVEL),
        "nrs_reduction_pct.mean": means.mean(pct, level=LEVEL),
        "nrs_reduction_pct.median": means.median(pct, level=LEVEL),
        "responders_30.proportion": wilson(int(np.sum(pct >= 30)), pct.size, level=LEVEL),
        "responders_50.proportion": wilson(int(np.sum(pct >= 50)), pct.size, level=LEVEL),
    }


def ask_effect_size(study: Study, chance: Chance) -> Values:
    """Ask for Hedges' g, whose interval is resampled."""
    pre, post = _pairs(study)
    g = hedges_g(pre, post, rng=chance.generator(), level=LEVEL, n_boot=N_BOOT)
    return {"nrs_reduction.hedges_g": g}


def ask_imputed(study: Study, chance: Chance) -> Values:
    """Ask for the mean reduction with missing scores imputed from the first four infusions."""
    scores = [study.pre[:, INDEX], study.post[:, INDEX]]
    for earlier in range(INDEX):
        scores += [study.pre[:, earlier], study.post[:, earlier]]
    table = np.column_stack((*scores, study.markers[:, :2]))  # age and PHQ-9 tell nothing here
    completed = impute(table, rng=chance.generator(), m=50)
    reduction = completed[:, :, 0] - completed[:, :, 1]
    return {"imputed.nrs_reduction.mean": pool_means(reduction, level=LEVEL)}


def _kinds(ended: np.ndarray, time: np.ndarray) -> np.ndarray:
    return np.where(~ended, "right", np.where(time == 0, "none", "exact"))


def ask_durations(study: Study, chance: Chance) -> Values:
    """Ask how long relief lasts, durations told in days and right-censored."""
    time, ended = study.time[:, INDEX], study.ended[:, INDEX]
    curve = kaplan_meier.curve(time, ended, level=LEVEL)
    kinds = _kinds(ended, time)
    relieved = has_relief(kinds)
    upper = np.where(ended, time, np.inf)
    weibull = weibull_given_relief(time[relieved], upper[relieved], kinds[relieved], level=LEVEL)
    return {
        **_read_curve(curve),
        "any_relief.proportion": any_relief(kinds, level=LEVEL),
        "weibull_median_given_relief": weibull.median_given_relief,
        "weibull_shape": weibull.shape,
    }


def _read_curve(curve: Curve) -> dict[str, Value]:
    survival = {f"survival_{t}": kaplan_meier.survival_at(curve, t) for t in SURVIVAL_DAYS}
    return {
        **survival,
        "at_least_14": kaplan_meier.at_least(curve, 14),
        "median": kaplan_meier.median(curve),
        "rmst": rmst(curve, HORIZON_DAYS),
    }


def ask_pain_relief(study: Study, chance: Chance) -> Values:
    """Ask for the integral of pain relief: from the limit of one bound to that of the other."""
    time, ended = study.time[:, INDEX], study.ended[:, INDEX]
    upper = np.where(ended, time, np.inf)
    bounds = relief_bounds(study.relief_pct, time, upper, _kinds(ended, time), HORIZON_DAYS)
    low, high = (ratio(values, chance.resamples) for values in bounds)
    if low.estimate is None or high.estimate is None:
        return {"ipr_84": low}
    middle = (low.estimate + high.estimate) / 2
    return {"ipr_84": replace(low, estimate=middle, lower=low.lower, upper=high.upper)}


def ask_visits(study: Study, chance: Chance) -> Values:
    """Ask how long relief lasts, durations known only between the visits of Part 2."""
    relieved = has_relief(study.kind)
    weibull = weibull_given_relief(
        study.lower[relieved], study.upper[relieved], study.kind[relieved], level=LEVEL
    )
    time = np.where(study.kind == "right", study.lower, (study.lower + study.upper) / 2)
    curve = kaplan_meier.curve(time, study.kind != "right", level=LEVEL)
    return {
        "visits.weibull_median_given_relief": weibull.median_given_relief,
        "visits.weibull_shape": weibull.shape,
        "visits.median": kaplan_meier.median(curve),
        **{f"visits.survival_{t}": kaplan_meier.survival_at(curve, t) for t in SURVIVAL_DAYS},
    }


def ask_npmle(study: Study, chance: Chance) -> Values:
    """Ask the same of the Turnbull estimate, with its bootstrap over patients."""
    data = (study.lower, study.upper, study.kind)
    fit = npmle(*data)
    drawn = read_resamples(*data, SURVIVAL_DAYS, draws(study.n, N_BOOT, chance.entropy))
    readings = {f"visits.npmle_survival_{t}": npmle_survival(fit, t, drawn, level=LEVEL)
                for t in SURVIVAL_DAYS}  # fmt: skip
    return {**readings, "visits.npmle_median": npmle_median(fit, drawn, level=LEVEL)}


def ask_all_infusions(study: Study, chance: Chance) -> Values:
    """Ask how long relief lasts, over all infusions of all patients."""
    given = study.given
    found = clustered_curve(
        study.time[given], study.ended[given], study.patient[given], chance.resamples,
        horizon=HORIZON_DAYS,
    )  # fmt: skip
    return {"all_infusions.median": found.median, "all_infusions.rmst": found.mean}


def ask_dose(study: Study, chance: Chance) -> Values:
    """Ask what goes with the dose: the end of relief, and any relief at all."""
    given = study.given
    number = np.broadcast_to(np.arange(1.0, given.shape[1] + 1), given.shape)
    covariates = np.column_stack((study.dose[given], number[given]))
    time, ended, patient = study.time[given], study.ended[given], study.patient[given]
    relief = has_relief(_kinds(ended, time))
    ending = (time[relief], ended[relief], covariates[relief])
    return {
        "dose.hazard_ratio": cox.hazard_ratio(*ending, patient[relief], level=LEVEL),
        "dose.ph_slope": ph_slope(*ending, level=LEVEL),
        "dose.any_relief_odds_ratio": gee.odds_ratio(relief, covariates, patient, level=LEVEL),
    }


def ask_trajectory(study: Study, chance: Chance) -> Values:
    """Ask how the reduction at infusions 2 to 4 differs from the first."""
    reduction = (study.pre - study.post)[:, : INDEX + 1]
    numbers = tuple(range(1, INDEX + 2))
    values = _fit_repeated(reduction, numbers)
    named = {f"trajectory.infusion_{k}": v for k, v in zip(numbers[1:], values, strict=True)}
    checks = {f"gee.{key}": _gee_check(value) for key, value in named.items()}
    family = rejection(holm([value.p_value for value in values]))
    return {**named, **checks, "trajectory.any_of_3": family}


def ask_course(study: Study, chance: Chance) -> Values:
    """Ask how pain at 40 minutes and at the visits of Part 2 differs from baseline."""
    values = _fit_repeated(study.course, VISITS)
    named = {f"course.{k}": v for k, v in zip(VISITS[1:], values, strict=True)}
    return {**named, **{f"gee.{key}": _gee_check(value) for key, value in named.items()}}


def _fit_repeated(scores: Floats, levels: tuple[str, ...] | tuple[int, ...]) -> tuple[Value, ...]:
    """Fit the mixed model to scores of shape (n, occasions); NaN where there is none."""
    seen = ~np.isnan(scores)
    occasion = np.broadcast_to(np.array(levels), scores.shape)
    patient = np.broadcast_to(np.arange(len(scores))[:, None], scores.shape)
    return fit_random_intercept(scores[seen], occasion[seen], patient[seen], levels, level=LEVEL)


def _gee_check(value: Value) -> Value:
    """Return the GEE estimate that stands beside one of the mixed model."""
    numbers = [value.extra.get(f"gee_{name}") for name in ("estimate", "lower", "upper")]
    estimate, lower, upper = (one if isinstance(one, float) else None for one in numbers)
    return replace(value, estimate=estimate, lower=lower, upper=upper, method="GEE, robust")


def ask_icc(study: Study, chance: Chance) -> Values:
    """Ask for the intraclass correlation of scores before, and the regression it foretells."""
    given = study.given
    scores, owner = study.pre[given], study.patient[given]
    value = icc(scores, owner)
    if value.estimate is None:
        return {"icc": value, "regression.expected": value}
    drawn = bootstrap(
        lambda counts: icc_replicates(scores, owner, counts), study.n,
        n_boot=N_BOOT, entropy=chance.entropy,
    )  # fmt: skip
    foretold = (1 - value.estimate) * (float(np.mean(study.pre[:, INDEX])) - POPULATION_MEAN)
    return {
        "icc": with_limits(value, percentile_interval(drawn, LEVEL)),
        "regression.expected": replace(value, estimate=foretold),
    }


def ask_safety(study: Study, chance: Chance) -> Values:
    """Ask about adverse events: at the index infusion, and per infusion."""
    at_index = study.events[:, INDEX]
    rare = int(at_index[:, RARE_TERM].sum())
    events = study.events.sum(axis=(1, 2)).astype(float)
    units = study.given.sum(axis=1).astype(float)
    return {
        "any_ae.proportion": clopper_pearson(int(at_index.any(axis=1).sum()), study.n, level=LEVEL),
        "rare_ae.proportion": clopper_pearson(rare, study.n, level=LEVEL),
        "ae_per_infusion.rate": ratio(events, chance.resamples, units=units),
    }


def _responders(study: Study) -> tuple[Floats, Floats]:
    """Return who responded (1, 0) among patients with both scores, and their markers."""
    pre, post = study.pre[:, INDEX], study.post[:, INDEX]
    known = ~np.isnan(pre) & ~np.isnan(post)
    pct = 100 * (pre - post)[known] / pre[known]
    return (pct >= 30).astype(float), study.markers[known]


def ask_predictors(study: Study, chance: Chance) -> Values:
    """Ask what tells responders apart: a marker that tells nothing, and one that does."""
    responder, markers = _responders(study)
    first = markers[:, 0]
    return {
        "predictors.null.odds_ratio": firth_odds_ratio(responder, first, level=LEVEL),
        "predictors.known.odds_ratio": firth_odds_ratio(
            study.answer.astype(float), study.known, level=LEVEL
        ),
        "responders.null.difference": numeric_difference(
            first[responder == 1], first[responder == 0], level=LEVEL
        ),
    }


def ask_predictor_family(study: Study, chance: Chance) -> Values:
    """Ask whether any of five markers that tell nothing seems to."""
    responder, markers = _responders(study)
    nulls = [firth_odds_ratio(responder, marker, level=LEVEL) for marker in markers.T]
    adjusted = benjamini_hochberg([value.p_value for value in nulls])
    return {"predictors.any_of_5": rejection(adjusted)}


def ask_dissociation(study: Study, chance: Chance) -> Values:
    """Ask whether dissociation goes with the reduction; it does not."""
    reduction = study.pre[:, INDEX] - study.post[:, INDEX]
    known = ~np.isnan(reduction)
    found = spearman(study.cadss_change[known], reduction[known], level=LEVEL)
    return {"dissociation.spearman": found}


QUESTIONS: Final[Mapping[str, Question]] = {
    "scores": ask_scores,
    "effect_size": ask_effect_size,
    "imputed": ask_imputed,
    "durations": ask_durations,
    "pain_relief": ask_pain_relief,
    "visits": ask_visits,
    "npmle": ask_npmle,
    "all_infusions": ask_all_infusions,
    "dose": ask_dose,
    "trajectory": ask_trajectory,
    "course": ask_course,
    "icc": ask_icc,
    "safety": ask_safety,
    "predictors": ask_predictors,
    "predictor_family": ask_predictor_family,
    "dissociation": ask_dissociation,
}
