"""Duration of relief in Part 1: the text of one cell, completed and checked by other cells."""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import dataclass, replace

from helpers.ingest.reading import Reading
from helpers.ingest.rows import with_error
from helpers.study import (
    FOLLOW_UP_SLACK_DAYS,
    FOLLOW_UP_SLACK_MONTHS_DAYS,
    THRESHOLD_TOLERANCE,
)


@dataclass(frozen=True, slots=True)
class Dates:
    """The dates around one infusion; any of them may be unknown.

    ``next_infusion`` is the date of the next higher infusion number that is present.
    """

    infusion: dt.date | None = None
    follow_up: dt.date | None = None
    next_infusion: dt.date | None = None


def days_between(start: dt.date | None, end: dt.date | None) -> float | None:
    """Return the days from start to end, or None where a date is unknown."""
    return None if start is None or end is None else float((end - start).days)


def resolve_duration(reading: Reading, dates: Dates) -> Reading:
    """Return the reading with the bounds that ``ongoing`` and ``next`` take from other cells.

    Both become right-censored: at the follow-up date, and at the date of the next infusion.
    """
    if reading.kind == "ongoing":
        return _censored_at(reading, dates.infusion, dates.follow_up, "ongoing_without_follow_up")
    if reading.kind == "next":
        return _censored_at(reading, dates.infusion, dates.next_infusion, "next_infusion_unknown")
    return reading


def _censored_at(
    reading: Reading, start: dt.date | None, end: dt.date | None, error: str
) -> Reading:
    days = days_between(start, end)
    if days is None or days < 0:
        return with_error(reading, error)
    return replace(reading, kind="right", lower=days, upper=math.inf, unit="day")


def check_duration(reading: Reading, dates: Dates, *, until_next: bool) -> Reading:
    """Return the reading, checked against the follow-up date and the next infusion.

    A lower end beyond the follow-up date by more than 2 days (10 for months) could not have been
    known: an error, from which ``until next infusion`` is exempt. A lower end beyond the next
    infusion is a warning.
    """
    if reading.error is not None or reading.lower is None:
        return reading
    known_for = days_between(dates.infusion, dates.follow_up)
    slack = FOLLOW_UP_SLACK_MONTHS_DAYS if reading.unit == "month" else FOLLOW_UP_SLACK_DAYS
    if not until_next and known_for is not None and _exceeds(reading.lower, known_for + slack):
        return with_error(reading, "relief_beyond_follow_up")
    until_next_days = days_between(dates.infusion, dates.next_infusion)
    if until_next_days is not None and _exceeds(reading.lower, max(until_next_days, 0.0)):
        warnings = (*reading.warnings, "relief_beyond_next_infusion")
        return replace(reading, warnings=warnings)
    return reading


def _exceeds(value: float, limit: float) -> bool:
    return value > limit + THRESHOLD_TOLERANCE


def contradiction(relief_pct: float | None, duration: Reading) -> str | None:
    """Return the code of a percentage and a duration that contradict each other."""
    if relief_pct is None or duration.lower is None:
        return None
    lasted = duration.kind != "none"
    if relief_pct == 0 and lasted:
        return "no_relief_with_duration"
    if relief_pct > 0 and not lasted:
        return "relief_without_duration"
    return None
