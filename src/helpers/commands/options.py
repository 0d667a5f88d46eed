"""What several commands take: the study folder, parameters, whole numbers."""

from __future__ import annotations

import argparse
from pathlib import Path

from helpers.errors import CallError
from helpers.settings import parse_assignments


def add_data(command: argparse.ArgumentParser) -> None:
    """Add the study folder."""
    command.add_argument("data", metavar="DATA", type=Path, help="the study folder")


def add_parameters(command: argparse.ArgumentParser) -> None:
    """Add ``-P name=value``, which may be repeated."""
    command.add_argument(
        "-P", dest="parameters", action="append", default=[], metavar="NAME=VALUE",
        help="a parameter, as ci_level=0.9; may be repeated",
    )  # fmt: skip


def count(text: str) -> int:
    """Return a whole number of at least 0.

    Raises
    ------
    argparse.ArgumentTypeError
        On any other text.
    """
    if not text.isascii() or not text.isdigit():
        raise argparse.ArgumentTypeError(f"expected a whole number of at least 0, got '{text}'")
    return int(text)


def parameters_beside_data(options: argparse.Namespace) -> dict[str, str]:
    """Return the parameters of a command that is told the study folder apart from them.

    Raises
    ------
    CallError
        When a parameter is no assignment, is given twice, or names the folder again.
    """
    parameters = parse_assignments(options.parameters)
    if "data" in parameters:
        raise CallError("the study folder is given twice: as DATA and as -P data=…; give it once.")
    return parameters
