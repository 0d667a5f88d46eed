"""``python -m benchmarks.known_truth``: simulate, estimate, compare, and write the table."""

from __future__ import annotations

import argparse
import os
import shlex
import sys
import time
from pathlib import Path

THREADS = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS")
for name in THREADS:  # before NumPy is imported: the processes share the cores, not the threads
    os.environ.setdefault(name, "1")

from benchmarks.known_truth.population import PATIENTS  # noqa: E402
from benchmarks.known_truth.run import SEED, run, truths_of  # noqa: E402
from benchmarks.known_truth.scenarios import SCENARIOS, SIZES  # noqa: E402
from benchmarks.known_truth.summary import summarise  # noqa: E402
from benchmarks.known_truth.write import How, as_markdown  # noqa: E402


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.known_truth", description=__doc__)
    parser.add_argument("--replicates", type=int, default=2000, help="studies per scenario and n")
    parser.add_argument("--out", type=Path, default=Path("docs/known_truth.md"))
    parser.add_argument("--workers", type=int, default=2, help="processes")
    parser.add_argument("--scenarios", nargs="+", choices=SCENARIOS, default=list(SCENARIOS))
    parser.add_argument("--sizes", nargs="+", type=int, default=list(SIZES))
    parser.add_argument("--population", type=int, default=PATIENTS, help="patients of the truth")
    parser.add_argument("--seed", type=int, default=SEED)
    return parser.parse_args()


def main() -> None:
    """Run all replicates and write the document."""
    given, begun = _arguments(), time.monotonic()
    print("Reading the truth off the population …", flush=True)
    truths = truths_of(given.scenarios, given.population)
    results = run(
        given.scenarios, given.sizes, given.replicates, workers=given.workers, truths=truths,
        seed=given.seed, say=lambda line: print(line, flush=True),
    )  # fmt: skip
    rows = list(summarise(results.values, given.scenarios, given.sizes))
    command = f"python -m benchmarks.known_truth {shlex.join(sys.argv[1:])}"
    how = How(command, given.replicates, given.seed, given.population)
    given.out.parent.mkdir(parents=True, exist_ok=True)
    given.out.write_text(as_markdown(rows, how), encoding="utf-8")
    for question, seconds in sorted(results.seconds.items(), key=lambda item: -item[1]):
        print(f"  {question:<16}{seconds:>8.0f} s")
    print(f"{given.out} after {time.monotonic() - begun:.0f} s")
    for row in rows:
        if row.holds is False:
            print(f"broken: {row.scenario}, {row.method.key}, n = {row.n}: {row.coverage}")


if __name__ == "__main__":
    main()
