"""Limits around one call: of time, so that nothing hangs, and of memory."""

from __future__ import annotations

import contextlib
import resource
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any


class TimeIsUp(BaseException):
    """The call took too long; no handler of the program may take it for an error of the data."""


def _stop(signum: int, frame: Any) -> None:
    raise TimeIsUp


@contextlib.contextmanager
def time_limit(seconds: float) -> Iterator[None]:
    """Raise :class:`TimeIsUp` in the main thread when a block takes more processor time.

    Not by the clock: on a busy machine a short call may take long.
    """
    previous = signal.signal(signal.SIGPROF, _stop)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, previous)


@contextlib.contextmanager
def memory_limit(megabytes: int) -> Iterator[None]:
    """Make a block that takes more memory than it may, beyond what the process has, fail."""
    soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
    held = pages * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (held + megabytes * 2**20, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_AS, (soft, hard))
