"""Duration of relief in Part 2: from the attended visits to one interval of days.

The four rules are the data contract's:

1. days of relief given at some visit: exact (the first given; 0 is none);
2. otherwise the first visit at which relief had ended: between the last earlier visit with
   relief (or 0) and this visit;
3. otherwise right-censored at the last visit with relief;
4. otherwise missing.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from helpers.study import FOLLOW_UP_SLACK_DAYS, THRESHOLD_TOLERANCE


@dataclass(frozen=True, slots=True)
class Visit:
    """One follow-up visit; ``row`` is where it comes from and takes its queries.

    ``day`` counts from the infusion; ``relief_days`` is what the patient stated.
    """

    row: Any
    week: int
    date: dt.date | None
    day: float | None
    relief_pct: float | None
    ongoing: bool | None
    relief_days: float | None


@dataclass(frozen=True, slots=True)
class Relief:
    """A duration of relief: kind, bounds in days, what they rest on, and the row it is from."""

    kind: str
    lower: float
    upper: float
    basis: str
    source: Any


def derive_relief(visits: Sequence[Visit]) -> Relief | None:
    """Return the duration of relief from the visits of one patient, or None when it is missing.

    Raises the contract's queries on the visits' rows.
    """
    attended = sorted(
        (visit for visit in visits if visit.date is not None),
        key=lambda visit: (visit.date, visit.week),
    )
    _query_undated(visits)
    _query_answers(attended)
    attended = [_check_relief_days(visit) for visit in attended]
    return _stated(attended) or _ended(attended) or _ongoing(attended)


def _query_undated(visits: Sequence[Visit]) -> None:
    for visit in visits:
        if visit.date is None and (visit.ongoing is not None or visit.relief_days is not None):
            visit.row.raise_query("fu_date", "visit_without_date")


def _query_answers(attended: Sequence[Visit]) -> None:
    has_ended = False
    for visit in attended:
        if visit.ongoing and has_ended:
            visit.row.raise_query("relief_ongoing", "ongoing_after_end")
        if visit.ongoing is False and (visit.relief_pct or 0) > 0:
            visit.row.raise_query("relief_pct", "relief_after_end")
        has_ended = has_ended or visit.ongoing is False


def _check_relief_days(visit: Visit) -> Visit:
    """Return the visit without days of relief that could not have been known at it."""
    if visit.relief_days is None or visit.day is None:
        return visit
    if visit.relief_days > visit.day + FOLLOW_UP_SLACK_DAYS + THRESHOLD_TOLERANCE:
        detail = f"{visit.relief_days:g} days at day {visit.day:g}"
        visit.row.raise_query("relief_days", "relief_days_after_visit", detail)
        return replace(visit, relief_days=None)
    return visit


def _stated(attended: Sequence[Visit]) -> Relief | None:
    for visit in attended:
        if visit.relief_days is not None:
            _query_contradictions(visit, attended)
            kind = "none" if visit.relief_days == 0 else "exact"
            return Relief(kind, visit.relief_days, visit.relief_days, "stated", visit.row)
    return None


def _query_contradictions(stated: Visit, attended: Sequence[Visit]) -> None:
    """Raise a warning when a visit's answer disagrees with the days of relief."""
    days = stated.relief_days or 0.0
    for visit in attended:
        contradicted = stated.ongoing is True
        if visit.day is not None and visit.day < (stated.day or math.inf):
            contradicted |= bool(visit.ongoing) and visit.day > days
            contradicted |= visit.ongoing is False and visit.day < days
        if contradicted:
            stated.row.raise_query("relief_days", "relief_days_contradicted")
            return


def _ended(attended: Sequence[Visit]) -> Relief | None:
    with_relief = 0.0
    for visit in attended:
        if visit.day is None:
            continue
        if visit.ongoing:
            with_relief = visit.day
        elif visit.ongoing is False:
            return _interval(visit, with_relief, any(_before(attended, visit)))
    return None


def _before(attended: Sequence[Visit], visit: Visit) -> list[bool]:
    return [bool(earlier.ongoing) for earlier in attended[: attended.index(visit)]]


def _interval(visit: Visit, with_relief: float, had_relief: bool) -> Relief:
    day = visit.day or 0.0
    if not had_relief and (visit.relief_pct == 0 or day == 0):
        return Relief("none", 0.0, 0.0, "visits", visit.row)
    if with_relief == day:
        return Relief("exact", day, day, "visits", visit.row)
    return Relief("interval", with_relief, day, "visits", visit.row)


def _ongoing(attended: Sequence[Visit]) -> Relief | None:
    with_relief = [visit for visit in attended if visit.ongoing and visit.day is not None]
    if not with_relief:
        return None
    last = with_relief[-1]
    return Relief("right", last.day or 0.0, math.inf, "ongoing", last.row)
