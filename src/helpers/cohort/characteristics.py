"""What may tell who responds: the characteristics of each patient, and the two outcomes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

import numpy as np
import pandas as pd

from helpers.cohort.analysis_sets import Cohort
from helpers.cohort.measurements import derive_changes
from helpers.study import (
    PHQ9_MODERATE,
    PROSPECTIVE,
    RESPONDER_THRESHOLDS,
    SUSTAINED_DAYS,
    THRESHOLD_TOLERANCE,
)


@dataclass(frozen=True, slots=True)
class Characteristic:
    """One characteristic: words, unit, the step of its odds ratio, and what limits its reading.

    ``yes_no`` ones are 0 or 1, and their step is 1. ``concurrent`` ones are measured together with
    the reduction of pain and cannot predict it; ``coupled`` ones have a note on that reduction.
    """

    label: str
    unit: str
    step: float = 1.0
    yes_no: bool = False
    concurrent: bool = False
    coupled: bool = False
    part: str | None = None
    note: str = ""
    label_in_part_2: str = ""

    def named(self, part: str) -> str:
        """Return what a part of the study calls it, as it is measured there."""
        return (part == PROSPECTIVE and self.label_in_part_2) or self.label


CHARACTERISTICS: Final[Mapping[str, Characteristic]] = MappingProxyType(
    {
        "age": Characteristic("Age", "years", step=10),
        "sex": Characteristic("Male", "", yes_no=True),
        "bmi": Characteristic("Body-mass index", "kg/m²", step=5),
        "fm_years": Characteristic("Time since diagnosis", "years", step=5),
        "depression": Characteristic(
            "Depression, now or in the past", "", yes_no=True,
            label_in_part_2=f"Depression (PHQ-9 of {PHQ9_MODERATE} or more)",
            note="Depression is what the chart says in Part 1; in Part 2 it is the same "
            "measurement as the score below it",
        ),
        "phq9": Characteristic("Depression score (PHQ-9)", "points", step=5),
        "comorbidities": Characteristic("Comorbidities", "number"),
        "opioid_use": Characteristic("Opioid use", "", yes_no=True),
        "nrs_pre": Characteristic(
            "Pain before (NRS)", "points", coupled=True,
            note="For pain reduced by a percentage, pain before is part of that percentage, so the "
            "two are coupled",
        ),
        "dose_mg_per_kg": Characteristic("Dose by body weight", "mg/kg"),
        "cadss_change": Characteristic(
            "Dissociation (CADSS change)", "points", concurrent=True, coupled=True,
            part=PROSPECTIVE,
            note="For pain reduced by a percentage, dissociation (CADSS: Clinician-Administered "
            "Dissociative States Scale) was measured at the same time: a concurrent association, "
            "no prediction",
        ),
    }
)  # fmt: skip

RESPONDER: Final = f"responder_{RESPONDER_THRESHOLDS[0]}"
SUSTAINED: Final = f"sustained_{SUSTAINED_DAYS}"
OUTCOMES: Final[Mapping[str, str]] = MappingProxyType(
    {
        RESPONDER: f"pain reduced by at least {RESPONDER_THRESHOLDS[0]}%",
        SUSTAINED: f"relief of at least {SUSTAINED_DAYS} days",
    }
)


def derive_characteristics(cohort: Cohort) -> pd.DataFrame:
    """Return a row per eligible patient, a float64 column per characteristic; NaN where missing."""
    patients, index = cohort.patients.loc[cohort.eligible], cohort.index
    sex = patients["sex"].map({"female": 0.0, "male": 1.0})
    phq9 = patients["phq9"]
    moderate = (phq9 >= PHQ9_MODERATE).astype(float).mask(phq9.isna())
    return pd.DataFrame(
        {
            "age": patients["age"],
            "sex": sex,
            "bmi": patients["bmi"],
            "fm_years": patients["fm_years"],
            "depression": moderate if cohort.part == PROSPECTIVE else patients["depression"],
            "phq9": phq9,
            "comorbidities": patients["comorbidities"],
            "opioid_use": patients["opioid_use"],
            "nrs_pre": index["nrs_pre"],
            "dose_mg_per_kg": index["dose_mg_per_kg"],
            "cadss_change": derive_changes(cohort)["cadss_change"],
        }
    ).astype("Float64").astype("float64")  # fmt: skip


def derive_outcomes(cohort: Cohort) -> pd.DataFrame:
    """Return a row per eligible patient and a column per outcome: 1, 0, NaN where not known.

    Relief is sustained where its lower end reaches the limit, not sustained where its upper end
    stays below; censored and interval durations that leave it open are NaN.
    """
    index = cohort.index
    reduction = index["nrs_reduction_pct"]
    responder = reduction >= RESPONDER_THRESHOLDS[0] - THRESHOLD_TOLERANCE
    limit = SUSTAINED_DAYS - THRESHOLD_TOLERANCE
    sustained = pd.Series(np.nan, index=index.index)
    sustained[index["lower_days"] >= limit] = 1.0
    sustained[index["upper_days"] < limit] = 0.0
    return pd.DataFrame(
        {RESPONDER: responder.astype(float).mask(reduction.isna()), SUSTAINED: sustained}
    )


def is_open(cohort: Cohort) -> pd.Series:
    """Return of each eligible patient whether a known duration leaves sustained relief open."""
    known = cohort.index["kind"].notna()
    return known & derive_outcomes(cohort)[SUSTAINED].isna()
