"""Repeated infusions in Part 1 and repeated visits in Part 2."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import pandas as pd
from IPython.display import Markdown
from matplotlib.figure import Figure

from helpers.cohort.analysis_sets import Cohort
from helpers.cohort.infusions import derive_infusions
from helpers.cohort.scores import derive_course, derive_trajectory
from helpers.present import wording
from helpers.present.figures_durations import plot_all_infusions
from helpers.present.figures_models import plot_changes, plot_hazards
from helpers.present.figures_patients import plot_swimmers
from helpers.present.html_tables import show_table
from helpers.present.tables_visits import (
    tabulate_attendance,
    tabulate_changes,
    tabulate_infusions,
)
from helpers.sections.base import LEFT_OUT, NOT_COVERED, Section
from helpers.study import PROSPECTIVE, RETROSPECTIVE

TRAJECTORY = f"{RETROSPECTIVE}.trajectory.nrs_reduction."
COURSE = f"{PROSPECTIVE}.course.nrs."
_NUMERIC = ("Patients", "Both scores", "Percentage of relief", "Duration of relief", "Scores there")


@dataclass(frozen=True, slots=True)
class Repeated(Section):
    """What happens over infusions and over visits."""

    def infusions_figure(self) -> Figure | Markdown:
        """Return the curve of every infusion of Part 1."""
        if self.for_release:
            return Markdown(LEFT_OUT)
        if not self.covers(RETROSPECTIVE):
            return Markdown(NOT_COVERED)
        return plot_all_infusions(self.results, self.analysis.settings.horizon_days)

    def swimmers_figure(self) -> Figure | Markdown:
        """Return every infusion of each patient of Part 1 with its relief."""
        if self.for_release:
            return Markdown(LEFT_OUT)
        if not self.covers(RETROSPECTIVE):
            return Markdown(NOT_COVERED)
        return plot_swimmers(derive_infusions(self.analysis.cohorts[RETROSPECTIVE]))

    def infusions_table(self) -> Markdown:
        """Return the duration of relief and the two dose models over all infusions."""
        names = ["relief_days.median", "relief_days.rmst", "dose.hazard_ratio", "dose.ph_slope",
                 "dose.any_relief_odds_ratio"]  # fmt: skip
        keys = [f"all_infusions.{name}" for name in names]
        return self.estimates("infusions", keys, [RETROSPECTIVE], note=self._mean_note())

    def _mean_note(self) -> str:
        """Return to which day the mean of all infusions is taken, and what its resamples did."""
        if not self.covers(RETROSPECTIVE):
            return ""
        mean = self.results.get(f"{RETROSPECTIVE}.all_infusions.relief_days.rmst")
        if "tau" not in mean.further:
            return ""
        remark = mean.status.partition(", ")[2]
        return f"The mean is taken to day {mean.further['tau']:g}" + (
            f"; {remark}." if remark else "."
        )

    def hazards_figure(self) -> Figure | Markdown:
        """Return the check that one hazard ratio describes the dose throughout."""
        if self.for_release:
            return Markdown(LEFT_OUT)
        check = self.results.tables["hazards"].get(RETROSPECTIVE)
        if not check:
            return Markdown("*The hazard ratio could not be estimated, so there is no check.*")
        return plot_hazards(check)

    def hazards_sentence(self) -> str:
        """Return what the check of proportional hazards says."""
        if not self.covers(RETROSPECTIVE):
            return "Part 1 is not part of this report."
        return wording.describe_hazards(
            self.results.get(f"{RETROSPECTIVE}.all_infusions.dose.ph_slope")
        )

    def recorded_table(self) -> Markdown:
        """Return what was recorded of each infusion of Part 1."""
        if not self.covers(RETROSPECTIVE):
            return Markdown(NOT_COVERED)
        rows = self.results.tables["attendance"][RETROSPECTIVE]
        return show_table(tabulate_infusions(rows), "recorded", numeric=_NUMERIC)

    def trajectory_table(self) -> Markdown:
        """Return the change of the reduction over the first infusions."""
        return self._changes("trajectory", TRAJECTORY, RETROSPECTIVE)

    def trajectory_figure(self) -> Figure | Markdown:
        """Return the change of the reduction over the first infusions."""
        label = "Change of the reduction\nagainst infusion 1 (points)"
        return self._changes_figure(TRAJECTORY, RETROSPECTIVE, label, _trajectory)

    def course_table(self) -> Markdown:
        """Return the change of pain against baseline at each visit."""
        return self._changes("course", COURSE, PROSPECTIVE)

    def course_figure(self) -> Figure | Markdown:
        """Return the change of pain against baseline at each visit."""
        label = "Change of pain\nagainst baseline (points)"
        return self._changes_figure(COURSE, PROSPECTIVE, label, derive_course)

    def attendance_table(self) -> Markdown:
        """Return who came to each visit, and how the lost differ."""
        if not self.covers(PROSPECTIVE):
            return Markdown(NOT_COVERED)
        table = tabulate_attendance(self.results.tables["attendance"][PROSPECTIVE])
        note = (
            "Came: the visit has a date; a score or a percentage can stand at a visit without one. "
            "Means in points of the NRS, each with its number of patients."
        )
        return show_table(table, "attendance", note=note)

    def _changes(self, name: str, prefix: str, part: str) -> Markdown:
        if not self.covers(part):
            return Markdown(NOT_COVERED)
        keys = self._keys(prefix)
        table = tabulate_changes(self.results, keys, self.level)
        note = wording.describe_mixed_model(self.results.get(keys[0]))
        return show_table(table, name, note=f"CI: confidence interval. {note}", numeric=_NUMERIC)

    def _changes_figure(
        self, prefix: str, part: str, label: str, derive: Callable[[Cohort], pd.DataFrame]
    ) -> Figure | Markdown:
        if not self.covers(part):
            return Markdown(NOT_COVERED)
        raw = None if self.for_release else derive(self.analysis.cohorts[part])
        return plot_changes(self.results, self._keys(prefix), part, label, raw)

    def _keys(self, prefix: str) -> Sequence[str]:
        return self.results.keys(prefix)


def _trajectory(cohort: Cohort) -> pd.DataFrame:
    return derive_trajectory(derive_infusions(cohort))
