"""Runs of `study simulate` that the tests share: one small grid, in this process or another."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

SMALL = [
    "--truths", "stated,no_change", "--sizes", "20,100", "--replicates", "4500",
    "--population", "20000",
]  # fmt: skip
BLOCKS = 2 * 2 * 5
FILES = ("simulation.json", "simulation.csv", "simulation.md", "coverage.png")


def simulate(out: Path, *arguments: str) -> list[str]:
    """Return the command line of a run of the small grid."""
    return ["simulate", "--out", str(out), *SMALL, *arguments]


def start(out: Path, *arguments: str) -> subprocess.Popen[str]:
    """Start the small grid in a process of its own."""
    return subprocess.Popen(
        [sys.executable, "-m", "helpers.cli", *simulate(out, *arguments)],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True,
        env=os.environ | {"MPLBACKEND": "agg"},
    )  # fmt: skip


def blocks_of(out: Path) -> list[Path]:
    """Return the checkpoints of blocks in an output folder."""
    return sorted((out / "checkpoints").glob("*/n*/*.json"))


def wait_for_a_block(out: Path, process: subprocess.Popen[str]) -> None:
    """Return when the first block is on disk."""
    while not blocks_of(out):
        if process.poll() is not None:
            raise RuntimeError(f"ended before its first block: {process.communicate()}")
        time.sleep(0.005)


def contents(out: Path) -> dict[str, bytes]:
    """Return what a run wrote, by the name of the file."""
    return {name: (out / name).read_bytes() for name in FILES}
