"""The `study` command: thin, so that every command is also a call."""

from __future__ import annotations

import argparse
import io
import os
import signal
import sys
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from helpers import __version__
from helpers.environment import check_environment
from helpers.errors import CallError, StudyError
from helpers.study import REGISTRY_ID

if TYPE_CHECKING:
    from helpers.analysis.study import Analysis

ROOT = Path(__file__).resolve().parents[2]
SYNTHETIC = ROOT / "data" / "synthetic"
FORMATS = ("html", "docx", "pdf")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the `study` command and return its exit code: 0 done, 2 wrong input, 130 interrupted."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")  # a terminal without "×" is no reason to fail
    parser = build_parser()
    options = parser.parse_args(arguments)
    if threading.current_thread() is threading.main_thread():
        # Being told to stop is an interruption like Ctrl-C: clean up, and leave the old output.
        signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        check_environment()
        return int(options.run(options))
    except StudyError as error:
        print(f"study {options.command}: {error}", file=sys.stderr)
        return error.exit_code
    except OSError as error:
        place = f" ({error.filename})" if error.filename else ""
        print(f"study {options.command}: {error.strerror or error}{place}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print(f"study {options.command}: interrupted; nothing was replaced.", file=sys.stderr)
        return 130


def build_parser() -> argparse.ArgumentParser:
    """Return the parser of the `study` command."""
    parser = argparse.ArgumentParser(
        prog="study",
        description=f"The analysis report of {REGISTRY_ID} from the clinic's files.",
    )
    parser.add_argument("--version", action="version", version=f"study {__version__}")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    _add_check(commands)
    _add_analyse(commands)
    _add_report(commands)
    _add_synth(commands)
    _add_export(commands)
    return parser


def _add_check(commands: Any) -> None:
    command = commands.add_parser(
        "check", help="read a study folder and list what to correct",
        description="Print what was read, used and excluded, and write the data queries.",
    )  # fmt: skip
    command.add_argument("data", metavar="DATA", type=Path, help="the study folder")
    command.add_argument(
        "--out", type=Path, default=Path("_output"),
        help="folder for data_queries.csv and .xlsx (default: _output)",
    )  # fmt: skip
    command.set_defaults(run=_check)


def _add_analyse(commands: Any) -> None:
    command = commands.add_parser(
        "analyse", help="write results.json and the data queries",
        description="Compute every estimate and write results.json and the data queries.",
    )  # fmt: skip
    command.add_argument("data", metavar="DATA", type=Path, help="the study folder")
    command.add_argument("--out", type=Path, required=True, help="folder for the results")
    _add_parameters(command)
    command.set_defaults(run=_analyse)


def _add_report(commands: Any) -> None:
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
    _add_parameters(command)
    command.set_defaults(run=_report)


def _add_synth(commands: Any) -> None:
    command = commands.add_parser(
        "synth", help="write a synthetic study folder",
        description="Write a study folder in the raw formats, drawn from a stated truth.",
    )  # fmt: skip
    command.add_argument("--out", type=Path, required=True, help="the folder to write")
    command.add_argument("--seed", type=_count, default=20201130, help="default: 20201130")
    command.add_argument("--retrospective", type=_count, default=22, metavar="N",
                         help="eligible patients of Part 1 (default: 22; 0: none)")  # fmt: skip
    command.add_argument("--prospective", type=_count, default=30, metavar="N",
                         help="eligible patients of Part 2 (default: 30; 0: none)")  # fmt: skip
    command.add_argument("--no-effect", action="store_true", help="a study without any effect")
    command.add_argument("--truth", type=Path, metavar="FILE", help="where to write the truth")
    command.set_defaults(run=_synth)


def _add_export(commands: Any) -> None:
    command = commands.add_parser(
        "export", help="write the results or the data in a form for others",
        description="Write the results or the data in a form for others.",
    )  # fmt: skip
    exports = command.add_subparsers(dest="export", required=True, metavar="EXPORT")
    _add_export_datasets(exports)


def _add_export_datasets(exports: Any) -> None:
    command = exports.add_parser(
        "datasets", help="write analysis datasets with a codebook",
        description="Write analysis datasets as CSV and Parquet with a codebook: the tables as "
        "read, patients, infusions, visits and times to event as analysed, the raw cells behind "
        "every row, and the estimates. They hold rows of patients and are INTERNAL: not for "
        "release. With -P profile=release only the estimates that may leave the clinic and their "
        "codebook are written. Adverse events that are in nobody's list are pooled in either.",
    )  # fmt: skip
    command.add_argument("data", metavar="DATA", type=Path, help="the study folder")
    command.add_argument(
        "--out", type=Path, default=Path("_output") / "datasets",
        help="folder for the datasets (default: _output/datasets, which git ignores)",
    )  # fmt: skip
    _add_parameters(command)
    command.set_defaults(run=_export_datasets)


def _add_parameters(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "-P", dest="parameters", action="append", default=[], metavar="NAME=VALUE",
        help="a parameter, as ci_level=0.9; may be repeated",
    )  # fmt: skip


def _count(text: str) -> int:
    if not text.isascii() or not text.isdigit():
        raise argparse.ArgumentTypeError(f"expected a whole number of at least 0, got '{text}'")
    return int(text)


def _check(options: argparse.Namespace) -> int:
    from helpers.cohort.read import read_cohorts
    from helpers.present.summary import summarise
    from helpers.write import write_queries

    study = read_cohorts(options.data, {}, _progress())
    written = write_queries(study, options.data, options.out)
    print(summarise(study, str(options.data)))
    print("\nWritten: " + ", ".join(str(path) for path in written))
    return 0


def _analyse(options: argparse.Namespace) -> int:
    from helpers.settings import parse_assignments
    from helpers.write import write_results

    parameters = parse_assignments(options.parameters)
    _refuse_data_parameter(parameters)
    analysis = _run_analysis(options.data, parameters)
    for path in write_results(analysis, options.data, options.out):
        print(path)
    return 0


def _run_analysis(folder: Path, parameters: dict[str, str]) -> Analysis:
    from helpers.analysis.study import analyse

    return analyse(folder, parameters, _progress())


def _refuse_data_parameter(parameters: dict[str, str]) -> None:
    if "data" in parameters:
        raise CallError("the study folder is given twice: as DATA and as -P data=…; give it once.")


def _report(options: argparse.Namespace) -> int:
    from helpers.build import build_report
    from helpers.settings import parse_assignments

    parameters = parse_assignments(options.parameters)
    folder = options.data
    if folder is not None:
        _refuse_data_parameter(parameters)
    else:
        folder = Path(parameters.pop("data", str(SYNTHETIC)))
    built = build_report(
        folder, options.out, _formats(options.formats), options.engine, parameters, _progress()
    )
    if built.unchanged:
        print("Nothing has changed since the last report; it is in")
    for path in built.paths:
        print(path)
    return 0


def _formats(text: str) -> tuple[str, ...]:
    chosen = tuple(dict.fromkeys(name.strip().lower() for name in text.split(",")))
    unknown = [name for name in chosen if name not in FORMATS]
    if unknown:
        raise CallError(f"--formats: unknown format '{unknown[0]}'; allowed: {', '.join(FORMATS)}.")
    return chosen


def _export_datasets(options: argparse.Namespace) -> int:
    from helpers.export.datasets import write_datasets
    from helpers.settings import parse_assignments

    parameters = parse_assignments(options.parameters)
    _refuse_data_parameter(parameters)
    for path in write_datasets(options.data, options.out, parameters, _progress()):
        print(path)
    return 0


def _synth(options: argparse.Namespace) -> int:
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
    )
    print(options.out)
    return 0


class _Progress:
    """Progress on standard error: one line that is rewritten on a terminal, else plain lines."""

    def __init__(self) -> None:
        self.silent = sys.stderr is None
        self.on_terminal = (
            not self.silent and sys.stderr.isatty() and os.environ.get("TERM") != "dumb"
        )

    def __call__(self, message: str) -> None:
        if self.silent:
            return
        if self.on_terminal:
            print(f"\r\x1b[K{message} …", end="", file=sys.stderr, flush=True)
        else:
            print(f"{message} …", file=sys.stderr, flush=True)

    def __del__(self) -> None:
        if self.on_terminal:
            print("\r\x1b[K", end="", file=sys.stderr, flush=True)


def _progress() -> _Progress:
    return _Progress()


if __name__ == "__main__":
    sys.exit(main())
