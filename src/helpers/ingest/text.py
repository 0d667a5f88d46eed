"""Normalised text: the one form in which the contract's words are compared."""

from __future__ import annotations

import re
from decimal import Decimal
from functools import lru_cache

_AROUND_OPERATORS = re.compile(r" ?([/\-~%:+<>=≤≥]) ?")
_NUMBER_SPACE = re.compile(r"(?<=[0-9½]) (?=[a-z])")
_DASHES = str.maketrans({"–": "-", "—": "-"})


@lru_cache(maxsize=65536)
def normalise_text(text: str) -> str:
    """Return text in lower case with white space and dashes in one form.

    White space (non-breaking too) is trimmed and collapsed, and removed around
    ``/ - ~ % : +`` and comparison signs; en and em dashes become ``-``.
    """
    collapsed = " ".join(text.translate(_DASHES).lower().split())
    return _AROUND_OPERATORS.sub(r"\1", collapsed).strip()


@lru_cache(maxsize=65536)
def comparable_text(normalised: str) -> str:
    """Return normalised text without the optional space between a number and its unit."""
    return _NUMBER_SPACE.sub("", normalised)


@lru_cache(maxsize=65536)
def normalise_header(text: str) -> str:
    """Return a column or sheet name without case, spaces, punctuation and a bracket at the end."""
    without_bracket = split_bracket(text)[0]
    return "".join(character for character in without_bracket.lower() if character.isalnum())


@lru_cache(maxsize=65536)
def split_bracket(text: str) -> tuple[str, str]:
    """Return a header and the content of the bracket at its end (empty without one)."""
    collapsed = " ".join(text.split())
    match = re.fullmatch(r"(.*?)\s*[(\[{]([^()\[\]{}]*)[)\]}]", collapsed)
    if match is None:
        return collapsed, ""
    return match.group(1), match.group(2).strip()


def format_number(value: float) -> str:
    """Return the shortest decimal text of a number, without an exponent (``7``, ``6.5``)."""
    if float(value).is_integer():
        return str(int(value))
    return format(Decimal(repr(float(value))), "f")


@lru_cache(maxsize=65536)
def clean_text(text: str) -> str:
    """Return text with white space trimmed and collapsed, its case kept."""
    return " ".join(text.split())
