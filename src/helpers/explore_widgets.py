"""The controls of the exploring notebook: a thin layer over :func:`helpers.explore.explore`."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd
from ipywidgets import HTML, Dropdown, HBox, IntSlider, VBox

from helpers.analysis.chosen import OUTCOMES
from helpers.cohort.groups import list_groupings, name_grouping
from helpers.cohort.read import CleanStudy, read_cohorts
from helpers.explore import explore
from helpers.present.choices import Choice
from helpers.present.origin import origin_of, tabulate_origin
from helpers.study import PART_TITLES, PROSPECTIVE, RETROSPECTIVE


def open_explorer(data: str) -> Explorer:
    """Read a study folder and return the controls to look at it with.

    Parameters
    ----------
    data
        The study folder; a relative path counts from the notebook's folder.

    Raises
    ------
    StudyError
        When the folder cannot be read.
    """
    return build_explorer(read_cohorts(Path(data)))


@dataclass(frozen=True, slots=True)
class Explorer:
    """The controls, and ``page``, which shows what they choose.

    Where no widget can be shown, as on a page without a running Python, the display is the
    starting choice.
    """

    study: CleanStudy
    part: Dropdown
    outcome: Dropdown
    grouping: Dropdown
    threshold: IntSlider
    infusion: IntSlider
    page: HTML = field(default_factory=HTML)

    @property
    def controls(self) -> tuple[Any, ...]:
        """All controls, in the order in which they are shown."""
        return self.part, self.outcome, self.grouping, self.threshold, self.infusion

    def origin(self) -> pd.DataFrame:
        """Return code, data, parameters and packages behind what is shown."""
        return tabulate_origin(origin_of(self.study))

    @property
    def choice(self) -> Choice:
        """What the controls say."""
        return Choice(*(control.value for control in self.controls))

    def update(self, change: object = None) -> None:
        """Show what the controls choose, and disable those that make no difference."""
        choice = self.choice
        self.threshold.disabled = not choice.uses_threshold
        self.infusion.disabled = choice.part == PROSPECTIVE
        found = explore(self.study, part=choice.part, outcome=choice.outcome,
                        grouping=choice.grouping, threshold=choice.threshold,
                        infusion=choice.infusion)  # fmt: skip
        self.page.value = found.as_html()

    def change_part(self, change: object = None) -> None:
        """Offer the groupings that the part records; one that it has too stays chosen."""
        chosen, offered = self.grouping.value, groupings_of(self.part.value)
        self.grouping.unobserve(self.update, names="value")
        self.grouping.options = offered
        if chosen in (name for _, name in offered):
            self.grouping.value = chosen
        self.grouping.observe(self.update, names="value")

    def _repr_mimebundle_(self, **options: Any) -> dict[str, Any]:
        box = VBox([HBox([self.part, self.outcome, self.grouping],
                         layout={"flex_flow": "row wrap"}),
                    HBox([self.threshold, self.infusion], layout={"flex_flow": "row wrap"}),
                    self.page])  # fmt: skip
        bundle: dict[str, Any] = box._repr_mimebundle_(**options)
        return {**bundle, "text/html": self.page.value}


def build_explorer(study: CleanStudy) -> Explorer:
    """Return the controls for a study that was read, showing the starting choice."""
    settings, parts = study.settings, study.data.parts
    infusions = last_infusion(study)
    explorer = Explorer(
        study,
        part=_dropdown("Part", [(PART_TITLES[part], part) for part in parts]),
        outcome=_dropdown("Outcome", [(each.label, name) for name, each in OUTCOMES.items()]),
        grouping=_dropdown("Groups", groupings_of(parts[0])),
        threshold=_slider("Threshold (%)", 100, round(settings.responder_threshold)),
        infusion=_slider("Infusion (Part 1)", infusions, settings.index_infusion),
    )
    explorer.part.observe(explorer.change_part, names="value")
    for control in explorer.controls:
        control.observe(explorer.update, names="value")
    explorer.update()
    return explorer


def groupings_of(part: str) -> list[tuple[str, str]]:
    """Return the groupings that a part offers, as pairs of words and name."""
    return [(name_grouping(name, part) or "all patients together", name)
            for name in list_groupings(part)]  # fmt: skip


def last_infusion(study: CleanStudy) -> int:
    """Return the highest number of an infusion of an eligible patient of Part 1, at least 1."""
    if RETROSPECTIVE not in study.cohorts:
        return 1
    numbers = study.cohorts[RETROSPECTIVE].of_eligible("infusions")["infusion"]
    return max([1, *numbers.astype(int).tolist()])


def _dropdown(label: str, options: list[tuple[str, str]]) -> Dropdown:
    return Dropdown(options=options, description=label, style={"description_width": "initial"})


def _slider(label: str, highest: int, value: int) -> IntSlider:
    return IntSlider(
        value=min(value, highest), min=1, max=highest, description=label, continuous_update=False,
        style={"description_width": "initial"},
    )  # fmt: skip
