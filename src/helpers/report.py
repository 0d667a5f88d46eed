"""What ``report.qmd`` and the notebooks call: one analysis, and its texts, tables and figures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from IPython.display import Markdown
from matplotlib.figure import Figure

from helpers.analysis.exposure import TARGET
from helpers.analysis.short_term import key_of, responder_thresholds
from helpers.analysis.study import Analysis, analyse
from helpers.present import tables, wording
from helpers.present.figures import plot_paired_change, plot_relief_curves
from helpers.present.flow_diagram import plot_flow
from helpers.present.html_tables import show_table
from helpers.present.numbers import format_level
from helpers.study import PART_TITLES, PARTS, SURVIVAL_DAYS

_PART_COLUMNS = tuple(f"n, {tables.short_title(part)}" for part in PARTS)
_COUNTS = ("As the first", "In all", "of these not documented", "Rows read", "Used",
           "Used with a warning", "Used in part", "Excluded", "Queries", "Patients", "Events",
           "Mild", "Moderate", "Severe", "Serious", "Related or possibly")  # fmt: skip


def open_report(data: str, **parameters: Any) -> Report:
    """Analyse a study folder for a report.

    Parameters
    ----------
    data
        The study folder; a relative path counts from the working directory.
    parameters
        Parameters by name; None leaves one to ``study.toml`` or the default.

    Raises
    ------
    StudyError
        When the input or a parameter is wrong.
    """
    return Report(analyse(Path(data), parameters))


@dataclass(frozen=True, slots=True)
class Report:
    """One analysis, as texts, tables and figures whose numbers are all read from the results."""

    analysis: Analysis

    @property
    def parts(self) -> tuple[str, ...]:
        """The parts that the report covers."""
        return self.analysis.data.parts

    @property
    def level(self) -> str:
        """The confidence level as a percentage."""
        return format_level(self.analysis.settings.ci_level)

    @property
    def date(self) -> str:
        """The date of the report."""
        return self.analysis.settings.report_date.isoformat()

    @property
    def index_infusion(self) -> str:
        """The number of the index infusion of Part 1."""
        return str(self.analysis.settings.index_infusion)

    # texts

    def text(self, **by_part: str) -> Markdown:
        """Return a paragraph per part, its fields filled in from the results.

        ``retrospective`` and ``prospective`` hold the texts; a part that is not
        covered has no paragraph (:meth:`coverage` says so once).
        """
        paragraphs = [
            wording.fill(self.analysis.results, part, text)
            for part, text in by_part.items()
            if part in self.parts
        ]
        return Markdown("\n\n".join(paragraphs))

    def banner(self) -> Markdown:
        """Return a warning that nobody can overlook where the data are synthetic."""
        if not self.analysis.results.provenance["synthetic"]:
            return Markdown("")
        return Markdown(
            "::: {.callout-important}\n## Synthetic data\n\nNo patient stands behind any number "
            "in this report. It shows what the analysis does; it says nothing about ketamine.\n:::"
        )

    def coverage(self) -> Markdown:
        """Return which parts of the study the report covers."""
        covered = wording.name_list([PART_TITLES[part] for part in self.parts])
        missing = [wording.absent(part) for part in PARTS if part not in self.parts]
        return Markdown(" ".join([f"This report covers {covered}.", *missing]))

    def eligibility_criteria(self) -> Markdown:
        """Return the criteria of each part, in the order in which they are applied."""
        lines = [f"- **{PART_TITLES[part]}:** {tables.criteria_text(part)}." for part in self.parts]
        return Markdown("\n".join(lines))

    def missing_note(self) -> str:
        """Return the sums of the row accounting in words."""
        accounts = self.analysis.data.accounts
        read = sum(account.rows for account in accounts)
        excluded = sum(sum(account.excluded.values()) for account in accounts)
        return f"{read} rows read = {read - excluded} used (some in part) + {excluded} excluded"

    # figures

    def flow_figure(self) -> Figure:
        """Return the participant flow."""
        return plot_flow(self.analysis.results, self.parts)

    def paired_figure(self) -> Figure:
        """Return each patient's pain before and after."""
        return plot_paired_change(self.analysis.cohorts, self.analysis.results)

    def relief_figure(self) -> Figure:
        """Return the Kaplan–Meier curves of the duration of relief."""
        horizon = self.analysis.settings.horizon_days
        return plot_relief_curves(self.analysis.results, self.parts, horizon)

    # tables

    def eligibility_table(self) -> Markdown:
        """Return every criterion with who fails it."""
        table = tables.tabulate_eligibility(self.analysis.results, self.parts)
        return show_table(table, "eligibility", group="Part", numeric=_COUNTS)

    def baseline_table(self) -> Markdown:
        """Return the characteristics of the eligible patients."""
        table = tables.tabulate_baseline(self.analysis.results, self.parts)
        note = "Mean (standard deviation), or number and percentage of those recorded."
        return show_table(table, "baseline", note=note)

    def exposure_table(self) -> Markdown:
        """Return dose and length of the index infusion."""
        names = ("dose_mg.mean", "dose_mg_per_kg.mean", "hours.mean", "guideline_met.proportion",
                 "in_target_range.proportion")  # fmt: skip
        return self._estimates("exposure", [f"exposure.{name}" for name in names])

    def short_term_table(self) -> Markdown:
        """Return the change of pain."""
        thresholds = responder_thresholds(self.analysis.settings)
        names = ["nrs_pre.mean", "nrs_post.mean", "nrs_reduction.mean", "nrs_reduction.wilcoxon",
                 "nrs_reduction.hedges_g", "nrs_reduction_pct.mean", "nrs_reduction_pct.median",
                 *(f"responders_{key_of(t)}.proportion" for t in thresholds)]  # fmt: skip
        return self._estimates("short-term", [f"short_term.{name}" for name in names])

    def relief_table(self) -> Markdown:
        """Return the percentage and the duration of relief, except the survival probabilities."""
        found = self.analysis.results.keys(f"{self.parts[0]}.long_term.relief_days.rmst")
        rmst = [key.partition(".")[2] for key in found]
        names = ["long_term.relief_pct.mean", "long_term.relief_pct.median",
                 "long_term.relief_days.any_relief.proportion",
                 "long_term.relief_days.median", *rmst]  # fmt: skip
        return self._estimates("relief", names, note=self._horizon_note())

    def _horizon_note(self) -> str:
        """Return up to which day the mean duration of each part is taken."""
        further = {part: self.analysis.results.get(f"{part}.long_term.relief_days.rmst").further
                   for part in self.parts}  # fmt: skip
        days = [f"day {values['tau']:g} in {tables.short_title(part)}"
                for part, values in further.items() if "tau" in values]  # fmt: skip
        if not days:
            return ""
        return (
            f"The mean is taken to {wording.name_list(days)}; its bounds are equal where the curve "
            "reached zero or was followed to the end."
        )

    def _kinds_note(self) -> str:
        """Return how the durations behind the curve are known."""
        found = self.analysis.results.tables["durations"]
        words = [f"{tables.short_title(part)}: {wording.describe_kinds(found[part])}"
                 for part in self.parts]  # fmt: skip
        return (
            f"Durations, {'; '.join(words)}. Those known between two days enter at the middle, so "
            "a percentage of 0 does not show that relief had ended in every patient."
        )

    def survival_table(self) -> Markdown:
        """Return the probability of relief at fixed times, at least so long and beyond."""
        days = sorted({*SURVIVAL_DAYS, self.analysis.settings.horizon_days})
        names = [f"long_term.relief_days.{kind}_{day}" for day in days
                 for kind in ("at_least", "survival")]  # fmt: skip
        return self._estimates("survival", names, note=self._kinds_note())

    def weekly_table(self) -> Markdown:
        """Return the percentage of relief at each visit of Part 2."""
        prefix = "prospective.long_term.relief_pct.week_"
        found = self.analysis.results.keys(prefix)
        parts = [part for part in self.parts if part == PARTS[1]]
        return self._estimates("weekly", [key.partition(".")[2] for key in found], parts)

    def safety_table(self) -> Markdown:
        """Return who had any event, a serious one, or an infusion stopped early."""
        names = ["safety.any_ae.proportion", "safety.any_serious_ae.proportion",
                 "safety.stopped_early.proportion",
                 "safety_consented.any_ae.proportion"]  # fmt: skip
        return self._estimates("safety", names, note=self._seriousness_note())

    def _seriousness_note(self) -> str:
        """Return whose events count as not serious because nobody said."""
        unstated = self.analysis.results.tables["seriousness_not_stated"]
        words = [f"{unstated[part]} patients in {tables.short_title(part)}" for part in self.parts]
        return (
            "Events whose seriousness is not stated count as not serious; patients whom this "
            f"concerns: {wording.name_list(words)}."
        )

    def events_table(self) -> Markdown:
        """Return the adverse events by term."""
        table = tables.tabulate_events(self.analysis.results, self.parts)
        table = table.rename(columns={"95% limits": f"{self.level}% limits"})
        return show_table(table, "events", group="Part", numeric=_COUNTS)

    def accounting_table(self) -> Markdown:
        """Return the outcome of every row."""
        table = tables.tabulate_accounting(self.analysis.results)
        return show_table(table, "accounting", numeric=_COUNTS)

    def queries_table(self) -> Markdown:
        """Return the data queries by kind."""
        table = tables.tabulate_queries(self.analysis.results)
        return show_table(table, "queries", group="Severity", numeric=_COUNTS)

    def provenance_table(self) -> Markdown:
        """Return where the results come from."""
        return show_table(tables.tabulate_provenance(self.analysis.results), "provenance")

    def outcomes_table(self) -> Markdown:
        """Return the registered outcomes beside what was analysed."""
        table = tables.tabulate_outcomes(self.analysis.results)
        return show_table(table, "outcomes")

    def _estimates(
        self,
        name: str,
        suffixes: Sequence[str],
        parts: Sequence[str] | None = None,
        note: str = "",
    ) -> Markdown:
        covered = self.parts if parts is None else parts
        if not covered or not suffixes:
            return Markdown("*Not part of this report.*")
        table = tables.tabulate_estimates(self.analysis.results, covered, suffixes, self.level)
        explained = f"CI: confidence interval. n: patients analysed. {note}".strip()
        return show_table(table, name, note=explained, centred=_PART_COLUMNS)

    @property
    def target(self) -> str:
        """The routine target for dose and length, in words."""
        return TARGET
