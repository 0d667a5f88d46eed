"""``make scale``: what an analysis costs from 1,000 to 100,000 patients, and how it grows.

    python -m benchmarks.scale --out docs/scale.md

Each size is drawn by ``study synth`` and analysed by ``study analyse --without-resampling``, both
as programs of their own, whose processor time and largest memory the operating system tells.
"""

from __future__ import annotations

import argparse
import math
import os
import platform
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import metadata
from itertools import pairwise
from pathlib import Path

SIZES = (1_000, 3_000, 10_000, 30_000, 100_000)
MOST_GIB = 4.0
NEAR_LINEAR = 1.15
"""Exponent of the growth between two sizes up to which it is called near-linear."""
_THREADS = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS")
_BYTES_OF_MAXRSS = 1 if sys.platform == "darwin" else 1024


@dataclass(frozen=True)
class Cost:
    """Seconds on the clock and of the processor, and the most memory at any time in bytes."""

    clock: float
    processor: float
    memory: int


@dataclass(frozen=True)
class Size:
    """One size: how many patients and raw rows, and what drawing and analysing them cost."""

    patients: int
    rows: int
    drawn: Cost
    analysed: Cost


def run_study(*arguments: str) -> Cost:
    """Run the ``study`` command as a program of its own and return what it cost."""
    command = [sys.executable, "-m", "helpers.cli", *arguments]
    start = time.perf_counter()
    child = subprocess.Popen(
        command, env={**os.environ, **dict.fromkeys(_THREADS, "1")}, stdout=subprocess.DEVNULL
    )
    _, status, usage = os.wait4(child.pid, 0)
    clock = time.perf_counter() - start
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        raise subprocess.CalledProcessError(child.returncode, command)
    memory = usage.ru_maxrss * _BYTES_OF_MAXRSS
    return Cost(clock, usage.ru_utime + usage.ru_stime, memory)


def measure(patients: int, folder: Path) -> Size:
    """Draw a study with half of the patients in each part, analyse it, and return the costs."""
    data, half = folder / "data", str(patients // 2)
    drawn = run_study("synth", "--out", str(data), "--retrospective", half, "--prospective", half,
                      "--tables", "csv")  # fmt: skip
    out = str(folder / "out")
    analysed = run_study("analyse", str(data), "--out", out, "--without-resampling")
    return Size(patients, sum(map(_count_rows, data.glob("*.csv"))), drawn, analysed)


def _count_rows(path: Path) -> int:
    with path.open("rb") as stream:
        return sum(1 for _ in stream) - 1


def exponents(sizes: Sequence[Size]) -> list[float]:
    """Return the growth of the processor time between neighbouring sizes: 1 is linear."""
    return [
        math.log(larger.analysed.processor / smaller.analysed.processor)
        / math.log(larger.patients / smaller.patients)
        for smaller, larger in pairwise(sizes)
    ]


def as_markdown(sizes: Sequence[Size], versions: Mapping[str, str], plot: str) -> str:
    """Return the page: table, plot, and whether the targets are met."""
    growth = ["–", *(f"{exponent:.2f}" for exponent in exponents(sizes))]
    first = sizes[0].analysed.processor / sizes[0].patients
    rows = [
        f"| {size.patients:,} | {size.rows:,} | {size.drawn.processor:.0f} "
        f"| {size.analysed.clock:.0f} | {size.analysed.processor:.0f} "
        f"| {size.analysed.processor / size.patients / first:.2f} | {exponent} "
        f"| {size.analysed.memory / 2**30:.2f} |"
        for size, exponent in zip(sizes, growth, strict=True)
    ]
    told = ", ".join(f"{name} {version}" for name, version in versions.items())
    return "\n".join((_HEAD, *rows, "", f"![Growth of time and memory]({plot})", "",
                      *_verdicts(sizes), "", f"Versions: {told}. One thread.", _TAIL))  # fmt: skip


_HEAD = """\
# How the analysis grows with the number of patients

Printed by `make scale` (`benchmarks/scale.py`). Each row is a synthetic study of that many
patients, half of them in each part, as CSV files, analysed with

    study analyse DATA --out DIR --without-resampling

The clock also counts what other programs took; processor time includes importing the libraries,
a second or two. Up to 2,000 patients a part errors are planted, which makes drawing slower than in
the larger studies, which have none. *Per patient* is the processor time per patient relative to
the smallest study, and does not depend on the machine; *growth* is the
exponent from the size before: 1 is linear, 2 quadratic.

| patients | raw rows | drawing, s | clock, s | processor, s | per patient | growth | memory, GiB |
| ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |"""

_TAIL = """
## What is in it, and what is not

All keys of the plan but what is resampled or imputed: an estimate that has its interval from
resamples comes without one, and one that is made of resamples or imputations is null; the status
of each says so, and `n_boot` is 0 in the provenance. The data queries are written whole into
`data_queries.csv`; the workbook holds the first 10,000.

Three things were quadratic in the number of patients and are no longer:

- Hodges–Lehmann estimate and limits: n(n + 1)/2 Walsh averages were listed (10 GB at 50,000
  patients). Distinct differences are now counted, and where there are thousands of them a rank is
  found by bisection in the sorted matrix; the values are the same to the last digit.
- The search of Firth's whole profile, which holds the package's numbers against every maximum: in a
  large sample (300 patients, 50 events and 50 non-events, far from separated) the profile is a
  single hill, and the numbers are checked near it.
- The workbook of data queries asked for its last row at each row.

What is left is linear: most of it reads cells one by one, in plain Python, as the data contract
wants it (every cell is looked at for a direct identifier, every row ends in one class).
"""


def _verdicts(sizes: Sequence[Size]) -> list[str]:
    largest, steepest = sizes[-1], max(exponents(sizes), default=0.0)
    gib = largest.analysed.memory / 2**30
    memory = "below" if gib < MOST_GIB else f"{gib - MOST_GIB:.2f} GiB above"
    growth = "near-linear" if steepest <= NEAR_LINEAR else f"above {NEAR_LINEAR}: not near-linear"
    return [
        f"- Memory at {largest.patients:,} patients: {gib:.2f} GiB, {memory} the target of "
        f"{MOST_GIB:g} GiB.",
        f"- Steepest growth between two sizes: {steepest:.2f} ({growth}).",
    ]


def plot_growth(sizes: Sequence[Size], path: Path) -> None:
    """Write time and memory against patients, both on logarithmic scales, with linear growth."""
    import matplotlib as mpl
    from matplotlib.figure import Figure

    figure = Figure(figsize=(8, 3.6), layout="constrained")
    left, right = figure.subplots(1, 2)
    patients = [size.patients for size in sizes]
    seconds = [size.analysed.processor for size in sizes]
    linear = [seconds[-1] * count / patients[-1] for count in patients]
    left.loglog(patients, seconds, "o-", label="processor time")
    left.loglog(patients, linear, ":", color="grey", label="linear")
    left.set(xlabel="patients", ylabel="seconds")
    right.loglog(patients, [size.analysed.memory / 2**30 for size in sizes], "s-", label="memory")
    right.axhline(MOST_GIB, color="grey", linestyle=":", label=f"target: {MOST_GIB:g} GiB")
    right.set(xlabel="patients", ylabel="GiB")
    left.yaxis.set_major_formatter("{x:g}")
    right.set_yticks((0.25, 0.5, 1, 2, 4), minor=False)
    right.yaxis.set_major_formatter("{x:g}")
    right.yaxis.set_minor_formatter("")
    for axes in (left, right):
        axes.xaxis.set_major_formatter("{x:,.0f}")
        axes.legend()
        axes.grid(visible=True, which="major", alpha=0.3)
    with mpl.rc_context({"svg.hashsalt": "scale"}):
        figure.savefig(path, metadata={"Date": None})


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure every size, one after the other, and write the page and its plot."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--out", type=Path, required=True, help="the page, as docs/scale.md")
    parser.add_argument("--sizes", type=int, nargs="+", default=list(SIZES), metavar="N")
    options = parser.parse_args(arguments)
    sizes = []
    for patients in sorted(options.sizes):
        with tempfile.TemporaryDirectory() as folder:
            sizes.append(measure(patients, Path(folder)))
        print(sizes[-1], flush=True)
    plot = options.out.with_suffix(".svg")
    plot_growth(sizes, plot)
    packages = ("numpy", "scipy", "pandas", "pyarrow", "firthmodels")
    versions = {"Python": platform.python_version()}
    versions |= {name: metadata.version(name) for name in packages}
    options.out.write_text(as_markdown(sizes, versions, plot.name), encoding="utf-8")


if __name__ == "__main__":
    main()
