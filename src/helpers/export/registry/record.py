"""The results of a registry record, as values: what both files are written from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from helpers.export.registry.told import Field, Number
from helpers.export.registry.vocabulary import Term


@dataclass(frozen=True, slots=True)
class Group:
    """One group of the study: a part."""

    part: str
    title: str
    description: str


def ids_of(prefix: str, groups: Iterable[Group]) -> dict[str, str]:
    """Return the registry's id of each group by its part, as ``BG000``."""
    return {group.part: f"{prefix}{place:03d}" for place, group in enumerate(groups)}


@dataclass(frozen=True, slots=True)
class Milestone:
    """One step of the participant flow: how many of each part reached it."""

    title: str
    reached: Mapping[str, Number | None]
    comments: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Flow:
    """The participant flow, in one period."""

    groups: tuple[Group, ...]
    pre_assignment: Field
    started: Milestone
    others: tuple[Milestone, ...]
    completed: Milestone
    not_completed: Mapping[str, Number | None]


@dataclass(frozen=True, slots=True)
class Cell:
    """What a measure shows of one group; ``comment`` says why something is not available."""

    value: Field
    spread: Field | None = None
    lower: Field | None = None
    upper: Field | None = None
    comment: str | None = None


@dataclass(frozen=True, slots=True)
class Category:
    """One row of a measure: a title where it has several, and a cell per part."""

    title: str | None
    cells: Mapping[str, Cell]


@dataclass(frozen=True, slots=True)
class Measure:
    """A baseline characteristic or an outcome: what was measured, in whom, and what came.

    ``analysed`` counts participants by part, ``units`` the infusions or observations where those
    are what was analysed. ``own`` is True for a characteristic that the registry has no name for.
    """

    title: str | None
    parameter: Term | None
    unit: str | None
    categories: tuple[Category, ...]
    analysed: Mapping[str, Number | None]
    dispersion: Field | None = None
    description: str | None = None
    population: Field | None = None
    own: bool = False
    type_of_units: str | None = None
    units: Mapping[str, Number | None] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class MeasureAnalysis:
    """One estimate of one group, with its interval, and the p-value of a named method."""

    part: str
    parameter: Term
    value: Number
    level: Number | None
    lower: Field | None
    upper: Field | None
    limit_comment: str | None
    p_value: Number | None
    p_comment: Field | None
    method: Term | None
    estimate_comment: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """One registered outcome; without a measure nothing was analysed for it."""

    kind: Term | None
    title: str | None
    time_frame: str | None
    groups: tuple[Group, ...]
    measure: Measure | None
    level: Number | None
    analyses: tuple[MeasureAnalysis, ...]


@dataclass(frozen=True, slots=True)
class Baseline:
    """The baseline characteristics of the groups."""

    groups: tuple[Group, ...]
    population: str
    analysed: Mapping[str, Number | None]
    measures: tuple[Measure, ...]


@dataclass(frozen=True, slots=True)
class EventCounts:
    """One group of an adverse-event table: events, participants affected, participants at risk."""

    events: Number | None
    affected: Number | None
    at_risk: Number | None


@dataclass(frozen=True, slots=True)
class EventTerm:
    """One adverse event; ``organ_system`` is None where nobody has coded it."""

    term: str
    organ_system: str | None
    counts: Mapping[str, EventCounts]
    notes: str | None


@dataclass(frozen=True, slots=True)
class AdverseEvents:
    """The adverse events: totals by part, and the events that are not serious by term."""

    groups: tuple[Group, ...]
    threshold: Number
    time_frame: str
    description: str
    serious: Mapping[str, EventCounts]
    other: Mapping[str, EventCounts]
    terms: tuple[EventTerm, ...]


@dataclass(frozen=True, slots=True)
class Record:
    """The results of the study as the registry holds them."""

    flow: Flow
    baseline: Baseline
    outcomes: tuple[Outcome, ...]
    events: AdverseEvents
    limitations: str
