"""How firm the estimates are: other readings of the data, regression to the mean, precision."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

import pandas as pd
from IPython.display import Markdown
from matplotlib.figure import Figure

from helpers.present import tables, wording
from helpers.present.figures_robustness import (
    Variant,
    plot_context,
    plot_regression,
    plot_variants,
)
from helpers.present.html_tables import show_table
from helpers.present.numbers import format_with_interval
from helpers.published import PUBLISHED_FINDINGS
from helpers.sections.base import Section
from helpers.study import RETROSPECTIVE

_DAYS = "relief_days"
VARIANTS: Final = MappingProxyType(
    {
        "Mean reduction of pain (NRS, points)": (
            ("complete cases", "short_term.nrs_reduction.mean"),
            ("multiple imputation", "sensitivity.multiple_imputation.nrs_reduction.mean"),
            ("all infusions", "sensitivity.all_infusions.nrs_reduction.mean"),
        ),
        "Responders, at least 30% (% of patients)": (
            ("complete cases", "short_term.responders_30.proportion"),
            ("multiple imputation", "sensitivity.multiple_imputation.responders_30.proportion"),
            ("missing as no response",
             "sensitivity.missing_as_non_responder.responders_30.proportion"),
        ),
        "Median duration of relief (days)": (
            ("from midpoints (Kaplan–Meier)", f"long_term.{_DAYS}.median"),
            ("from the ranges (NPMLE)", f"long_term.{_DAYS}.npmle_median"),
            ("without approximate", f"sensitivity.without_approximate.{_DAYS}.median"),
            ("censored as ended", f"sensitivity.censored_as_ended.{_DAYS}.median"),
            ("ended at next infusion", f"sensitivity.ended_at_next_infusion.{_DAYS}.median"),
            ("all infusions", f"sensitivity.all_infusions.{_DAYS}.median"),
        ),
        "Mean duration to day 84, or the last observed (days)": (
            ("from midpoints (Kaplan–Meier)", f"long_term.{_DAYS}.rmst"),
            ("without approximate", f"sensitivity.without_approximate.{_DAYS}.rmst"),
            ("censored as ended", f"sensitivity.censored_as_ended.{_DAYS}.rmst"),
            ("ended at next infusion", f"sensitivity.ended_at_next_infusion.{_DAYS}.rmst"),
            ("all infusions", f"sensitivity.all_infusions.{_DAYS}.rmst"),
        ),
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Robustness(Section):
    """The estimates under other assumptions."""

    def variants_figure(self) -> Figure:
        """Return every variant beside the main estimate."""
        panels: dict[str, tuple[Variant, ...]] = dict(VARIANTS)
        return plot_variants(self.results, self.parts, panels)

    def variants_table(self) -> Markdown:
        """Return the estimates of every sensitivity analysis."""
        keys = self.results.keys(f"{self.parts[0]}.sensitivity.")
        names = [key.partition(".")[2] for key in keys]
        return self.estimates("sensitivity", names, note=self._concerned_note())

    def _concerned_note(self) -> str:
        """Return how many patients each reading concerns: none means no other number."""
        if self.for_release:
            return "How many patients each reading concerns is withheld."
        words = []
        for part in self.parts:
            further = self.results.get(f"{part}.long_term.relief_days.median").further
            imputed = self.results.get(f"{part}.sensitivity.multiple_imputation.nrs_reduction.mean")
            shifted = self.results.get(f"{part}.sensitivity.delta_adjusted.nrs_reduction.crosses_0")
            words.append(
                f"{tables.short_title(part)}, {further['n_approximate']} approximate and "
                f"{further['n_censored']} censored durations, scores imputed in "
                f"{imputed.further.get('n_imputed', 0)} of the patients "
                f"(of scores after the infusion: {shifted.further.get('n_imputed', 0)})"
            )
        return f"Concerned: {'; '.join(words)}."

    def regression_figure(self) -> Figure | Markdown:
        """Return what regression to the mean alone would bring, beside the observed change."""
        rows = self.results.tables["regression_to_the_mean"]
        parts = [part for part in self.parts if any(row["part"] == part for row in rows)]
        if not parts:
            return Markdown(f"*{self._no_regression()}*")
        return plot_regression(rows, parts)

    def regression_note(self) -> Markdown:
        """Return what regression to the mean could bring at most, over the means assumed."""
        rows = self.results.tables["regression_to_the_mean"]
        return Markdown(wording.describe_regression(rows, self.parts))

    def _no_regression(self) -> str:
        if not self.covers(RETROSPECTIVE):
            return "Only Part 1, which this report does not cover, tells how much scores vary."
        return "The scores before the infusions do not tell how much of their spread is passing."

    def context_figure(self) -> Figure:
        """Return our responders beside published counts."""
        return plot_context(self.results.tables["published_context"])

    def context_table(self) -> Markdown:
        """Return published findings that are no counts."""
        rows = [{"Study": study, "What": what, "Finding": finding}
                for study, what, finding in PUBLISHED_FINDINGS]  # fmt: skip
        return show_table(pd.DataFrame(rows), "published")

    def icc(self) -> str:
        """Return the intraclass correlation of the scores before, in words."""
        if not self.covers(RETROSPECTIVE):
            return "not part of this report"
        estimate = self.results.get(f"{RETROSPECTIVE}.regression_to_the_mean.icc")
        if estimate.estimate is None:
            return f"not estimated: {estimate.status}"
        if estimate.estimate == 0:
            return (
                "the variance between patients was estimated as zero, the least that the model "
                "allows; its interval cannot be used, and the figure shows the most that "
                "regression to the mean could bring"
            )
        return f"{format_with_interval(estimate)} of their variance lies between patients"

    def precision_table(self) -> Markdown:
        """Return the half-widths to expect at the planned sizes."""
        table = tables.tabulate_precision(self.results)
        return show_table(table, "precision", note="SD: standard deviation of the change.")
