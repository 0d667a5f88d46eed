"""Outcomes that are yes or no: who has them, and whether either group is too small."""

import numpy as np
import numpy.typing as npt

from helpers.estimate.ties import BoolArray
from helpers.estimate.value import Extra


def as_events(outcome: npt.ArrayLike) -> BoolArray:
    """Read an outcome as True and False.

    Args:
        outcome: shape (n,), 1 or True where the event happened, 0 or False where not; n may be 0.
    """
    events: BoolArray = np.asarray(outcome, dtype=np.bool_).ravel()
    return events


def event_counts(event: BoolArray) -> dict[str, Extra]:
    """Count those with the event and those without, for the further fields of a Value."""
    happened = int(np.count_nonzero(event))
    return {"n_events": happened, "n_non_events": event.size - happened}


def too_few_status(first: tuple[int, str], second: tuple[int, str], least: int) -> str | None:
    """Say that one of two groups is too small; None where both are large enough.

    Args:
        first, second: the size of a group and its name in the plural.
        least: what either group needs.
    """
    if min(first[0], second[0]) >= least:
        return None
    found = f"{first[0]} {first[1]} and {second[0]} {second[1]}"
    return f"not enough data: {found} of at least {least} each"


def too_few_events_status(event: BoolArray, least: int) -> str | None:
    """Say that there are too few events or non-events; None where there are enough of both."""
    happened = int(np.count_nonzero(event))
    return too_few_status((happened, "events"), (event.size - happened, "non-events"), least)
