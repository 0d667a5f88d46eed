"""Words that follow from numbers, and texts whose numbers are looked up by key.

A text holds fields such as ``{short_term.nrs_reduction.mean:ci}``: the key of an estimate without
its part, then what to show of it. So no number is typed in a document.
"""

from __future__ import annotations

import string
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from helpers.disclosure.cells import WITHHELD as CELLS_WITHHELD
from helpers.present.numbers import (
    WITHHELD,
    format_cell,
    format_count,
    format_estimate,
    format_identified,
    format_interval,
    format_level,
    format_n,
    format_p,
    format_sd,
    format_value,
    format_with_interval,
    hides_interval,
    name_n,
    reason,
    with_unit,
)
from helpers.results import Estimate, Results
from helpers.study import PART_NAMES, PART_TITLES


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


def _events_with_limits(estimate: Estimate) -> str:
    """Return a count with its interval: ``19 of 20 (95%, 95% CI 76 to 99)``."""
    if estimate.estimate is None:
        return format_estimate(estimate)
    if "events" not in estimate.further:  # a release that does not tell how many
        share = format_with_interval(estimate).replace(" (", ", ").removesuffix(")")
        return f"[number withheld; about {share}]"
    return f"{_events(estimate).removesuffix(')')}, {_limits(estimate)})"


def _count(estimate: Estimate) -> str:
    """Return a count without a percentage, for readers who are no statisticians."""
    if estimate.status == CELLS_WITHHELD:
        return f"[number {WITHHELD}]"
    if estimate.estimate is None:
        return "nobody who could be counted"
    if "events" not in estimate.further:
        return f"about {format_estimate(estimate)}"
    return f"{int(estimate.further.get('events') or 0)} of {estimate.n}"


def _half(median: Estimate) -> str:
    """Return what a median duration of relief says, for readers who are no statisticians."""
    if median.estimate is None:
        if median.status.startswith("not reached"):
            return "more than half of the patients still had relief when it was last known"
        if median.status == CELLS_WITHHELD:
            return f"[how long relief lasted: {WITHHELD}]"
        return "how long relief lasted is not known"
    if median.estimate == 0:
        return "at least half of the patients had none, or none that lasted"
    return (
        f"half of the patients had relief for {format_estimate(median)} or longer, half for less"
        f"{_how_sure(median)}; no relief counts as zero days"
    )


def _how_sure(median: Estimate) -> str:
    """Return between which values a median may lie, in plain words."""
    if median.lower is None or median.upper is None:
        return ""
    lower, upper = (format_value(limit, median.unit) for limit in (median.lower, median.upper))
    return f" (from so few patients, it could be anything from {lower} to {upper} days)"


def _limits(estimate: Estimate) -> str:
    """Return the interval of a count; where there was no event, its upper limit, called so."""
    if hides_interval(estimate):
        return f"[interval {WITHHELD}]"
    if estimate.estimate == 0 and estimate.upper is not None:
        return (
            f"upper limit {with_unit(format_value(estimate.upper, estimate.unit), estimate.unit)}"
        )
    return f"{format_level(estimate.level)}% CI {format_interval(estimate)}"


def _known(estimate: Estimate) -> str:
    """Return how the durations behind a median are known."""
    further = estimate.further
    if "n_censored" not in further:
        return "censored and approximate durations: withheld"
    return (
        f"of {estimate.n} durations {further['n_censored']} censored, "
        f"{further['n_approximate']} approximate"
    )


def _bare(estimate: Estimate) -> str:
    if reason(estimate) == WITHHELD:
        return WITHHELD
    return format_value(estimate.estimate, estimate.unit)


_SHOW: Final[Mapping[str, Callable[[Estimate], str]]] = {
    "": format_estimate,
    "ci": format_with_interval,
    "limits": _limits,
    "bare": _bare,
    "n": format_n,
    "size": name_n,
    "events": _events,
    "count": _count,
    "half": _half,
    "events_ci": _events_with_limits,
    "sd": format_sd,
    "direction": direction,
    "known": _known,
    "p": lambda estimate: format_p(estimate.p_value),
    "identified": lambda estimate: format_identified(estimate) or format_estimate(estimate),
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
        text = _SHOW[format_spec](value)
        return f"[{text}]" if text == WITHHELD else text


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
    words = [f"{format_cell(kinds[kind])} {name}" for kind, name in _KINDS.items()
             if kinds[kind] != 0]  # fmt: skip
    return name_list(words) or "none known"


def absent(part: str) -> str:
    """Return the sentence that stands for a part which is not covered."""
    return f"*{PART_TITLES[part]}: not part of this report.*"


def name_list(words: Sequence[str]) -> str:
    """Return words as a list in a sentence: ``a``, ``a and b``, ``a, b and c``."""
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} and {words[-1]}"


def describe_heaping(heaping: Mapping[str, Any]) -> str:
    """Return how many durations are known exactly, and how many of those are whole weeks."""
    if heaping["n"] is None:
        return "How durations are known is withheld."
    if not heaping["n"]:
        return "No duration could be read."
    count = {name: format_cell(n) for name, n in heaping.items() if name != "counts"}
    known = (
        f"Of {count['n']} durations, {count['stated']} were stated as one length, "
        f"{count['between_two_days']} lie between two days, {count['censored']} are censored, "
        f"{count['none']} are no relief; {count['approximate']} of them are approximate."
    )
    if not heaping["stated"]:
        return known
    weeks = format_count(heaping["whole_weeks"], heaping["stated"])
    return f"{known} Of those stated as one length, {weeks} are whole weeks."


def describe_hazards(slope: Estimate) -> str:
    """Return what the check of proportional hazards says, as its interval allows."""
    if slope.estimate is None:
        return f"Proportional hazards could not be checked: {slope.status}."
    drift = (
        "the hazard ratio of the dose may have drifted with time, so that the one number of the "
        "model is an average"
        if slope.p_value is not None
        and slope.lower is not None
        and slope.upper is not None
        and (slope.lower > 0 or slope.upper < 0)
        else "the data do not show that the hazard ratio of the dose drifts with time; with so few "
        "infusions they could hardly show it"
    )
    return (
        f"In the check of proportional hazards {drift} (change of the log hazard ratio from the "
        f"time when no relief has ended to that when all has: {format_with_interval(slope)}, "
        f"{format_p(slope.p_value)}; the check takes the infusions of a patient as independent)."
    )


def describe_mixed_model(first: Estimate) -> str:
    """Return on what a mixed model rests, with the share of variance between patients."""
    if first.estimate is None:
        return f"No model: {first.status}."
    icc = first.further.get("icc")
    share = ""
    if icc is not None:
        share = f" Share of the variance between patients: {format_value(icc, 'proportion')}%."
    remark = first.status.partition(", ")[2]
    return (
        f"Mixed model of {format_n(first)} scores of "
        f"{format_cell(first.further.get('n_patients'))} patients; GEE: "
        f"generalised estimating equations, independence.{share}"
        + (f" Remark: {remark}." if remark else "")
    )


def describe_outcome(responders: Mapping[str, Any], parts: Sequence[str], outcome: str) -> str:
    """Return how many patients have an outcome, have it not, are left out as open, or missing."""
    words = []
    for part in parts:
        counts = responders[part][outcome]
        told = {name: format_cell(count) for name, count in counts.items()}
        if set(counts.values()) == {None}:
            words.append(f"{PART_NAMES[part]}: how many is withheld")
            continue
        left_open = f", {told['open']} left open" if counts["open"] != 0 else ""
        words.append(
            f"{PART_NAMES[part]}: {told['yes']} with, {told['no']} without"
            f"{left_open}, {told['missing']} without data"
        )
    return f"{'; '.join(words)}."


def count_odds_ratios(results: Results) -> int:
    """Return how many odds ratios of single predictors were estimated."""
    return sum(each.estimate is not None for each in results.estimates.values()
               if ".predictors." in each.key and each.unit == "odds ratio")  # fmt: skip


def describe_models(results: Results) -> str:
    """Return what is behind the corrected values: events, apparent value, spread in resamples."""
    found = [estimate for estimate in results.estimates.values()
             if ".model." in estimate.key and estimate.estimate is not None]  # fmt: skip
    words = []
    for estimate in found:
        apparent, low, high = (
            format_value(estimate.further.get(name), "")
            for name in ("apparent", "spread_lower", "spread_upper")
        )
        words.append(
            f"{PART_NAMES[estimate.part]}, {estimate.label} "
            f"({format_cell(estimate.further.get('n_events'))} with, "
            f"{format_cell(estimate.further.get('n_non_events'))} without): apparent {apparent}; "
            f"corrected in the middle 95% of resamples {low} to {high}"
        )
    return f"{'; '.join(words)}; no confidence intervals." if words else ""


def describe_no_better(rows: Sequence[Mapping[str, Any]], part: str, n: int | None) -> str:
    """Return how many patients had as much pain as before, or more; empty where that is not told.

    ``rows`` are the shares whose pain fell by at least each whole percentage, from 0 on.
    """
    shares = {row["threshold"]: row["share"] for row in rows}
    if not n or shares.get(0.0) is None or shares.get(1.0) is None:
        return ""
    worse, no_better = (n - round(share * n) for share in (shares[0.0], shares[1.0]))
    return (
        f"**{PART_NAMES[part]}.** In {format_count(no_better, n)} patients pain did not fall by "
        f"even one percent; in {worse} of them it rose."
    )


def describe_regression(rows: Sequence[Mapping[str, Any]], parts: Sequence[str]) -> str:
    """Return how far regression to the mean alone may go, beside what was observed."""
    sentences = []
    for part in parts:
        mine = [row for row in rows if row["part"] == part]
        if not mine or mine[0]["observed"] is None:
            continue
        seen = format_value(mine[0]["observed"], "points")
        told = [_regression_at(row) for row in (mine[0], mine[len(mine) // 2])]
        sentences.append(
            f"**{PART_NAMES[part]}.** Regression to the mean alone would bring {told[0]}, the "
            f"lowest mean shown, and {told[1]}; observed were {seen} points."
        )
    return "\n\n".join(sentences)


def _regression_at(row: Mapping[str, Any]) -> str:
    middle, mean = (format_value(row[name], "points") for name in ("expected", "assumed_mean"))
    limits = [row["expected_lower"], row["expected_upper"]]
    between = ""
    if None not in limits:
        low, high = (format_value(limit, "points") for limit in limits)
        between = f" ({low} to {high} over the limits of the correlation)"
    return f"{middle} points{between} if the patients came from a population with a mean of {mean}"
