"""What a raw cell means, told apart only as far as the data contract does.

A second, coarser reading, written without the reader's parsers: two cells of one meaning may be
read alike without a word; two of different meanings may not.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Hashable, Mapping
from decimal import Decimal
from typing import Any, Final

from helpers.study import AE_SYNONYMS

_MISSING = {"", "nr", "n/a", "na", "nd", "notrecorded", "unknown", "?", "-", "-99", "-88"}
# "no" and 0 may stand for one another only where yes or no is asked, and there "0.0" is an error.
_SAME: Final[Mapping[str, Hashable]] = {
    **dict.fromkeys(("yes", "y", "true", "history"), ("number", 1.0)),
    **dict.fromkeys(("no", "n", "false"), ("number", 0.0)),
    **dict.fromkeys(("f", "female"), "f"),
    **dict.fromkeys(("m", "male"), "m"),
    **dict.fromkeys(("none", "norelief", "nil"), "none"),
    **dict.fromkeys(("ongoing", "stillongoing", "stillinrelief", "stillhasrelief"), "ongoing"),
    **dict.fromkeys(("untilnextinfusion", "tillnextinfusion", "lastedtonextinfusion"), "next"),
}  # fmt: skip
_DAYS: Final = {"h": Decimal(1) / 24, "d": 1, "w": 7, "m": 30, "y": 365}
_DURATION = re.compile(
    r"([0-9.]+)(h|hrs?|hours?|d|days?|w|wks?|weeks?|mos?|months?|yrs?|years?)(\+?)"
)
_MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]


def meaning(column: str, value: Any, number_format: str = "General") -> Hashable:
    """Return something that is equal for two values of a column that mean the same."""
    if isinstance(value, bool):
        return ("number", float(value))
    if isinstance(value, dt.date):
        return ("date", value.year, value.month, value.day)
    if isinstance(value, dt.time):
        return ("hours", Decimal(value.hour) + Decimal(value.minute) / 60)
    if isinstance(value, int | float) and "%" in number_format:
        value = f"{value * 100:.12g}"
    if value == 0:
        value = 0  # a number has one zero; "-0.0" as a text is another matter
    return _text_meaning(column.lower(), "" if value is None else str(value))


def _text_meaning(column: str, text: str) -> Hashable:
    plain = "".join(text.lower().split()).replace("–", "-").replace("—", "-")
    if plain in _MISSING:
        return "missing"
    if column.startswith("comorbidities"):
        named = plain not in {"none", "no", "nil"}
        return sum(bool(entry) for entry in plain.split(";")) if named else 0
    if column in {"event", "ae_term"}:
        return _term(" ".join(text.lower().split()).replace("–", "-").replace("—", "-"))
    if column in {"date", "follow-up date", "inf_date", "fu_date"}:
        return _date(plain)
    return _quantity(column, plain) or _SAME.get(plain, plain)


def _term(text: str) -> str:
    words = re.sub(r" ?([-/]) ?", r"\1", text)
    return next((term for term, names in AE_SYNONYMS.items() if words in names), words)


def _date(plain: str) -> Hashable:
    if match := re.fullmatch(r"([0-9]{4})[-/]([0-9]{1,2})[-/]([0-9]{1,2})", plain):
        return ("date", *map(int, match.groups()))
    if match := re.fullmatch(r"([0-9]{1,2})/([0-9]{1,2})/([0-9]{4})", plain):
        day, month, year = map(int, match.groups())
        return ("date", year, month, day)
    if match := re.fullmatch(r"([0-9]{1,2})-?([a-z]{3})[a-z]*-?([0-9]{4})", plain):
        day, name, year = match.groups()
        return ("date", int(year), _MONTHS.index(name) + 1 if name in _MONTHS else name, int(day))
    return plain


def _quantity(column: str, plain: str) -> Hashable:
    unitless = re.sub(r"(?<=[0-9])(kg|mg|h|/10|%)$", "", plain)
    if column.startswith("duration of relief"):
        return _duration(plain)
    if re.fullmatch(r"[+]?([0-9]+\.?[0-9]*|\.[0-9]+)", unitless):
        return ("number", float(unitless))
    if column.startswith("duration (h)"):
        return _hours(plain)
    if match := re.fullmatch(r"([0-9.]+)lbs?", plain):
        return ("pounds", match.group(1).rstrip("0").rstrip("."))
    return None


def _hours(plain: str) -> Hashable:
    if match := re.fullmatch(r"([0-9]+)(?::|h)([0-9]{1,2})(?::00|min)?", plain):
        return ("number", float(Decimal(match.group(1)) + Decimal(match.group(2)) / 60))
    if match := re.fullmatch(r"([0-9]+)min", plain):
        return ("number", float(Decimal(match.group(1)) / 60))
    return None


def _duration(plain: str) -> Hashable:
    if match := _DURATION.fullmatch(plain):
        number, unit, plus = match.groups()
        return ("days", float(Decimal(number) * _DAYS[unit[0]]), plus)
    return None
