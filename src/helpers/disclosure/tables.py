"""The tables of the results as they may leave the clinic."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from helpers.cohort.characteristics import SUSTAINED
from helpers.disclosure.cells import (
    is_safe_share,
    is_small,
    keeps_apart,
    unless_small,
    withhold_cells,
)
from helpers.disclosure.estimates import Disclosure
from helpers.disclosure.rounding import round_numbers
from helpers.results import Estimate

Rows = list[dict[str, Any]]
_PLACES: Final = 2  # decimals of what a table describes
_BY_TERM: Final = ("mild", "moderate", "severe", "severity_other", "serious", "related")
_PATIENTS: Final = "Patients"  # the sheet with a row per patient
_GROUP_SIZES: Final = ("n", "n_nrs_pre", "n_nrs_reduction")
_HEAPING: Final = ("stated", "none", "censored", "between_two_days")


def release_flow(disclosure: Disclosure) -> dict[str, int | None]:
    """Return the counts of the participant flow by key; None for those that are withheld."""
    part, sizes, least = disclosure.part, disclosure.sizes["patients"], disclosure.least
    counts = {key: int(estimate.estimate or 0) for key, estimate in
              disclosure.results.estimates.items() if key.startswith(f"{part}.flow.")}  # fmt: skip
    screened = counts[f"{part}.flow.screened"]
    first = {key: count for key, count in counts.items() if ".excluded." in key}
    shown = withhold_cells(first, least)
    released: dict[str, int | None] = {}
    for key, count in counts.items():
        if key in first:
            released[key] = shown[key]
        elif ".failed." in key:
            first_key = key.replace(".failed.", ".excluded.")
            safe = shown[first_key] is not None
            released[key] = _failed(count, screened, first[first_key], least) if safe else None
        else:
            released[key] = sizes.only_shown(count)
    return released


def _failed(count: int, screened: int, first: int, least: int) -> int | None:
    """Return who fails a criterion at all, unless that, the rest or the later ones are few."""
    safe = is_safe_share(count, screened, least) and not is_small(count - first, least)
    return count if safe else None


def release_eligibility(disclosure: Disclosure, flow: Mapping[str, int | None]) -> Rows:
    """Return who fails each criterion, as the flow shows it."""
    prefix = f"{disclosure.part}.flow"
    return [
        row
        | {
            "first_failed": flow[f"{prefix}.excluded.{row['criterion']}"],
            "failed": flow[f"{prefix}.failed.{row['criterion']}"],
            "not_documented": _of(row["not_documented"], row["failed"], disclosure),
        }
        for row in _rows(disclosure, "eligibility")
    ]


def release_baseline(disclosure: Disclosure) -> Rows:
    """Return the characteristics without extremes; counts and sizes where they may be shown."""
    return [_characteristic(row, disclosure) for row in _rows(disclosure, "baseline")]


def _characteristic(row: Mapping[str, Any], disclosure: Disclosure) -> dict[str, Any]:
    sizes, least = disclosure.sizes["patients"], disclosure.least
    n = sizes.only_shown(row["n"])
    released = {name: row[name] for name in ("name", "label", "unit")}
    released |= {"total": sizes.only_shown(row["total"]), "n": n}
    if "count" in row:
        safe = n is not None and is_safe_share(row["count"], n, least)
        return released | {"count": row["count"] if safe else None}
    if is_small(row["n"], least):
        return released | {"mean": None, "sd": None}
    sd = row["sd"] if n is not None else None
    return round_numbers(released | {"mean": row["mean"], "sd": sd}, 1)


def release_durations(disclosure: Disclosure) -> dict[str, Any]:
    """Return how the durations at the index infusion are known."""
    row = disclosure.results.tables["durations"][disclosure.part]
    shown = disclosure.sizes["patients"].shows(row["n"])
    return {
        "n": row["n"] if shown else None,
        "kinds": _cells(row["kinds"], disclosure) if shown else dict.fromkeys(row["kinds"]),
        "approximate": _of(row["approximate"], row["n"], disclosure) if shown else None,
        "basis": {},
    }


def release_events(disclosure: Disclosure) -> Rows:
    """Return the adverse events by term: patients and events, and no further split of a term."""
    rows = _rows(disclosure, "adverse_events")
    counts = {row["term_key"]: row["events"] for row in rows}
    every = sum(disclosure.results.tables["severity"][disclosure.part]["related"].values())
    events = withhold_cells(counts | {"": every - sum(counts.values())}, disclosure.least)
    serious = disclosure.get("safety.any_serious_ae.proportion").further.get("events")
    return [
        row
        | {"patients": _patients(row, disclosure), "events": events[row["term_key"]]}
        | dict.fromkeys(_BY_TERM)
        | {"serious": 0 if serious == 0 else None}
        for row in rows
    ]


def _patients(row: Mapping[str, Any], disclosure: Disclosure) -> int | None:
    estimate = disclosure.get(f"safety.ae.{row['term_key']}.proportion")
    if not disclosure.shows_n(estimate):
        return None
    return _of(row["patients"], estimate.n or 0, disclosure)


def release_severity(disclosure: Disclosure) -> dict[str, dict[str, int | None]]:
    """Return patients by their worst event, and events by relation, without small cells."""
    row = disclosure.results.tables["severity"][disclosure.part]
    total = sum(row["worst"].values())
    shown = disclosure.sizes["patients"].shows(total)
    # Patients with any event are told elsewhere: the others add up to that number.
    with_event = {name: count for name, count in row["worst"].items() if name != "no_event"}
    worst = {"no_event": _of(row["worst"]["no_event"], total, disclosure),
             **_cells(with_event, disclosure)}  # fmt: skip
    return {
        "worst": worst if shown else dict.fromkeys(row["worst"]),
        "related": _cells(row["related"], disclosure),
    }


def release_unstated(disclosure: Disclosure) -> int | None:
    """Return the patients with an event whose seriousness is not stated."""
    count = disclosure.results.tables["seriousness_not_stated"][disclosure.part]
    return unless_small(count, disclosure.least)


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
        for name, count in _cells({name: counts[name] for name in pair}, disclosure).items()
    }


def release_responder_curve(disclosure: Disclosure) -> Rows:
    """Return the shares whose counts differ by no small number; none where n is not shown."""
    estimate = disclosure.get("short_term.nrs_reduction_pct.mean")
    if not disclosure.shows_n(estimate):
        return []
    n = estimate.n or 0
    told = {0, n, *disclosure.responders}
    released = []
    for row in _rows(disclosure, "responder_curve"):
        count = round((row["share"] or 0.0) * n)
        if count in told or keeps_apart(count, told, disclosure.least):
            told.add(count)
            released.append(round_numbers(row, _PLACES))
    return released


def release_heaping(disclosure: Disclosure) -> dict[str, Any]:
    """Return how durations are known; how often each length was stated is left out."""
    row = disclosure.results.tables["heaping"][disclosure.part]
    kind = "records" if disclosure.part == "retrospective" else "patients"
    with_relief = row["n"] - row["none"]
    apart = keeps_apart(with_relief, disclosure.sizes[kind].shown, disclosure.least)
    if not disclosure.sizes[kind].shows(row["n"]) or not apart:
        return dict.fromkeys(row) | {"counts": []}
    cells = _cells({name: row[name] for name in _HEAPING}, disclosure)
    weeks = None if cells["stated"] is None else _of(row["whole_weeks"], row["stated"], disclosure)
    approximate = _of(row["approximate"], row["n"], disclosure)
    return {"n": row["n"], **cells, "whole_weeks": weeks, "approximate": approximate, "counts": []}


def release_attendance(disclosure: Disclosure) -> Rows:
    """Return who came to each visit, and means of those who did and did not, if neither is few."""
    return [_attendance(row, disclosure) for row in _rows(disclosure, "attendance")]


def _attendance(row: Mapping[str, Any], disclosure: Disclosure) -> dict[str, Any]:
    sizes, groups = disclosure.sizes["patients"], ("attenders", "lost")
    released = {name: value if name == "occasion" else sizes.only_shown(value)
                for name, value in row.items() if name not in groups}  # fmt: skip
    if "attenders" not in row:
        return released
    sizes_of = [row[group][name] for group in groups for name in _GROUP_SIZES]
    if any(count < disclosure.least for count in sizes_of):
        return released
    # Means of some of a group, beside the mean of all, would tell the scores of the others.
    if any(row[group][name] != row[group]["n"] for group in groups for name in _GROUP_SIZES):
        return released
    return released | {
        group: round_numbers(row[group], 1) | dict.fromkeys(_GROUP_SIZES) for group in groups
    }


def release_context(rows: Rows, released: Mapping[str, Estimate]) -> Rows:
    """Return published counts as they are, and ours only where the estimate shows them."""
    return [_context(row, released) if row["part"] else row for row in rows]


def _context(row: Mapping[str, Any], released: Mapping[str, Estimate]) -> dict[str, Any]:
    estimate = released[f"{row['part']}.short_term.responders_50.proportion"]
    if estimate.estimate is not None and estimate.n is not None:
        return round_numbers(row, _PLACES)
    return dict(row) | dict.fromkeys(("events", "n", "estimate", "lower", "upper"))


def release_accounting(
    account: Mapping[str, Any], least: int, *, shows_patients: bool
) -> dict[str, Any]:
    """Return what became of the rows of one sheet, without small counts.

    A sheet with a row per patient tells how many were screened, where that is withheld.
    """
    if account["sheet"] == _PATIENTS and not shows_patients:
        names = ("rows", "used", "used_with_warning", "used_in_part")
        return {**account, **dict.fromkeys(names), "excluded": dict.fromkeys(account["excluded"])}
    outcomes = {name: account[name] for name in ("used", "used_with_warning", "used_in_part")}
    cells = withhold_cells(outcomes | account["excluded"], least)
    return {
        **{name: account[name] for name in ("file", "sheet")},
        "rows": unless_small(account["rows"], least),
        **{name: cells[name] for name in outcomes},
        "excluded": {name: cells[name] for name in account["excluded"]},
    }


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


def _rows(disclosure: Disclosure, table: str) -> Rows:
    rows: Rows = disclosure.results.tables[table][disclosure.part]
    return rows


def _cells(counts: Mapping[str, int], disclosure: Disclosure) -> dict[str, int | None]:
    return withhold_cells(counts, disclosure.least)


def _of(count: int, total: int, disclosure: Disclosure) -> int | None:
    return count if is_safe_share(count, total, disclosure.least) else None
