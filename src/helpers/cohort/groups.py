"""Groups of patients to look at side by side: by a characteristic, or by response."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import numpy as np
import pandas as pd

from helpers.cohort.analysis_sets import Cohort
from helpers.cohort.characteristics import CHARACTERISTICS, derive_characteristics
from helpers.ingest.text import format_number
from helpers.study import THRESHOLD_TOLERANCE

EVERYBODY: Final = "none"
RESPONSE: Final = "response"
_ANSWERS: Final = {"sex": ("male", "female")}


ALL_GROUPINGS: Final = (EVERYBODY, *CHARACTERISTICS, RESPONSE)


def list_groupings(part: str) -> list[str]:
    """Return what the patients of a part can be grouped by: nothing, what it records, response."""
    unrecorded = {name for name, each in CHARACTERISTICS.items() if each.part not in (None, part)}
    return [name for name in ALL_GROUPINGS if name not in unrecorded]


def name_grouping(grouping: str, part: str) -> str:
    """Return a grouping in words, as the part measures it; empty where nothing groups."""
    if grouping in CHARACTERISTICS:
        return "Sex" if grouping == "sex" else CHARACTERISTICS[grouping].named(part)
    return "Response at the threshold" if grouping == RESPONSE else ""


def split(cohort: Cohort, grouping: str, threshold: float) -> dict[str, Cohort]:
    """Return the groups of a cohort's eligible patients by name, each of them a cohort.

    Numbers are cut at the median of the patients in whom they are known. Who lacks what the
    grouping asks is in no group; a group may be empty.

    Parameters
    ----------
    cohort
        One part of the study.
    grouping
        A name of :data:`ALL_GROUPINGS`; where the part does not record it, both groups are empty.
    threshold
        Reduction of pain in percent from which on a patient has the response.
    """
    if grouping == EVERYBODY:
        return {"all eligible patients": cohort}
    if grouping == RESPONSE:
        values = cohort.index["nrs_reduction_pct"].astype("float64")
        cut, words = threshold - THRESHOLD_TOLERANCE, format_number(threshold)
        names = (f"reduced by at least {words}%", f"reduced by less than {words}%")
        return _cut(cohort, values, values >= cut, names)
    values = derive_characteristics(cohort)[grouping]
    if CHARACTERISTICS[grouping].yes_no:
        return _cut(cohort, values, values == 1.0, _ANSWERS.get(grouping, ("yes", "no")))
    middle = float(values.median()) if values.notna().any() else np.nan
    return _cut(cohort, values, values > middle, _sides(middle, CHARACTERISTICS[grouping].unit))


def _cut(
    cohort: Cohort, values: pd.Series, first: pd.Series, names: tuple[str, str]
) -> dict[str, Cohort]:
    """Return who is in the first group, and who of the others is known not to be."""
    chosen = (first & values.notna(), ~first & values.notna())
    return {name: replace(cohort, index=cohort.index[rows.to_numpy(bool)])
            for name, rows in zip(names, chosen, strict=True)}  # fmt: skip


def _sides(middle: float, unit: str) -> tuple[str, str]:
    if np.isnan(middle):
        return "above the median", "up to the median"
    words = f"{middle:.3g} {'' if unit == 'number' else unit}".strip()
    return f"above {words} (the median)", f"up to {words}"
