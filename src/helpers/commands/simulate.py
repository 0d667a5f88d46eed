"""`study simulate`: what the estimators do in thousands of simulated studies."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from helpers.commands.options import add_parameters, count
from helpers.commands.progress import ProgressLine
from helpers.errors import CallError

if TYPE_CHECKING:
    from helpers.simulation.call import Call


def add(commands: Any) -> None:
    """Add the command and its options."""
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
    command.add_argument("--replicates", type=count, default=10_000, metavar="N",
                         help="studies of each truth at each size (default: 10000)")  # fmt: skip
    command.add_argument("--seed", type=count, default=6916403, help="default: 6916403")
    command.add_argument("--population", type=count, default=2_000_000, metavar="N",
                         help="patients that truths are read off (default: 2000000)")  # fmt: skip
    where = command.add_mutually_exclusive_group()
    where.add_argument("--jobs", type=count, metavar="N", help="processes (default: all cores)")
    where.add_argument("--cluster", metavar="ADDRESS", help="a Dask scheduler's, as "
                       "tcp://host:8786, in place of processes here")  # fmt: skip
    command.add_argument("--show", nargs=3, metavar=("TRUTH", "SIZE", "REPLICATE"),
                         help="write one study again (counted from 0) and print its seed",
                         )  # fmt: skip
    add_parameters(command)
    command.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Simulate studies, or write one of them again."""
    call = _call(options)
    if options.show is not None:
        return _show_replicate(options, call)
    from helpers.simulation.simulate import simulate
    from helpers.simulation.workers import Workers

    workers = Workers(options.jobs or -1, options.cluster)
    try:
        written = simulate(call, options.out, workers, ProgressLine())
    except KeyboardInterrupt:
        print("Finished blocks are kept; the same command goes on from there.", file=sys.stderr)
        raise
    for path in written:
        print(path)
    return 0


def _call(options: argparse.Namespace) -> Call:
    from helpers.settings import parse_assignments
    from helpers.simulation.call import check_call

    if options.jobs == 0:
        raise CallError("--jobs 0: expected at least 1 process; leave it out for all cores.")
    return check_call(
        truths=options.truths,
        reductions=options.reduction,
        median_days=options.median_days,
        sizes=options.sizes,
        replicates=options.replicates,
        seed=options.seed,
        population=options.population,
        parameters=parse_assignments(options.parameters),
    )


def _show_replicate(options: argparse.Namespace, call: Call) -> int:
    from helpers.simulation.show import parse_replicate, seed_of, write_replicate

    replicate = parse_replicate(options.show)
    for name, value in seed_of(replicate, call.seed).items():
        print(f"{name}: {value}")
    for path in write_replicate(replicate, call, options.out):
        print(path)
    return 0
