"""Analyse a study folder: read, derive the cohorts, estimate, and gather the results."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from helpers.analysis.describe import describe_tables
from helpers.analysis.exposure import estimate_exposure
from helpers.analysis.flow import estimate_flow
from helpers.analysis.long_term import (
    curve_as_json,
    estimate_relief_days,
    estimate_relief_pct,
    relief_curve,
)
from helpers.analysis.safety import estimate_safety
from helpers.analysis.scope import Scope
from helpers.analysis.short_term import estimate_short_term
from helpers.cohort.analysis_sets import Cohort, derive_cohort
from helpers.estimate.kaplan_meier import Curve
from helpers.ingest.folder import StudyData, read_study
from helpers.provenance import describe_provenance
from helpers.results import Estimate, Results, collect
from helpers.settings import Settings, resolve_settings
from helpers.study import RETROSPECTIVE

Progress = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Analysis:
    """One run on one study folder: settings, what was read, the cohorts by part, the results."""

    settings: Settings
    data: StudyData
    cohorts: Mapping[str, Cohort]
    results: Results


def analyse(
    folder: Path,
    parameters: Mapping[str, Any] | None = None,
    progress: Progress = lambda message: None,
) -> Analysis:
    """Analyse a study folder.

    Parameters
    ----------
    folder
        The study folder, as the data contract describes it.
    parameters
        Parameters by name, as ``-P`` gives them; None leaves one to its default.
    progress
        Called with what is being done.

    Raises
    ------
    StudyError
        When the input or a parameter is wrong; one message that a person can act on.
    """
    settings = resolve_settings(folder, parameters)
    progress("reading the study folder")
    data = read_study(folder, settings)
    cohorts = {part: derive_cohort(data, part, settings.index_infusion) for part in data.parts}
    estimates: list[Estimate] = []
    curves: dict[str, Any] = {}
    for part, cohort in cohorts.items():
        progress(f"estimating the {part} part")
        curve = relief_curve(cohort, settings.ci_level)
        curves[f"{part}.relief_days"] = curve_as_json(curve)
        estimates += estimate_cohort(cohort, curve, settings)
    results = Results(
        provenance=describe_provenance(settings, data.files, data.parts),
        accounting=tuple(asdict(account) for account in data.accounts),
        estimates=collect(estimates),
        tables=describe_tables(data, cohorts, settings),
        curves=curves,
    )
    return Analysis(settings, data, cohorts, results)


def estimate_cohort(cohort: Cohort, curve: Curve, settings: Settings) -> Iterator[Estimate]:
    """Yield every estimate of one part, in the plan's order."""
    scope = Scope(
        cohort.part, "", index_population(cohort), len(cohort.eligible), settings.ci_level
    )
    yield from estimate_flow(cohort)
    yield from estimate_exposure(cohort, scope)
    yield from estimate_short_term(cohort, scope, settings)
    yield from estimate_relief_pct(cohort, scope)
    yield from estimate_relief_days(cohort, curve, scope, settings)
    yield from estimate_safety(cohort, scope)


def index_population(cohort: Cohort) -> str:
    """Return in words whom and which infusion an estimate at the index infusion is about."""
    if cohort.part == RETROSPECTIVE:
        return f"eligible patients, infusion {cohort.index_infusion}"
    return "eligible patients, study infusion"
