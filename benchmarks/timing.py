"""Times calls in turn, so that a machine whose speed drifts treats all of them alike."""

from __future__ import annotations

import math
import os
import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple


class Seconds(NamedTuple):
    """What one call took, on the clock and of the processor."""

    wall: float
    processor: float


@dataclass(frozen=True)
class Timing:
    """What several calls of one thing took, and how many units of work one call does."""

    runs: tuple[Seconds, ...]
    units: int = 1

    @property
    def wall(self) -> tuple[float, ...]:
        """Seconds on the clock per unit of work, a number per run."""
        return tuple(run.wall / self.units for run in self.runs)

    @property
    def processor(self) -> tuple[float, ...]:
        """Seconds of the processor per unit of work, a number per run."""
        return tuple(run.processor / self.units for run in self.runs)


def time_in_turn(
    calls: Mapping[str, tuple[Callable[[], object], int]],
    repeats: int = 5,
    *,
    shortest: float = 0.1,
) -> dict[str, Timing]:
    """Time calls A B C, A B C … after a first round that does not count.

    Args:
        calls: each with its units of work. One that returns Seconds has timed itself: a program
            whose start does not count.
        repeats: runs of each.
        shortest: seconds; what is done sooner is repeated within a run.
    """
    loops = {name: _loops(call, shortest) for name, (call, _) in calls.items()}
    runs: dict[str, list[Seconds]] = {name: [] for name in calls}
    for _ in range(repeats):
        for name, (call, _) in calls.items():
            runs[name].append(_time(call, loops[name]))
    return {
        name: Timing(tuple(runs[name]), units * loops[name]) for name, (_, units) in calls.items()
    }


def _loops(call: Callable[[], object], shortest: float) -> int:
    """Call once, and return how many calls take at least so many seconds."""
    start = time.perf_counter()
    timed_itself = isinstance(call(), Seconds)
    wall = time.perf_counter() - start
    return 1 if timed_itself else max(1, math.ceil(shortest / wall))


def _time(call: Callable[[], object], loops: int) -> Seconds:
    wall, processor = time.perf_counter(), _processor()
    for _ in range(loops):
        told = call()
    wall, processor = time.perf_counter() - wall, _processor() - processor
    return told if isinstance(told, Seconds) else Seconds(wall, processor)


def _processor() -> float:
    """Return the seconds of the processor so far, of this process and of its children."""
    children = os.times()
    return time.process_time() + children.children_user + children.children_system


def ratios(these: Sequence[float], those: Sequence[float]) -> tuple[float, ...]:
    """Return run by run how many times as long these took as those of the same round."""
    return tuple(this / that for this, that in zip(these, those, strict=True))


def median_and_range(numbers: Sequence[float]) -> tuple[float, float, float]:
    """Return the median, the smallest and the largest."""
    return statistics.median(numbers), min(numbers), max(numbers)
