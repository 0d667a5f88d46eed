"""Recognise values that look like what identifies a patient directly: a phone number, a name."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from typing import Final

_EMAIL = re.compile(r"(?<![\w.+-])[\w.+-]+ ?@ ?[\w-]+(?:\.[\w-]+)+")
# North American numbers: 3-3-4 digits, which also is how an Ontario health card begins or a phone
# number is spaced; ten digits in a row may be either.
_PHONE = re.compile(
    r"(?<![\w.-])(?:\+ ?1[ .-]?|1[ .-])?(?:\([2-9]\d{2}\) ?|[2-9]\d{2}[ .-])\d{3}[ .-]\d{4}(?!\w)"
)
_PHONE_ABROAD = re.compile(
    r"(?<!\w)(?:\+[1-9]\d{0,2}(?:[ ./-]?\(?\d{2,5}\)?){3,5}"
    r"|00[1-9]\d{0,2}(?:[ ./-]\(?\d{2,5}\)?){3,5})(?!\w)"
)
_HEALTH_CARD = re.compile(r"(?<![\w.])\d{4}[ -]?\d{3}[ -]?\d{3}(?:[ -]?[A-Za-z]{2})?(?![\w.])")
_INSURANCE = re.compile(r"(?<![\w.])(\d{3})[ -]?(\d{3})[ -]?(\d{3})(?![\w.])")
_POSTAL = re.compile(
    r"\b([ABCEGHJ-NPRSTVXY]\d[ABCEGHJ-NPRSTV-Z])( |-)?(\d[ABCEGHJ-NPRSTV-Z]\d)\b", re.IGNORECASE
)
_VERTEBRAE = re.compile(r"(?:[CTLS]\d){3}", re.IGNORECASE)
# A title and a surname. "MS relapse" and "MR scan" are no people, so small letters must follow.
_TITLED = re.compile(
    r"\b(?:(?:Mr|Ms|Dr|Prof)\b\.? ?|(?:Mrs|Miss|Mme|Mlle|Frau|Herr)\b\.? )[A-ZÀ-Þ][a-zà-ÿ'’-]+"
    r"|\b[Mm]rs\b\.? \w{2,}"
)
_BORN = re.compile(
    r"\b(?:born|dob|d\.o\.b\.?|birth ?date|date of birth|birthday)\b\W*(?:on |is |in )?\W*\d",
    re.IGNORECASE,
)
_LABELLED = re.compile(
    r"\b(?:ohip|mrn|hcn|sin|ssn|ramq)\b\W*(?:no\.?|nr\.?|number)?\W*\d{4,}", re.I
)

_DATE = re.compile(
    r"(?:19|20)\d{2}(?:(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])|([-/. ])\d{1,2}\1\d{1,2})"
    r"|\d{1,2}([-/. ])\d{1,2}\2(?:19|20)?\d{2}"
)
_WRITTEN_DATE = re.compile(r"\d{1,2}[ -]?[A-Za-z]{3,9}[ -]?(?:19|20)?\d{2}")
_PERSON = re.compile(
    r"[A-ZÀ-Þ][a-zà-ÿ'’-]+|[^\W\d_](?:[^\W\d_]|['’.-])*(?:,? +[^\W\d_](?:[^\W\d_]|['’.-])*)+"
)
NOT_SHOWN: Final = "(no plain code)"
_SHORTEST: Final = 5  # characters: no identifier is shorter
_CODE = re.compile(r"(?=.*\d)[\w./#-]{1,20}")


def _is_insurance(text: str) -> bool:
    return any(_passes_luhn("".join(match)) for match in _INSURANCE.findall(text))


def _passes_luhn(digits: str) -> bool:
    """Return whether nine digits pass the check of Canadian social insurance numbers (Luhn)."""
    doubled = (int(digit) * (1 + place % 2) for place, digit in enumerate(digits))
    return digits[0] != "0" and sum(number // 10 + number % 10 for number in doubled) % 10 == 0


def _is_postal(text: str) -> bool:
    # L4L5S1 are vertebrae; L4L 5S1, spaced as the post office asks for, is a place.
    return any(
        match[2] or not _VERTEBRAE.fullmatch(match[1] + match[3])
        for match in _POSTAL.finditer(text)
    )


_KINDS: Final[tuple[tuple[str, Callable[[str], object]], ...]] = (
    ("an e-mail address", _EMAIL.search),
    ("a health card number", _HEALTH_CARD.search),
    ("a phone number", lambda text: _PHONE.search(text) or _PHONE_ABROAD.search(text)),
    ("a social insurance number", _is_insurance),
    ("a postal code", _is_postal),
    ("a person's name", _TITLED.search),
    ("a date of birth", _BORN.search),
    ("a medical record number", _LABELLED.search),
)


@lru_cache(maxsize=65536)
def find_identifier_value(text: str) -> str | None:
    """Return what a free text looks like that identifies a patient directly, or None."""
    if len(text) < _SHORTEST:
        return None
    return next((what for what, finds in _KINDS if finds(text)), None)


@lru_cache(maxsize=65536)
def find_identifier_code(text: str) -> str | None:
    """Return what a patient's code looks like that identifies the patient directly, or None.

    Beside what a free text may hold: a date, and words without any digit that read like a name.
    """
    if _DATE.fullmatch(text) or _WRITTEN_DATE.fullmatch(text):
        return "a date of birth"
    if _PERSON.fullmatch(text):
        return "a person's name"
    return find_identifier_value(text)


def show_code(text: str) -> str:
    """Return a patient's code as it may stand outside the data queries: anything else is masked."""
    return text if reads_like_code(text) else NOT_SHOWN


def reads_like_code(text: str) -> bool:
    """Return whether a patient's code reads like one, so that it may stand outside the queries."""
    return _CODE.fullmatch(text) is not None and find_identifier_code(text) is None
