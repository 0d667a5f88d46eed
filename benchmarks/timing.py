"""Times calls in turn, so that a machine whose speed drifts treats all of them alike."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Timing:
    """Seconds of several calls of one thing, and how many units of work one call does."""

    seconds: tuple[float, ...]
    units: int

    @property
    def median(self) -> float:
        """The middle of the calls, in seconds."""
        return statistics.median(self.seconds)

    @property
    def rate(self) -> float:
        """Units per second, at the median."""
        return self.units / self.median


def time_in_turn(
    calls: Mapping[str, tuple[Callable[[], object], int]], repeats: int = 5
) -> dict[str, Timing]:
    """Time calls A B C, A B C …; each is given with its units of work, and warmed up once."""
    for call, _ in calls.values():
        call()
    seconds: dict[str, list[float]] = {name: [] for name in calls}
    for _ in range(repeats):
        for name, (call, _) in calls.items():
            start = time.perf_counter()
            call()
            seconds[name].append(time.perf_counter() - start)
    return {name: Timing(tuple(seconds[name]), units) for name, (_, units) in calls.items()}
