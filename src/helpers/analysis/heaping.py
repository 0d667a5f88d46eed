"""Heaping: how often durations were reported in whole weeks, and how well they are known."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pandas as pd

from helpers.estimate.ties import TOLERANCE

DAYS_PER_WEEK = 7


def describe_heaping(known: pd.DataFrame) -> dict[str, Any]:
    """Return how often each length was reported, of the durations with relief stated exactly.

    ``known`` has a row per duration that could be read. Where lengths spread evenly over days,
    one in seven would fall on a whole week.
    """
    stated = known[known["kind"] == "exact"]
    counts = Counter(float(days) for days in stated["lower_days"])
    return {
        "n": len(known),
        "stated": len(stated),
        "whole_weeks": sum(n for days, n in counts.items() if is_whole_weeks(days)),
        "approximate": int(known["approximate"].sum()),
        "none": int((known["kind"] == "none").sum()),
        "censored": int((known["kind"] == "right").sum()),
        "between_two_days": int(known["kind"].isin(("interval", "left")).sum()),
        "counts": [
            {"days": days, "count": n, "whole_weeks": is_whole_weeks(days)}
            for days, n in sorted(counts.items())
        ],
    }


def is_whole_weeks(days: float) -> bool:
    """Return whether a length is a whole number of weeks, at least one."""
    weeks = round(days / DAYS_PER_WEEK)
    return weeks >= 1 and abs(days - DAYS_PER_WEEK * weeks) <= TOLERANCE
