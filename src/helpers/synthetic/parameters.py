"""The truth that a synthetic study is drawn from, stated once."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Final

PROBABILITY_OF_EVENT: Final = MappingProxyType(
    {
        "nausea": 0.12,
        "vomiting": 0.03,
        "dizziness": 0.10,
        "headache": 0.08,
        "dissociation": 0.14,
        "sedation": 0.15,
        "hypertension": 0.04,
        "anxiety": 0.04,
        "hallucination": 0.02,
        "fatigue": 0.07,
        # in no list of synonyms: these stay as the clinic wrote them
        "itchy nose": 0.02,
        "metallic taste": 0.02,
        "double vision": 0.01,
    }
)


@dataclass(frozen=True, slots=True)
class Truth:
    """Every parameter of the synthetic study, with its unit.

    No characteristic of a patient predicts the response: nothing is to be found there.

    Model of pain (numerical rating scale, NRS, points from 0 to 10)
        A patient's usual pain is normal between patients; pain on a day is normal around it.
        Infusions are sought when pain is high: before them it lies above the usual pain, by as
        much as the scores would regress to the mean of the population the patients come from.
        The score after is a fresh day's pain minus the drug's reduction, which depends on the
        patient's responsiveness (points, normal around 0) and on the dose.
    Model of relief
        An infusion brings relief or not (logistic in responsiveness). Without relief the drug
        reduces nothing. With relief, its length is Weibull with proportional hazards in dose
        and responsiveness, and its percentage follows the reduction.
    """

    # pain
    nrs_before_mean: float = 7.1  # points: mean score before an infusion
    nrs_before_sd: float = 1.35  # points: its spread, between and within patients
    nrs_icc: float = 0.6  # intraclass correlation: share of that variance between patients
    population_nrs_mean: float = 5.7  # points: mean of those the patients are selected from
    # immediate reduction by the drug, among infusions with relief
    reduction_mean: float = 2.35  # points, at the reference dose
    reduction_between_sd: float = 0.9  # points: spread of responsiveness between patients
    reduction_within_sd: float = 0.7  # points: spread between the infusions of a patient
    reduction_per_mg_per_kg: float = 0.6  # points per 1 mg/kg above the reference dose
    # relief
    no_relief_share: float = 0.16  # share of infusions without relief, at responsiveness 0
    relief_log_odds_per_point: float = 0.7  # of any relief, per point of responsiveness
    relief_median_days: float = 18.0  # days, given relief, reference dose, responsiveness 0
    relief_weibull_shape: float = 1.3  # above 1: relief wears off ever faster
    relief_hazard_ratio_per_mg_per_kg: float = 0.7  # hazard of its end, per 1 mg/kg
    relief_log_hazard_per_point: float = -0.2  # of its end, per point of responsiveness
    relief_pct_base: float = 18.0  # %: relief stated where the drug reduced nothing
    relief_pct_per_reduction_pct: float = 0.9  # % of relief per % of reduction by the drug
    relief_pct_sd: float = 10.0  # %: spread of the stated percentage
    heaped_share: float = 0.75  # share of durations from 5 days on that are told in whole weeks
    # dose and infusion
    reference_dose_mg_per_kg: float = 1.75  # mg/kg: centre of the routine target
    dose_sd_mg_per_kg: float = 0.2  # mg/kg: spread of the patients' target doses
    dose_finding: tuple[float, ...] = (0.65, 0.8, 0.92)  # share of the target, infusions 1 to 3
    infusions: tuple[int, int] = (4, 8)  # fewest and most of an eligible patient of Part 1
    days_between_infusions: tuple[int, int] = (28, 70)  # days, uniform
    days_to_follow_up: tuple[int, int] = (14, 56)  # days, uniform
    stopped_early_share: float = 0.03
    # patients
    age_mean: float = 47.0  # years
    age_sd: float = 11.5  # years; from 19 to 79
    female_share: float = 0.9
    bmi_mean: float = 28.5  # kg/m2
    bmi_sd: float = 5.5  # kg/m2; from 18 to 46
    fm_years_mean: float = 9.0  # years since diagnosis, exponential from 1 to 35
    opioid_share: float = 0.3
    phq9_item_mean: float = 0.36  # share of an item's 3 points, normal between patients
    phq9_item_sd: float = 0.15
    phq9_item_rise: float = 0.15  # added with depression now
    depression_share: tuple[float, float] = (0.35, 0.15)  # depression now, and history of it
    comorbidity_share: float = 0.27  # each of five
    # safety, per infusion
    ae_probability: tuple[tuple[str, float], ...] = tuple(PROBABILITY_OF_EVENT.items())
    ae_log_odds_sd: float = 0.6  # spread of the log odds between patients
    ae_severity: tuple[float, float, float] = (0.6, 0.34, 0.06)  # mild, moderate, severe
    ae_serious_share: float = 0.01
    ae_related: tuple[float, float, float] = (0.45, 0.35, 0.2)  # yes, possible, no
    cadss_baseline_mean: float = 1.0  # points, exponential
    cadss_change_mean: float = 8.0  # points 40 minutes after, exponential
    vitals_baseline: tuple[float, ...] = (126.0, 79.0, 76.0, 97.3)  # mmHg, mmHg, beats/min, %
    vitals_sd: tuple[float, ...] = (13.0, 8.0, 9.0, 1.1)
    vitals_change: tuple[float, ...] = (14.0, 8.0, 7.0, -0.8)  # during the infusion
    vitals_change_sd: tuple[float, ...] = (8.0, 6.0, 7.0, 0.9)
    vitals_change_left: float = 0.4  # share of the change that is left 40 minutes after
    # course of Part 2
    infusion_received_share: float = 0.97
    attendance: tuple[float, ...] = (0.97, 0.94, 0.9, 0.85, 0.8)  # weeks 1, 2, 4, 8, 12
    visit_sd_days: float = 1.7  # days around the week
    late_visit_share: float = 0.02  # visits 8 to 11 days late

    @property
    def regression_nrs(self) -> float:
        """Fall of the mean score without any drug, in points: regression to the mean."""
        return (1 - self.nrs_icc) * (self.nrs_before_mean - self.population_nrs_mean)

    @property
    def usual_nrs_mean(self) -> float:
        """Mean of the patients' usual pain, in points."""
        return self.nrs_before_mean - self.regression_nrs

    @property
    def usual_nrs_sd(self) -> float:
        """Spread of usual pain between patients, in points."""
        return self.nrs_before_sd * math.sqrt(self.nrs_icc)

    @property
    def daily_nrs_sd(self) -> float:
        """Spread of a patient's pain between days, in points."""
        return self.nrs_before_sd * math.sqrt(1 - self.nrs_icc)

    def without_effect(self) -> Truth:
        """Return the same study of a drug that does nothing.

        What is left is regression to the mean, short relief that some patients report after any
        infusion, a few events, and no change of dissociation or vital signs.
        """
        return replace(
            self,
            reduction_mean=0.0,
            reduction_between_sd=0.0,
            reduction_within_sd=0.0,
            reduction_per_mg_per_kg=0.0,
            no_relief_share=0.65,
            relief_log_odds_per_point=0.0,
            relief_median_days=2.5,
            relief_hazard_ratio_per_mg_per_kg=1.0,
            relief_log_hazard_per_point=0.0,
            ae_probability=tuple((term, round(p / 4, 4)) for term, p in self.ae_probability),
            cadss_change_mean=0.0,
            vitals_change=(0.0, 0.0, 0.0, 0.0),
        )
