"""Where the time of ``study report`` goes, as a table: ``python -m benchmarks.profile``.

Runs the command in this process with clocks around its steps, first with nothing kept and then
warm. What another process does meanwhile is said beside it, since it costs no time on the clock.
"""

from __future__ import annotations

import argparse
import contextlib
import functools
import io
import os
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from unittest.mock import patch

from helpers.checkout import SYNTHETIC
from helpers.store import FOLDER_NAME

_START = "start of Python, and what the command imports"
_KINDS = {"fig": "kernel: figures", "tbl": "kernel: tables", "": "kernel: other cells"}


class Clock:
    """Seconds by name of a step, and how often it was taken."""

    def __init__(self) -> None:
        """Start at zero."""
        self.seconds: dict[str, float] = defaultdict(float)
        self.times: dict[str, int] = defaultdict(int)

    def around(
        self, name: str | Callable[..., str], function: Callable[..., Any]
    ) -> Callable[..., Any]:
        """Return a function with a clock around it; its name may depend on its arguments."""

        @functools.wraps(function)
        def timed(*arguments: Any, **named: Any) -> Any:
            step = name if isinstance(name, str) else name(*arguments)
            start = time.perf_counter()
            try:
                return function(*arguments, **named)
            finally:
                self.seconds[step] += time.perf_counter() - start
                self.times[step] += 1

        return timed


@contextlib.contextmanager
def clocks(clock: Clock) -> Iterator[None]:
    """Put clocks around the steps of a report."""
    from helpers.analysis import part
    from helpers.cohort import read
    from helpers.ingest import folder
    from helpers.render import convert, execute
    from helpers.render.kernel import Kernel

    def stages(name: str) -> dict[str, Any]:
        return {stage: clock.around(f"estimates: {stage}", in_full(function))
                for stage, function in all_stages(name).items()}  # fmt: skip

    all_stages = part.stages_of
    writers = {name: clock.around(f"conversion: {name}", write)
               for name, write in convert.WRITERS.items()}  # fmt: skip
    import helpers.write

    wrapped = (
        (folder, "read_study", "reading the folder"),
        (read, "derive_cohorts", "cohorts"),
        (helpers.write, "output_files", "results.json and data queries"),
        (Kernel, "connect", "waiting for the kernel"),
        (execute, "_run_prose", "kernel: values in the text"),
        (execute, "_run_cell", lambda *arguments: _KINDS[arguments[2].options.kind]),
    )
    with contextlib.ExitStack() as stack:
        stack.enter_context(patch.object(part, "stages_of", stages))
        stack.enter_context(patch.object(convert, "WRITERS", writers))
        for owner, attribute, name in wrapped:
            timed = clock.around(name, getattr(owner, attribute))
            stack.enter_context(patch.object(owner, attribute, timed))
        yield


def in_full(stage: Callable[..., Any]) -> Callable[..., Any]:
    """Return a stage that gives a list, since what is yielded is computed when it is asked for."""
    return lambda *arguments: list(stage(*arguments))


def start() -> float:
    """Return the seconds until the command could begin, as a program of its own."""
    begun = time.perf_counter()
    subprocess.run([sys.executable, "-c", "import helpers.cli, helpers.build, helpers.render"],
                   check=True)  # fmt: skip
    return time.perf_counter() - begun


def profile(formats: str, folder: Path) -> tuple[Clock, float]:
    """Return the clock of one report of the synthetic study, and all seconds of it."""
    from helpers.cli import main as study

    clock = Clock()
    clock.seconds[_START], clock.times[_START] = start(), 1
    begun = time.perf_counter()
    call = ["report", str(SYNTHETIC), "--out", str(folder / "out"), "--formats", formats,
            "--engine", "embedded"]  # fmt: skip
    quiet = io.StringIO()
    with clocks(clock), contextlib.redirect_stdout(quiet), contextlib.redirect_stderr(quiet):
        if code := study(call):
            raise RuntimeError(f"study report ended with {code}")
    return clock, time.perf_counter() - begun + clock.seconds[_START]


def table(clock: Clock, total: float, least: float = 0.03) -> Iterator[str]:
    """Yield the lines of a table, with steps of less than some seconds taken together."""
    yield from ("| step | times | seconds |", "| --- | ---: | ---: |")
    small = 0.0
    for name, seconds in sorted(clock.seconds.items(), key=lambda item: -item[1]):
        if seconds < least:
            small += seconds
            continue
        yield f"| {name} | {clock.times[name]} | {seconds:.2f} |"
    yield f"| each less than {least:g} s, together | | {small:.2f} |"
    yield f"| **all on the clock** | | **{total:.2f}** |"


def main() -> None:
    """Print the profile of a full run and of a warm one."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--formats", default="html,docx,pdf")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        os.environ[FOLDER_NAME] = str(folder / "store")
        for title, formats in (("Nothing kept", options.formats), ("Warm, one page", "html")):
            clock, total = profile(formats, folder)
            print(f"\n{title} ({formats})\n", *table(clock, total), sep="\n", flush=True)


if __name__ == "__main__":
    main()
