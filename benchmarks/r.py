"""R as a peer: a script reads a table and tells its own seconds, so that its start is not timed."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import numpy.typing as npt

from benchmarks.timing import Seconds

HERE = Path(__file__).parent
_VERSION = 'cat(as.character(getRversion()), as.character(packageVersion("survival")))'


def find_r() -> str | None:
    """Return R with its version and that of survival; None where one of them is missing."""
    if shutil.which("Rscript") is None:
        return None
    done = subprocess.run(["Rscript", "-e", _VERSION], capture_output=True, text=True, check=False)
    if done.returncode:
        return None
    r, survival = done.stdout.split()
    return f"R {r}, survival {survival}"


class Script:
    """A script of this folder with its table, columns by name; ``answer`` is of the last run."""

    def __init__(
        self, name: str, table: Mapping[str, npt.ArrayLike], folder: Path, *arguments: object
    ) -> None:
        """Write the table, which every run reads."""
        path = folder / f"{name}.csv"
        rows = np.column_stack(list(table.values()))
        header = ",".join(table)
        np.savetxt(path, rows, delimiter=",", header=header, comments="", fmt="%.17g")
        script = str(HERE / f"{name}.R")
        self.command = ["Rscript", script, str(path), *map(str, arguments)]
        self.answer: list[float] = []

    def run(self, timeout: float | None = None) -> Seconds:
        """Run it and return the seconds it tells.

        Args:
            timeout: seconds.

        Raises:
            subprocess.TimeoutExpired: when it takes longer.
            RuntimeError: with R's own words, when it fails.
        """
        done = subprocess.run(
            self.command, capture_output=True, text=True, check=False, timeout=timeout
        )
        if done.returncode:
            raise RuntimeError(done.stderr)
        wall, processor, *self.answer = (float(word) for word in done.stdout.split())
        return Seconds(wall, processor)
