"""Turns a true duration of relief into free text, over every production of the contract's grammar.

What is told is never false: an interval holds the true duration, a limit lies on the right side
of it, and an exact duration is the true one rounded to what people count in.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from helpers.study import DAYS_PER_UNIT, FOLLOW_UP_SLACK_DAYS
from helpers.synthetic.draws import Draw
from helpers.synthetic.mess import Cell, gap, scuff

_SINGULAR: Final = MappingProxyType(
    {
        "hour": ("h", "hr", "hour"),
        "day": ("d", "day"),
        "week": ("w", "wk", "week"),
        "month": ("mo", "month"),
    }
)
_PLURAL: Final = MappingProxyType(
    {
        "hour": ("h", "hrs", "hours"),
        "day": ("d", "days", "days"),
        "week": ("w", "wks", "weeks", "weeks"),
        "month": ("mo", "mos", "months"),
    }
)
_WORDS: Final = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten",
                 "eleven", "twelve")  # fmt: skip
_ABOUT: Final = ("about ", "approx ", "approx. ", "approximately ", "around ", "~", "~ ")
_MORE: Final = (">", "> ", "≥", ">=", "at least ", "over ", "more than ")
_LESS: Final = ("<", "< ", "≤", "<=", "less than ", "under ", "up to ")
_NONE: Final = ("none", "no relief", "nil", "0", "0 days", "0 d", "0 h")
_ONGOING: Final = ("ongoing", "still ongoing", "still in relief", "still has relief")
_NEXT: Final = ("until next infusion", "till next infusion", "lasted to next infusion")


@dataclass(frozen=True, slots=True)
class Asked:
    """A true duration (days, 0: no relief) and when it was asked for.

    ``known_days`` is the follow-up's day and ``next_days`` the next infusion's, from this one;
    None where there is none.
    """

    days: float
    known_days: int | None
    next_days: int | None
    heaped: bool

    @property
    def latest(self) -> float:
        """The longest duration that can be told without contradicting another cell."""
        known = math.inf if self.known_days is None else self.known_days + FOLLOW_UP_SLACK_DAYS
        return min(known, math.inf if self.next_days is None else self.next_days)


def duration_means(
    kind: str, lower: float, upper: float | None, *, about: bool = False, basis: str = "stated"
) -> dict[str, object]:
    """Return what a duration means: its kind and bounds in days (``upper`` None: no bound)."""
    return {"kind": kind, "lower_days": lower, "upper_days": upper, "approximate": about,
            "basis": basis}  # fmt: skip


def spell_duration(draw: Draw, asked: Asked) -> Cell:
    """Spell a duration of relief as it was told at a follow-up."""
    if asked.days == 0:
        return Cell(scuff(draw, draw.pick(_NONE)), means=duration_means("none", 0, 0))
    known, following = asked.known_days, asked.next_days
    asked_after_next = known is None or (following is not None and known >= following)
    if following is not None and asked.days >= following and asked_after_next:
        means = duration_means("right", following, None, basis="next infusion")
        return Cell(scuff(draw, draw.pick(_NEXT)), means=means)
    if known is not None and asked.days > known:
        if known < 7 or draw.chance(0.7):
            means = duration_means("right", known, None, basis="ongoing")
            return Cell(scuff(draw, draw.pick(_ONGOING)), means=means)
        return _spell_more(draw, known)
    return _spell_ended(draw, asked)


def _spell_ended(draw: Draw, asked: Asked) -> Cell:
    spell: Callable[[Draw, Asked], Cell | None] = draw.weigh(
        {_exact: 62, _worded: 10, _about: 8, _span: 8, _few: 4, _more: 5, _less: 3}
    )
    return spell(draw, asked) or _exact(draw, asked)


def _count(draw: Draw, asked: Asked) -> tuple[float, str]:
    """Return the number and unit that a person counts an ended relief in."""
    for unit in _units_to_try(draw, asked):
        days = DAYS_PER_UNIT[unit]
        step = 2 if unit == "month" or (unit == "week" and draw.chance(0.1)) else 1
        number = max(round(step * asked.days / days), 1) / step
        if number * days <= asked.latest:
            return number, unit
    return max(math.floor(asked.days * 24), 1), "hour"


def _units_to_try(draw: Draw, asked: Asked) -> list[str]:
    if asked.days < 0.75:
        return ["hour"]
    if asked.days < 1.6 and draw.chance(0.5):
        return ["hour", "day"]
    if asked.days >= 26 and draw.chance(0.3):
        return ["month", "week", "day"]
    return ["week", "day"] if asked.days >= 5 and asked.heaped else ["day"]


def _unit(draw: Draw, unit: str, number: float) -> str:
    return draw.pick((_SINGULAR if number == 1 else _PLURAL)[unit])


def _word(unit: str, number: float) -> str:
    """Return a whole number up to twelve in words, with its unit; one is "a" or "an"."""
    if number == 1:
        return f"{'an' if unit == 'hour' else 'a'} {unit}"
    return f"{_WORDS[int(number) - 1]} {unit}s"


def _exact(draw: Draw, asked: Asked) -> Cell:
    if 0.4 <= asked.days <= 0.6 and draw.chance(0.5):
        text = draw.pick(("½ day", "half a day", "0.5 days", "½d"))
        return Cell(scuff(draw, text), means=duration_means("exact", 0.5, 0.5))
    number, unit = _count(draw, asked)
    days = number * DAYS_PER_UNIT[unit]
    means = duration_means("exact", days, days)
    if unit == "day" and draw.chance(0.08):  # without a unit: days
        return Cell(draw.pick((number, f"{number:g}")), means=means)
    return Cell(scuff(draw, f"{number:g}{gap(draw)}{_unit(draw, unit, number)}"), means=means)


def _worded(draw: Draw, asked: Asked) -> Cell | None:
    number, unit = _count(draw, asked)
    if not float(number).is_integer() or number > len(_WORDS):
        return None
    days = number * DAYS_PER_UNIT[unit]
    text = _word(unit, number)
    vague = number == 2 and draw.chance(0.6)
    if vague:
        text = f"{draw.pick(('couple of', 'a couple of'))} {unit}s"
    elif number == 1 and draw.chance(0.3):
        text = f"one {unit}"
    return Cell(scuff(draw, text), means=duration_means("exact", days, days, about=vague))


def _about(draw: Draw, asked: Asked) -> Cell | None:
    qualifier = draw.pick(_ABOUT)
    if draw.chance(0.2):
        return _about_span(draw, asked, qualifier)
    number, unit = _count(draw, asked)
    days = number * DAYS_PER_UNIT[unit]
    text = f"{number:g}{gap(draw)}{_unit(draw, unit, number)}"
    if number == 1 and draw.chance(0.5):
        text = _word(unit, number)
    means = duration_means("exact", days, days, about=True)
    return Cell(scuff(draw, qualifier + text), means=means)


def _about_span(draw: Draw, asked: Asked, qualifier: str) -> Cell | None:
    span = _span(draw, asked)
    text = "" if span is None else str(span.value).strip()
    if span is None or text.lower().startswith("between"):  # nobody says "about between"
        return None
    return Cell(scuff(draw, qualifier + text), means={**span.means, "approximate": True})


def _span(draw: Draw, asked: Asked) -> Cell | None:
    """Spell two ends around the true duration."""
    unit = "week" if asked.days >= 7 and asked.heaped else "day"
    days = DAYS_PER_UNIT[unit]
    low = math.floor(asked.days / days)
    high = low + (1 if unit == "week" else draw.whole(1, 3))
    if low < 1:
        return None
    if unit == "week" and low == 1 and asked.days <= 10 and draw.chance(0.5):
        means = duration_means("interval", 7, 10)
        return Cell(scuff(draw, draw.pick(("1 week - 10 days", "1 wk to 10 d"))), means=means)
    first, name = _unit(draw, unit, low), _unit(draw, unit, high)
    texts = {
        f"{low}-{high} {name}": 3,
        f"{low} - {high}{gap(draw)}{name}": 2,
        f"{low} to {high} {name}": 3,
        f"between {low} and {high} {name}": 2,
        f"{low}-{high}" if unit == "day" else f"{low} {first} to {high} {name}": 1,
    }
    means = duration_means("interval", low * days, high * days)
    return Cell(scuff(draw, draw.weigh(texts)), means=means)


def _few(draw: Draw, asked: Asked) -> Cell | None:
    """Spell "a few" (two to four) where the true duration is one of what it stands for."""
    for unit in ("hour", "day", "week"):
        low, high = 2 * DAYS_PER_UNIT[unit], 4 * DAYS_PER_UNIT[unit]
        if low <= asked.days <= high:
            text = f"{draw.pick(('a few', 'few'))} {unit}s"
            means = duration_means("interval", low, high, about=True)
            return Cell(scuff(draw, text), means=means)
    return None


def _more(draw: Draw, asked: Asked) -> Cell | None:
    return _spell_more(draw, asked.days) if asked.days >= 2 else None


def _spell_more(draw: Draw, at_least_days: float) -> Cell:
    """Spell a lower limit that lies at or below a number of days (at least 1)."""
    unit = [unit for unit in ("day", "week", "month") if DAYS_PER_UNIT[unit] <= at_least_days][-1]
    number = math.floor(at_least_days / DAYS_PER_UNIT[unit])
    name = _unit(draw, unit, number)
    said = draw.pick(_MORE[4:])
    texts = {
        f"{draw.pick(_MORE)}{number}{gap(draw)}{name}": 6,
        f"{number}+ {name}": 3,
        f"{number}{gap(draw)}{name}+": 1,
        f"{said}{_word(unit, number) if number <= len(_WORDS) else f'{number} {name}'}": 2,
    }
    days = number * DAYS_PER_UNIT[unit]
    return Cell(scuff(draw, draw.weigh(texts)), means=duration_means("right", days, None))


def _less(draw: Draw, asked: Asked) -> Cell:
    """Spell an upper limit above the true duration."""
    unit = "hour" if asked.days < 0.7 else "day" if asked.days < 5 else "week"
    number = math.floor(asked.days / DAYS_PER_UNIT[unit]) + 1
    means = duration_means("left", 0, number * DAYS_PER_UNIT[unit])
    if number == 1 and draw.chance(0.5):
        return Cell(scuff(draw, draw.pick(_LESS[4:]) + _word(unit, number)), means=means)
    text = f"{draw.pick(_LESS)}{number}{gap(draw)}{_unit(draw, unit, number)}"
    return Cell(scuff(draw, text), means=means)
