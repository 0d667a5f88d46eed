"""Parser of "Duration of relief": free text to a closed interval of days from the infusion.

The grammar is the data contract's, production by production::

    duration   := none | ongoing | next | [qualifier] quantity
    quantity   := number [unit] | number "-" number [unit] | number unit "-" number unit
                | "between" number "and" number [unit] | few | wordnumber unit

Kinds of a :class:`Reading` made here: ``none`` [0, 0], ``exact`` [t, t], ``interval`` [a, b],
``right`` [t, inf), ``left`` [0, t], and ``ongoing`` and ``next``, which get their bounds from
other cells (:mod:`helpers.ingest.relief`).
"""

from __future__ import annotations

import math
import re
from functools import lru_cache

from helpers.ingest.reading import Reading, refuse
from helpers.study import DAYS_PER_UNIT

_UNITS = {
    **dict.fromkeys(("h", "hr", "hrs", "hour", "hours"), "hour"),
    **dict.fromkeys(("d", "day", "days"), "day"),
    **dict.fromkeys(("w", "wk", "wks", "week", "weeks"), "week"),
    **dict.fromkeys(("mo", "mos", "month", "months"), "month"),
    **dict.fromkeys(("yr", "yrs", "year", "years"), "year"),
}
_WORDS = {
    word: number
    for number, word in enumerate(
        [
            "one",
            "two",
            "three",
            "four",
            "five",
            "six",
            "seven",
            "eight",
            "nine",
            "ten",
            "eleven",
            "twelve",
        ],
        start=1,
    )
} | {"a": 1, "an": 1, "couple of": 2, "a couple of": 2}
_FEW_DAYS = {"hour": (2 / 24, 4 / 24), "day": (2.0, 4.0), "week": (14.0, 28.0)}

_ABOUT = ("approximately", "approx.", "approx", "about", "around", "~")
_MORE = (">=", "≥", ">", "at least", "over", "more than")
_LESS = ("<=", "≤", "<", "less than", "under", "up to")
_QUALIFIERS = {
    **dict.fromkeys(_ABOUT, "about"),
    **dict.fromkeys(_MORE, "more"),
    **dict.fromkeys(_LESS, "less"),
}

_NUM = r"(?:half a(?=[ +-]|$)|½|[0-9]{1,15}(?:\.[0-9]{1,30})?)"
_UNIT = "(?:" + "|".join(sorted(_UNITS, key=len, reverse=True)) + ")"
_WORD = "(?:" + "|".join(sorted(_WORDS, key=len, reverse=True)) + ")"
_SYMBOLS = "|".join(re.escape(q) for q in _QUALIFIERS if not q[0].isalpha())
_PHRASES = "|".join(re.escape(q) for q in _QUALIFIERS if q[0].isalpha())
_QUALIFIED = re.compile(rf"(?:({_SYMBOLS}) ?|({_PHRASES}) )(.+)")
_SINGLE = re.compile(rf"({_NUM})(\+?) ?({_UNIT})?(\+?)")
_WORDED = re.compile(rf"({_WORD}) ({_UNIT})(\+?)")
_SPAN = re.compile(rf"({_NUM})(?:-| to )({_NUM})(?: ?({_UNIT}))?")
_BETWEEN = re.compile(rf"between ({_NUM}) and ({_NUM})(?: ?({_UNIT}))?")
_TWO_UNITS = re.compile(rf"({_NUM}) ?({_UNIT})(?:-| to )({_NUM}) ?({_UNIT})")
_FEW = re.compile(rf"(?:a )?few ({_UNIT})")
_NEXT = re.compile(r"(?:until|till|lasted to) next infusion")
_NONE = frozenset({"none", "no relief", "nil"})
_ONGOING = frozenset({"ongoing", "still ongoing", "still in relief", "still has relief"})

UNREADABLE = "not_a_duration"


@lru_cache(maxsize=16384)
def parse_duration(text: str) -> Reading:
    """Parse the normalised text of a duration of relief.

    Bounds are in days. What the grammar does not cover is refused with ``not_a_duration``,
    bounds in the wrong order with ``range_not_ascending``.
    """
    if text in _NONE:
        return _reading("none", 0.0, 0.0, "day")
    if text in _ONGOING:
        return Reading(kind="ongoing")
    if _NEXT.fullmatch(text):
        return Reading(kind="next")
    match = _QUALIFIED.fullmatch(text)
    qualifier = _QUALIFIERS[match.group(1) or match.group(2)] if match else ""
    return _qualify(qualifier, _quantity(match.group(3) if match else text))


def _reading(
    kind: str, lower: float, upper: float, unit: str, *warnings: str, approximate: bool = False
) -> Reading:
    return Reading(None, lower, upper, kind, unit, approximate, tuple(warnings))


def _number(text: str) -> float:
    return 0.5 if text in {"½", "half a"} else float(text)


def _unit(text: str | None) -> tuple[str, tuple[str, ...]]:
    return (_UNITS[text], ()) if text else ("day", ("duration_without_unit",))


def _quantity(text: str) -> Reading:
    """Return an exact, interval or (with a "+") right-censored reading of a bare quantity."""
    if match := _SINGLE.fullmatch(text):
        return _single(*match.groups())
    if match := _WORDED.fullmatch(text):
        return _worded(*match.groups())
    if match := _TWO_UNITS.fullmatch(text):
        first, first_unit, second, second_unit = match.groups()
        return _span(first, _UNITS[first_unit], second, _UNITS[second_unit])
    if match := _SPAN.fullmatch(text) or _BETWEEN.fullmatch(text):
        unit, warnings = _unit(match.group(3))
        return _span(match.group(1), unit, match.group(2), unit, *warnings)
    if (match := _FEW.fullmatch(text)) and _UNITS[match.group(1)] in _FEW_DAYS:
        unit = _UNITS[match.group(1)]
        return _reading("interval", *_FEW_DAYS[unit], unit, "duration_vague", approximate=True)
    return refuse(UNREADABLE)


def _single(number: str, plus: str, unit_text: str | None, trailing_plus: str) -> Reading:
    if (plus and trailing_plus) or (trailing_plus and not unit_text):
        return refuse(UNREADABLE)
    unit, warnings = _unit(unit_text)
    days = _number(number) * DAYS_PER_UNIT[unit]
    if plus or trailing_plus:
        return _reading("right", days, math.inf, unit, *warnings)
    if days == 0:
        return _reading("none", 0.0, 0.0, unit)
    return _reading("exact", days, days, unit, *warnings)


def _worded(word: str, unit_text: str, plus: str) -> Reading:
    unit = _UNITS[unit_text]
    days = _WORDS[word] * DAYS_PER_UNIT[unit]
    vague = word.endswith("couple of")
    warnings = ("duration_approximate",) if vague else ()
    upper = math.inf if plus else days
    return _reading("right" if plus else "exact", days, upper, unit, *warnings, approximate=vague)


def _span(first: str, first_unit: str, second: str, second_unit: str, *warnings: str) -> Reading:
    lower = _number(first) * DAYS_PER_UNIT[first_unit]
    upper = _number(second) * DAYS_PER_UNIT[second_unit]
    if not lower < upper:
        return refuse("range_not_ascending")
    return _reading("interval", lower, upper, first_unit, *warnings)


def _qualify(qualifier: str, quantity: Reading) -> Reading:
    if not qualifier or quantity.error is not None:
        return quantity
    if quantity.kind == "right":  # a "+" and a qualifier before it
        return refuse(UNREADABLE)
    if qualifier == "about":
        return _approximately(quantity)
    if quantity.kind == "interval":
        return refuse(UNREADABLE)
    days = quantity.lower or 0.0
    warnings = quantity.warnings
    if qualifier == "more":
        return _reading(
            "right",
            days,
            math.inf,
            quantity.unit,
            *warnings,
            approximate=quantity.approximate,
        )
    if quantity.kind == "none":  # "less than nothing"
        return refuse(UNREADABLE)
    return _reading("left", 0.0, days, quantity.unit, *warnings, approximate=quantity.approximate)


def _approximately(quantity: Reading) -> Reading:
    warnings = dict.fromkeys((*quantity.warnings, "duration_approximate"))
    return _reading(
        quantity.kind,
        quantity.lower or 0.0,
        quantity.upper or 0.0,
        quantity.unit,
        *warnings,
        approximate=True,
    )
