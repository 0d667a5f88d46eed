"""Baseline characteristics: those that the registry asks for, and those of the study."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from helpers.export.registry import todo
from helpers.export.registry.record import Baseline, Category, Cell, Group, Measure
from helpers.export.registry.told import (
    HIDDEN,
    NOT_AVAILABLE,
    Number,
    tell_difference,
    tell_estimate,
    tell_row,
)
from helpers.export.registry.vocabulary import (
    AGE,
    COUNT_OF_PARTICIPANTS,
    MEAN,
    RACE,
    SEX,
    STANDARD_DEVIATION,
    unit_of,
)
from helpers.results import Results

_TABLE: Final = "baseline"
_NOBODY: Final = "No participant has this value."
_ELSEWHERE: Final = "Not recorded in this part."
_UNITS: Final = {"comorbidities": "comorbidities", "prior_infusions": "infusions"}

Rows = Mapping[str, Mapping[str, Any]]


def describe_baseline(
    results: Results, groups: tuple[Group, ...]
) -> tuple[Baseline, list[todo.Item]]:
    """Return the baseline characteristics of the eligible patients, and what they leave to do."""
    by_name: dict[str, dict[str, Mapping[str, Any]]] = {}
    for group in groups:
        for row in results.tables[_TABLE][group.part]:
            by_name.setdefault(row["name"], {})[group.part] = row
    parts = [group.part for group in groups]
    measures = [_measure(results, name, rows, parts) for name, rows in by_name.items()]
    place = 1 + [measure.title for measure in measures].index(SEX)
    measures.insert(place, _race())
    baseline = Baseline(
        groups,
        "Eligible patients.",
        {part: tell_estimate(results, f"{part}.flow.eligible") for part in parts},
        tuple(measures),
    )
    return baseline, _missing(baseline)


def _measure(results: Results, name: str, rows: Rows, parts: list[str]) -> Measure:
    analysed = {part: tell_row(results, _TABLE, part, name, "n") for part in parts}
    label, unit = (next(iter(rows.values()))[field] for field in ("label", "unit"))
    if name == "female":
        return Measure(SEX, COUNT_OF_PARTICIPANTS, unit_of(unit), _sexes(results, rows, parts),
                       analysed)  # fmt: skip
    if unit == "patients":
        cells = {part: _count(results, name, rows.get(part), part) for part in parts}
        return Measure(label, COUNT_OF_PARTICIPANTS, unit_of(unit), (Category(None, cells),),
                       analysed, own=True)  # fmt: skip
    cells = {part: _mean(results, name, rows.get(part), part) for part in parts}
    return Measure(
        AGE if name == "age" else label, MEAN, _UNITS.get(name, unit_of(unit)),
        (Category(None, cells),), analysed, dispersion=STANDARD_DEVIATION.upload,
        description=_scale(unit), own=name != "age",
    )  # fmt: skip


def _scale(unit: str) -> str | None:
    """Return the range of a score; no score means anything without it."""
    _, comma, limits = unit.partition(", ")
    return f"Scale: {limits.replace('–', ' to ')}; higher is worse." if comma else None


def _sexes(results: Results, rows: Rows, parts: list[str]) -> tuple[Category, ...]:
    female = {part: tell_row(results, _TABLE, part, "female", "count") for part in parts}
    male = {
        part: tell_difference(tell_row(results, _TABLE, part, "female", "n"), female[part])
        for part in parts
    }
    return tuple(
        Category(title, {part: _cell(counts[part], rows.get(part)) for part in parts})
        for title, counts in (("Female", female), ("Male", male))
    )


def _count(results: Results, name: str, row: Mapping[str, Any] | None, part: str) -> Cell:
    return _cell(tell_row(results, _TABLE, part, name, "count"), row)


def _mean(results: Results, name: str, row: Mapping[str, Any] | None, part: str) -> Cell:
    mean, sd = (tell_row(results, _TABLE, part, name, field) for field in ("mean", "sd"))
    if mean is None or sd is None:
        return Cell(mean or NOT_AVAILABLE, spread=sd or NOT_AVAILABLE, comment=_why(row))
    return Cell(mean, spread=sd)


def _cell(number: Number | None, row: Mapping[str, Any] | None) -> Cell:
    return Cell(NOT_AVAILABLE, comment=_why(row)) if number is None else Cell(number)


def _why(row: Mapping[str, Any] | None) -> str:
    """Return why a number is not available."""
    if row is None:
        return _ELSEWHERE
    if row["n"] == 0:
        return _NOBODY
    if row["n"] == 1:
        return "A single participant has no spread."
    return HIDDEN


def _race() -> Measure:
    return Measure(
        RACE, COUNT_OF_PARTICIPANTS, unit_of("patients"), (), {},
        population="Race and ethnicity were not collected from any participant.",
    )  # fmt: skip


def _missing(baseline: Baseline) -> list[todo.Item]:
    items = [todo.TOTAL] if len(baseline.groups) > 1 else []
    for measure in baseline.measures:
        cells = [(group, category.cells[group.part]) for category in measure.categories
                 for group in baseline.groups]  # fmt: skip
        for group, cell in cells:
            if cell.comment == HIDDEN:
                what = "spread" if isinstance(cell.value, Number) else "value"
                title = f"{group.title}, {measure.title}: {what}"
                items.append(todo.withheld(todo.BASELINE, title))
            elif cell.comment is None and measure.analysed[group.part] is None:
                title = f"{group.title}, {measure.title}: number analysed"
                items.append(todo.withheld(todo.BASELINE, title))
    return items
