"""A choice of what to look at, in words: its title, sentence, table and notes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

import pandas as pd

from helpers.analysis.chosen import OUTCOMES, Group
from helpers.cohort.characteristics import CHARACTERISTICS
from helpers.cohort.groups import RESPONSE, list_groupings, name_grouping
from helpers.present.numbers import format_in_table, format_with_interval
from helpers.study import INFUSION_NAMES, PART_NAMES, PROSPECTIVE

_ALWAYS: Final = "Changes after an infusion without a control group; described, not tested"


@dataclass(frozen=True, slots=True)
class Choice:
    """What is looked at: names, the threshold in percent, the number of the infusion of Part 1."""

    part: str
    outcome: str
    grouping: str
    threshold: float
    infusion: int

    @property
    def uses_threshold(self) -> bool:
        """Whether the threshold makes a difference."""
        return self.outcome == "responders" or self.grouping == RESPONSE

    @property
    def grouping_words(self) -> str:
        """What groups the patients, in words; empty where nothing does."""
        return name_grouping(self.grouping, self.part)

    @property
    def title(self) -> str:
        """The part and its infusion, in words."""
        at = INFUSION_NAMES[self.part] if self.part == PROSPECTIVE else f"infusion {self.infusion}"
        return f"{PART_NAMES[self.part]}, {at}"


def tabulate_groups(choice: Choice, groups: Mapping[str, Group], level: str) -> pd.DataFrame:
    """Return a row of words per group; ``level`` is the confidence level as a percentage."""
    rows = []
    for name, group in groups.items():
        row = {choice.grouping_words or "Group": name, "Patients": str(group.patients),
               "Outcome known": str(group.n)}  # fmt: skip
        for estimate in group.estimates.values():
            unit = "" if estimate.unit in ("%", "proportion") else f", {estimate.unit}"
            row[f"{estimate.label}{unit} ({level}% CI)"] = format_in_table(estimate)
        rows.append(row)
    return pd.DataFrame(rows)


def describe_choice(choice: Choice, groups: Mapping[str, Group], eligible: int) -> str:
    """Return one sentence: how many patients are behind it, and the headline of each group."""
    n = sum(group.n for group in groups.values())
    outcome = _lower(OUTCOMES[choice.outcome].label)
    if choice.grouping_words:
        at = f"{choice.title}, by {_lower(choice.grouping_words)}"
        known = f"{outcome} and group known in"
    else:
        at, known = choice.title, f"{outcome} known in"
    return f"{at}: {known} {n} of {eligible} eligible patients; {_headlines(groups)}."


def _headlines(groups: Mapping[str, Group]) -> str:
    label = _lower(next(iter(groups.values())).headline.label)
    words = {name: format_with_interval(group.headline) for name, group in groups.items()}
    if len(words) == 1:
        return f"{label}: {next(iter(words.values()))}"
    return f"{label}, {'; '.join(f'{name}: {said}' for name, said in words.items())}"


def note_choice(choice: Choice) -> str:
    """Return what limits the reading of a choice."""
    return f"{'. '.join(_notes(choice))}."


def _notes(choice: Choice) -> Iterator[str]:
    outcome = OUTCOMES[choice.outcome]
    if outcome.note:
        yield outcome.note
    if choice.outcome == "duration" and choice.part == PROSPECTIVE:
        yield "In Part 2 visits make the ranges wide: read the estimate from them (NPMLE) beside it"
    if choice.grouping not in list_groupings(choice.part):
        yield f"{choice.grouping_words}: not recorded in {PART_NAMES[choice.part]}"
    if outcome.from_scores:
        yield from _notes_on_scores(choice.grouping)
    yield "CI: confidence interval"
    yield _ALWAYS


def _notes_on_scores(grouping: str) -> Iterator[str]:
    """Yield how a grouping hangs together with an outcome that is made of the pain scores."""
    characteristic = CHARACTERISTICS.get(grouping)
    if grouping == RESPONSE:
        yield "The groups are made from the outcome itself, so they differ by definition"
    elif characteristic and characteristic.concurrent:
        yield "Measured at the same time as the outcome: a concurrent association, no prediction"
    elif characteristic and characteristic.coupled:
        yield "The score before is part of the outcome: high scores tend to be followed by lower"


def _lower(words: str) -> str:
    return words[:1].lower() + words[1:]
