"""What the notebooks about results call: the report's sections, without anybody's own words."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from IPython.display import Markdown

from helpers.analysis.study import analyse_cohorts
from helpers.cohort.read import read_cohorts
from helpers.cohort.uncoded import pool_uncoded_events
from helpers.report import Report


def open_notebook(data: str, **parameters: Any) -> Notebook:
    """Analyse a study folder for a notebook: adverse events that are not coded are pooled.

    Parameters
    ----------
    data
        The study folder; a relative path counts from the notebook's folder.
    parameters
        Parameters by name, as ``-P`` gives them; None leaves one to ``study.toml`` or the default.

    Raises
    ------
    StudyError
        When the input or a parameter is wrong.
    """
    study = read_cohorts(Path(data), parameters)
    return Notebook(analyse_cohorts(pool_uncoded_events(study)))


@dataclass(frozen=True, slots=True)
class Notebook(Report):
    """One analysis as its notebooks show it."""

    def opening(self) -> Markdown:
        """Return which parts there are, and whether the data are synthetic."""
        covered = self.coverage().data
        if not self.results.provenance["synthetic"]:
            return Markdown(covered)
        return Markdown(
            f"**Synthetic data:** no patient stands behind any number here.\n\n{covered}"
        )
