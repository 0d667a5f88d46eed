"""The `study` command: thin, so that every command is also a call."""

from __future__ import annotations

import argparse
import io
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from helpers import __version__
from helpers.environment import check_environment
from helpers.errors import CallError
from helpers.interruption import check_interruption, stoppable
from helpers.program import exit_code_of

if TYPE_CHECKING:
    from helpers.analysis.study import Analysis
    from helpers.simulation.call import Call

ROOT = Path(__file__).resolve().parents[2]
SYNTHETIC = ROOT / "data" / "synthetic"
FORMATS = ("html", "docx", "pdf")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the `study` command and return its exit code: 0 done, 2 wrong input, 130 interrupted."""
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
        prog="study", description="The analysis report of NCT06916403 from the clinic's files."
    )
    parser.add_argument("--version", action="version", version=f"study {__version__}")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    _add_check(commands)
    _add_analyse(commands)
    _add_report(commands)
    _add_synth(commands)
    _add_verify(commands)
    _add_export(commands)
    _add_simulate(commands)
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


def _add_verify(commands: Any) -> None:
    command = commands.add_parser(
        "verify", help="recompute results.json and compare every value",
        description="Recompute a results.json from its data and compare every value with it. "
        "Exit code 0: all agree; 1: some differ; 2: the input or the call is wrong.",
    )  # fmt: skip
    command.add_argument(
        "results", metavar="RESULTS", type=Path, nargs="?",
        help="the results.json (default: the archived results of the synthetic study)",
    )  # fmt: skip
    command.add_argument(
        "--data", metavar="DATA", type=Path,
        help="the study folder it was computed from (default: the synthetic study, for its own)",
    )  # fmt: skip
    command.add_argument(
        "--out", type=Path, default=Path("_output"),
        help="folder for certificate.json (default: _output)",
    )  # fmt: skip
    command.add_argument("--with-r", action="store_true",
                         help="run the reference scripts in R too, from a checkout")  # fmt: skip
    _add_parameters(command)
    command.set_defaults(run=_verify)


def _add_export(commands: Any) -> None:
    command = commands.add_parser(
        "export", help="write the results for the registry",
        description="Write registry results as JSON and as XML, and list what is left to do. "
        "It leaves the clinic, and so holds what a release holds (profile=release).",
    )  # fmt: skip
    command.add_argument("registry", choices=("ctgov",), help="ctgov: ClinicalTrials.gov")
    command.add_argument("data", metavar="DATA", type=Path, help="the study folder")
    command.add_argument("--out", type=Path, required=True, help="folder for the files")
    _add_parameters(command)
    command.set_defaults(run=_export)


def _add_simulate(commands: Any) -> None:
    command = commands.add_parser(
        "simulate", help="what the estimators do in thousands of simulated studies",
        description="Simulate studies of known truths, and write bias, coverage, power and false "
        "positives of the plan's estimators. An interrupted run goes on when it is called again.",
    )  # fmt: skip
    command.add_argument("--out", type=Path, required=True, help="folder for the results")
    command.add_argument("--truths", metavar="NAMES", help="names with commas (default: all eight, "
                         "or 'stated' where it is varied)")  # fmt: skip
    command.add_argument("--reduction", metavar="POINTS", help="vary the drug's mean reduction of "
                         "pain, as 0,1,2,3")  # fmt: skip
    command.add_argument("--median-days", metavar="DAYS", help="vary the median duration of "
                         "relief, as 7,18,42")  # fmt: skip
    command.add_argument("--sizes", default="20,30,50", help="patients per study "
                         "(default: 20,30,50)")  # fmt: skip
    command.add_argument("--replicates", type=_count, default=10_000, metavar="N",
                         help="studies of each truth at each size (default: 10000)")  # fmt: skip
    command.add_argument("--seed", type=_count, default=6916403, help="default: 6916403")
    command.add_argument("--population", type=_count, default=2_000_000, metavar="N",
                         help="patients that truths are read off (default: 2000000)")  # fmt: skip
    where = command.add_mutually_exclusive_group()
    where.add_argument("--jobs", type=_count, metavar="N", help="processes (default: all cores)")
    where.add_argument("--cluster", metavar="ADDRESS", help="a Dask scheduler's, as "
                       "tcp://host:8786, in place of processes here")  # fmt: skip
    command.add_argument(
        "--show",
        nargs=3,
        metavar=("TRUTH", "SIZE", "REPLICATE"),
        help="write one study again (counted from 0) and print its seed",
    )
    _add_parameters(command)
    command.set_defaults(run=_simulate)


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
    from helpers.replacing import open_staging

    with open_staging(options.out):  # what speaks against writing is told before any work
        from helpers.cohort.read import read_cohorts
        from helpers.present.summary import summarise
        from helpers.write import write_queries

        study = read_cohorts(options.data, {}, _progress())
        written = write_queries(study, options.data, options.out)
    print(summarise(study, str(options.data)))
    print("\nWritten: " + ", ".join(str(path) for path in written))
    return 0


def _analyse(options: argparse.Namespace) -> int:
    from helpers.replacing import open_staging
    from helpers.settings import parse_assignments

    parameters = parse_assignments(options.parameters)
    _refuse_data_parameter(parameters)
    with open_staging(options.out):  # what speaks against writing is told before any work
        from helpers.write import write_results

        analysis = _run_analysis(options.data, parameters)
        written = write_results(analysis, options.data, options.out)
    for path in written:
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


def _verify(options: argparse.Namespace) -> int:
    from helpers.settings import parse_assignments, report_date
    from helpers.verify import certificate
    from helpers.verify.run import verify_results
    from helpers.verify.told import tell_verification
    from helpers.verify.with_r import find_r, verify_with_r
    from helpers.write import write_files

    results, data = _to_verify(options.results, options.data)
    parameters = parse_assignments(options.parameters)
    _refuse_data_parameter(parameters)
    if options.with_r:
        find_r()  # what is missing is told before any work
    progress = _progress()
    found = verify_results(results, data, parameters, progress)
    if options.with_r:
        progress("running the reference scripts in R")
    r = verify_with_r(found.analysis, data.resolve().name) if options.with_r else None
    written = certificate.write_certificate(found, r, report_date())
    progress.clear()
    print(tell_verification(found, r))
    print(f"\nCertificate: {write_files({certificate.FILE: written}, options.out)[0]}")
    return 0 if certificate.agrees(found, r) else 1


def _to_verify(results: Path | None, data: Path | None) -> tuple[Path, Path]:
    """Return the results to verify and their study folder; the synthetic study is the default."""
    from helpers.verify.archive import ARCHIVE, find_archive

    if results is None or results.resolve() == ARCHIVE:
        return find_archive(), data or SYNTHETIC
    if data is None:
        raise CallError(
            f"{results}: say with --data which study folder it was computed from; only the "
            "archived results of the synthetic study go without."
        )
    return results, data


def _export(options: argparse.Namespace) -> int:
    from helpers.export.ctgov import export_ctgov
    from helpers.settings import parse_assignments

    parameters = parse_assignments(options.parameters)
    _refuse_data_parameter(parameters)
    export = export_ctgov(options.data, options.out, parameters, _progress())
    print(export.todo)
    for path in export.paths:


def _simulate(options: argparse.Namespace) -> int:
    from helpers.settings import parse_assignments
    from helpers.simulation.call import check_call

    if options.jobs == 0:
        raise CallError("--jobs 0: expected at least 1 process; leave it out for all cores.")
    call = check_call(
        truths=options.truths,
        reductions=options.reduction,
        median_days=options.median_days,
        sizes=options.sizes,
        replicates=options.replicates,
        seed=options.seed,
        population=options.population,
        parameters=parse_assignments(options.parameters),
    )
    if options.show is not None:
        return _show_replicate(options, call)
    from helpers.simulation.simulate import simulate
    from helpers.simulation.workers import Workers

    workers = Workers(options.jobs or -1, options.cluster)
    try:
        written = simulate(call, options.out, workers, _progress())
    except KeyboardInterrupt:
        print("Finished blocks are kept; the same command goes on from there.", file=sys.stderr)
        raise
    for path in written:
        print(path)
    return 0


def _show_replicate(options: argparse.Namespace, call: Call) -> int:
    from helpers.simulation.show import parse_replicate, seed_of, write_replicate

    replicate = parse_replicate(options.show)
    for name, value in seed_of(replicate, call.seed).items():
        print(f"{name}: {value}")
    for path in write_replicate(replicate, call, options.out):
        print(path)
    return 0


class _Progress:
    """Progress on standard error: one line that is rewritten on a terminal, else plain lines."""

    def __init__(self) -> None:
        self.silent = sys.stderr is None
        self.on_terminal = (
            not self.silent and sys.stderr.isatty() and os.environ.get("TERM") != "dumb"
        )

    def __call__(self, message: str) -> None:
        check_interruption()
        if self.silent:
            return
        if self.on_terminal:
            print(f"\r\x1b[K{message} …", end="", file=sys.stderr, flush=True)
        else:
            print(f"{message} …", file=sys.stderr, flush=True)

    def __del__(self) -> None:
        self.clear()

    def clear(self) -> None:
        """Leave the line to what is printed next."""
        if self.on_terminal:
            print("\r\x1b[K", end="", file=sys.stderr, flush=True)


def _progress() -> _Progress:
    return _Progress()


if __name__ == "__main__":
    sys.exit(main())
