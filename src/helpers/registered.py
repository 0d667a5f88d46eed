"""Registered outcomes: which estimates the key of one stands for."""

from __future__ import annotations

from helpers.results import Results
from helpers.study import PARTS


def keys_of_outcome(results: Results, key: str) -> dict[str, str]:
    """Return by part the estimates that answer to a key, with its part or for every part.

    ``prospective.short_term.nrs_reduction.mean`` is one estimate;
    ``short_term.nrs_reduction.mean`` is that of each part that has it.
    """
    if key.startswith(tuple(f"{part}." for part in PARTS)):
        return {key.partition(".")[0]: key} if key in results.estimates else {}
    return {part: f"{part}.{key}" for part in PARTS if f"{part}.{key}" in results.estimates}
