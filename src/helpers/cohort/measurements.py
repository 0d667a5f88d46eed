"""Dissociation and vital signs of Part 2: each patient's change since baseline."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

import pandas as pd

from helpers.cohort.analysis_sets import Cohort
from helpers.study import BASELINE, INFUSION_EVENT, MEASUREMENT_UNITS, POST_40MIN


@dataclass(frozen=True, slots=True)
class Change:
    """One measurement and the event whose value is compared with baseline."""

    measurement: str
    event: str
    label: str

    @property
    def unit(self) -> str:
        """The unit of the change."""
        unit = MEASUREMENT_UNITS[self.measurement]
        return "percentage points" if unit == "%" else unit


CHANGES: Final[Mapping[str, Change]] = MappingProxyType(
    {
        "cadss_change": Change(
            "cadss_total", POST_40MIN, "Dissociation (CADSS): 40 minutes after − baseline, mean"
        ),
        **{
            f"{name}_change": Change(name, INFUSION_EVENT, f"{words}: during − baseline, mean")
            for name, words in (
                ("sbp", "Systolic blood pressure"),
                ("dbp", "Diastolic blood pressure"),
                ("hr", "Heart rate"),
                ("spo2", "Oxygen saturation (SpO2)"),
            )
        },
    }
)


def derive_changes(cohort: Cohort) -> pd.DataFrame:
    """Return a row per eligible patient, a column per change; missing where a value is.

    Part 1 has no such measurements: its columns are missing throughout.
    """
    rows = cohort.of_eligible("measurements").set_index(["name", "event", "patient"])["value"]
    patients = cohort.index.index
    return pd.DataFrame(
        {
            name: _values(rows, change.measurement, change.event, patients)
            - _values(rows, change.measurement, BASELINE, patients)
            for name, change in CHANGES.items()
        }
    )


def _values(rows: pd.Series, measurement: str, event: str, patients: pd.Index) -> pd.Series:
    """Return one measurement at one event by patient."""
    wanted = rows[(rows.index.get_level_values("name") == measurement)
                  & (rows.index.get_level_values("event") == event)]  # fmt: skip
    return wanted.droplevel(["name", "event"]).reindex(patients)
