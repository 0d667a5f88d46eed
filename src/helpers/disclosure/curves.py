"""What is read from a curve: no step, and no end, that stands for a few patients."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from helpers.disclosure.cells import is_small, keeps_apart
from helpers.estimate.ties import TOLERANCE
from helpers.study import SUSTAINED_DAYS

Curve = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Steps:
    """A Kaplan–Meier curve with the numbers of ends that may be told apart.

    ``levels`` are numbers of ends seen so far; they differ by no small number, from 0 on, and
    with no small number of patients left.
    """

    curve: Curve
    levels: frozenset[int]
    least: int

    def ended(self, day: float, *, including: bool = True) -> int:
        """Return how many ends were seen until a day, that day included or not."""
        pairs = zip(self.curve["times"], self.curve["events"], strict=True)
        return sum(int(n) for time, n in pairs if _until(time, day, including))

    def left(self, day: float, *, including: bool = True) -> int:
        """Return how many were still followed with relief beyond a day, or on it."""
        gone = zip(self.curve["times"], self.curve["events"], self.curve["censored"], strict=True)
        until = [events + censored for time, events, censored in gone
                 if _until(time, day, including)]  # fmt: skip
        return int(self.curve["n"]) - int(sum(until))

    def shows(self, day: float, *, including: bool = True) -> bool:
        """Return whether the probability of relief at a day may be shown."""
        ended = self.ended(day, including=including)
        return ended in self.levels and not is_small(self.left(day, including=including),
                                                     self.least)  # fmt: skip

    def shows_day(self, day: float | None) -> bool:
        """Return whether a day at which patients were observed is no extreme of theirs."""
        if day is None:
            return False
        return self.ended(day) >= self.least and self.left(day, including=False) >= self.least


def choose_steps(curve: Curve, days: Iterable[float], least: int) -> Steps:
    """Return what may be told of a curve at days that the plan names."""
    every = Steps(curve, frozenset(), least)
    # First those that other numbers tell too: no relief at all, and relief that was sustained.
    named = [(0.0, True), (float(SUSTAINED_DAYS), False)]
    named += [(day, including) for day in days for including in (False, True)]
    levels = {0}
    for day, including in named:
        ended = every.ended(day, including=including)
        left = every.left(day, including=including)
        if keeps_apart(ended, levels, least) and not is_small(left, least):
            levels.add(ended)
    return Steps(curve, frozenset(levels), least)


def _until(time: float, day: float, including: bool) -> bool:
    return time <= day + TOLERANCE if including else time < day - TOLERANCE
