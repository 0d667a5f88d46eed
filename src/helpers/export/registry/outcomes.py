"""Outcome measures: those that study.toml names as registered, with the numbers of their keys."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from helpers.disclosure.cells import WITHHELD
from helpers.export.registry import todo
from helpers.export.registry.analyses import NO_LIMIT, describe_analyses, limits_of
from helpers.export.registry.record import Category, Cell, Group, Measure, Outcome
from helpers.export.registry.told import (
    HIDDEN,
    HIDDEN_INTERVAL,
    NOT_AVAILABLE,
    Field,
    Number,
    Words,
    tell_estimate,
    tell_level,
)
from helpers.export.registry.vocabulary import (
    INTERVAL_LEVELS,
    OTHER_INTERVAL,
    OUTCOME_TYPES,
    outcome_type,
    parameter_of,
    unit_of,
)
from helpers.registered import keys_of_outcome
from helpers.results import Estimate, Results
from helpers.study import PART_NAMES, REDCAP_MAXIMA, STUDY_FILE

_PATIENTS: Final = "patients"
# What a percentage is one of: the registry wants it in the unit.
_PERCENTAGES: Final = {
    "relief_pct": "percentage of pain relief",
    "nrs_reduction_pct": "percentage of the score before",
    "spo2_change": "percentage points of saturation",
}
# The registry wants the range of a scale and its direction; a change can be negative.
_SCALES: Final = {
    name: f"Scale: {words}, 0 to {REDCAP_MAXIMA[field]:g}; higher is worse"
    for name, field, words in (("nrs", "nrs", "numerical rating scale of pain"),
                               ("cadss", "cadss_total", "CADSS"))
}  # fmt: skip


def describe_outcomes(
    results: Results, groups: tuple[Group, ...]
) -> tuple[tuple[Outcome, ...], list[todo.Item]]:
    """Return the registered outcomes in the order of study.toml, and what they leave to do."""
    registered = results.tables["registered_outcomes"]
    outcomes = tuple(_outcome(results, each, groups) for each in registered)
    items = [item for outcome, each in zip(outcomes, registered, strict=True)
             for item in _missing(results, outcome, each)]  # fmt: skip
    if not any(outcome.kind == OUTCOME_TYPES["primary"] for outcome in outcomes):
        items.insert(0, todo.Item(
            todo.OUTCOMES, f"{STUDY_FILE} names no primary outcome as registered",
            "add each outcome of the registry record as a [[registered_outcome]] table with type, "
            "title, time_frame and key, and run again",
        ))  # fmt: skip
    return outcomes, items


def _outcome(results: Results, registered: Mapping[str, str], groups: tuple[Group, ...]) -> Outcome:
    keys = keys_of_outcome(results, registered.get("key", ""))
    shown = tuple(group for group in groups if group.part in keys)
    return Outcome(
        kind=outcome_type(registered.get("type", "")),
        title=registered.get("title"),
        time_frame=registered.get("time_frame"),
        groups=shown,
        measure=_measure(results, registered, keys) if shown else None,
        level=_level(results, keys),
        analyses=tuple(analysis for part, key in keys.items()
                       for analysis in describe_analyses(results, key, part)),
    )  # fmt: skip


def _measure(results: Results, registered: Mapping[str, str], keys: Mapping[str, str]) -> Measure:
    estimates = {part: results.get(key) for part, key in keys.items()}
    first = next(iter(estimates.values()))
    dispersion = _dispersion(_level(results, keys))
    cells = {part: _cell(results, key, with_limits=dispersion is not None)
             for part, key in keys.items()}  # fmt: skip
    of_patients = first.n_unit == _PATIENTS
    counts = {part: tell_estimate(results, key, "n" if of_patients else "n_patients")
              for part, key in keys.items()}  # fmt: skip
    units = {} if of_patients else {part: tell_estimate(results, key, "n")
                                    for part, key in keys.items()}  # fmt: skip
    return Measure(
        title=registered.get("title"),
        parameter=parameter_of(next(iter(keys.values()))),
        unit=_unit(first),
        categories=(Category(None, cells),),
        analysed=counts,
        dispersion=dispersion,
        description=_description(estimates),
        population=_population(results, keys),
        type_of_units=None if of_patients else first.n_unit.capitalize(),
        units=units,
    )


def _unit(estimate: Estimate) -> str:
    named = next((words for name, words in _PERCENTAGES.items() if name in estimate.key), None)
    return named if named and estimate.unit.startswith(("%", "percentage")) else unit_of(
        estimate.unit)  # fmt: skip


def _level(results: Results, keys: Mapping[str, str]) -> Number | None:
    """Return the confidence level of the first group that has an interval."""
    return next((level for key in keys.values()
                 if limits_of(results, key) != (None, None)
                 and (level := tell_level(results, key))), None)  # fmt: skip


def _dispersion(level: Number | None) -> Field | None:
    if level is None:
        return None
    return Words("{}% Confidence Interval", (level,)) if level.text in INTERVAL_LEVELS else (
        OTHER_INTERVAL)  # fmt: skip


def _cell(results: Results, key: str, *, with_limits: bool) -> Cell:
    estimate, value = results.get(key), tell_estimate(results, key)
    lower, upper = limits_of(results, key)
    if with_limits:
        lower, upper = lower or NOT_AVAILABLE, upper or NOT_AVAILABLE
    return Cell(
        value or NOT_AVAILABLE, lower=lower, upper=upper,
        comment=_comment(estimate, complete=NOT_AVAILABLE not in (lower, upper)),
    )  # fmt: skip


def _comment(estimate: Estimate, *, complete: bool) -> str | None:
    """Return why a number or a limit is not available."""
    if estimate.estimate is not None and complete:
        return None
    if WITHHELD in estimate.status:
        return HIDDEN
    return NO_LIMIT if estimate.estimate is not None else f"No value: {estimate.status}."


def _description(estimates: Mapping[str, Estimate]) -> str:
    """Return what was estimated and how, in the words of the results."""
    first = next(iter(estimates.values()))
    scale = next((text for name, text in _SCALES.items() if name in first.key), None)
    by_part = {PART_NAMES[part]: estimate.method for part, estimate in estimates.items()}
    method = "; ".join(f"{part}: {method}" for part, method in by_part.items())
    if len(set(by_part.values())) == 1:
        method = first.method
    words = [first.label, f"Method: {method}", scale if first.unit == "points" else None,
             _without_interval(estimates)]  # fmt: skip
    return ". ".join(text for text in words if text) + "."


def _without_interval(estimates: Mapping[str, Estimate]) -> str | None:
    """Return of which parts a number stands without its interval, and why."""
    parts = _hidden_intervals(estimates)
    return f"Interval of {' and '.join(parts)} {HIDDEN_INTERVAL}" if parts else None


def _hidden_intervals(estimates: Mapping[str, Estimate]) -> list[str]:
    """Return the parts whose number a release shows without its interval."""
    return [PART_NAMES[part] for part, estimate in estimates.items()
            if estimate.estimate is not None and WITHHELD in estimate.status]  # fmt: skip


def _population(results: Results, keys: Mapping[str, str]) -> Words:
    """Return who was analysed; where their number is withheld, at least how many they are."""
    texts, numbers = [], []
    for part, key in keys.items():
        text = f"{PART_NAMES[part]}: {results.get(key).population}"
        least = tell_estimate(results, key, "n_at_least")
        if least is not None:
            text += "; number analyzed withheld, at least {}"
            numbers.append(least)
        texts.append(text)
    return Words(". ".join(texts) + ".", tuple(numbers))


def _missing(results: Results, outcome: Outcome, registered: Mapping[str, str]) -> list[todo.Item]:
    name = f"'{outcome.title or registered.get('key') or 'an outcome without title'}'"
    items = [
        todo.Item(todo.OUTCOMES, f"{name}: no {what} in {STUDY_FILE}", _advise(what))
        for what, value in (("title", outcome.title), ("time_frame", outcome.time_frame),
                            ("type", outcome.kind))
        if not value
    ]  # fmt: skip
    if outcome.measure is None:
        return [*items, todo.Item(
            todo.OUTCOMES, f"{name}: no estimate has the key '{registered.get('key', '')}'",
            f"give the key of an estimate in results.json in {STUDY_FILE}, with or without the "
            "part; if there is none, enter the results, or the date by which they will be posted",
        )]  # fmt: skip
    keys = keys_of_outcome(results, registered.get("key", ""))
    without = _hidden_intervals({part: results.get(key) for part, key in keys.items()})
    return [*items, *_withheld(outcome, outcome.measure, without, name)]


def _advise(what: str) -> str:
    if what == "type":
        return f"state one of {', '.join(OUTCOME_TYPES)}"
    return "state it as it is registered"


def _withheld(
    outcome: Outcome, measure: Measure, without_interval: list[str], name: str
) -> list[todo.Item]:
    """Return what a release hides of an outcome, and what the data have no number for."""
    hidden: dict[str, list[str]] = {"interval": without_interval} if without_interval else {}
    items = []
    for group in outcome.groups:
        cell, part = measure.categories[0].cells[group.part], PART_NAMES[group.part]
        what = "value" if cell.value == NOT_AVAILABLE else "interval"
        if cell.comment == HIDDEN:
            hidden.setdefault(what, [])
            hidden[what] += [part] if part not in hidden[what] else []
        elif cell.comment is not None:
            missing = f"{name}, {part}, {what}: NA with the comment '{cell.comment}'"
            items.append(todo.Item(todo.OUTCOMES, missing, "check that the comment explains it"))
        if measure.analysed[group.part] is None:
            hidden.setdefault("number analysed", []).append(part)
    told = "; ".join(f"{what} ({', '.join(parts)})" for what, parts in hidden.items())
    return [*items, todo.withheld(todo.OUTCOMES, f"{name}: {told}")] if told else items
