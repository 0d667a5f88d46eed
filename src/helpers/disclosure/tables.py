"""The tables of the results as they may leave the clinic."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from helpers.cohort.characteristics import SUSTAINED
from helpers.disclosure.basis import Disclosure, Rows
from helpers.disclosure.cells import is_safe_share, keeps_apart
from helpers.disclosure.event_tables import release_events, release_severity, release_unstated
from helpers.disclosure.rounding import round_numbers
from helpers.disclosure.visit_tables import release_attendance
from helpers.disclosure.whole_numbers import release_number
from helpers.study import RETROSPECTIVE

_PLACES: Final = 2  # decimals of what a table describes
_HEAPING: Final = ("stated", "none", "censored", "between_two_days")


def release_baseline(disclosure: Disclosure) -> Rows:
    """Return the characteristics without extremes; counts and sizes where they may be shown."""
    return [_characteristic(row, disclosure) for row in disclosure.rows("baseline")]


def _characteristic(row: Mapping[str, Any], disclosure: Disclosure) -> dict[str, Any]:
    sizes, least = disclosure.sizes["patients"], disclosure.least
    n = sizes.only_shown(row["n"])
    released = {name: row[name] for name in ("name", "label", "unit")}
    released |= {"total": sizes.only_shown(row["total"]), "n": n}
    if "count" in row:
        safe = n is not None and is_safe_share(row["count"], n, least)
        return released | {"count": row["count"] if safe else None}
    mean, sd = release_number(row, least)
    return round_numbers(released | {"mean": mean, "sd": None if n is None else sd}, 1)


def release_durations(disclosure: Disclosure) -> dict[str, Any]:
    """Return how the durations at the index infusion are known."""
    row = disclosure.results.tables["durations"][disclosure.part]
    shown = disclosure.sizes["patients"].shows(row["n"])
    return {
        "n": row["n"] if shown else None,
        # Who had any relief is told elsewhere.
        "kinds": disclosure.cells_beside("none", row["kinds"]) if shown
        else dict.fromkeys(row["kinds"]),
        "approximate": disclosure.of(row["approximate"], row["n"]) if shown else None,
        "basis": {},
    }  # fmt: skip


def release_responders(disclosure: Disclosure) -> dict[str, dict[str, int | None]]:
    """Return who has each outcome, where their number may be shown and none is small."""
    sizes = disclosure.sizes["patients"]
    return {
        outcome: _answers(counts, disclosure)
        if sizes.shows(counts["yes"] + counts["no"])
        and sizes.shows(sum(counts.values()))
        and (outcome != SUSTAINED or disclosure.shows_sustained())
        else dict.fromkeys(counts)
        for outcome, counts in disclosure.results.tables["responders"][disclosure.part].items()
    }


def _answers(counts: Mapping[str, int], disclosure: Disclosure) -> dict[str, int | None]:
    """Return who has an outcome and who has not, whose sum is told; so is that of the others."""
    pairs = (("yes", "no"), ("open", "missing"))
    return {
        name: count
        for pair in pairs
        for name, count in disclosure.cells({name: counts[name] for name in pair}).items()
    }


def release_responder_curve(disclosure: Disclosure) -> Rows:
    """Return the shares whose counts differ by no small number; none where n is not shown."""
    estimate = disclosure.get("short_term.nrs_reduction_pct.mean")
    if not disclosure.shows_n(estimate):
        return []
    n = estimate.n or 0
    told = {0, n, *disclosure.responders}
    released = []
    for row in disclosure.rows("responder_curve"):
        count = round((row["share"] or 0.0) * n)
        if count in told or keeps_apart(count, told, disclosure.least):
            told.add(count)
            released.append(round_numbers(row, _PLACES))
    return released


def release_heaping(disclosure: Disclosure) -> dict[str, Any]:
    """Return how durations are known; how often each length was stated is left out."""
    row = disclosure.results.tables["heaping"][disclosure.part]
    of_infusions = disclosure.part == RETROSPECTIVE
    sizes = disclosure.sizes["records" if of_infusions else "patients"]
    apart = keeps_apart(row["n"] - row["none"], sizes.shown, disclosure.least)
    if not sizes.shows(row["n"]) or not apart:
        return dict.fromkeys(row) | {"counts": []}
    cells = (
        _heaping_of_infusions(row, disclosure) if of_infusions else _heaping_of_kinds(disclosure)
    )
    weeks = None if cells["stated"] is None else disclosure.of(row["whole_weeks"], row["stated"])
    approximate = disclosure.of(row["approximate"], row["n"])
    return {"n": row["n"], **cells, "whole_weeks": weeks, "approximate": approximate, "counts": []}


def _heaping_of_infusions(row: Mapping[str, Any], disclosure: Disclosure) -> dict[str, int | None]:
    # How many infusions had any relief follows from what the models of the dose rest on.
    return disclosure.cells_beside("none", {name: row[name] for name in _HEAPING})


def _heaping_of_kinds(disclosure: Disclosure) -> dict[str, int | None]:
    """Return the cells as the other table of the same patients shows them, which has more."""
    kinds = release_durations(disclosure)["kinds"]
    between = None if None in (kinds["interval"], kinds["left"]) else (
        kinds["interval"] + kinds["left"])  # fmt: skip
    return {"stated": kinds["exact"], "none": kinds["none"], "censored": kinds["right"],
            "between_two_days": between}  # fmt: skip


Table = Callable[[Disclosure], Any]
TABLES: Final[Mapping[str, Table]] = {
    "baseline": release_baseline,
    "durations": release_durations,
    "adverse_events": release_events,
    "severity": release_severity,
    "seriousness_not_stated": release_unstated,
    "responders": release_responders,
    "responder_curve": release_responder_curve,
    "heaping": release_heaping,
    "attendance": release_attendance,
    # One mass or one residual per patient, or few: left out.
    "npmle": lambda disclosure: [],
    "hazards": lambda disclosure: {},
}
