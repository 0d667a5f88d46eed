"""The `study` command: thin, so that every command is also a call."""

from __future__ import annotations

import argparse
import io
import sys
from collections.abc import Sequence

from helpers import __version__
from helpers.commands import analyse, bundle, check, export, report, simulate, synth, verify
from helpers.environment import check_environment
from helpers.interruption import stoppable
from helpers.program import exit_code_of
from helpers.study import REGISTRY_ID

_COMMANDS = (check, analyse, report, synth, verify, export, bundle, simulate)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the `study` command and return its exit code.

    0 done, 1 done and something differs, 2 the input or the call is wrong, 130 interrupted.
    """
    with stoppable(ends=arguments is None):
        called = ["study"]
        try:
            return _run(arguments, called)
        except BaseException as error:
            return exit_code_of(error, " ".join(called))


def _run(arguments: Sequence[str] | None, called: list[str]) -> int:
    """Run a command, whose name is added to ``called`` as soon as it is known."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")  # a terminal without "×" is no reason to fail
    options = build_parser().parse_args(arguments)
    called.append(options.command)
    check_environment()
    code = int(options.run(options))
    if sys.stdout is not None:
        sys.stdout.flush()
    return code


def build_parser() -> argparse.ArgumentParser:
    """Return the parser of the `study` command."""
    parser = argparse.ArgumentParser(
        prog="study",
        description=f"The analysis report of {REGISTRY_ID} from the clinic's files.",
    )
    parser.add_argument("--version", action="version", version=f"study {__version__}")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for command in _COMMANDS:
        command.add(commands)
    return parser


if __name__ == "__main__":
    sys.exit(main())
