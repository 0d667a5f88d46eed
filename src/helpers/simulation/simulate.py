"""``study simulate``: compute what is missing, and write what all of it says."""

from __future__ import annotations

from pathlib import Path

from helpers.simulation.call import Call
from helpers.simulation.checkpoints import open_checkpoints
from helpers.simulation.rows import describe
from helpers.simulation.run import Say, run
from helpers.simulation.workers import Workers
from helpers.simulation.write import write_simulation


def simulate(call: Call, out: Path, workers: Workers, say: Say) -> list[Path]:
    """Run a grid, or what is left of it, and write the results.

    Args:
        call: the grid.
        out: the output folder; its ``checkpoints`` make a run go on where it stopped.
        workers: they change the time it takes and nothing else.
        say: takes a line on the progress.

    Returns:
        The files that were written.

    Raises:
        StudyError: when the folder is of another call, or a cluster cannot be used.
    """
    checkpoints = open_checkpoints(out, call)
    truths, totals = run(call, checkpoints, workers, say)
    return write_simulation(describe(call, truths, totals), out)
