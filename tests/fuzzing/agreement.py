"""Whether a typed value is what its raw cell says: numbers by their digits, not by the parsers."""

from __future__ import annotations

import math
import re
from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import pandas as pd

from helpers.study import KG_PER_LB
from tests.fuzzing.meaning import meaning

_UNIT_DAYS: Final = {"h": 1 / 24, "d": 1.0, "w": 7.0, "m": 30.0, "y": 365.0}
_NAMED = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven",
          "twelve")  # fmt: skip
_COUNTS: Final = {word: float(count) for count, word in enumerate(_NAMED, start=1)} | {
    "a": 1.0,
    "an": 1.0,
    "couple": 2.0,
    "½": 0.5,
    "half": 0.5,
}


@dataclass(frozen=True)
class Typed:
    """Where the value of a column is found: the table, its column, and the visit of a score."""

    table: str
    column: str
    visit: str = ""


# The columns of Part 1 whose cell alone decides their value.
COLUMNS: Final[Mapping[tuple[str, str], Typed]] = {
    ("Patients", "Consent signed"): Typed("patients", "consent"),
    ("Patients", "Age (years)"): Typed("patients", "age"),
    ("Patients", "Sex"): Typed("patients", "sex"),
    ("Patients", "FM diagnosed"): Typed("patients", "fm_diagnosed"),
    ("Patients", "FM diagnosis year"): Typed("patients", "fm_diagnosis_year"),
    ("Patients", "Height (cm)"): Typed("patients", "height_cm"),
    ("Patients", "Weight (kg)"): Typed("patients", "weight_kg"),
    ("Patients", "Depression"): Typed("patients", "depression"),
    ("Patients", "PHQ-9"): Typed("patients", "phq9"),
    ("Patients", "Opioid use"): Typed("patients", "opioid_use"),
    ("Patients", "Comorbidities"): Typed("patients", "comorbidities"),
    ("Infusions", "Date"): Typed("infusions", "date"),
    ("Infusions", "Dose"): Typed("infusions", "dose_mg"),
    ("Infusions", "Duration (h)"): Typed("infusions", "hours"),
    ("Infusions", "NRS before"): Typed("pain_ratings", "nrs", "before"),
    ("Infusions", "NRS after"): Typed("pain_ratings", "nrs", "after"),
    ("Infusions", "Stopped early"): Typed("infusions", "stopped_early"),
    ("Follow-ups", "Follow-up date"): Typed("follow_ups", "date"),
    ("Follow-ups", "Pain relief (%)"): Typed("follow_ups", "relief_pct"),
    ("Follow-ups", "Duration of relief"): Typed("relief", "lower_days"),
    ("Adverse events", "Event"): Typed("adverse_events", "term"),
    ("Adverse events", "Severity"): Typed("adverse_events", "severity"),
    ("Adverse events", "Related"): Typed("adverse_events", "related"),
}


def look_up(tables: Mapping[str, pd.DataFrame], typed: Typed, row: int) -> Any:
    """Return the typed value that comes from a row; None when there is none."""
    table = tables[typed.table]
    found = table[table["source_row"] == row]
    if typed.visit:
        found = found[found["visit"] == typed.visit]
    if found.empty or pd.isna(found.iloc[0][typed.column]):
        return None
    return found.iloc[0][typed.column]


def agrees(column: str, raw: Any, typed: Any, weight_kg: float | None) -> bool:
    """Return whether a typed value, None included, is what a raw cell says."""
    says = meaning(column, raw)
    if says == "missing":
        return typed is None
    if typed is None:
        return says in {"ongoing", "next"}  # they need dates, which say so themselves
    if isinstance(typed, pd.Timestamp):
        return says == ("date", typed.year, typed.month, typed.day)
    if isinstance(typed, str):
        return says in {typed, typed[0]}
    if column == "Comorbidities":
        return bool(says == typed)
    if column == "Duration of relief":
        return _says_days(str(raw), says, float(typed))
    return any(math.isclose(float(typed), number) for number in _numbers(says, raw, weight_kg))


def _numbers(says: Hashable, raw: Any, weight_kg: float | None) -> list[float]:
    """Return the numbers that a cell may mean: one, or the midpoint of a range, or a tenth."""
    if says == "none":
        return [0.0]
    if isinstance(says, tuple) and says[0] in {"number", "hours"}:
        return [float(says[1])]
    if isinstance(says, tuple) and says[0] == "pounds":
        return [float(says[1]) * KG_PER_LB]
    written = [float(digits) for digits in re.findall(r"[0-9]+(?:\.[0-9]+)?", str(raw))]
    if "mg/kg" in "".join(str(raw).lower().split()):
        return [written[0] * (weight_kg or math.nan)]
    if len(written) == 2 and written[1] == 100:
        return [written[0] / 10]
    return [sum(written) / len(written)] if len(written) in {1, 2} else []


def _says_days(raw: str, says: Hashable, lower: float) -> bool:
    if says in {"none", "ongoing", "next"}:
        return says != "none" or lower == 0
    text = raw.lower()
    counts = [float(digits) for digits in re.findall(r"[0-9]+(?:\.[0-9]+)?", text)]
    counts += [_COUNTS[word] for word in re.findall(r"[a-z½]+", text) if word in _COUNTS]
    if "few" in text:
        return any(math.isclose(lower, 2 * days) for days in (1, 7, 1 / 24))
    units = {word[0] for word in re.findall(r"[a-z]+", text) if word[0] in _UNIT_DAYS} or {"d"}
    possible = {0.0} if re.search(r"<|≤|less|under|up to", text) else set()
    possible |= {count * _UNIT_DAYS[unit] for count in counts for unit in units}
    return any(math.isclose(lower, days, abs_tol=1e-12) for days in possible)
