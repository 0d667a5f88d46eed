"""`study bundle`: the package for peer review."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from helpers.commands.options import add_data, add_parameters, parameters_beside_data
from helpers.commands.progress import ProgressLine


def add(commands: Any) -> None:
    """Add the command and its options."""
    from helpers.bundle.consent import CONFIRM, INCLUDE

    command = commands.add_parser(
        "bundle", help="write the package for peer review",
        description="Write one zip file for reviewers: the code with its lock file, the synthetic "
        "study, results and report as a release, notebooks executed on the synthetic study, "
        "certificates, data dictionary, checklists and checksums, described as an RO-Crate. Data "
        "of patients are not in it unless two flags say so; data queries never are.",
    )  # fmt: skip
    add_data(command)
    command.add_argument(
        "--out", metavar="FILE.zip", type=Path, required=True, help="the zip file to write"
    )
    command.add_argument(
        INCLUDE, dest="include_data", action="store_true",
        help="put the data of the study into the bundle; needs the next flag too",
    )  # fmt: skip
    command.add_argument(
        CONFIRM, dest="confirmed", action="store_true",
        help="confirms it: rows of single patients go to whoever receives the file",
    )  # fmt: skip
    add_parameters(command)
    command.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Write the package for peer review, and say what is in it."""
    from helpers.bundle.make import write_bundle
    from helpers.bundle.readme import describe_kind

    progress = ProgressLine()
    bundle = write_bundle(
        options.data, options.out, parameters_beside_data(options), progress,
        include_data=options.include_data, confirmed=options.confirmed,
    )  # fmt: skip
    progress.clear()
    print(describe_kind(bundle.kind))
    if not bundle.agrees:
        print("Recomputed values differ from those in the bundle: its certificates say which.")
    print(f"{bundle.path}: {bundle.files} files")
    return 0 if bundle.agrees else 1
