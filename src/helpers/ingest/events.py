"""Adverse-event terms: free text to the coded term of the contract's synonyms."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from helpers.ingest.text import normalise_text
from helpers.study import AE_SYNONYMS


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
    """Return the term of an event's normalised text; an unknown one stands as written."""
    if not text:
        return EventTerm(None, False, "event_missing")
    if text in index:
        return EventTerm(index[text], True)
    return EventTerm(text, False, "event_uncoded")
