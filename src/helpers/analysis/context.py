"""Our counts beside published ones, all with the same kind of interval."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from helpers.estimate.proportions import clopper_pearson
from helpers.published import PUBLISHED_COUNTS
from helpers.results import Estimate
from helpers.study import PART_TITLES, RESPONDER_THRESHOLDS, TREATMENT

Rows = list[dict[str, Any]]


def describe_context(estimates: Mapping[str, Estimate], parts: Sequence[str], level: float) -> Rows:
    """Return published counts and our responders, each with its Clopper–Pearson interval."""
    published = [
        {"study": count.study, "treatment": count.treatment, "outcome": count.outcome,
         "part": None, "control": count.control, "note": count.note,
         **_count(count.events, count.n, level)}
        for count in PUBLISHED_COUNTS
    ]  # fmt: skip
    threshold = RESPONDER_THRESHOLDS[-1]
    ours = [
        {"study": f"this study, {PART_TITLES[part]}", "treatment": f"{TREATMENT}, routine infusion",
         "outcome": f"at least {threshold}% reduction after the infusion", "part": part,
         "control": False, "note": "", **_responders(estimates, part, threshold, level)}
        for part in parts
    ]  # fmt: skip
    return [*ours, *published]


def _responders(
    estimates: Mapping[str, Estimate], part: str, threshold: float, level: float
) -> dict[str, Any]:
    found = estimates[f"{part}.short_term.responders_{threshold:g}.proportion"]
    return _count(int(found.further.get("events") or 0), found.n or 0, level)


def _count(events: int, n: int, level: float) -> dict[str, Any]:
    value = clopper_pearson(events, n, level=level)
    return {"events": events, "n": n, "estimate": value.estimate, "lower": value.lower,
            "upper": value.upper}  # fmt: skip
