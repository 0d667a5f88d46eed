"""Writes the outputs of one analysis, each complete or not at all."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from helpers.analysis.run import Analysis
from helpers.cohort.read import CleanStudy
from helpers.ingest.previous import Comparison
from helpers.mixed import refuse_mixed
from helpers.present.origin import origin_of
from helpers.present.query_files import queries_csv, queries_workbook
from helpers.replacing import check_targets, open_staging, replace_outputs
from helpers.results import check_results


def results_json(analysis: Analysis) -> bytes:
    """Return ``results.json``, checked against its schema, in full precision."""
    content = analysis.results.as_json()
    check_results(content)
    text = json.dumps(content, indent=1, ensure_ascii=False, allow_nan=False)
    return (text + "\n").encode("utf-8")


def output_files(analysis: Analysis, data: Path, out: Path) -> dict[str, bytes]:
    """Return the results as files by name, with the data queries, which never go into a release."""
    results = {"results.json": results_json(analysis)}
    if analysis.settings.for_release:
        return results
    return results | query_files(analysis, data, out)


def query_files(
    study: CleanStudy, data: Path, out: Path, comparison: Comparison | None = None
) -> dict[str, bytes]:
    """Return the data queries as files by name; links lead from ``out`` to the data folder."""
    queries = study.data.queries
    origin = origin_of(study)
    return {
        "data_queries.csv": queries_csv(queries, comparison),
        "data_queries.xlsx": queries_workbook(
            queries, data.resolve(), out.resolve(), origin, comparison
        ),
    }


def write_files(files: Mapping[str, bytes], out: Path) -> list[Path]:
    """Write files into a folder, which is made where it is missing: all of them, or none.

    Raises
    ------
    InputError
        When the folder's path is a file, a folder stands where a file belongs, or another run is
        writing into the folder.
    OutputError
        When the folder cannot be written, an earlier file not replaced, or the disk is full.
    """
    check_targets(out / name for name in files)
    with open_staging(out) as staging:
        staging.write(files)
        replace_outputs((staging, list(files)))
    return [out / name for name in files]


def write_queries(
    study: CleanStudy, data: Path, out: Path, comparison: Comparison | None = None
) -> list[Path]:
    """Write ``data_queries.csv`` and ``data_queries.xlsx``; with a comparison, their states."""
    return write_files(query_files(study, data, out, comparison), out)


def write_results(analysis: Analysis, data: Path, out: Path) -> list[Path]:
    """Write ``results.json`` and, unless it is for release, the data queries.

    Raises
    ------
    InputError
        When a release would lie beside what an internal run left there.
    """
    refuse_mixed(analysis.settings, out)
    return write_files(output_files(analysis, data, out), out)
