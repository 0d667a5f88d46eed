"""Turns true values into what a clinic types: any form that the data contract allows.

Each ``spell_`` function returns a :class:`Cell`: what is typed, and the value that it means by
the contract. The meaning is the rounded truth that a reader must come back with.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from helpers.study import KG_PER_LB
from helpers.synthetic.draws import Draw

NBSP: Final = "\u00a0"
MISSING_WORDS: Final = (
    "NR", "N/A", "NA", "ND", "not recorded", "Not recorded", "unknown", "?", "-", -99, -88,
)  # fmt: skip
# Named here, not by the calendar of the machine, whose language may be another.
_MONTHS: Final = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
)  # fmt: skip
_YES: Final = ("yes", "y", "Y", "TRUE", "true", True, 1, "1")
_NO: Final = ("no", "n", "N", "FALSE", "false", False, 0, "0")


@dataclass(frozen=True, slots=True)
class Cell:
    """What stands in a cell, how it is formatted, and the value it means (None: missing)."""

    value: Any = None
    number_format: str = "General"
    means: Any = None


EMPTY: Final = Cell()


def scuff(draw: Draw, text: str) -> str:
    """Return text as people type it: another case, stray and non-breaking spaces, long dashes."""
    if draw.chance(0.12):
        text = draw.pick((text.upper(), text.capitalize(), text.title()))
    if draw.chance(0.05):
        text = text.replace(" ", draw.pick(("  ", NBSP)), 1)
    if "-" in text and draw.chance(0.25):
        text = text.replace("-", draw.pick(("–", "—")))
    if draw.chance(0.05):
        text = draw.pick((" {}", "{} ", " {} ", "{}" + NBSP)).format(text)
    return text


def gap(draw: Draw) -> str:
    """Return the space that is optional around signs and before units: none, or one."""
    return draw.pick(("", " "))


def spell_missing(draw: Draw) -> Cell:
    """Return a cell without a value: mostly empty, else one of the words for missing."""
    return EMPTY if draw.chance(0.5) else Cell(draw.pick(MISSING_WORDS))


def spell_id(draw: Draw, name: str) -> Cell:
    """Spell a study code."""
    if draw.chance(0.95):
        return Cell(name, means=name)
    return Cell(draw.pick((f" {name} ", f"{name}{NBSP}", name.lower())), means=name)


def spell_whole(draw: Draw, number: int) -> Cell:
    """Spell a whole number."""
    return Cell(scuff(draw, str(number)) if draw.chance(0.05) else number, means=number)


def spell_yes_no(draw: Draw, answer: bool) -> Cell:
    """Spell yes or no."""
    plain = "Yes" if answer else "No"
    typed = draw.pick(_YES if answer else _NO) if draw.chance(0.2) else plain
    return Cell(typed, means=answer)


def spell_word(draw: Draw, spellings: Mapping[str, Sequence[str]], meaning: str) -> Cell:
    """Spell one of the words that stand for a meaning."""
    return Cell(scuff(draw, draw.pick(spellings[meaning])), means=meaning)


def spell_date(draw: Draw, date: dt.date) -> Cell:
    """Spell a date: mostly a date cell, else one of the texts (day before month)."""
    if draw.chance(0.72):
        shown = draw.weigh({"yyyy-mm-dd": 6, "dd/mm/yyyy": 2, "d-mmm-yy": 2})
        return Cell(dt.datetime(date.year, date.month, date.day), shown, date.isoformat())
    month = _MONTHS[date.month - 1]
    text = draw.weigh(
        {
            date.isoformat(): 5,
            f"{date.year}/{date.month:02d}/{date.day:02d}": 2,
            f"{date.day:02d}-{month[:3]}-{date.year}": 3,
            f"{date.day} {month[:3]} {date.year}": 2,
            f"{date.day} {month} {date.year}": 2,
            f"{date.day:02d}/{date.month:02d}/{date.year}": 3,
        }
    )
    if draw.chance(0.06):
        text = draw.pick((text.upper(), f" {text}", f"{text} "))
    return Cell(text, means=date.isoformat())


def spell_weight(draw: Draw, kg: float) -> Cell:
    """Spell a body weight in kg, or in pounds, which mean a slightly other weight."""
    form = draw.weigh({"number": 60, "kg": 15, "lb": 20, "text": 5})
    if form == "lb":
        pounds = round(kg / KG_PER_LB)
        unit = draw.pick(("lb", "lbs", "LB"))
        return Cell(f"{pounds}{gap(draw)}{unit}", means=pounds * KG_PER_LB)
    shown = round(kg) if draw.chance(0.2) else kg
    text = f"{shown:g}{gap(draw)}kg" if form == "kg" else f"{shown:g}"
    return Cell(shown if form == "number" else scuff(draw, text), means=shown)


def spell_dose(draw: Draw, mg: int, weight_kg: float | None) -> Cell:
    """Spell a total dose in mg, or per kg of the weight that the Patients sheet means."""
    form = draw.weigh({"number": 68, "mg": 22, "mg/kg": 8, "text": 2})
    if form == "mg/kg" and weight_kg:
        per_kg = round(mg / weight_kg, draw.pick((1, 2)))
        slash = draw.pick(("/", "/", " / "))
        return Cell(f"{per_kg:g}{gap(draw)}mg{slash}kg", means=per_kg * weight_kg)
    if form == "mg":
        return Cell(scuff(draw, f"{mg}{gap(draw)}mg"), means=mg)
    return Cell(scuff(draw, str(mg)) if form == "text" else mg, means=mg)


def spell_hours(draw: Draw, hours: float) -> Cell:
    """Spell the length of an infusion."""
    whole, minutes = int(hours), round(60 * (hours - int(hours)))
    if draw.chance(0.6):
        return Cell(hours, means=hours)
    if draw.chance(0.1):
        return Cell(dt.time(whole, minutes), "h:mm", hours)
    texts = [
        f"{hours:g}",
        f"{hours:g}{gap(draw)}h",
        f"{whole}h{minutes:02d}",
        f"{whole} h {minutes} min",
        f"{whole}:{minutes:02d}",
        f"{whole}:{minutes:02d}:00",
        f"{60 * whole + minutes}{gap(draw)}min",
    ]
    return Cell(scuff(draw, draw.pick(texts)), means=hours)


def spell_nrs(draw: Draw, nrs: float) -> Cell:
    """Spell a pain score (0 to 10): whole, between two numbers, or out of 100."""
    form = draw.weigh({"number": 68, "text": 5, "ten": 13, "half": 3, "range": 7, "hundred": 4})
    if form == "range":
        low = min(int(nrs), 9)
        dash = draw.pick(("-", "-", " - ", "–", " to "))
        return Cell(f"{low}{dash}{low + 1}", means=low + 0.5)
    if form in {"half", "hundred"}:
        half = round(2 * nrs) / 2
        text = f"{10 * half:g}{draw.pick(('/', ' / '))}100"
        return Cell(text if form == "hundred" else half, means=half)
    whole = round(nrs)
    if form == "ten":
        return Cell(f"{whole}{draw.pick(('/', '/', ' / '))}10", means=whole)
    return Cell(scuff(draw, str(whole)) if form == "text" else whole, means=whole)


def spell_percent(draw: Draw, pct: float) -> Cell:
    """Spell a percentage of relief in steps of 5; 0 may be a word."""
    told = max(5 * round(pct / 5), 5) if pct > 0 else 0
    if told == 0 and draw.chance(0.5):
        return Cell(scuff(draw, draw.pick(("none", "no relief", "nil"))), means=0)
    form = draw.weigh({"number": 60, "text": 2, "sign": 15, "format": 6, "about": 6, "range": 9})
    if form == "format":
        return Cell(told / 100, "0%", told)
    if form == "about" and told:
        return Cell(f"~{gap(draw)}{told}{gap(draw)}%", means=told)
    if form == "range" and 10 <= told <= 95:
        dash = draw.pick(("-", " - ", "–", " to "))
        return Cell(f"{told - 5}{dash}{told + 5}{draw.pick(('%', ' %', ''))}", means=told)
    if form == "sign":
        return Cell(f"{told}{gap(draw)}%", means=told)
    return Cell(scuff(draw, str(told)) if form == "text" else told, means=told)


def spell_comorbidities(draw: Draw, entries: Sequence[str]) -> Cell:
    """Spell a list of comorbidities, of which the number counts."""
    if not entries:
        return Cell(scuff(draw, draw.pick(("none", "no", "nil"))), means=0)
    return Cell(draw.pick(("; ", ";", " ; ")).join(entries), means=len(entries))
