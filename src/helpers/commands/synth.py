"""`study synth`: a synthetic study folder from a stated truth."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from helpers.commands.options import count
from helpers.errors import CallError


def add(commands: Any) -> None:
    """Add the command and its options."""
    command = commands.add_parser(
        "synth", help="write a synthetic study folder",
        description="Write a study folder in the raw formats, drawn from a stated truth.",
    )  # fmt: skip
    command.add_argument("--out", type=Path, required=True, help="the folder to write")
    command.add_argument("--seed", type=count, default=20201130, help="default: 20201130")
    command.add_argument("--retrospective", type=count, default=22, metavar="N",
                         help="eligible patients of Part 1 (default: 22; 0: none)")  # fmt: skip
    command.add_argument("--prospective", type=count, default=30, metavar="N",
                         help="eligible patients of Part 2 (default: 30; 0: none)")  # fmt: skip
    command.add_argument("--no-effect", action="store_true", help="a study without any effect")
    command.add_argument("--truth", type=Path, metavar="FILE", help="where to write the truth")
    command.add_argument(
        "--tables", choices=("csv", "parquet"), default="",
        help="a file per sheet of Part 1 in the place of the workbook (default for more than "
        "2000 patients of a part: csv)",
    )  # fmt: skip
    command.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Write a synthetic study folder."""
    if options.retrospective == options.prospective == 0:
        raise CallError("--retrospective 0 and --prospective 0 leave nothing to write.")
    from helpers.synthetic import write_synthetic_study

    write_synthetic_study(
        options.out,
        seed=options.seed,
        retrospective=options.retrospective,
        prospective=options.prospective,
        effect=not options.no_effect,
        truth_file=options.truth,
        tables=options.tables,
    )
    print(options.out)
    return 0
