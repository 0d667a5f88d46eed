"""`study analyse`: the results and the data queries, nothing rendered."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from helpers.commands.options import add_data, add_parameters, parameters_beside_data
from helpers.commands.progress import ProgressLine
from helpers.errors import CallError


def add(commands: Any) -> None:
    """Add the command and its options."""
    command = commands.add_parser(
        "analyse", help="write results.json and the data queries",
        description="Compute every estimate and write results.json and the data queries.",
    )  # fmt: skip
    add_data(command)
    command.add_argument("--out", type=Path, required=True, help="folder for the results")
    command.add_argument(
        "--without-resampling", action="store_true",
        help="leave out what is resampled or imputed, as for a very large study; the keys say so",
    )  # fmt: skip
    add_parameters(command)
    command.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Analyse a study folder and write what was found."""
    from helpers.replacing import open_staging

    parameters = parameters_beside_data(options)
    if options.without_resampling and "n_boot" in parameters:
        raise CallError("--without-resampling leaves no resamples for n_boot; give one of them.")
    with open_staging(options.out):  # what speaks against writing is told before any work
        from helpers.analysis.study import analyse
        from helpers.write import write_results

        analysis = analyse(
            options.data, parameters, ProgressLine(), resampling=not options.without_resampling
        )
        written = write_results(analysis, options.data, options.out)
    for path in written:
        print(path)
    return 0
