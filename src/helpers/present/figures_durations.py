"""Figures of the duration of relief: curves, heaping, and all infusions of Part 1."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import matplotlib.pyplot as plt
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch, Rectangle
from matplotlib.ticker import MaxNLocator

from helpers.present.figures import close
from helpers.present.numbers import format_value
from helpers.present.style import COLOURS, INK, MUTED, figure_style, figure_width, hide_spines
from helpers.results import Estimate, Results
from helpers.study import INFUSION_NAMES, PART_TITLES, PROSPECTIVE, RETROSPECTIVE

# The estimate to read: in Part 2 visits make the ranges wide.
HEADLINES = {RETROSPECTIVE: "median", PROSPECTIVE: "npmle_median"}
_RISK_DAYS = (0, 7, 14, 28, 42, 56, 70, 84)


def plot_relief_curves(results: Results, parts: Sequence[str], horizon_days: int) -> Figure:
    """Draw both curves of each part: Kaplan–Meier with band, marks and risk table, and NPMLE."""
    with figure_style():
        figure, axes = plt.subplots(
            2, len(parts), figsize=(figure_width(len(parts)), 4.6), sharex=True, squeeze=False,
            height_ratios=[6, 1], layout="constrained",
        )  # fmt: skip
        days = [day for day in _RISK_DAYS if day < horizon_days] + [horizon_days]
        for column, part in enumerate(parts):
            curve = results.curves[f"{part}.relief_days"]
            ax = axes[0][column]
            draw_curve(ax, curve, COLOURS[part])
            _draw_npmle(ax, results.tables["npmle"][part], horizon_days)
            _draw_median(ax, results.get(f"{part}.long_term.relief_days.{HEADLINES[part]}"))
            finish_curve(ax, horizon_days, f"Days after the {INFUSION_NAMES[part]}")
            ax.set_title(f"{PART_TITLES[part]} (n = {curve['n']})")
            _draw_risk_table(axes[1][column], curve, days)
        axes[0][0].set_ylabel("Patients still with relief")
        figure.legend(handles=_legend(COLOURS[parts[0]]), loc="outside lower center",
                      ncols=3 if len(parts) > 1 else 1)  # fmt: skip
    return close(figure)


def _legend(colour: str) -> list[Any]:
    """Return what the lines of both curves mean; the colour stands for that of each panel."""
    return [
        Line2D([], [], color=colour, linewidth=1.8, label="from midpoints (Kaplan–Meier)"),
        Line2D([], [], color=INK, linewidth=1.1, label="from the ranges (NPMLE)"),
        Patch(facecolor="none", edgecolor=INK, linewidth=0.5, hatch="////",
              label="NPMLE not determined"),
    ]  # fmt: skip


def draw_curve(ax: Axes, curve: Mapping[str, Any], colour: str) -> None:
    """Draw a curve with its band and censoring marks."""
    times, survival = [0.0, *curve["times"]], [1.0, *curve["survival"]]
    ax.step(times, survival, where="post", color=colour, linewidth=1.8)
    lower = [_or(low, s) for low, s in zip(curve["lower"], curve["survival"], strict=True)]
    upper = [_or(high, s) for high, s in zip(curve["upper"], curve["survival"], strict=True)]
    ax.fill_between(times, [1.0, *lower], [1.0, *upper], step="post", color=colour, alpha=0.16,
                    linewidth=0)  # fmt: skip
    censored = [(t, s) for t, s, c in zip(curve["times"], curve["survival"], curve["censored"],
                                          strict=True) if c]  # fmt: skip
    ax.plot([t for t, _ in censored], [s for _, s in censored], linestyle="none", marker="|",
            markersize=8, markeredgewidth=1.2, color=INK)  # fmt: skip


def _draw_npmle(ax: Axes, sets: Sequence[Mapping[str, Any]], horizon_days: int) -> None:
    """Draw the NPMLE: a line where it is determined, a hatched box where the data leave it open."""
    day = 0.0
    for mass in sets:
        end = horizon_days * 1.02 if mass["right"] is None else mass["right"]
        ax.plot([day, mass["left"]], [mass["before"]] * 2, color=INK, linewidth=1.1)
        if mass["left"] == mass["right"]:
            ax.plot([end, end], [mass["before"], mass["after"]], color=INK, linewidth=1.1)
        else:
            corner, height = (mass["left"], mass["after"]), mass["before"] - mass["after"]
            ax.add_patch(
                Rectangle(corner, end - mass["left"], height, facecolor="none", edgecolor=INK,
                          linewidth=0.5, hatch="////", alpha=0.45)
            )  # fmt: skip
        day = end


def finish_curve(ax: Axes, horizon_days: int, label: str) -> None:
    """Set the axes of a curve: days up to the horizon, percentages."""
    ax.set(xlim=(0, horizon_days * 1.02), ylim=(0, 1.03), yticks=[0, 0.25, 0.5, 0.75, 1])
    ax.set_yticklabels(["0%", "25%", "50%", "75%", "100%"])
    ax.set_xlabel(label)
    ax.tick_params(axis="x", labelbottom=True)
    hide_spines(ax)


def _or(limit: float | None, fallback: float) -> float:
    """Return a limit of the band; where it does not exist (S is 0 or 1), the curve itself."""
    return fallback if limit is None else limit


def _draw_median(ax: Axes, median: Estimate) -> None:
    if median.estimate is None:
        return
    ax.plot([0, median.estimate, median.estimate], [0.5, 0.5, 0], color=MUTED, linewidth=0.9,
            linestyle=(0, (4, 3)))  # fmt: skip
    ax.annotate(
        f"median {format_value(median.estimate, median.unit)} days", (median.estimate, 0.5),
        xytext=(6, 5), textcoords="offset points", fontsize=8.5,
    )  # fmt: skip


def _draw_risk_table(ax: Axes, curve: Mapping[str, Any], days: Sequence[int]) -> None:
    """Write the number still followed with relief just before each day, under the axis."""
    for day in days:
        ax.text(day, 0.75, str(at_risk_on(curve, day)), ha="center", va="center", fontsize=8.5)
    ax.set_title("Number at risk", fontsize=8.5, fontweight="normal", color=MUTED, pad=2)
    ax.set(ylim=(0, 1), yticks=[], xticks=list(days))
    hide_spines(ax, "left", "bottom")
    ax.tick_params(axis="x", length=0, labelbottom=False)


def at_risk_on(curve: Mapping[str, Any], day: float) -> int:
    """Return how many patients were still followed with relief just before a day."""
    if day <= 0:
        return int(curve["n"])
    later = [n for time, n in zip(curve["times"], curve["at_risk"], strict=True) if time >= day]
    return int(later[0]) if later else 0


def plot_all_infusions(results: Results, horizon_days: int) -> Figure:
    """Draw the curve of every infusion of Part 1, with a band that resamples patients."""
    curve = results.curves["retrospective.all_infusions.relief_days"]
    with figure_style():
        figure, axes = plt.subplots(
            2, 1, figsize=(figure_width(1), 4.2), sharex=True, height_ratios=[6, 1],
            layout="constrained",
        )  # fmt: skip
        draw_curve(axes[0], curve, COLOURS[RETROSPECTIVE])
        _draw_median(axes[0], results.get("retrospective.all_infusions.relief_days.median"))
        finish_curve(axes[0], horizon_days, "Days after the infusion")
        axes[0].set_ylabel("Infusions still with relief")
        axes[0].set_title(f"Part 1, every infusion (n = {curve['n']} infusions)")
        days = [day for day in _RISK_DAYS if day < horizon_days] + [horizon_days]
        _draw_risk_table(axes[1], curve, days)
    return close(figure)


def plot_heaping(results: Results, parts: Sequence[str], horizon_days: int) -> Figure:
    """Draw how often each length of relief was stated, whole weeks apart from other days."""
    with figure_style():
        figure, axes = plt.subplots(
            1, len(parts), figsize=(figure_width(len(parts)), 2.6), squeeze=False,
            layout="constrained",
        )  # fmt: skip
        for ax, part in zip(axes[0], parts, strict=True):
            _draw_heaping(ax, results.tables["heaping"][part], COLOURS[part], horizon_days)
            ax.set_title(f"{PART_TITLES[part]} (n = {results.tables['heaping'][part]['stated']})")
        axes[0][0].set_ylabel("Durations stated")
    return close(figure)


def _draw_heaping(ax: Axes, heaping: Mapping[str, Any], colour: str, horizon_days: int) -> None:
    for week in range(7, horizon_days + 1, 7):
        ax.axvline(week, color=MUTED, linewidth=0.4, alpha=0.6, zorder=0)
    shown = [row for row in heaping["counts"] if row["days"] <= horizon_days]
    for whole, face, label in ((True, colour, "whole weeks"), (False, "white", "other days")):
        rows = [row for row in shown if row["whole_weeks"] == whole]
        ax.bar([row["days"] for row in rows], [row["count"] for row in rows], width=0.9,
               facecolor=face, edgecolor=colour, linewidth=0.9, label=label)  # fmt: skip
    ax.set(xlim=(-1, horizon_days + 1), xticks=[day for day in _RISK_DAYS if day <= horizon_days])
    ax.set_xlabel("Length of relief as stated (days)")
    ax.yaxis.set_major_locator(MaxNLocator(integer=True, nbins=5))
    ax.legend(loc="upper right", frameon=True, facecolor="white", edgecolor="none", framealpha=1)
    hide_spines(ax)
