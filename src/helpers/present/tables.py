"""Tables as values: rows of words, arranged from the results and computed nowhere else."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import pandas as pd

from helpers.ingest.codes import CODES
from helpers.present.numbers import (
    NO_NUMBER,
    WITHHELD,
    format_cell,
    format_count,
    format_estimate,
    format_in_table,
    format_n,
    format_number,
    format_p,
    format_value,
    spoken_unit,
)
from helpers.present.origin import describe_origin, tabulate_origin
from helpers.registered import keys_of_outcome
from helpers.results import Estimate, Results
from helpers.study import CRITERIA, PART_NAMES

Row = dict[str, str]


def short_title(part: str) -> str:
    """Return the heading of a part's column."""
    return PART_NAMES[part]


def tabulate_eligibility(results: Results, parts: Sequence[str]) -> pd.DataFrame:
    """Return every criterion with who fails it first, who fails it at all, and not documented."""
    rows = [
        {
            "Part": short_title(part),
            "Reason for exclusion": row["failure"],
            "First reason": format_cell(row["first_failed"]),
            "All who fail": format_cell(row["failed"]),
            "of these, not documented": format_cell(row["not_documented"]),
        }
        for part in parts
        for row in results.tables["eligibility"][part]
    ]
    return pd.DataFrame(rows)


def tabulate_baseline(results: Results, parts: Sequence[str]) -> pd.DataFrame:
    """Return the characteristics of the eligible patients, a column per part."""
    by_part = {part: {row["name"]: row for row in results.tables["baseline"][part]}
               for part in parts}  # fmt: skip
    names = list(dict.fromkeys(name for rows in by_part.values() for name in rows))
    ordered = sorted(names, key=lambda name: _ORDER.index(name))
    return pd.DataFrame([_baseline_row(name, by_part) for name in ordered])


_ORDER: Final = (
    "age", "female", "bmi", "weight_kg", "fm_years", "depression", "phq9", "phq9_moderate",
    "opioid_use", "comorbidities", "prior_infusions", "nrs_pre",
)  # fmt: skip


def _baseline_row(name: str, by_part: Mapping[str, Mapping[str, Any]]) -> Row:
    rows = {part: rows[name] for part, rows in by_part.items() if name in rows}
    first = next(iter(rows.values()))
    counted = "count" in first
    label = f"{first['label']}, n (%)" if counted else f"{first['label']} ({first['unit']})"
    cells = {
        _baseline_heading(part, by_part[part]): _baseline_cell(rows[part])
        if part in rows
        else "not recorded"
        for part in by_part
    }
    return {"Characteristic": label, **cells}


def _baseline_heading(part: str, rows: Mapping[str, Any]) -> str:
    total = next(iter(rows.values()))["total"]
    return f"{short_title(part)} ({'n withheld' if total is None else f'n = {total}'})"


def _baseline_cell(row: Mapping[str, Any] | None) -> str:
    if row is None:
        return "not recorded"
    missing = 0 if None in (row["total"], row["n"]) else row["total"] - row["n"]
    note = f"; {missing} missing" if missing else ""
    if "count" in row:
        if row["count"] is None:
            return WITHHELD
        share = f" ({100 * row['count'] / row['n']:.0f}%)" if row["n"] else ""
        return f"{row['count']} of {row['n']}{share}{note}"
    if row["mean"] is None:
        return f"{WITHHELD if row['n'] != 0 else NO_NUMBER}{note}"
    mean, sd = (format_number(row[name], 1) for name in ("mean", "sd"))
    return f"{mean} ({f'SD {WITHHELD}' if row['sd'] is None and row['n'] != 1 else sd}){note}"


def tabulate_estimates(
    results: Results,
    parts: Sequence[str],
    suffixes: Sequence[str],
    level: str,
) -> pd.DataFrame:
    """Return estimates, a row per key without its part, with a column and an n per part.

    ``level`` is the confidence level as a percentage.
    """
    rows = []
    for suffix in suffixes:
        found = {part: results.estimates.get(f"{part}.{suffix}") for part in parts}
        label = next((estimate.label for estimate in found.values() if estimate), suffix)
        unit = next((spoken_unit(e.unit) for e in found.values() if e), "")
        row = {"Measure": f"{label} ({unit})" if unit and unit != "%" else label}
        for part, estimate in found.items():
            heading = f"{short_title(part)} ({level}% CI)"
            row[heading] = show_with_p(estimate) if estimate else "not estimated"
            row[f"n, {short_title(part)}"] = format_n(estimate) if estimate else NO_NUMBER
        rows.append(row)
    return pd.DataFrame(rows)


def show_with_p(estimate: Estimate) -> str:
    """Return an estimate with its interval, and its p-value where it has one."""
    text = format_in_table(estimate)
    if estimate.p_value is None:
        return text
    p_value = format_p(estimate.p_value).replace(" ", "\u00a0")
    return f"{text}, {p_value}"


def tabulate_events(results: Results, parts: Sequence[str]) -> pd.DataFrame:
    """Return the adverse events by term: patients with interval, events by severity."""
    rows = []
    for part in parts:
        for event in results.tables["adverse_events"][part]:
            estimate = results.get(f"{part}.safety.ae.{event['term_key']}.proportion")
            rows.append({"Part": short_title(part), "Event": event["term"],
                         **_event_cells(event, estimate)})  # fmt: skip
    return pd.DataFrame(rows, columns=["Part", "Event", *_EVENT_COLUMNS])


_EVENT_COLUMNS: Final = (
    "Patients", "95% limits", "Events", "Mild", "Moderate", "Severe", "Serious",
    "Related or possibly related",
)  # fmt: skip


def _event_cells(event: Mapping[str, Any], estimate: Estimate) -> Row:
    shown = "Mild", "Moderate", "Severe", "Serious"
    return {
        "Patients": format_count(event["patients"], estimate.n),
        "95% limits": _event_limits(estimate),
        "Events": format_cell(event["events"]),
        **{name: format_cell(event[name.lower()]) for name in shown},
        "Related or possibly related": format_cell(event["related"]),
    }


def _event_limits(estimate: Estimate) -> str:
    """Return the interval of a share, or that a release withholds it."""
    if estimate.lower is None:
        return WITHHELD if WITHHELD in estimate.status else NO_NUMBER
    lower, upper = (format_value(end, "proportion") for end in (estimate.lower, estimate.upper))
    return f"{lower}% to {upper}%"


_SEVERITY_GROUPS: Final = {
    "worst": "Patients by their worst event",
    "related": "Events by relation to the infusion",
}
_SEVERITY_WORDS: Final = {"yes": "related", "possible": "possibly related", "no": "not related"}


def tabulate_severity(results: Results, parts: Sequence[str]) -> pd.DataFrame:
    """Return patients by their worst event, and events by their relation to the infusion."""
    found = results.tables["severity"]
    return pd.DataFrame(
        [
            {"What": title, "Category": _SEVERITY_WORDS.get(name, name.replace("_", " "))}
            | {short_title(part): format_cell(found[part][group][name]) for part in parts}
            for group, title in _SEVERITY_GROUPS.items()
            for name in found[parts[0]][group]
        ]
    )


def tabulate_precision(results: Results) -> pd.DataFrame:
    """Return the half-widths of intervals to expect, a column per planned number of patients."""
    rows: dict[str, Row] = {}
    for row in results.tables["precision"]:
        if row["measure"] == "mean":
            what = f"Mean change, SD {row['at']:g} points"
            width = f"± {format_number(row['half_width'], 2)} points"
        else:
            what = f"Proportion near {100 * row['at']:.0f}%"
            width = f"± {format_number(100 * row['half_width'], 0)} percentage points"
        rows.setdefault(what, {"Measure": what})[f"n = {row['n']}"] = width
    return pd.DataFrame(list(rows.values()))


def tabulate_accounting(results: Results) -> pd.DataFrame:
    """Return the outcome of every row that was read; each line adds up."""
    rows = []
    for account in results.accounting:
        excluded = account["excluded"]
        rows.append(
            {
                "File or sheet": account["sheet"] or account["file"],
                "Rows read": format_cell(account["rows"]),
                "Used": format_cell(account["used"]),
                "Used with a warning": format_cell(account["used_with_warning"]),
                "Used in part": format_cell(account["used_in_part"]),
                "Excluded": format_cell(_sum(list(excluded.values()))),
                "Reasons": "; ".join(
                    f"{reason}: {format_cell(n)}" for reason, n in excluded.items()
                ),
            }
        )
    return pd.DataFrame([*rows, {"File or sheet": "All", **_totals(results), "Reasons": ""}])


def _totals(results: Results) -> Row:
    """Return the sums over all sheets; none where one of them is withheld."""
    columns = {"Rows read": "rows", "Used": "used", "Used with a warning": "used_with_warning",
               "Used in part": "used_in_part"}  # fmt: skip
    sums = {column: format_cell(_sum([account[name] for account in results.accounting]))
            for column, name in columns.items()}  # fmt: skip
    excluded = [n for account in results.accounting for n in account["excluded"].values()]
    return {**sums, "Excluded": format_cell(_sum(excluded))}


def _sum(counts: Sequence[int | None]) -> int | None:
    known = [count for count in counts if count is not None]
    return sum(known) if len(known) == len(counts) else None


def tabulate_queries(results: Results) -> pd.DataFrame:
    """Return the number of data queries of each kind."""
    rows = [
        {
            "Severity": f"{row['severity'].capitalize()}s",
            "Kind": CODES[row["code"]].group,
            "What was found": CODES[row["code"]].describe(),
            "Queries": format_cell(row["count"]),
        }
        for row in results.tables["data_queries"]
    ]
    return pd.DataFrame(rows, columns=["Severity", "Kind", "What was found", "Queries"])


def tabulate_provenance(results: Results) -> pd.DataFrame:
    """Return where the results come from."""
    return tabulate_origin(describe_origin(results.provenance))


def tabulate_outcomes(results: Results) -> pd.DataFrame:
    """Return the registered outcomes beside what was analysed for each."""
    rows = [
        {
            "Type": outcome.get("type", "not stated"),
            "Registered outcome": outcome.get("title", "not stated"),
            "Time frame": outcome.get("time_frame", "not stated"),
            "Analysed as": _analysed(results, outcome.get("key", "")),
        }
        for outcome in results.tables["registered_outcomes"]
    ]
    none = {"Type": NO_NUMBER, "Registered outcome": "the clinic has named none in study.toml",
            "Time frame": NO_NUMBER, "Analysed as": NO_NUMBER}  # fmt: skip
    return pd.DataFrame(rows or [none])


def _analysed(results: Results, key: str) -> str:
    if not key:
        return "not linked to an estimate in study.toml"
    found = keys_of_outcome(results, key)
    if not found:
        return f"not analysed: no estimate has the key {key}"
    estimates = {part: results.get(each) for part, each in found.items()}
    label = next(iter(estimates.values())).label
    if key in results.estimates:
        return f"{label}: {format_estimate(results.get(key))}"
    shown = (f"{short_title(part)}, {format_estimate(each)}" for part, each in estimates.items())
    return f"{label}: {'; '.join(shown)}"


def criteria_text(part: str) -> str:
    """Return the eligibility criteria of a part as a list in a sentence."""
    return "; ".join(criterion.asks for criterion in CRITERIA[part])
