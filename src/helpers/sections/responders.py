"""Who responds: groups side by side, odds ratios, and models behind their gates."""

from __future__ import annotations

from dataclasses import dataclass

from IPython.display import Markdown
from matplotlib.figure import Figure

from helpers.cohort.characteristics import CHARACTERISTICS, OUTCOMES, RESPONDER, SUSTAINED
from helpers.present import wording
from helpers.present.figures_responders import plot_differences
from helpers.present.html_tables import show_table
from helpers.present.tables_responders import tabulate_predictors, tabulate_responders
from helpers.sections.base import Section


@dataclass(frozen=True, slots=True)
class Responders(Section):
    """Characteristics of responders and non-responders."""

    def figure(self) -> Figure:
        """Return the differences between responders and the others."""
        return plot_differences(self.results, self.parts)

    def groups_table(self) -> Markdown:
        """Return the characteristics by short-term response."""
        return self._groups(RESPONDER)

    def sustained_table(self) -> Markdown:
        """Return the characteristics by sustained relief."""
        return self._groups(SUSTAINED)

    def _groups(self, outcome: str) -> Markdown:
        table = tabulate_responders(self.results, self.parts, outcome, self.level)
        counts = wording.describe_outcome(self.results.tables["responders"], self.parts, outcome)
        notes = [each.note for each in CHARACTERISTICS.values()
                 if each.note and (outcome == RESPONDER or not each.coupled)]  # fmt: skip
        note = (
            f"That: {OUTCOMES[outcome]}. {counts} Mean (standard deviation), n; or patients. "
            f"{'. '.join(notes)}."
        )
        return show_table(table, outcome, group="Part", note=note)

    def predictors_table(self) -> Markdown:
        """Return the odds ratio of each predictor."""
        table = tabulate_predictors(self.results, self.parts, self.level)
        notes = ". ".join(each.note for each in CHARACTERISTICS.values() if each.note)
        # How many could be estimated tells of how many there were too few responders.
        count = "" if self.for_release else (
            f"{wording.count_odds_ratios(self.results)} odds ratios were estimated. ")  # fmt: skip
        note = (
            f"CI: confidence interval. {count}The adjustment is within each outcome of each part, "
            f"not over all. {notes}."
        )
        return show_table(table, "predictors", group="Outcome", note=note)

    def models_table(self) -> Markdown:
        """Return how well all predictors together tell, corrected for optimism."""
        names = [f"predictors.{outcome}.model.{name}" for outcome in OUTCOMES
                 for name in ("c_statistic", "calibration_slope")]  # fmt: skip
        return self.estimates("models", names, note=wording.describe_models(self.results))
