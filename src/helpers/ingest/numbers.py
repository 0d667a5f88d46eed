"""Parsers of numbers and choices, one per kind of text.

Each takes normalised text (:func:`helpers.ingest.text.normalise_text`) and returns a
:class:`Reading`; none raises on any string. Results are cached: a distinct text is parsed once.
"""

from __future__ import annotations

import re
from functools import lru_cache

from helpers.ingest.reading import Reading, exact, refuse
from helpers.study import KG_PER_LB

NUMBER = r"[0-9]{1,15}(?:\.[0-9]{1,30})?"  # no quantity here has more digits
_TRUE = frozenset({"yes", "y", "true", "1"})
_FALSE = frozenset({"no", "n", "false", "0"})
_SEX = {"f": "female", "female": "female", "m": "male", "male": "male"}
_NO_RELIEF = frozenset({"none", "no relief", "nil"})
_RANGE = re.compile(rf"({NUMBER})(?:-| to )({NUMBER})")
_PERCENT_RANGE = re.compile(rf"({NUMBER})%?(?:-| to )({NUMBER})%?")
_HOURS_MINUTES = re.compile(
    r"([0-9]{1,4}) ?h ?([0-5][0-9])(?: ?min)?|([0-9]{1,4}) ?h ?([0-9]) ?min"
)
_CLOCK = re.compile(r"([0-9]{1,4}):([0-5][0-9])(?::([0-5][0-9]))?")


def check_range(reading: Reading, minimum: float, maximum: float) -> Reading:
    """Return the reading, or a refusal when its value or a bound lies outside the limits."""
    numbers = [n for n in (reading.value, reading.lower, reading.upper) if n is not None]
    if reading.error is None and any(not minimum <= number <= maximum for number in numbers):
        return refuse("out_of_range")
    return reading


@lru_cache(maxsize=4096)
def parse_number(text: str, minimum: float, maximum: float) -> Reading:
    """Parse a plain decimal number within the limits (both included)."""
    if re.fullmatch(NUMBER, text) is None:
        return refuse("not_a_number")
    return check_range(exact(float(text)), minimum, maximum)


@lru_cache(maxsize=4096)
def parse_whole_number(text: str, minimum: int, maximum: int) -> Reading:
    """Parse a whole number within the limits (both included)."""
    if re.fullmatch(r"[0-9]{1,15}", text) is None:
        return refuse("not_a_whole_number")
    return check_range(exact(int(text)), minimum, maximum)


@lru_cache(maxsize=1024)
def parse_yes_no(text: str) -> Reading:
    """Parse yes, y, true, 1 / no, n, false, 0."""
    if text in _TRUE or text in _FALSE:
        return exact(text in _TRUE)
    return refuse("not_yes_or_no")


def parse_depression(text: str) -> Reading:
    """Parse yes / no / history, where a history counts as yes."""
    return exact(True) if text == "history" else parse_yes_no(text)


@lru_cache(maxsize=1024)
def parse_choice(text: str, choices: tuple[str, ...]) -> Reading:
    """Parse one word out of a closed list."""
    return exact(text) if text in choices else refuse("not_a_choice")


def parse_sex(text: str) -> Reading:
    """Parse F, M, female, male."""
    return exact(_SEX[text]) if text in _SEX else refuse("not_a_choice")


@lru_cache(maxsize=4096)
def parse_weight(text: str) -> Reading:
    """Parse a body weight to kg, 30 to 250: ``72``, ``72 kg``, ``154 lb``."""
    match = re.fullmatch(rf"({NUMBER})(?: ?(kg|lbs?))?", text)
    if match is None:
        return refuse("not_a_weight")
    factor = KG_PER_LB if (match.group(2) or "").startswith("lb") else 1.0
    return check_range(exact(float(match.group(1)) * factor), 30, 250)


@lru_cache(maxsize=4096)
def parse_dose(text: str) -> Reading:
    """Parse a dose: ``120``, ``120 mg`` (kind ``mg``) or ``1.5 mg/kg`` (kind ``mg_per_kg``).

    The range, 5 to 1000 mg, holds for the total: :func:`total_dose` checks it.
    """
    match = re.fullmatch(rf"({NUMBER})(?: ?(mg(?:/kg)?))?", text)
    if match is None:
        return refuse("not_a_dose")
    kind = "mg_per_kg" if match.group(2) == "mg/kg" else "mg"
    return Reading(value=float(match.group(1)), kind=kind)


def total_dose(dose: Reading, weight_kg: float | None) -> Reading:
    """Return the total dose in mg, 5 to 1000, from a parsed dose and the body weight in kg."""
    if dose.error is not None:
        return dose
    if dose.kind == "mg_per_kg" and weight_kg is None:
        return refuse("dose_without_weight")
    factor = (weight_kg or 0.0) if dose.kind == "mg_per_kg" else 1.0
    return check_range(exact(dose.value * factor), 5, 1000)


@lru_cache(maxsize=4096)
def parse_hours(text: str) -> Reading:
    """Parse the length of an infusion to hours, 0.25 to 24.

    ``3.5``, ``3.5 h``, ``3h``, ``3h30``, ``3 h 30 min``, ``3:30``, ``3:30:00``, ``210 min``.
    """
    hours = _hours(text)
    return refuse("not_hours") if hours is None else check_range(exact(hours), 0.25, 24)


def _hours(text: str) -> float | None:
    if match := re.fullmatch(rf"({NUMBER})(?: ?h)?", text):
        return float(match.group(1))
    if match := re.fullmatch(rf"({NUMBER}) ?min", text):
        return float(match.group(1)) / 60
    if match := _HOURS_MINUTES.fullmatch(text):
        whole, minutes = match.group(1) or match.group(3), match.group(2) or match.group(4)
        return int(whole) + int(minutes) / 60
    if match := _CLOCK.fullmatch(text):
        return int(match.group(1)) + int(match.group(2)) / 60 + int(match.group(3) or 0) / 3600
    return None


@lru_cache(maxsize=4096)
def parse_nrs(text: str) -> Reading:
    """Parse a pain score, 0 to 10: ``7``, ``7/10``, ``6.5``, ``6-7`` (midpoint), ``65/100``."""
    if match := re.fullmatch(rf"({NUMBER})(?:/10)?", text):
        return check_range(exact(float(match.group(1))), 0, 10)
    if match := re.fullmatch(rf"({NUMBER})/100", text):
        return check_range(exact(float(match.group(1)) / 10, "nrs_of_100"), 0, 10)
    if match := _RANGE.fullmatch(text):
        return _midpoint(match, 10, "nrs_range")
    return refuse("not_a_pain_score")


@lru_cache(maxsize=4096)
def parse_percent(text: str) -> Reading:
    """Parse a percentage of relief, 0 to 100: ``50``, ``50%``, ``~50%``, ``50-60%``, ``none``."""
    if text in _NO_RELIEF:
        return exact(0.0)
    if match := re.fullmatch(rf"(~?)({NUMBER})%?", text):
        warnings = ("percent_approximate",) if match.group(1) else ()
        reading = Reading(
            value=float(match.group(2)), approximate=bool(warnings), warnings=warnings
        )
        return check_range(reading, 0, 100)
    if match := _PERCENT_RANGE.fullmatch(text):
        return _midpoint(match, 100, "percent_range")
    return refuse("not_a_percentage")


def _midpoint(match: re.Match[str], maximum: float, warning: str) -> Reading:
    lower, upper = float(match.group(1)), float(match.group(2))
    if not lower < upper:
        return refuse("range_not_ascending")
    reading = Reading(
        value=(lower + upper) / 2, lower=lower, upper=upper, kind="interval", warnings=(warning,)
    )
    return check_range(reading, 0, maximum)


def parse_comorbidities(text: str) -> Reading:
    """Count the entries of a free text separated by ``;`` (``none``, ``no``, ``nil`` alone: 0)."""
    if text in {"none", "no", "nil"}:
        return exact(0)
    count = sum(1 for entry in text.split(";") if entry.strip())
    return exact(count) if count else Reading(kind="missing")
