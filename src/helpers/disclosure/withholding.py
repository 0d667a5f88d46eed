"""Estimates of which a number, or the words that tell one, are left out."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Final

from helpers.disclosure.cells import WITHHELD
from helpers.results import Estimate


def withheld(estimate: Estimate) -> Estimate:
    """Return an estimate without any number but its n."""
    return replace(
        estimate, estimate=None, lower=None, upper=None, level=None, p_value=None, p_adjusted=None,
        sd=None, status=WITHHELD, further={}, method=_without_last_day(estimate.method),
    )  # fmt: skip


def _without_last_day(method: str) -> str:
    """Return a method without the last day of a patient, or that all had the same value."""
    return re.sub(r" to day \d+(\.\d+)?|; all values equal.*", "", method)


def without_limits(estimate: Estimate) -> Estimate:
    """Return an estimate whose limits would be the values of single patients."""
    status = f"{estimate.status}, interval {WITHHELD}"
    return replace(estimate, lower=None, upper=None, level=None, status=status)


# Words that say of none, of all, or of too few to count, that they are: a count in other words.
_COUNTING: Final = re.compile(
    r"not enough data|does not vary|neither \w+ varies|every observation|no observation has"
    r"|no end was seen|at one time|all values equal"
)


def tells_count(status: str) -> bool:
    """Return whether the reason why there is no number says how many patients there are of a kind.

    "Neither group varies" says that everybody has a characteristic or nobody, "not enough data"
    that fewer are in a group, or had an end of relief, than a method needs.
    """
    return bool(_COUNTING.search(status))


def without_numbers(status: str) -> str:
    """Return a status without the counts, and the last day of a patient, that it may hold."""
    if status.startswith(("not enough data", "nobody observed after")):
        return re.sub(r":.*| after day.*", "", status)
    # How many resamples miss a patient tells how many there are.
    return re.sub(r"\b\d+ of \d+ resamples", "some resamples", status)
