"""Figures with one mark or line per patient: for the internal profile only."""

from __future__ import annotations

from collections.abc import Mapping

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from helpers.cohort.analysis_sets import Cohort
from helpers.present.figures import close
from helpers.present.style import (
    COLOURS,
    INK,
    MUTED,
    WIDTH_INCHES,
    figure_style,
    figure_width,
    hide_spines,
)
from helpers.study import PART_TITLES, RETROSPECTIVE

_DAYS_PER_MONTH = 30.4375


def plot_swimmers(infusions: pd.DataFrame) -> Figure:
    """Draw every infusion of each patient of Part 1 with the relief that followed it.

    ``infusions`` has a row per infusion with a date: patient, date, kind, lower_days, upper_days.
    """
    dated = infusions.dropna(subset=["date"])
    first = dated.groupby("patient")["date"].transform("min")
    dated = dated.assign(month=(dated["date"] - first).dt.days / _DAYS_PER_MONTH)
    order = dated.groupby("patient")["month"].max().sort_values(kind="stable").index
    with figure_style():
        figure, ax = plt.subplots(
            figsize=(WIDTH_INCHES, 0.24 * max(4, len(order)) + 1.1), layout="constrained"
        )
        for place, patient in enumerate(order):
            _draw_swimmer(ax, place, dated[dated["patient"] == patient])
        ax.set(xlabel="Months since the first infusion", ylabel="Patients, one line each",
               yticks=[], ylim=(-0.8, max(len(order), 1) - 0.2))  # fmt: skip
        ax.set_xlim(left=-0.3)
        figure.legend(handles=_swimmer_legend(), loc="outside lower center", ncols=4)
        hide_spines(ax, "left")
    return close(figure)


def _draw_swimmer(ax: Axes, place: int, rows: pd.DataFrame) -> None:
    """Draw one patient: a mark per infusion, a bar for its relief, an arrow where it went on."""
    colour = COLOURS[RETROSPECTIVE]
    ax.plot([0, rows["month"].max()], [place, place], color=MUTED, linewidth=0.5, zorder=1)
    for _, row in rows[rows["kind"].notna()].iterrows():
        lower, upper = row["lower_days"] / _DAYS_PER_MONTH, row["upper_days"] / _DAYS_PER_MONTH
        ax.plot([row["month"], row["month"] + lower], [place, place], color=colour, linewidth=5,
                solid_capstyle="butt", zorder=2)  # fmt: skip
        if row["kind"] == "right":
            ax.plot([row["month"] + lower], [place], marker=">", markersize=5, color=colour)
        elif np.isfinite(upper) and upper > lower:
            ax.plot([row["month"] + lower, row["month"] + upper], [place, place], color=colour,
                    linewidth=5, alpha=0.35, solid_capstyle="butt", zorder=2)  # fmt: skip
    known = rows["kind"].notna()
    for chosen, face in ((known, INK), (~known, "white")):
        ax.plot(rows.loc[chosen, "month"], [place] * int(chosen.sum()), linestyle="none",
                marker="o", markersize=3.5, markeredgewidth=0.8, color=INK, markerfacecolor=face,
                zorder=3)  # fmt: skip


def _swimmer_legend() -> list[Line2D]:
    colour = COLOURS[RETROSPECTIVE]
    return [
        Line2D([], [], linestyle="none", marker="o", markersize=3.5, color=INK, label="infusion"),
        Line2D([], [], linestyle="none", marker="o", markersize=3.5, color=INK,
               markerfacecolor="white", label="its relief not known"),
        Line2D([], [], color=colour, linewidth=5, label="relief (pale: range)"),
        Line2D([], [], linestyle="none", marker=">", markersize=5, color=colour,
               label="went on (censored)"),
    ]  # fmt: skip


def plot_reported_against_computed(cohorts: Mapping[str, Cohort]) -> Figure:
    """Draw the relief that each patient reported against the fall of the pain score."""
    with figure_style():
        figure, axes = plt.subplots(
            1, len(cohorts), figsize=(figure_width(len(cohorts)), 3.4), sharey=True, sharex=True,
            squeeze=False, layout="constrained",
        )  # fmt: skip
        for ax, (part, cohort) in zip(axes[0], cohorts.items(), strict=True):
            both = cohort.index[["nrs_reduction_pct", "relief_pct"]].dropna()
            ax.plot([0, 100], [0, 100], color=MUTED, linewidth=0.8, linestyle=(0, (4, 3)))
            places = both.value_counts().reset_index(name="patients")
            ax.scatter(places["nrs_reduction_pct"], places["relief_pct"],
                       s=22 * places["patients"], color=COLOURS[part], alpha=0.75,
                       linewidth=0)  # fmt: skip
            ax.set_xlabel("Fall of the score at the infusion (%)")
            ax.set_title(f"{PART_TITLES[part]} (n = {len(both)})")
            hide_spines(ax)
        axes[0][0].set_ylabel("Relief reported later (%)")
    return close(figure)
