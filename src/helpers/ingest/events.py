"""Adverse-event terms: free text to the coded term of the contract's synonyms."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from helpers.ingest.identifier_values import find_identifier_value
from helpers.ingest.text import normalise_text
from helpers.study import AE_SYNONYMS, OTHER_EVENT

# What reads like a plain clinical term: up to three words of letters (dry mouth, itchy nose).
_WORD = r"[^\W\d_]+(?:['’-][^\W\d_]+)*"
_TERM = re.compile(rf"{_WORD}(?: {_WORD}){{0,2}}")
_LONGEST_TERM = 40  # characters
_TITLED = re.compile(r"\b(?:mr|mrs|ms|miss|dr|prof|mme|mlle|herr|frau|patient|pt)\b")


@dataclass(frozen=True, slots=True)
class EventTerm:
    """A term (None where none was given), whether it is coded, and the code of its warning."""

    term: str | None
    coded: bool
    warning: str | None = None


def synonym_index(added: Mapping[str, tuple[str, ...]]) -> dict[str, str]:
    """Return the term of every synonym, the clinic's own added to the contract's."""
    index = {synonym: term for term, synonyms in AE_SYNONYMS.items() for synonym in synonyms}
    for term, synonyms in added.items():
        for synonym in (term, *synonyms):
            index[normalise_text(synonym)] = normalise_text(term)
    return index


def code_event(text: str, index: Mapping[str, str]) -> EventTerm:
    """Return the term of an event's normalised text.

    An unknown one stands as written where it reads like a plain clinical term; anything else is
    free text, which belongs into the data queries alone, and counts as ``other (uncoded)``.
    """
    if not text:
        return EventTerm(None, False, "event_missing")
    if text in index:
        return EventTerm(index[text], True)
    if reads_like_term(text):
        return EventTerm(text, False, "event_uncoded")
    return EventTerm(OTHER_EVENT, False, "event_pooled")


def reads_like_term(text: str) -> bool:
    """Return whether a normalised text is at most three words, none of them about a person."""
    return (
        len(text) <= _LONGEST_TERM
        and _TERM.fullmatch(text) is not None
        and not _TITLED.search(text)
        and find_identifier_value(text) is None
    )
