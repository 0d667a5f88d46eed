"""Values that a cell should not hold, and values that are nearly the one it held."""

from __future__ import annotations

import datetime as dt
from random import Random
from typing import Any, Final

TEXTS: Final = (
    "", " ", "\u00a0", "?", "-", "--", "NR", "N/A", "nil", "none", "None", "NULL", "nan", "NaN",
    "inf", "-inf", "1e5", "1e400", "0x10", "1_000", "1,000", "1.000,5", "½", "⅓", "²", "٣", "१२",
    "３", "７／１０", "１０％", "half a day", "half a", "a few weeks", "a few months", "few",
    "many", "couple of", "a couple of weeks", ">1 month", ">", ">>3", "3++", "3+ weeks+", "~~50%",
    "about ~3 days", "between 2 and 3 weeks", "3-2 weeks", "2-3-4", "1 week 3 days", "-3 days",
    "2 – 3 weeks", "2—3 wks", "until next infusion", "ongoing", "till next infusions", "good",
    "6 to 7", "7 of 10", "65/100", "7/10", "11/10", "101%", "-0", "+7", "7.", ".5", "007", "0.0",
    "999999999999999999999999999999999999", "9" * 400, "1" * 5000, "0." + "3" * 400, "yes no",
    "YES", "y", "oui", "true", "wahr", "154 lb", "154 pounds", "11 st 4", "70kg", "1.5 mg/kg",
    "1.5mg/kg/h", "120 mcg", "3h30", "3h90", "25:00", "3:30:61", "210 min", "24h", "0 h",
    "2021-02-30", "2021-13-01", "31/02/2021", "03/04/2021", "12-Mar-2021", "12-Mär-2021",
    "0000-00-00", "9999-12-31", "10000-01-01", "2021/3/12", "1 Jan 1900", "44197", "44197.5",
    "=1+1", "=cmd|' /C calc'!A0", "+1", "@SUM(A1)", "#N/A", "#REF!", "#DIV/0!", "<b>8</b>",
    "<script>alert(1)</script>", "&amp;", "]]>", "{{ x }}", "${x}", "%s%n", "\\n", "`id`",
    "$\\alpha$", "#set page()", "[link](x)", "|a|b|", "'; DROP TABLE x;--", '"', "'", '""', ",",
    ";", "; ;", "a;b;;c", "\t", "\n", "a\nb", "\r\n", "\u2028", "\u200b", "\u200e7",
    "\u202e7\u202c",
    "\ufeff7", "é", "e\u0301", "İ", "ß", "ǅ", "ﬁ", "𝟟", "😀", "\U0010ffff", "خمسة", "שבע", "七",
    "R001", "r001 ", "R001\u200b", "R999", "Total", "Mean", "x" * 3000, "a " * 2000, "(" * 500,
)  # fmt: skip
NUMBERS: Final = (
    0, 1, -1, 2, 7, 10, 11, 12, 50, 100, 101, 250, 251, -99, -88, 999, 1900, 2010, 2100, 44197,
    60, 59, 2958465, 2958466, -0.0, 0.5, 0.07, 1 / 3, 6.5, 1e-12, 1e15, 1e16, 1e22, 1e300,
    9007199254740993, 1.0000000000000002, 29.999999999999996, 0.1 + 0.2,
)  # fmt: skip
MOMENTS: Final = (
    dt.datetime(1899, 12, 31), dt.datetime(1900, 3, 1), dt.datetime(1999, 12, 31),
    dt.datetime(2000, 1, 1), dt.datetime(2021, 2, 10), dt.datetime(2021, 7, 6, 23, 59, 59),
    dt.datetime(2024, 2, 29), dt.datetime(2999, 1, 1), dt.datetime(9999, 12, 31),
    dt.date(2022, 5, 1), dt.time(0, 0), dt.time(3, 30), dt.time(23, 59, 59),
    dt.timedelta(hours=3, minutes=30), dt.timedelta(days=2), dt.timedelta(0),
)  # fmt: skip
FORMATS: Final = (
    "General", "0%", "0.00%", "@", "yyyy-mm-dd", "d-mmm", "h:mm", "[h]:mm:ss", "0.00E+00", "# ?/?",
    '"%"0', "0\\%", ";;;", "[Red]0", "mmm-yy", "#,##0.00", '_-* #,##0.00_-', "[$-409]d-mmm-yy",
)  # fmt: skip
_DIGITS = str.maketrans("0123456789", "０１２３４５６７８９")
_UNITS = (
    "%",
    " %",
    "kg",
    " lb",
    " mg",
    " mg/kg",
    "h",
    " min",
    " days",
    " weeks",
    " mo",
    "+",
    "/10",
)
_PREFIXES = ("~", ">", "<", "≥", "<=", "about ", "approx. ", "at least ", "up to ", "-", "+", "=",
             "'", " ", "\u00a0", "\ufeff", "ca. ")  # fmt: skip


def awkward_text(draw: Random) -> str:
    """Return a text out of the list, or one of characters drawn from all of Unicode."""
    if draw.random() < 0.8:
        return draw.choice(TEXTS)
    return "".join(_character(draw) for _ in range(draw.randrange(1, 12)))


def _character(draw: Random) -> str:
    highest = draw.choice((0x7F, 0x17F, 0x6FF, 0x30FF, 0xFFFD, 0x1F6FF, 0x10FFFF))
    code = draw.randrange(0x20, highest)
    return "?" if 0xD800 <= code <= 0xDFFF or code in {0xFFFE, 0xFFFF} else chr(code)


def nearly(draw: Random, text: str) -> str:
    """Return a text that is nearly another one: what a slip of the hand, or a program, makes."""
    place = draw.randrange(len(text) + 1)
    return draw.choice(
        (
            lambda: text + draw.choice(_UNITS),
            lambda: draw.choice(_PREFIXES) + text,
            lambda: text[:place] + draw.choice("0123456789.,-/ ;:eE½x%\u00a0'\"") + text[place:],
            lambda: text[:place] + text[place + 1 :],
            lambda: text[:place] + text[place : place + 2][::-1] + text[place + 2 :],
            lambda: text.translate(_DIGITS),
            lambda: text.replace(".", ","),
            lambda: text.replace("-", draw.choice(("–", "—", " to ", "‑", "−", "/"))),
            lambda: text.upper(),
            lambda: f" {text}\u00a0",
            lambda: f"{text}-{text}",
            lambda: text.replace(" ", draw.choice(("", "  ", "\u00a0", "_", "\t"))),
            lambda: text * 2,
            lambda: f"({text})",
        )
    )()


def awkward_value(draw: Random, value: Any) -> Any:
    """Return what a workbook's cell may hold instead of a value."""
    kind = draw.random()
    if kind < 0.4 and value is not None:
        return nearly(draw, str(value))
    if kind < 0.65:
        return awkward_text(draw)
    if kind < 0.8:
        return draw.choice(NUMBERS)
    if kind < 0.9:
        return draw.choice(MOMENTS)
    return draw.choice((None, True, False))
