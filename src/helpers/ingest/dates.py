"""Parser of dates typed as text."""

from __future__ import annotations

import datetime as dt
import re
from functools import lru_cache

from helpers.ingest.reading import Reading, exact, refuse
from helpers.study import EARLIEST_YEAR

_MONTHS = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
]
_MONTH_NUMBER = {
    name: number for number, month in enumerate(_MONTHS, start=1) for name in (month, month[:3])
}
_ISO = re.compile(r"([0-9]{4})([-/])([0-9]{1,2})\2([0-9]{1,2})")
_NAMED = re.compile(r"([0-9]{1,2})([- ])([a-z]+)\2([0-9]{4})")
_NUMERIC = re.compile(r"([0-9]{1,2})/([0-9]{1,2})/([0-9]{4})")


def check_date(reading: Reading, latest: dt.date) -> Reading:
    """Return the reading, or a refusal when its date lies before 2000 or after ``latest``."""
    if reading.error is not None:
        return reading
    if not dt.date(EARLIEST_YEAR, 1, 1) <= reading.value <= latest:
        return refuse("date_out_of_range")
    return reading


@lru_cache(maxsize=16384)
def parse_date(text: str, date_order: str, latest: dt.date) -> Reading:
    """Parse a date typed as text, from 2000 to ``latest``.

    ``2021-03-12``, ``2021/03/12``, ``12-Mar-2021``, ``12 Mar 2021``, ``12 March 2021``, and
    ``03/04/2021`` by ``date_order`` (``dmy`` or ``mdy``), with a warning where the other order
    would be another date.
    """
    if match := _ISO.fullmatch(text):
        return _date(match.group(1), match.group(3), match.group(4), latest)
    if (match := _NAMED.fullmatch(text)) and match.group(3) in _MONTH_NUMBER:
        month = _MONTH_NUMBER[match.group(3)]
        return _date(match.group(4), month, match.group(1), latest)
    if match := _NUMERIC.fullmatch(text):
        first, second, year = (int(part) for part in match.groups())
        day, month = (first, second) if date_order == "dmy" else (second, first)
        either = first <= 12 and second <= 12 and first != second
        return _date(year, month, day, latest, *(("date_order_assumed",) if either else ()))
    return refuse("not_a_date")


def _date(
    year: str | int, month: str | int, day: str | int, latest: dt.date, *warnings: str
) -> Reading:
    try:
        value = dt.date(int(year), int(month), int(day))
    except ValueError:
        return refuse("not_a_date")
    return check_date(exact(value, *warnings), latest)
