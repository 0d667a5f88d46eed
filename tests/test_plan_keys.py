"""Every key that the analysis plan names is in the results, with a number or the reason."""

from __future__ import annotations

from pathlib import Path

import pytest

from helpers.analysis.study import analyse
from helpers.study import CRITERIA
from tests.studies import SAMPLE

SYNTHETIC = Path(__file__).parents[1] / "data" / "synthetic"
DAYS, WEEKS = (7, 14, 28, 56, 84), (1, 2, 4, 8, 12)
OUTCOMES = ("responder_30", "sustained_14")
PREDICTORS = (
    "age", "sex", "bmi", "fm_years", "depression", "phq9", "comorbidities", "opioid_use",
    "nrs_pre", "dose_mg_per_kg", "cadss_change",
)  # fmt: skip

# As the plan's table lists them, for either part.
BOTH = [
    "flow.screened", "flow.eligible", "flow.analysed_short_term", "flow.analysed_duration",
    "exposure.dose_mg.mean", "exposure.dose_mg_per_kg.mean", "exposure.hours.mean",
    "exposure.guideline_met.proportion", "exposure.in_target_range.proportion",
    "short_term.nrs_pre.mean", "short_term.nrs_post.mean", "short_term.nrs_reduction.mean",
    "short_term.nrs_reduction.wilcoxon", "short_term.nrs_reduction.hedges_g",
    "short_term.nrs_reduction_pct.mean", "short_term.nrs_reduction_pct.median",
    "short_term.responders_30.proportion", "short_term.responders_50.proportion",
    "long_term.relief_pct.mean", "long_term.relief_pct.median",
    "long_term.relief_days.median", "long_term.relief_days.rmst",
    "long_term.relief_days.rmst_84_lower_bound", "long_term.relief_days.rmst_84_upper_bound",
    *(f"long_term.relief_days.{kind}_{day}" for day in DAYS
      for kind in ("survival", "at_least", "npmle_survival")),
    "long_term.relief_days.npmle_median", "long_term.relief_days.any_relief.proportion",
    "long_term.relief_days.weibull_median_given_relief", "long_term.relief_days.weibull_shape",
    "long_term.relief_days.weibull_scale",
    "long_term.ipr_84.lower_bound.mean", "long_term.ipr_84.upper_bound.mean",
    "safety.any_ae.proportion", "safety.any_serious_ae.proportion",
    "safety.stopped_early.proportion",
    *(f"responders.{outcome}.{name}.difference" for outcome in OUTCOMES for name in PREDICTORS),
    *(f"predictors.{outcome}.{name}.odds_ratio" for outcome in OUTCOMES for name in PREDICTORS),
    *(f"predictors.{outcome}.model.{name}" for outcome in OUTCOMES
      for name in ("c_statistic", "calibration_slope")),
    "sensitivity.multiple_imputation.nrs_reduction.mean",
    "sensitivity.delta_adjusted.nrs_reduction.crosses_2",
    "sensitivity.delta_adjusted.nrs_reduction.crosses_0",
    "sensitivity.missing_as_non_responder.responders_30.proportion",
    "sensitivity.without_approximate.relief_days.median",
    "sensitivity.censored_as_ended.relief_days.median",
    "sensitivity.ended_at_next_infusion.relief_days.median",
    "sensitivity.all_infusions.nrs_reduction.mean",
]  # fmt: skip
RETROSPECTIVE = [
    "all_infusions.relief_days.median", "all_infusions.relief_days.rmst",
    "all_infusions.dose.hazard_ratio", "all_infusions.dose.any_relief_odds_ratio",
    *(f"trajectory.nrs_reduction.infusion_{number}" for number in (2, 3, 4)),
    "safety_consented.any_ae.proportion", "safety.ae_per_infusion.rate",
    "regression_to_the_mean.icc",
]  # fmt: skip
PROSPECTIVE = [
    *(f"long_term.relief_pct.week_{week}.mean" for week in WEEKS), "long_term.ipr_84.serial.mean",
    "course.nrs.post_40min", *(f"course.nrs.week_{week}" for week in WEEKS),
    *(f"safety.{name}_change.mean" for name in ("cadss", "sbp", "dbp", "hr", "spo2")),
]  # fmt: skip


def plan_keys() -> set[str]:
    parts = {"retrospective": BOTH + RETROSPECTIVE, "prospective": BOTH + PROSPECTIVE}
    keys = {f"{part}.{key}" for part, names in parts.items() for key in names}
    return keys | {f"{part}.flow.{what}.{criterion.key}" for part in parts
                   for what in ("excluded", "failed") for criterion in CRITERIA[part]}  # fmt: skip


@pytest.mark.parametrize("folder", [SAMPLE, SYNTHETIC], ids=["sample", "synthetic"])
def test_every_key_of_the_plan_is_there(folder: Path) -> None:
    results = analyse(folder, {"n_boot": "100"}).results
    assert plan_keys() - set(results.estimates) == set()
    for key in plan_keys():
        estimate = results.get(key)
        assert (estimate.estimate is not None) == estimate.status.startswith("ok"), key
        assert estimate.n is not None, key
        assert estimate.n_missing is not None, key


@pytest.mark.parametrize("folder", [SAMPLE, SYNTHETIC], ids=["sample", "synthetic"])
def test_a_p_value_never_stands_without_its_estimate(folder: Path) -> None:
    for estimate in analyse(folder, {"n_boot": "100"}).results.estimates.values():
        if estimate.p_value is not None or estimate.p_adjusted is not None:
            assert estimate.estimate is not None, estimate.key
        if estimate.p_value is not None:
            assert (estimate.lower, estimate.upper) != (None, None), estimate.key
