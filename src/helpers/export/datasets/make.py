"""The analysis datasets of a study: the typed tables, the derived sets, the estimates."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import pandas as pd

from helpers.analysis.run import Analysis
from helpers.analysis.study import analyse_cohorts
from helpers.cohort.analysis_sets import Cohort
from helpers.cohort.read import CleanStudy, Progress, read_cohorts, silent
from helpers.cohort.uncoded import pool_uncoded_events
from helpers.errors import InputError
from helpers.export.datasets.codebook import codebook_files
from helpers.export.datasets.estimates import ESTIMATES, estimate_rows
from helpers.export.datasets.infusions import INFUSIONS, TIMES, derive_by_infusion, derive_to_event
from helpers.export.datasets.rows import Rows, list_rows
from helpers.export.datasets.subject_variables import SUBJECTS
from helpers.export.datasets.subjects import derive_subjects
from helpers.export.datasets.tidy import as_csv, as_parquet
from helpers.export.datasets.trace import SOURCES, Tracer, describe_cells
from helpers.export.datasets.typed import list_typed, place_rows
from helpers.export.datasets.variables import CELLS, INTERNAL_MARK, Dataset
from helpers.export.datasets.visits import VISITS, derive_visits
from helpers.mixed import INTERNAL_FILE, refuse_mixed
from helpers.settings import Settings
from helpers.write import write_files

TYPED: Final = list_typed()
_DERIVED: Final[Mapping[str, Callable[[Cohort, Settings], Rows]]] = {
    "adsl": derive_subjects,
    "adinf": lambda cohort, settings: derive_by_infusion(cohort),
    "adtte": lambda cohort, settings: derive_to_event(cohort),
    "advis": lambda cohort, settings: derive_visits(cohort),
}
DERIVED: Final = (SUBJECTS, INFUSIONS, TIMES, VISITS)
INTERNAL_DATASETS: Final = (*DERIVED, *TYPED, SOURCES)
_NOTICE: Final = f"""\
{INTERNAL_MARK}

These files hold rows of single patients. They must not leave the clinic. What may leave it is made
with: study export datasets DATA --out ANOTHER_FOLDER -P profile=release
"""


def write_datasets(
    data: Path, out: Path, parameters: Mapping[str, Any], progress: Progress = silent
) -> list[Path]:
    """Write the datasets of a study folder with their codebook: all of them, or none.

    Arguments and further errors as :func:`helpers.cohort.read.read_cohorts`.

    Raises
    ------
    InputError
        When a release would lie beside rows of patients.
    """
    study = pool_uncoded_events(read_cohorts(data, parameters, progress))
    refuse_mixed(study.settings, out)
    if study.settings.for_release:
        _refuse_rows(out)
    return write_files(dataset_files(analyse_cohorts(study, progress)), out)


def _refuse_rows(out: Path) -> None:
    for name in name_files(INTERNAL_DATASETS):
        if (out / name).exists():
            raise InputError(
                f"{out}: holds {name}, which has rows of patients and must not leave the clinic; "
                "give the release a folder of its own (--out)."
            )


def dataset_files(analysis: Analysis) -> dict[str, bytes]:
    """Return every dataset as CSV and Parquet with the codebook, as files by name.

    A release holds the estimates alone: no row of a patient leaves the clinic.

    Parameters
    ----------
    analysis
        One run on one study folder, its uncoded adverse events pooled.
    """
    tables = {ESTIMATES: ESTIMATES.table.build(estimate_rows(analysis.results))}
    if analysis.settings.for_release:
        return _files(tables)
    return {INTERNAL_FILE: _NOTICE.encode()} | _files(derive_datasets(analysis) | tables)


def _files(tables: Mapping[Dataset, pd.DataFrame]) -> dict[str, bytes]:
    files = codebook_files(list(tables))
    for dataset, table in tables.items():
        files[f"{dataset.name}.csv"] = as_csv(dataset, table)
        files[f"{dataset.name}.parquet"] = as_parquet(dataset, table)
    return files


def derive_datasets(study: CleanStudy) -> dict[Dataset, pd.DataFrame]:
    """Return the datasets that hold rows of patients, validated, with the cells of every row."""
    cohorts = study.cohorts
    typed: dict[str, Rows] = {
        dataset.name: [row for cohort in cohorts.values()
                       for row in list_rows(cohort.tables[dataset.name])]
        for dataset in TYPED
    }  # fmt: skip
    tracer = Tracer(typed, study.data.files)
    found: dict[Dataset, pd.DataFrame] = {}
    cells: Rows = []
    for dataset in DERIVED:
        derive = _DERIVED[dataset.name]
        rows = [row for cohort in cohorts.values() for row in derive(cohort, study.settings)]
        found[dataset], traced = _trace(dataset, rows, tracer)
        cells += traced
    for dataset in TYPED:
        rows = place_rows(dataset, typed[dataset.name], study.data.files)
        found[dataset], traced = _trace(dataset, rows, tracer)
        cells += traced
    return found | {SOURCES: SOURCES.table.build(cells)}


def _trace(dataset: Dataset, rows: Rows, tracer: Tracer) -> tuple[pd.DataFrame, Rows]:
    """Return the table of a dataset, and the cells that its rows come from."""
    has_cells = CELLS[-1] in dataset.variables
    built: Rows = []
    traced: Rows = []
    for number, row in enumerate(rows, start=1):
        record = row | {"row_id": number}
        cells = list(tracer.cells(dataset, record))
        if has_cells:
            file = cells[0]["file"] if cells else None
            record |= {"source_file": file, "source_cells": describe_cells(cells)}
        built.append(record)
        traced += cells
    return dataset.table.build(built), traced


def name_files(datasets: Sequence[Dataset]) -> list[str]:
    """Return the names of the files of some datasets."""
    return [f"{dataset.name}.{ending}" for dataset in datasets for ending in ("csv", "parquet")]
