"""Figures of how firm the estimates are: all variants beside the primary one, regression."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import matplotlib.pyplot as plt
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from helpers.present.figures import close
from helpers.present.numbers import WITHHELD, reason
from helpers.present.style import (
    COLOURS,
    INK,
    MUTED,
    WIDTH_INCHES,
    figure_style,
    figure_width,
    hide_spines,
)
from helpers.results import Estimate, Results
from helpers.study import PART_TITLES, PROSPECTIVE

Variant = tuple[str, str]  # what it is called, its key without the part


def plot_variants(
    results: Results, parts: Sequence[str], panels: Mapping[str, Sequence[Variant]]
) -> Figure:
    """Draw each endpoint under every analysis, the main one first, a column per part.

    ``panels`` hold by the label of the axis the variants of one endpoint.
    """
    heights = [len(variants) + 2.5 for variants in panels.values()]
    with figure_style():
        figure = plt.figure(figsize=(WIDTH_INCHES, 0.36 * sum(heights)), layout="constrained")
        rows = figure.subfigures(len(panels), 1, height_ratios=heights, squeeze=False)[:, 0]
        for row, (label, variants) in zip(rows, panels.items(), strict=True):
            axes = row.subplots(1, len(parts), sharey=True, sharex=True, squeeze=False)[0]
            for ax, part in zip(axes, parts, strict=True):
                estimates = [results.get(f"{part}.{key}") for _, key in variants]
                _draw_variants(ax, estimates, part, main_place(variants, part))
                ax.set_title(PART_TITLES[part] if row is rows[0] else "")
            axes[0].set_yticks(range(len(variants)), [name for name, _ in variants])
            axes[0].invert_yaxis()
            row.supxlabel(label, fontsize=9)
    return close(figure)


def main_place(variants: Sequence[Variant], part: str) -> int:
    """Return which variant is the estimate to read: in Part 2 the NPMLE, where there is one."""
    if part == PROSPECTIVE:
        return next((place for place, (_, key) in enumerate(variants) if "npmle" in key), 0)
    return 0


def _draw_variants(ax: Axes, estimates: Sequence[Estimate], part: str, main: int) -> None:
    scale = 100.0 if estimates[0].unit == "proportion" else 1.0
    middle = estimates[main].estimate
    if middle is not None:
        ax.axvline(scale * middle, color=MUTED, linewidth=0.7, linestyle=(0, (4, 3)))
    for place, estimate in enumerate(estimates):
        colour = COLOURS[part] if place == main else INK
        _draw_variant(ax, place, estimate, colour, scale)
    ax.set_ylim(-0.6, len(estimates) - 0.4)
    hide_spines(ax)


def _draw_variant(ax: Axes, place: int, estimate: Estimate, colour: str, scale: float) -> None:
    if estimate.estimate is None:
        words = _why_nothing(estimate)
        ax.text(0.02, place, words, transform=ax.get_yaxis_transform(), va="center", color=MUTED,
                fontsize=8)  # fmt: skip
        return
    middle = scale * estimate.estimate
    limits = [middle if limit is None else scale * limit
              for limit in (estimate.lower, estimate.upper)]  # fmt: skip
    ax.plot(limits, [place, place], color=colour, linewidth=1.6)
    ax.plot([middle], [place], marker="D", markersize=5, color=colour)
    if estimate.upper is None and estimate.lower is not None:
        ax.annotate("limit not reached", (middle, place), xytext=(6, 0), va="center",
                    textcoords="offset points", color=MUTED, fontsize=7.5)  # fmt: skip


def _why_nothing(estimate: Estimate) -> str:
    """Return in two words why an estimate is not drawn."""
    if reason(estimate) == WITHHELD:
        return WITHHELD
    return "not reached" if estimate.status.startswith("not reached") else "not applicable"


def plot_regression(rows: Sequence[Mapping[str, Any]], parts: Sequence[str]) -> Figure:
    """Draw the reduction that regression to the mean would bring, beside the one observed."""
    with figure_style():
        figure, axes = plt.subplots(
            1, len(parts), figsize=(figure_width(len(parts)), 3.0), squeeze=False, sharey=True,
            layout="constrained",
        )  # fmt: skip
        for ax, part in zip(axes[0], parts, strict=True):
            _draw_regression(ax, [row for row in rows if row["part"] == part], part)
        names = ("expected", "expected_upper", "observed", "observed_lower", "observed_upper")
        heights = [row[name] for row in rows for name in names if row[name] is not None]
        axes[0][0].set_ylim(min(0.0, *heights), 1.1 * max(0.1, *heights))
        axes[0][0].set_ylabel("Reduction of pain (NRS, points)")
        figure.legend(*axes[0][0].get_legend_handles_labels(), loc="outside lower center", ncols=2)
    return close(figure)


def _draw_regression(ax: Axes, rows: Sequence[Mapping[str, Any]], part: str) -> None:
    means = [row["assumed_mean"] for row in rows]
    ax.plot(means, [row["expected"] for row in rows], color=INK, linewidth=1.6,
            label="regression to the mean alone")  # fmt: skip
    if all(row["expected_lower"] is not None and row["expected_upper"] is not None for row in rows):
        ax.fill_between(means, [row["expected_lower"] for row in rows],
                        [row["expected_upper"] for row in rows], color=INK, alpha=0.15,
                        linewidth=0)  # fmt: skip
    first = rows[0]
    if first["observed"] is not None:
        ax.axhline(first["observed"], color=COLOURS[part], linewidth=1.8, linestyle=(0, (5, 2)),
                   label="observed")  # fmt: skip
    if first["observed_lower"] is not None and first["observed_upper"] is not None:
        ax.axhspan(first["observed_lower"], first["observed_upper"], color=COLOURS[part],
                   alpha=0.13, linewidth=0)  # fmt: skip
    ax.set_xlabel("Assumed mean pain of the patients' population\n(NRS, points)")
    ax.set_title(PART_TITLES[part])
    hide_spines(ax)


def plot_context(rows: Sequence[Mapping[str, Any]]) -> Figure:
    """Draw our responders and published counts, each with its interval, one line per count."""
    with figure_style():
        figure, ax = plt.subplots(
            figsize=(WIDTH_INCHES, 0.3 * len(rows) + 0.8), layout="constrained"
        )
        for place, row in enumerate(rows):
            if row["estimate"] is None:
                continue
            colour = COLOURS.get(row["part"], INK)
            face = "white" if row["control"] else colour
            ax.plot([100 * row["lower"], 100 * row["upper"]], [place, place], color=colour,
                    linewidth=1.6, linestyle=(0, (3, 2)) if row["control"] else "-")  # fmt: skip
            ax.plot([100 * row["estimate"]], [place], marker="D", markersize=5, color=colour,
                    markerfacecolor=face, clip_on=False, zorder=3)  # fmt: skip
        words = [f"{row['study']}: {row['treatment']}\n{row['outcome']}, {_events(row)}"
                 for row in rows]  # fmt: skip
        ax.set_yticks(range(len(rows)), words, fontsize=7)
        ax.set(xlim=(0, 100), xlabel="Patients (%)", ylim=(len(rows) - 0.4, -0.6))
        hide_spines(ax)
    return close(figure)


def _events(row: Mapping[str, Any]) -> str:
    return WITHHELD if row["n"] is None else f"{row['events']} of {row['n']}"
