"""`study report`: the report, with the results and the data queries beside it."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any, Final

from helpers.build import build_report
from helpers.checkout import SYNTHETIC
from helpers.commands.options import add_parameters, parameters_beside_data
from helpers.commands.progress import ProgressLine
from helpers.errors import CallError
from helpers.settings import parse_assignments

FORMATS: Final = ("html", "docx", "pdf")


def add(commands: Any) -> None:
    """Add the command and its options."""
    command = commands.add_parser(
        "report", help="render the report",
        description="Render the report, and write results.json and the data queries beside it.",
    )  # fmt: skip
    command.add_argument(
        "data", metavar="DATA", type=Path, nargs="?",
        help="the study folder (default: the synthetic study)",
    )  # fmt: skip
    command.add_argument(
        "--out", type=Path, default=Path("_output"), help="folder for the report (default: _output)"
    )
    command.add_argument(
        "--formats", default=",".join(FORMATS), help=f"any of {','.join(FORMATS)} (default: all)"
    )
    command.add_argument(
        "--engine", choices=("auto", "quarto", "embedded"), default="auto",
        help="what renders: quarto where it is installed, else the embedded renderer",
    )  # fmt: skip
    add_parameters(command)
    command.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Render the report of a study folder."""
    folder, parameters = _folder_and_parameters(options)
    built = build_report(
        folder, options.out, _formats(options.formats), options.engine, parameters, ProgressLine()
    )
    if built.unchanged:
        print("Nothing has changed since the last report; it is in")
    for path in built.paths:
        print(path)
    return 0


def _folder_and_parameters(options: argparse.Namespace) -> tuple[Path, dict[str, str]]:
    if options.data is not None:
        return options.data, parameters_beside_data(options)
    parameters = parse_assignments(options.parameters)
    return Path(parameters.pop("data", str(SYNTHETIC))), parameters


def _formats(text: str) -> tuple[str, ...]:
    chosen = tuple(dict.fromkeys(name.strip().lower() for name in text.split(",")))
    unknown = [name for name in chosen if name not in FORMATS]
    if unknown:
        raise CallError(f"--formats: unknown format '{unknown[0]}'; allowed: {', '.join(FORMATS)}.")
    return chosen
