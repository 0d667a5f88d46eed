"""Analyse a study folder: read, derive the cohorts, estimate, and gather the results."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from threadpoolctl import threadpool_limits

from helpers.analysis.describe import describe_tables
from helpers.analysis.part import PART_TABLES, PartResults, analyse_part
from helpers.analysis.precision import describe_design
from helpers.analysis.remember import NO_MEMORY, Memory
from helpers.analysis.run import Analysis
from helpers.cohort.read import CleanStudy, Progress, read_cohorts, silent
from helpers.cohort.uncoded import pool_uncoded_events
from helpers.disclosure.release import release_results
from helpers.provenance import describe_provenance
from helpers.results import Results, collect
from helpers.settings import WITHOUT_RESAMPLING


def analyse(
    folder: Path,
    parameters: Mapping[str, Any] | None = None,
    progress: Progress = silent,
    on: dt.date | None = None,
    *,
    resampling: bool = True,
) -> Analysis:
    """Analyse a study folder; arguments and errors as :func:`helpers.cohort.read.read_cohorts`.

    With the release profile the results are those that may leave the clinic. Without
    ``resampling`` what is resampled or imputed is left out, and its keys say so. Everything is
    computed here and now: what was kept of an earlier run is not looked at.
    """
    study = read_cohorts(folder, parameters, progress, on)
    if not resampling:
        study = replace(study, settings=replace(study.settings, n_boot=WITHOUT_RESAMPLING))
    return analyse_cohorts(study, progress)


def analyse_cohorts(
    study: CleanStudy, progress: Progress = silent, memory: Memory = NO_MEMORY
) -> Analysis:
    """Estimate everything of a study that was read.

    ``progress`` is told what is being done; ``memory`` may know what a stage gives.
    """
    if study.settings.for_release:
        study = pool_uncoded_events(study, own_terms=True)
    settings, data, cohorts = study.settings, study.data, study.cohorts
    found: list[PartResults] = []
    # One thread: the matrices are small, so that more would only wait for each other, and sums do
    # not depend on the number of cores.
    with threadpool_limits(limits=1, user_api="blas"):
        for part, cohort in cohorts.items():
            progress(f"estimating the {part} part")
            found.append(analyse_part(cohort, settings, memory))
    estimates = collect(estimate for part in found for estimate in part.estimates)
    results = Results(
        provenance=describe_provenance(settings, data.files, data.parts),
        accounting=tuple(asdict(account) for account in data.accounts),
        estimates=estimates,
        tables={
            **describe_tables(data, cohorts, settings),
            **{name: {part.part: part.tables[name] for part in found} for name in PART_TABLES},
            **describe_design(estimates, data.parts, settings),
        },
        curves={name: curve for part in found for name, curve in part.curves.items()},
    )
    if settings.for_release:
        results = release_results(results, settings)
    return Analysis(settings, data, cohorts, results)
