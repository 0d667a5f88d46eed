"""``make bench``: our speed beside our peers', in one run, after checking that they agree.

python -m benchmarks --out docs/benchmarks.md
python -m benchmarks --out page.md curve cox
"""

from __future__ import annotations

import argparse
import importlib
import os
import platform
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

QUESTIONS = ("rendering", "simulated", "resamples", "curve", "cox", "weibull", "npmle")
THREADS = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS")
_HEAD = """\
# How fast it is, beside its peers

Printed by `make bench` (`benchmarks/`), on one machine; linear algebra has one thread. Each
program first answers the same question; when answers differ, nothing is timed. Then all are
timed in turn, A B C, A B C, and so on. Numbers are medians with the smallest and largest run;
*times ours* is taken run by run, so 2 means that a program took twice as long as ours in the
same round. Seconds are those of one machine on one day: what counts is how many times as long.

lifelines is that of the lock file; JupyterLab, nbconvert and scikit-survival are those of the
package index on that day that go with our packages, in an environment made for the occasion. R
tells its own seconds: its start and the reading of the table are not in them.
"""


def main(arguments: Sequence[str] | None = None) -> None:
    """Compare what is asked for, and write the page."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("questions", nargs="*", type=known_question, metavar="question",
                        help=f"any of {', '.join(QUESTIONS)} (default: all)")  # fmt: skip
    parser.add_argument("--out", type=Path, required=True, help="the page, as docs/benchmarks.md")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder:
        add_peers(Path(folder) / "peers")
        page = [_HEAD, *versions(), ""]
        for question in options.questions or QUESTIONS:
            for comparison in importlib.import_module(f"benchmarks.{question}").run():
                lines = list(comparison.lines())
                print("\n".join(lines), flush=True)
                page += lines
    options.out.write_text("\n".join(page).rstrip() + "\n", encoding="utf-8")


def known_question(name: str) -> str:
    """Return a question's name; raises argparse.ArgumentTypeError when there is no such one."""
    if name not in QUESTIONS:
        raise argparse.ArgumentTypeError(f"'{name}' is none of {', '.join(QUESTIONS)}")
    return name


def add_peers(folder: Path) -> None:
    """Make what is not among our packages importable, behind them."""
    from benchmarks.peers import find_packages, make_environment

    print("Installing the peers …", flush=True)
    if made := make_environment(folder):
        os.environ["BENCH_PEERS"] = str(made)
        sys.path.append(str(find_packages(made)))


def versions() -> list[str]:
    """Return a line on Python, NumPy and SciPy."""
    from benchmarks.peers import versioned

    told = ", ".join(map(versioned, ("numpy", "scipy", "pandas")))
    return [f"Python {platform.python_version()}, {told}; {os.cpu_count()} cores."]


if __name__ == "__main__":
    for name in THREADS:  # before NumPy is imported
        os.environ[name] = "1"
    main()
