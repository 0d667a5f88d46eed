"""What lies in an output folder, to compare: old and whole, or new and whole."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

from helpers.interruption import stoppable
from helpers.program import exit_code_of
from helpers.synthetic import write_synthetic_study
from helpers.write import write_files
from tests.studies import infusions, save, workbook

Contents = dict[str, bytes]
STUDY = [sys.executable, "-m", "helpers.cli"]


def contents(folder: Path) -> Contents:
    """Return every file below a folder, hidden ones and folders included."""
    if not folder.exists():
        return {}
    return {str(path.relative_to(folder)): path.read_bytes() if path.is_file() else b"folder"
            for path in folder.rglob("*")}  # fmt: skip


def small_study(folder: Path, patients: int = 1) -> Path:
    names = [f"R{number:03}" for number in range(1, patients + 1)]
    rows = [row for name in names for row in infusions(name)]
    book = workbook([{"Patient ID": name} for name in names], rows, [{}])
    return save(book, folder)


def calls(data: Path) -> dict[str, list[str]]:
    """Return a call of every command that needs no renderer, without its folder for the output."""
    return {
        "check": ["check", str(data)],
        "analyse": ["analyse", str(data), "-P", "n_boot=100"],
        "synth": ["synth", "--retrospective", "2", "--prospective", "0"],
    }


def write_old(command: str, out: Path) -> Contents:
    """Write outputs of an earlier run of a command and return them: other bytes, and whole."""
    if command == "synth":
        write_synthetic_study(out, seed=1, retrospective=1, prospective=1)
    else:
        names = ["results.json", "data_queries.csv", "data_queries.xlsx"]
        write_files(dict.fromkeys(names[command == "check" :], b"old"), out)
    return contents(out)


def run_as_command(work: Callable[[], object]) -> int:
    """Run something as the commands run, and return the exit code."""
    with stoppable(ends=False):
        try:
            work()
        except BaseException as error:
            return exit_code_of(error, "study")
    return 0
