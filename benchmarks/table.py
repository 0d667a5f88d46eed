"""What a question of ``make bench`` found, as Markdown."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from benchmarks.timing import Timing, median_and_range, ratios

_HEAD = (
    "| program | runs | wall time per {unit} | times ours | processor time, times ours |\n"
    "| --- | ---: | ---: | ---: | ---: |"
)
_SCALES = ((1.0, "s"), (1e-3, "ms"), (1e-6, "µs"))


@dataclass(frozen=True)
class Comparison:
    """One task done by several programs.

    Attributes:
        task: a heading.
        agreement: how far the answers lie apart, which was looked at before any was timed.
        timings: by program and version, ours first; all were timed in the same rounds.
        unit: of work.
        absent: programs that were not timed, with the reason.
        remarks: sentences below the table, as whether a target is met.
    """

    task: str
    agreement: str
    timings: dict[str, Timing]
    unit: str = "fit"
    absent: dict[str, str] = field(default_factory=dict)
    remarks: Sequence[str] = ()

    def lines(self) -> Iterator[str]:
        """Yield the lines of a section."""
        yield from (f"## {self.task}", "", f"Agreement: {self.agreement}", "")
        yield _HEAD.format(unit=self.unit)
        ours = next(iter(self.timings.values()))
        for name, timing in self.timings.items():
            mine = timing is ours
            wall = "1" if mine else _told(ratios(timing.wall, ours.wall))
            processor = "1" if mine else _told(ratios(timing.processor, ours.processor))
            yield (f"| {name} | {len(timing.runs)} | {_time(timing.wall)} | {wall} | {processor} |")
        yield from (f"| {name} | – | {reason} | – | – |" for name, reason in self.absent.items())
        yield ""
        for remark in self.remarks:
            yield from (remark, "")


def _told(numbers: Sequence[float]) -> str:
    """Return the median and the range of ratios."""
    middle, low, high = (_rounded(number) for number in median_and_range(numbers))
    return f"**{middle}** ({low} to {high})"


def _time(seconds: Sequence[float]) -> str:
    """Return the median and the range of seconds, in a unit that suits the median."""
    found = median_and_range(seconds)
    scale, unit = next((pair for pair in _SCALES if found[0] >= pair[0]), _SCALES[-1])
    middle, low, high = (_rounded(number / scale) for number in found)
    return f"{middle} {unit} ({low} to {high})"


def _rounded(number: float) -> str:
    """Return two digits, or all before the point."""
    return f"{number:,.0f}" if number >= 10 else f"{number:.2g}"
