"""One question at a time: choose an outcome, groups, a threshold and an infusion, and see.

Nothing is tested, and nothing is estimated in a way in which the report does not estimate too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from html import escape
from types import MappingProxyType
from typing import Final

import pandas as pd
from matplotlib.figure import Figure

from helpers.analysis.chosen import OUTCOMES, Group, estimate_groups
from helpers.cohort.analysis_sets import Cohort, derive_cohort
from helpers.cohort.groups import ALL_GROUPINGS, EVERYBODY, split
from helpers.cohort.read import CleanStudy
from helpers.errors import CallError
from helpers.present import figures_explore as figures
from helpers.present.choices import Choice, describe_choice, note_choice, tabulate_groups
from helpers.present.html_tables import build_table
from helpers.present.numbers import format_level
from helpers.settings import nearest
from helpers.study import PART_TITLES, PARTS, PROSPECTIVE

_LABELS: Final = {"reduction": "Reduction of pain (points)", "relief_pct": "Relief reported (%)"}


@dataclass(frozen=True, slots=True)
class Exploration:
    """What a choice shows.

    ``table`` holds words, a row per group; ``n`` is the number of patients behind it; ``text`` is
    one sentence, and ``note`` says how to read it all.
    """

    figure: Figure
    table: pd.DataFrame
    n: int
    text: str
    note: str

    def as_html(self) -> str:
        """Return sentence, figure and table as HTML that needs nothing else."""
        image = figures.figure_as_html(self.figure, self.text)
        parts = [f"<p>{escape(self.text)}</p>", f"<p>{image}</p>"]
        if not self.table.empty:
            table = build_table(self.table, "exploration", note=self.note,
                                centred=("Patients", "Outcome known"))  # fmt: skip
            parts.append(table.as_raw_html())
        return "\n".join(parts)

    def _repr_html_(self) -> str:
        return self.as_html()


def explore(
    study: CleanStudy, *, part: str | None = None, outcome: str = "duration",
    grouping: str = EVERYBODY, threshold: float | None = None, infusion: int | None = None,
) -> Exploration:  # fmt: skip
    """Describe an outcome in groups of the eligible patients of one part.

    Parameters
    ----------
    study
        A study folder that was read.
    part
        ``retrospective`` or ``prospective``; None takes the first that the folder holds.
    outcome
        A name of :data:`helpers.analysis.chosen.OUTCOMES`.
    grouping
        A name of :data:`helpers.cohort.groups.ALL_GROUPINGS`.
    threshold
        Reduction of pain in percent from which on a patient has responded; None: as set.
    infusion
        Number of the infusion of Part 1; None: the index infusion. Part 2 has one.

    Raises
    ------
    CallError
        When a name is unknown; the message lists those that are not.
    """
    settings = study.settings
    choice = Choice(
        part=_known(part or study.data.parts[0], PARTS),
        outcome=_known(outcome, OUTCOMES),
        grouping=_known(grouping, ALL_GROUPINGS),
        threshold=settings.responder_threshold if threshold is None else threshold,
        infusion=settings.index_infusion if infusion is None else infusion,
    )
    if choice.part not in study.cohorts:
        text = f"{PART_TITLES[choice.part]}: not in this study folder."
        return Exploration(figures.plot_nothing(text), pd.DataFrame(), 0, text, "")
    return _describe(study, choice)


def _known(name: str, allowed: Iterable[str]) -> str:
    if name in set(allowed):
        return name
    raise CallError(f"'{name}' is not known; {nearest(name, allowed)}.")


def _describe(study: CleanStudy, choice: Choice) -> Exploration:
    settings = study.settings
    cohort = _cohort(study, choice)
    groups = estimate_groups(
        split(cohort, choice.grouping, choice.threshold), OUTCOMES[choice.outcome],
        threshold=choice.threshold, level=settings.ci_level,
    )  # fmt: skip
    return Exploration(
        figure=_plot(choice, groups, settings.horizon_days),
        table=tabulate_groups(choice, groups, format_level(settings.ci_level)),
        n=sum(group.n for group in groups.values()),
        text=describe_choice(choice, groups, len(cohort.eligible)),
        note=note_choice(choice),
    )


def _cohort(study: CleanStudy, choice: Choice) -> Cohort:
    if choice.part == PROSPECTIVE or choice.infusion == study.settings.index_infusion:
        return study.cohorts[choice.part]
    return derive_cohort(study.data, choice.part, choice.infusion)


_PLOTS: Final[Mapping[str, Callable[..., Figure]]] = MappingProxyType(
    {
        "duration": figures.plot_curves,
        "reduction": figures.plot_points,
        "responders": figures.plot_shares,
        "relief_pct": figures.plot_points,
    }
)


def _plot(choice: Choice, groups: Mapping[str, Group], horizon_days: int) -> Figure:
    described = {name: group for name, group in groups.items() if group.is_described}
    if not described:
        return figures.plot_nothing(choice.title)
    frame = figures.Frame(
        title=choice.title,
        grouping=choice.grouping_words,
        colours=figures.group_colours(choice.part, groups),
        label=_LABELS.get(choice.outcome, ""),
        threshold=choice.threshold,
        horizon_days=horizon_days,
    )
    drawn = {name: group.drawn for name, group in described.items()}
    headlines = {name: group.headline for name, group in described.items()}
    return _PLOTS[choice.outcome](frame, drawn, headlines)
