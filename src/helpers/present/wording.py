"""Words that follow from numbers, and texts whose numbers are looked up by key.

A text holds fields such as ``{short_term.nrs_reduction.mean:ci}``: the key of an estimate without
its part, then what to show of it. So no number is typed in a document.
"""

from __future__ import annotations

import string
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from helpers.present.numbers import (
    format_count,
    format_estimate,
    format_interval,
    format_level,
    format_value,
    format_with_interval,
    with_unit,
)
from helpers.results import Estimate, Results
from helpers.study import PART_TITLES


def direction(reduction: Estimate) -> str:
    """Return the verb for a reduction, as its interval allows: the one source of such words.

    ``fell`` where the whole interval lies above 0, ``rose`` where it lies below, ``did not clearly
    change`` where it holds 0, and ``could not be compared`` where there is no interval.
    """
    if reduction.estimate is None or reduction.lower is None or reduction.upper is None:
        return "could not be compared"
    if reduction.lower > 0:
        return "fell"
    if reduction.upper < 0:
        return "rose"
    return "did not clearly change"


def _events(estimate: Estimate) -> str:
    events = estimate.further.get("events")
    return format_count(None if events is None else int(events), estimate.n)


def _limits(estimate: Estimate) -> str:
    """Return the interval of a count; where there was no event, its upper limit, called so."""
    if estimate.estimate == 0 and estimate.upper is not None:
        return (
            f"upper limit {with_unit(format_value(estimate.upper, estimate.unit), estimate.unit)}"
        )
    return f"{format_level(estimate.level)}% CI {format_interval(estimate)}"


_SHOW: Final[Mapping[str, Callable[[Estimate], str]]] = {
    "": format_estimate,
    "ci": format_with_interval,
    "limits": _limits,
    "bare": lambda estimate: format_value(estimate.estimate, estimate.unit),
    "n": lambda estimate: str(estimate.n),
    "events": _events,
    "direction": direction,
}


class _KeyFormatter(string.Formatter):
    """Formats the fields of a text from the estimates of one part."""

    def __init__(self, results: Results, part: str) -> None:
        self.results, self.part = results, part

    def get_field(self, field_name: str, args: Sequence[Any], kwargs: Mapping[str, Any]) -> Any:
        return self.results.get(f"{self.part}.{field_name}"), field_name

    def format_field(self, value: Any, format_spec: str) -> str:
        if format_spec not in _SHOW:
            raise ValueError(f"unknown display '{format_spec}'; known: {', '.join(_SHOW)}")
        return _SHOW[format_spec](value)


def fill(results: Results, part: str, text: str) -> str:
    """Return the text of one part with its fields filled in from the results.

    Raises
    ------
    KeyError
        When a field names no estimate.
    ValueError
        When a field asks for an unknown display.
    """
    return _KeyFormatter(results, part).vformat(" ".join(text.split()), (), {})


_KINDS: Final = {
    "none": "no relief", "exact": "exact", "interval": "between two days",
    "left": "shorter than a limit", "right": "still lasting when last known",
}  # fmt: skip


def describe_kinds(durations: Mapping[str, Any]) -> str:
    """Return in words how many durations of a part are known in which way."""
    kinds = durations["kinds"]
    words = [f"{kinds[kind]} {name}" for kind, name in _KINDS.items() if kinds[kind]]
    return name_list(words) or "none known"


def absent(part: str) -> str:
    """Return the sentence that stands for a part which is not covered."""
    return f"*{PART_TITLES[part]}: not part of this report.*"


def name_list(words: Sequence[str]) -> str:
    """Return words as a list in a sentence: ``a``, ``a and b``, ``a, b and c``."""
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} and {words[-1]}"
