"""Every estimate of the plan by kind: where its method comes from, and what in R does the same."""

from __future__ import annotations

from dataclasses import dataclass

from helpers.plan import find_planned


@dataclass(frozen=True, slots=True)
class Source:
    """The source of a method (author, year) and its independent counterpart in R."""

    reference: str
    counterpart: str


def source_of(key: str) -> Source:
    """Return the source of the method of a key without its part.

    Raises
    ------
    KeyError
        When the plan has no such key.
    """
    planned = find_planned(key)
    return Source(planned.reference, planned.in_r)


def family_of(key: str) -> str:
    """Return the key of its kind: days, thresholds, terms and weeks replaced by their name.

    ``long_term.relief_days.survival_14`` is ``long_term.relief_days.survival_<days>``.
    """
    return find_planned(key).keys
