"""The long fuzzing: many folders that went wrong, none of which may crash or lose a value.

``make fuzz`` runs it; ``python -m tests.fuzz --only K`` makes and examines folder K again.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import signal
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path

from tests.fuzzing.folders import make_folder
from tests.fuzzing.outcomes import DEFECTS, KINDS, Outcome, examine

SEED = 20201130
# The date against which dates of the future are judged: the same whenever a folder is made again.
REPORT_DATE = "1719748800"
WHOLE_EACH = 15  # one folder in fifteen is analysed too, the others are only read
_BATCH = 20
Examined = tuple[int, Outcome]


def examine_number(seed: int, number: int) -> Outcome:
    """Make a folder and say what became of it."""
    return examine(make_folder(seed, number), whole=number % WHOLE_EACH == 0)


def examine_numbers(seed: int, numbers: Sequence[int]) -> list[Examined]:
    """Examine some folders: the work of one process."""
    return [(number, examine_number(seed, number)) for number in numbers]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the fuzzing; return 0, 1 when anything crashed or was lost, 130 when interrupted."""
    options = _parse(arguments)
    os.environ["SOURCE_DATE_EPOCH"] = REPORT_DATE
    numbers = range(options.folders) if options.only is None else [options.only]
    counts: Counter[str] = Counter()
    stopped = False
    try:
        for number, outcome in _examine_all(options.seed, numbers, options.workers):
            counts[outcome.kind] += 1
            if outcome.kind in DEFECTS or options.only is not None:
                keep(options.out, options.seed, number, outcome)
            _show_progress(counts, len(numbers))
    except KeyboardInterrupt:
        stopped = True
    print(f"\n{'stopped after' if stopped else 'examined'} {counts.total()} folders of seed "
          f"{options.seed}: {describe(counts)}")  # fmt: skip
    if any(counts[kind] for kind in DEFECTS):
        print(f"kept in {options.out}")
        return 1
    return 130 if stopped else 0


def _parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Read many study folders that went wrong.")
    parser.add_argument("--folders", type=int, default=10_000, help="how many (default: 10000)")
    parser.add_argument("--seed", type=int, default=SEED, help=f"default: {SEED}")
    parser.add_argument("--only", type=int, metavar="K", help="folder K alone, which is kept")
    parser.add_argument("--out", type=Path, default=Path("_output/fuzz"),
                        help="where folders that failed are kept")  # fmt: skip
    parser.add_argument("--workers", type=int, default=len(os.sched_getaffinity(0)),
                        help="processes (default: one for each core)")  # fmt: skip
    return parser.parse_args(arguments)


def describe(counts: Counter[str]) -> str:
    """Return the counts of all kinds of outcomes in words."""
    return ", ".join(f"{counts[kind]} {kind}" for kind in KINDS)


def keep(out: Path, seed: int, number: int, outcome: Outcome) -> Path:
    """Write a folder with what was done to it and what became of it; return where it is."""
    made = make_folder(seed, number)
    folder = out / f"{seed}-{number}"
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in made.files.items():
        (folder / name).write_bytes(content)
    story = [f"seed {seed}, folder {number}, from base {made.base}", *made.changes,
             f"{outcome.kind}: {outcome.detail}"]  # fmt: skip
    (folder / "outcome.txt").write_text("\n".join(story) + "\n", "utf-8", "backslashreplace")
    return folder


def _examine_all(seed: int, numbers: Sequence[int], workers: int) -> Iterator[Examined]:
    batches = [numbers[start : start + _BATCH] for start in range(0, len(numbers), _BATCH)]
    context = multiprocessing.get_context("spawn")
    pool = ProcessPoolExecutor(workers, context, _ignore_interrupts)
    try:
        waiting = {pool.submit(examine_numbers, seed, batch): batch for batch in batches}
        for done in as_completed(waiting):
            yield from _results(done, waiting[done])
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _results(done: Future[list[Examined]], batch: Sequence[int]) -> list[Examined]:
    try:
        return done.result()
    except BrokenProcessPool:  # no exception, but the end of a process: the first may be to blame
        return [(batch[0], Outcome("crashed", f"a process died at one of {list(batch)}"))]


def _ignore_interrupts() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent stops the work


def _show_progress(counts: Counter[str], total: int) -> None:
    done = counts.total()
    if sys.stderr.isatty():
        print(f"\r\x1b[K{done}/{total}: {describe(counts)}", end="", file=sys.stderr, flush=True)
    elif done % 500 == 0:
        print(f"{done}/{total}: {describe(counts)}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
