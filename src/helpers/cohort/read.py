"""From a study folder to its cohorts: everything that comes before an estimate."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from helpers.cohort.analysis_sets import Cohort, derive_cohort
from helpers.ingest.folder import StudyData, read_study
from helpers.settings import Settings, resolve_settings

Progress = Callable[[str], None]


def silent(message: str) -> None:
    """Tell nobody what is being done."""


@dataclass(frozen=True, slots=True)
class CleanStudy:
    """A study folder as it was read: settings, tables and data queries, the cohorts by part."""

    settings: Settings
    data: StudyData
    cohorts: Mapping[str, Cohort]


def read_cohorts(
    folder: Path,
    parameters: Mapping[str, Any] | None = None,
    progress: Progress = silent,
    on: dt.date | None = None,
) -> CleanStudy:
    """Read a study folder and derive the cohorts of its parts; nothing is estimated.

    Parameters
    ----------
    folder
        The study folder, as the data contract describes it.
    parameters
        Parameters by name, as ``-P`` gives them; None leaves one to its default.
    progress
        Called with what is being done.
    on
        The date of the report, after which no date may lie; None: today, or SOURCE_DATE_EPOCH.

    Raises
    ------
    StudyError
        When the input or a parameter is wrong; one message that a person can act on.
    """
    settings = resolve_settings(folder, parameters, on)
    progress("reading the study folder")
    return derive_cohorts(settings, read_study(folder, settings))


def derive_cohorts(settings: Settings, data: StudyData) -> CleanStudy:
    """Return tables that were read with the cohorts of their parts."""
    cohorts = {part: derive_cohort(data, part, settings.index_infusion) for part in data.parts}
    return CleanStudy(settings, data, cohorts)
