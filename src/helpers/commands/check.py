"""`study check`: what was read, used and excluded, and the data queries."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from helpers.commands.options import add_data
from helpers.commands.progress import ProgressLine

if TYPE_CHECKING:
    from helpers.cohort.read import CleanStudy
    from helpers.ingest.previous import Comparison


def add(commands: Any) -> None:
    """Add the command and its options."""
    command = commands.add_parser(
        "check", help="read a study folder and list what to correct",
        description="Print what was read, used and excluded, and write the data queries.",
    )  # fmt: skip
    add_data(command)
    command.add_argument(
        "--out", type=Path, default=Path("_output"),
        help="folder for data_queries.csv and .xlsx (default: _output)",
    )  # fmt: skip
    command.add_argument(
        "--previous", type=Path, metavar="DATA",
        help="an earlier export: say of each query whether it is new, still open or solved",
    )  # fmt: skip
    command.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Read a study folder and write its data queries."""
    from helpers.replacing import open_staging

    with open_staging(options.out):  # what speaks against writing is told before any work
        from helpers.cohort.read import read_cohorts
        from helpers.present.summary import summarise
        from helpers.write import write_queries

        study = read_cohorts(options.data, {}, ProgressLine())
        comparison = _compare(study, options.previous) if options.previous else None
        written = write_queries(study, options.data, options.out, comparison)
    print(summarise(study, str(options.data)))
    if comparison:
        from helpers.present.query_states import summarise_comparison

        print("\n" + summarise_comparison(comparison))
    print("\nWritten: " + ", ".join(str(path) for path in written))
    return 0


def _compare(study: CleanStudy, previous: Path) -> Comparison:
    from helpers.ingest.previous import compare_queries, read_previous

    return compare_queries(study.data, read_previous(previous), previous)
