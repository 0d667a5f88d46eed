"""`study export`: results for the registry, and analysis datasets."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from helpers.commands.options import add_data, add_parameters, parameters_beside_data
from helpers.commands.progress import ProgressLine


def add(commands: Any) -> None:
    """Add the command with a command of its own for each export."""
    command = commands.add_parser(
        "export", help="write the results or the data in a form for others",
        description="Write the results or the data in a form for others.",
    )  # fmt: skip
    exports = command.add_subparsers(dest="export", required=True, metavar="EXPORT")
    _add_ctgov(exports)
    _add_datasets(exports)


def _add_ctgov(exports: Any) -> None:
    command = exports.add_parser(
        "ctgov", help="write the results for ClinicalTrials.gov",
        description="Write registry results as JSON and as XML, and list what is left to do. "
        "They leave the clinic, and so hold what a release holds (profile=release).",
    )  # fmt: skip
    add_data(command)
    command.add_argument("--out", type=Path, required=True, help="folder for the files")
    add_parameters(command)
    command.set_defaults(run=run_ctgov)


def _add_datasets(exports: Any) -> None:
    command = exports.add_parser(
        "datasets", help="write analysis datasets with a codebook",
        description="Write analysis datasets as CSV and Parquet with a codebook: the tables as "
        "read, patients, infusions, visits and times to event as analysed, the raw cells behind "
        "every row, and the estimates. They hold rows of patients and are INTERNAL: not for "
        "release. With -P profile=release only the estimates that may leave the clinic and their "
        "codebook are written. Adverse events that are in nobody's list are pooled in either.",
    )  # fmt: skip
    add_data(command)
    command.add_argument(
        "--out", type=Path, default=Path("_output") / "datasets",
        help="folder for the datasets (default: _output/datasets, which git ignores)",
    )  # fmt: skip
    add_parameters(command)
    command.set_defaults(run=run_datasets)


def run_ctgov(options: argparse.Namespace) -> int:
    """Write the results for the registry, and tell what is left to do."""
    from helpers.export.registry.ctgov import export_ctgov

    parameters = parameters_beside_data(options)
    export = export_ctgov(options.data, options.out, parameters, ProgressLine())
    print(export.todo)
    for path in export.paths:
        print(path)
    return 0


def run_datasets(options: argparse.Namespace) -> int:
    """Write the analysis datasets."""
    from helpers.export.datasets.make import write_datasets

    parameters = parameters_beside_data(options)
    for path in write_datasets(options.data, options.out, parameters, ProgressLine()):
        print(path)
    return 0
