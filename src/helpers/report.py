"""What ``report.qmd`` and the notebooks call: one analysis, and its texts, tables and figures."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from IPython.display import Markdown
from matplotlib.figure import Figure

from helpers.analysis.exposure import TARGET
from helpers.analysis.kept import find_analysis
from helpers.analysis.short_term import key_of, responder_thresholds
from helpers.plan import list_endpoints
from helpers.present import tables, wording
from helpers.present.figures import plot_paired_change, plot_responder_curve
from helpers.present.flow_diagram import plot_flow
from helpers.present.html_tables import show_table
from helpers.sections.appendix import Appendix
from helpers.sections.base import LEFT_OUT, Section
from helpers.sections.durations import Durations
from helpers.sections.repeated import Repeated
from helpers.sections.responders import Responders
from helpers.sections.robustness import Robustness
from helpers.sections.safety import Safety
from helpers.study import PART_TITLES, PARTS, TREATMENT

_COUNTS = ("First reason", "All who fail", "of these, not documented", "Rows read", "Used",
           "Used with a warning", "Used in part", "Excluded", "Queries")  # fmt: skip


_SYNTHETIC = (
    "::: {.callout-important}\n## Synthetic data\n\nNo patient stands behind any number "
    "in this report. It shows what the analysis does; it says nothing about "
    f"{TREATMENT}.\n:::\n\n"
)


def open_report(data: str, **parameters: Any) -> Report:
    """Analyse a study folder for a report, or find what `study report` made of the same content.

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
    found = find_analysis(Path(data), parameters)
    if found is None:
        from helpers.analysis.study import analyse  # a second of imports

        found = analyse(Path(data), parameters)
    return Report(found)


@dataclass(frozen=True)
class Report(Section):
    """One analysis, as texts, tables and figures whose numbers are all read from the results."""

    @property
    def durations(self) -> Durations:
        """How long relief lasted."""
        return Durations(self.analysis)

    @property
    def repeated(self) -> Repeated:
        """Repeated infusions and visits."""
        return Repeated(self.analysis)

    @property
    def safety(self) -> Safety:
        """Adverse events, dissociation and vital signs."""
        return Safety(self.analysis)

    @property
    def responders(self) -> Responders:
        """Who responds."""
        return Responders(self.analysis)

    @property
    def robustness(self) -> Robustness:
        """How firm the estimates are."""
        return Robustness(self.analysis)

    @cached_property
    def appendix(self) -> Appendix:
        """Method, reference and agreement with R of every estimate."""
        return Appendix(self.analysis)

    @property
    def date(self) -> str:
        """The date of the report."""
        return self.analysis.settings.report_date.isoformat()

    @property
    def index_infusion(self) -> str:
        """The number of the index infusion of Part 1."""
        return str(self.analysis.settings.index_infusion)

    @property
    def target(self) -> str:
        """The routine target for dose and length, in words."""
        return TARGET

    # texts

    def banner(self) -> Markdown:
        """Return a warning where the data are synthetic, and what a release withholds."""
        synthetic = _SYNTHETIC if self.results.provenance["synthetic"] else ""
        return Markdown(f"{synthetic}{self._release_note()}")

    def _release_note(self) -> str:
        """Return what a release withholds; nothing in an internal report."""
        if not self.for_release:
            return ""
        least = self.analysis.settings.min_cell
        return (
            "::: {.callout-note}\n## Release\n\nNo figure or table shows a single patient. Counts "
            f"of patients or events below {least} are withheld, and so is what would give them "
            "back: complements, shares, numbers analysed that differ by so little (then only "
            "'at least' is told, and shares are rounded to ten percentage points and have no "
            "interval, which would give back the number), steps and ends of curves, and extremes. "
            "So are the spread of small counts and what single scores would follow from. Numbers "
            "are rounded, p-values to two decimals or one digit.\n:::\n\n"
        )

    def coverage(self) -> Markdown:
        """Return which parts of the study the report covers."""
        covered = wording.name_list([PART_TITLES[part] for part in self.parts])
        missing = [wording.absent(part) for part in PARTS if part not in self.parts]
        return Markdown(" ".join([f"This report covers {covered}.", *missing]))

    def no_better_note(self) -> Markdown:
        """Return how many patients had no less pain after the infusion than before."""
        if self.for_release:
            return Markdown("")
        curves = self.results.tables["responder_curve"]
        found = {part: self.results.get(f"{part}.short_term.nrs_reduction_pct.mean").n
                 for part in self.parts}  # fmt: skip
        told = [wording.describe_no_better(curves[part], part, n) for part, n in found.items()]
        return Markdown("\n\n".join(filter(None, told)))

    def eligibility_criteria(self) -> Markdown:
        """Return the criteria of each part, in the order in which they are applied."""
        lines = [f"- **{PART_TITLES[part]}:** {tables.criteria_text(part)}." for part in self.parts]
        return Markdown("\n".join(lines))

    def missing_note(self) -> str:
        """Return the sums of the row accounting in words."""
        accounts = self.results.accounting
        rows = [account["rows"] for account in accounts]
        reasons = [count for account in accounts for count in account["excluded"].values()]
        if None in (*rows, *reasons):
            return "how many rows were read and excluded is withheld in part"
        read, excluded = sum(rows), sum(reasons)
        return f"{read} rows read = {read - excluded} used (some in part) + {excluded} excluded"

    # figures

    def flow_figure(self) -> Figure:
        """Return the participant flow."""
        return plot_flow(self.results, self.parts)

    def paired_figure(self) -> Figure | Markdown:
        """Return each patient's pain before and after."""
        if self.for_release:
            return Markdown(LEFT_OUT)
        return plot_paired_change(self.analysis.cohorts, self.results)

    def responder_curve_figure(self) -> Figure | Markdown:
        """Return the share of responders at every threshold."""
        if self.for_release and not any(self.results.tables["responder_curve"].values()):
            return Markdown(LEFT_OUT)
        return plot_responder_curve(self.results, self.parts)

    # tables

    def eligibility_table(self) -> Markdown:
        """Return every criterion with who fails it."""
        table = tables.tabulate_eligibility(self.results, self.parts)
        return show_table(table, "eligibility", group="Part", numeric=_COUNTS)

    def baseline_table(self) -> Markdown:
        """Return the characteristics of the eligible patients."""
        table = tables.tabulate_baseline(self.results, self.parts)
        note = "Mean (standard deviation), or number and percentage of those recorded."
        return show_table(table, "baseline", note=note)

    def exposure_table(self) -> Markdown:
        """Return dose and length of the index infusion."""
        names = ("dose_mg.mean", "dose_mg_per_kg.mean", "hours.mean", "guideline_met.proportion",
                 "in_target_range.proportion")  # fmt: skip
        suffixes = [f"exposure.{name}" for name in names]
        return self.estimates("exposure", [*suffixes, *list_endpoints("exposure")])

    def short_term_table(self) -> Markdown:
        """Return the change of pain."""
        thresholds = responder_thresholds(self.analysis.settings)
        names = ["nrs_pre.mean", "nrs_post.mean", "nrs_reduction.mean", "nrs_reduction.wilcoxon",
                 "nrs_reduction.hedges_g", "nrs_reduction_pct.mean", "nrs_reduction_pct.median",
                 *(f"responders_{key_of(t)}.proportion" for t in thresholds)]  # fmt: skip
        suffixes = [f"short_term.{name}" for name in names]
        return self.estimates("short-term", [*suffixes, *list_endpoints("short_term")])

    def accounting_table(self) -> Markdown:
        """Return the outcome of every row."""
        table = tables.tabulate_accounting(self.results)
        return show_table(table, "accounting", numeric=_COUNTS)

    def queries_table(self) -> Markdown:
        """Return the data queries by kind."""
        table = tables.tabulate_queries(self.results)
        return show_table(table, "queries", group="Severity", numeric=_COUNTS)

    def provenance_table(self) -> Markdown:
        """Return where the results come from."""
        return show_table(tables.tabulate_provenance(self.results), "provenance")

    def outcomes_table(self) -> Markdown:
        """Return the registered outcomes beside what was analysed."""
        table = tables.tabulate_outcomes(self.results)
        return show_table(table, "outcomes")
