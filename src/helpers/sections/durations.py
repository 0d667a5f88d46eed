"""How long relief lasted at the index infusion: curves, tables, heaping, pain relief."""

from __future__ import annotations

from dataclasses import dataclass

from IPython.display import Markdown
from matplotlib.figure import Figure

from helpers.plan import list_endpoints
from helpers.present import tables, wording
from helpers.present.figures_durations import plot_heaping, plot_relief_curves
from helpers.present.figures_patients import plot_reported_against_computed
from helpers.present.html_tables import show_table
from helpers.present.numbers import format_n
from helpers.present.tables_durations import tabulate_identified
from helpers.sections.base import LEFT_OUT, NOT_COVERED, Section
from helpers.study import HORIZON_DAYS, PROSPECTIVE, SURVIVAL_DAYS

DAYS = "long_term.relief_days"


@dataclass(frozen=True, slots=True)
class Durations(Section):
    """Duration and percentage of relief after the index infusion."""

    @property
    def horizon(self) -> int:
        """The day up to which relief is looked at."""
        return self.analysis.settings.horizon_days

    def figure(self) -> Figure | Markdown:
        """Return both curves of the duration of relief."""
        if self.for_release:
            return Markdown(LEFT_OUT)
        return plot_relief_curves(self.results, self.parts, self.horizon)

    def heaping_figure(self) -> Figure | Markdown:
        """Return how often each length of relief was stated."""
        if self.for_release:
            return Markdown(LEFT_OUT)
        return plot_heaping(self.results, self.parts, self.horizon)

    def heaping_note(self) -> Markdown:
        """Return how many stated durations are whole weeks, and how the rest is known."""
        found = self.results.tables["heaping"]
        sentences = [
            f"**{tables.short_title(part)}.** {wording.describe_heaping(found[part])}"
            for part in self.parts
        ]
        return Markdown("\n\n".join(sentences))

    def relief_table(self) -> Markdown:
        """Return the percentage and the duration of relief, except the survival probabilities."""
        rmst = [key.partition(".")[2] for key in self.results.keys(f"{self.parts[0]}.{DAYS}.rmst")]
        names = ["long_term.relief_pct.mean", "long_term.relief_pct.median",
                 f"{DAYS}.any_relief.proportion", f"{DAYS}.median", f"{DAYS}.npmle_median", *rmst,
                 f"{DAYS}.weibull_median_given_relief", f"{DAYS}.weibull_shape",
                 f"{DAYS}.weibull_scale", *list_endpoints("long_term")]  # fmt: skip
        return self.estimates("relief", names, note=self._horizon_note())

    def _horizon_note(self) -> str:
        """Return up to which day the mean duration of each part is taken."""
        further = {part: self.results.get(f"{part}.{DAYS}.rmst").further for part in self.parts}
        days = [f"day {values['tau']:g} in {tables.short_title(part)}"
                for part, values in further.items() if "tau" in values]  # fmt: skip
        if not days:
            return ""
        return (
            f"The mean is taken to {wording.name_list(days)}; its bounds are equal where the "
            "curve reached zero or was followed to the end. They concern the time after that day, "
            "not the ranges that enter at their midpoints."
        )

    def _kinds_note(self) -> str:
        """Return how the durations behind the curve are known."""
        found = self.results.tables["durations"]
        words = [f"{tables.short_title(part)}: {wording.describe_kinds(found[part])}"
                 for part in self.parts]  # fmt: skip
        return (
            f"Durations, {'; '.join(words)}. Those known between two days enter at the middle, so "
            "a percentage of 0 does not show that relief had ended in every patient."
        )

    def survival_table(self) -> Markdown:
        """Return the probability of relief at fixed times, at least so long and beyond."""
        names = [f"{DAYS}.{kind}_{day}" for day in self._days()
                 for kind in ("at_least", "survival")]  # fmt: skip
        return self.estimates("survival", names, note=self._kinds_note())

    def identified_table(self) -> Markdown:
        """Return median and survival from the intervals themselves, with what is identified."""
        names = [f"{DAYS}.npmle_median", *(f"{DAYS}.npmle_survival_{day}" for day in self._days())]
        table = tabulate_identified(self.results, self.parts, names, self.level)
        note = (
            "CI: approximate confidence interval (bootstrap over patients). Left open: the values "
            "between which the likeliest solution does not decide; the estimate is their middle, a "
            "convention. Where it leaves nothing open, ranges may still: it puts their weight on "
            "days that were stated exactly. "
            f"Patients: {self._patients()}."
        )
        return show_table(table, "npmle", note=note)

    def _patients(self) -> str:
        """Return the number of patients with a duration in each part."""
        numbers = [f"{format_n(self.results.get(f'{part}.{DAYS}.npmle_median'))} in "
                   f"{tables.short_title(part)}" for part in self.parts]  # fmt: skip
        return wording.name_list(numbers)

    def _days(self) -> list[int]:
        return sorted({*SURVIVAL_DAYS, self.horizon})

    def pain_relief_table(self) -> Markdown:
        """Return the Integral of Pain Relief with its bounds."""
        horizons = sorted({HORIZON_DAYS, self.horizon})
        names = [f"long_term.ipr_{day}.{bound}.mean" for day in horizons
                 for bound in ("lower_bound", "upper_bound", "serial")
                 if bound != "serial" or self.covers(PROSPECTIVE)]  # fmt: skip
        return self.estimates("pain-relief", names)

    def reported_figure(self) -> Figure | Markdown:
        """Return the relief reported against the fall of the score."""
        if self.for_release:
            return Markdown(LEFT_OUT)
        return plot_reported_against_computed(self.analysis.cohorts)

    def weekly_table(self) -> Markdown:
        """Return the percentage of relief at each visit of Part 2."""
        if not self.covers(PROSPECTIVE):
            return Markdown(NOT_COVERED)
        found = self.results.keys(f"{PROSPECTIVE}.long_term.relief_pct.week_")
        return self.estimates("weekly", [key.partition(".")[2] for key in found], [PROSPECTIVE])
