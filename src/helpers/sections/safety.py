"""Safety: who had events, of what kind, and what changed around the infusion."""

from __future__ import annotations

from dataclasses import dataclass

from IPython.display import Markdown
from matplotlib.figure import Figure

from helpers.cohort.measurements import CHANGES, derive_changes
from helpers.present import tables, wording
from helpers.present.figures_models import plot_dissociation, plot_severity
from helpers.present.html_tables import show_table
from helpers.present.numbers import format_cell
from helpers.sections.base import LEFT_OUT, NOT_COVERED, Section
from helpers.study import PARTS, PROSPECTIVE

_COUNTS = (
    *("Patients", "Events", "Mild", "Moderate", "Severe", "Serious"),
    *("Related or possibly related", *(tables.short_title(part) for part in PARTS)),
)


@dataclass(frozen=True, slots=True)
class Safety(Section):
    """Adverse events, dissociation and vital signs."""

    def table(self) -> Markdown:
        """Return who had any event, a serious one, or an infusion stopped early; and the rate."""
        names = ["safety.any_ae.proportion", "safety.any_serious_ae.proportion",
                 "safety.stopped_early.proportion", "safety_consented.any_ae.proportion",
                 "safety.ae_per_infusion.rate"]  # fmt: skip
        return self.estimates("safety", names, note=self._seriousness_note())

    def _seriousness_note(self) -> str:
        """Return whose events count as not serious because nobody said."""
        unstated = self.results.tables["seriousness_not_stated"]
        words = [
            f"{format_cell(unstated[part])} patients in {tables.short_title(part)}"
            for part in self.parts
        ]
        return (
            "Events whose seriousness is not stated count as not serious; patients whom this "
            f"concerns: {wording.name_list(words)}."
        )

    def events_table(self) -> Markdown:
        """Return the adverse events by term."""
        table = tables.tabulate_events(self.results, self.parts)
        table = table.rename(columns={"95% limits": f"{self.level}% limits"})
        return show_table(table, "events", group="Part", numeric=_COUNTS)

    def severity_figure(self) -> Figure | Markdown:
        """Return the adverse events of each term by severity."""
        if self.for_release:
            return Markdown(LEFT_OUT)
        return plot_severity(self.results, self.parts)

    def severity_table(self) -> Markdown:
        """Return patients by their worst event, and events by their relation to the infusion."""
        table = tables.tabulate_severity(self.results, self.parts)
        return show_table(table, "severity", group="What", numeric=_COUNTS)

    def changes_table(self) -> Markdown:
        """Return the changes of dissociation and vital signs of Part 2."""
        names = [f"safety.{name}.mean" for name in CHANGES]
        return self.estimates("changes", names, [PROSPECTIVE])

    def dissociation_figure(self) -> Figure | Markdown:
        """Return each patient's reduction of pain against the change of dissociation."""
        if self.for_release:
            return Markdown(LEFT_OUT)
        if not self.covers(PROSPECTIVE):
            return Markdown(NOT_COVERED)
        cohort = self.analysis.cohorts[PROSPECTIVE]
        points = derive_changes(cohort)[["cadss_change"]].join(cohort.index["nrs_reduction"])
        return plot_dissociation(points.dropna())
