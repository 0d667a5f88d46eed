"""The subject-level dataset: a row per patient who was screened, at the index infusion."""

from __future__ import annotations

from typing import Final

import pandas as pd

from helpers.analysis.safety import safety_patients
from helpers.cohort.analysis_sets import Cohort
from helpers.cohort.characteristics import SUSTAINED, derive_outcomes
from helpers.cohort.eligibility import MET
from helpers.cohort.measurements import derive_changes
from helpers.export.datasets.rows import Rows, list_rows
from helpers.export.datasets.subject_variables import CRITERION
from helpers.export.datasets.times import derive_times
from helpers.settings import Settings
from helpers.study import MILD_NRS, RESPONDER_THRESHOLDS, THRESHOLD_TOLERANCE

_FROM_PATIENTS: Final = (
    "age", "sex", "fm_years", "height_cm", "weight_kg", "bmi", "depression", "phq9", "opioid_use",
    "comorbidities", "prior_infusions",
)  # fmt: skip


def derive_subjects(cohort: Cohort, settings: Settings) -> Rows:
    """Return a row per screened patient; what belongs to the index infusion is of eligible ones."""
    answers = cohort.eligibility.answers
    frame = cohort.patients.loc[answers.index, list(_FROM_PATIENTS)]
    frame = frame.join(answers.add_prefix(CRITERION)).assign(
        part=cohort.part,
        infusion=cohort.index_infusion,
        eligible=answers.index.isin(cohort.eligible),
        first_failed=_first_failed(cohort),
    )
    frame = frame.join(_derive_safety(cohort)).join(_derive_index(cohort, settings))
    frame.index.name = "patient"
    return list_rows(frame.reset_index())


def _first_failed(cohort: Cohort) -> pd.Series:
    """Return the key of the first criterion that each patient does not meet."""
    unmet = cohort.eligibility.answers != MET
    return unmet.idxmax(axis=1).where(unmet.any(axis=1)).astype(object)


def _derive_safety(cohort: Cohort) -> pd.DataFrame:
    """Return who is in the safety populations, and what was recorded of each patient."""
    patients = cohort.eligibility.answers.index
    events, infusions = cohort.tables["adverse_events"], cohort.tables["infusions"]
    consented = cohort.patients["consent"].reindex(patients).to_numpy(bool, na_value=False)
    serious = events[events["serious"].astype(bool)]
    known = infusions.dropna(subset=["stopped_early"])
    return pd.DataFrame(
        {
            "safety_population": patients.isin(safety_patients(cohort)),
            "consented_population": consented & patients.isin(infusions["patient"]),
            "any_ae": patients.isin(events["patient"]),
            "any_serious_ae": patients.isin(serious["patient"]),
            "any_stopped_early": known.groupby("patient")["stopped_early"].any().reindex(patients),
        },
        index=patients,
    )


def _derive_index(cohort: Cohort, settings: Settings) -> pd.DataFrame:
    """Return what each eligible patient contributes at the index infusion."""
    index = derive_times(cohort.index)
    reduction = index["nrs_reduction_pct"]
    both = index["nrs_reduction"].notna()
    thresholds: dict[str, float] = {
        f"responder_{threshold}": threshold for threshold in RESPONDER_THRESHOLDS
    }
    thresholds["responder"] = settings.responder_threshold
    flags = {name: _reaches(reduction, threshold) for name, threshold in thresholds.items()}
    mild = index["nrs_post"] <= MILD_NRS + THRESHOLD_TOLERANCE
    return index.rename(columns={"date": "infusion_date"}).assign(
        **flags,
        responder_threshold=float(settings.responder_threshold),
        nrs_post_mild=mild.astype("boolean").mask(~both),
        sustained_14=derive_outcomes(cohort)[SUSTAINED].astype("boolean"),
        analysed_short_term=both,
        analysed_duration=index["kind"].notna(),
        **derive_changes(cohort),
    )


def _reaches(values: pd.Series, threshold: float) -> pd.Series:
    return (values >= threshold - THRESHOLD_TOLERANCE).astype("boolean").mask(values.isna())
