"""The participant flow, drawn as STROBE asks (von Elm et al., 2007)."""

from __future__ import annotations

from collections.abc import Sequence
from textwrap import wrap

import matplotlib.pyplot as plt
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import FancyBboxPatch

from helpers.present.figures import close
from helpers.present.numbers import format_cell
from helpers.present.style import COLOURS, MUTED, figure_style, figure_width
from helpers.results import Results
from helpers.study import INFUSION_NAMES, PART_TITLES


def plot_flow(results: Results, parts: Sequence[str]) -> Figure:
    """Draw from screened to analysed, with the first reason of each exclusion, a column a part."""
    reasons = {part: _reasons(results, part) for part in parts}
    layout = _Layout(max(len(lines) for lines in reasons.values()))
    with figure_style():
        figure, axes = plt.subplots(
            1, len(parts), figsize=(figure_width(len(parts)), layout.height + 0.3), squeeze=False,
            layout="constrained",
        )  # fmt: skip
        for ax, part in zip(axes[0], parts, strict=True):
            _draw_part(ax, results, part, reasons[part], layout)
    return close(figure)


class _Layout:
    """Heights in inches from the bottom, shared by the columns so that their boxes line up."""

    def __init__(self, reason_lines: int) -> None:
        self.reasons = 0.5 + 0.165 * max(reason_lines, 1)
        self.analysed = 0.05
        self.eligible = self.analysed + 0.75 + 0.35
        self.excluded = self.eligible + 0.4 + 0.15
        self.screened = self.excluded + self.reasons + 0.15
        self.height = self.screened + 0.4 + 0.05


def _count(results: Results, part: str, name: str) -> int | None:
    """Return a count; None where it is withheld."""
    count = results.get(f"{part}.flow.{name}").estimate
    return None if count is None else int(count)


def _reasons(results: Results, part: str) -> list[str]:
    lines: list[str] = []
    if any(row["first_failed"] is None for row in results.tables["eligibility"][part]):
        return ["reasons withheld"]
    for row in results.tables["eligibility"][part]:
        if row["first_failed"] != 0:
            note = f" ({row['not_documented']} not documented)" if row["not_documented"] else ""
            text = f"{format_cell(row['first_failed'])}  {row['failure']}{note}"
            lines += wrap(text, 30, subsequent_indent="    ")
    return lines


def _draw_part(ax: Axes, results: Results, part: str, reasons: list[str], at: _Layout) -> None:
    ax.set(xlim=(0, 10), ylim=(0, at.height))
    ax.axis("off")
    ax.set_title(PART_TITLES[part])
    screened, eligible = (_count(results, part, name) for name in ("screened", "eligible"))
    left = None if screened is None or eligible is None else screened - eligible
    excluded = "\n".join([f"Excluded: {format_cell(left)}", *reasons])
    middle = at.excluded + at.reasons / 2
    _draw_box(ax, (0.1, at.screened), (3.6, 0.4), f"Screened: {format_cell(screened)}", part)
    _draw_box(ax, (4.2, at.excluded), (5.7, at.reasons), excluded, None)
    _draw_box(ax, (0.1, at.eligible), (3.6, 0.4), f"Eligible: {format_cell(eligible)}", part)
    _draw_arrow(ax, (1.9, at.screened), (1.9, at.eligible + 0.4))
    _draw_arrow(ax, (1.9, middle), (4.2, middle))
    _draw_analysed(ax, results, part, at)


def _draw_analysed(ax: Axes, results: Results, part: str, at: _Layout) -> None:
    """Draw the two analysis sets under the eligible patients, which they overlap."""
    sets = (
        ("pain before and after", "analysed_short_term"),
        ("duration of relief", "analysed_duration"),
    )
    for x, (name, key) in zip((0.1, 5.2), sets, strict=True):
        count = format_cell(_count(results, part, key))
        text = f"Analysed: {count}\n{name},\n{INFUSION_NAMES[part]}"
        _draw_box(ax, (x, at.analysed), (4.7, 0.75), text, part)
        _draw_arrow(ax, (1.9, at.eligible), (x + 1.8, at.analysed + 0.75))


def _draw_box(
    ax: Axes, corner: tuple[float, float], size: tuple[float, float], text: str, part: str | None
) -> None:
    edge = COLOURS[part] if part else MUTED
    # Not clipped: Matplotlib names a clip path in SVG by its place in memory, anew in every run.
    box = FancyBboxPatch(
        corner, *size, boxstyle="round,pad=0,rounding_size=0.08", facecolor="white",
        edgecolor=edge, linewidth=1.1, clip_on=False,
    )  # fmt: skip
    ax.add_patch(box)
    left = part is None
    x = corner[0] + (0.25 if left else size[0] / 2)
    ax.text(x, corner[1] + size[1] / 2, text, ha="left" if left else "center", va="center",
            fontsize=8, linespacing=1.3)  # fmt: skip


def _draw_arrow(ax: Axes, start: tuple[float, float], end: tuple[float, float]) -> None:
    ax.annotate("", end, start, arrowprops={"arrowstyle": "-|>", "color": MUTED, "linewidth": 0.9})
