"""Figures of the models: change over occasions, hazards, dissociation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import matplotlib.pyplot as plt
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.colors import to_rgba
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from helpers.errors import visible
from helpers.present.figures import close
from helpers.present.style import COLOURS, INK, MUTED, figure_style, figure_width, hide_spines
from helpers.present.tables_visits import occasion_words
from helpers.results import Estimate, Results
from helpers.study import PART_TITLES, PROSPECTIVE, RETROSPECTIVE


def plot_changes(
    results: Results,
    keys: Sequence[str],
    part: str,
    label: str,
    raw: pd.DataFrame | None,
) -> Figure:
    """Draw the changes of a mixed model with their intervals over each patient's own change.

    ``raw`` has a row per patient and a column per occasion, named as the keys end; without it
    only the model is drawn, as in a release.
    """
    estimates = [results.get(key) for key in keys]
    with figure_style():
        figure, ax = plt.subplots(figsize=(figure_width(1), 3.0), layout="constrained")
        ax.axhline(0, color=MUTED, linewidth=0.8)
        for place, (key, estimate) in enumerate(zip(keys, estimates, strict=True)):
            if raw is not None:
                draw_values(ax, place, raw[key.rpartition(".")[2]].dropna())
            draw_estimate(ax, place, estimate, COLOURS[part])
        words = [occasion_words(key.rpartition(".")[2]) for key in keys]
        ax.set_xticks(range(len(keys)), [word.replace(" after", "\nafter") for word in words])
        ax.set(ylabel=label, xlim=(-0.5, len(keys) - 0.5))
        hide_spines(ax)
    return close(figure)


def draw_values(ax: Axes, place: int, values: pd.Series) -> None:
    """Draw the values of single patients left of the estimate, larger where they coincide."""
    counts = values.value_counts()
    ax.scatter([place - 0.18] * len(counts), counts.index, s=9 * counts.to_numpy(), color=MUTED,
               alpha=0.55, linewidth=0, zorder=1)  # fmt: skip


def draw_estimate(ax: Axes, place: int, estimate: Estimate, colour: str) -> None:
    """Draw an estimate with its interval, or that there is no number."""
    if estimate.estimate is None:
        ax.annotate("no\nnumber", (place, 0), ha="center", va="bottom", color=MUTED, fontsize=8)
        return
    if estimate.lower is not None and estimate.upper is not None:
        ax.plot([place, place], [estimate.lower, estimate.upper], color=colour, linewidth=1.8)
    ax.plot([place], [estimate.estimate], marker="D", markersize=5, color=colour)


def plot_hazards(check: Mapping[str, Any]) -> Figure:
    """Draw the scaled Schoenfeld residuals of the dose over time, with the two lines they imply."""
    with figure_style():
        figure, ax = plt.subplots(figsize=(figure_width(1), 3.2), layout="constrained")
        places = check["transformed"]
        ax.plot(places, check["residuals"], linestyle="none", marker="o", markersize=3.2,
                color=MUTED, alpha=0.7, label="one end of relief")  # fmt: skip
        ax.axhline(check["log_hazard_ratio"], color=INK, linewidth=0.9, linestyle=(0, (4, 3)),
                   label="one hazard ratio throughout (the model)")  # fmt: skip
        ends = [0.0, max(places, default=1.0)]
        line = [check["intercept"] + check["slope"] * place for place in ends]
        ax.plot(ends, line, color=COLOURS[RETROSPECTIVE], linewidth=1.8,
                label="hazard ratio free to drift")  # fmt: skip
        ax.set(xlabel="Share of relief that has ended (0 early, 1 late)",
               ylabel="Log hazard ratio per 1 mg/kg")  # fmt: skip
        figure.legend(loc="outside lower left")
        hide_spines(ax)
    return close(figure)


def plot_severity(results: Results, parts: Sequence[str]) -> Figure:
    """Draw the adverse events of each term by severity, the most frequent first."""
    counts = [len(results.tables["adverse_events"][part]) for part in parts]
    with figure_style():
        figure, axes = plt.subplots(
            1, len(parts), figsize=(figure_width(len(parts)), 0.24 * max([4, *counts]) + 1.1),
            squeeze=False, layout="constrained",
        )  # fmt: skip
        for ax, part in zip(axes[0], parts, strict=True):
            rows = sorted(results.tables["adverse_events"][part],
                          key=lambda row: (-row["events"], row["term"]))  # fmt: skip
            _draw_severities(ax, rows, COLOURS[part])
            ax.set_title(PART_TITLES[part])
        handles = axes[0][0].get_legend_handles_labels()
        figure.legend(*handles, loc="outside lower center", ncols=len(_SEVERITY_SHADES))
    return close(figure)


_LONGEST_TERM = 40  # letters
_SEVERITY_SHADES = {"mild": 0.3, "moderate": 0.6, "severe": 1.0, "severity_other": 0.0}


def _draw_severities(ax: Axes, rows: Sequence[Mapping[str, Any]], colour: str) -> None:
    """Stack the events of each term; darker is more severe, white is not stated."""
    left = [0] * len(rows)
    for name, shade in _SEVERITY_SHADES.items():
        widths = [row[name] for row in rows]
        face = to_rgba(colour, shade) if shade else "white"
        ax.barh(range(len(rows)), widths, left=left, color=face, edgecolor=colour, linewidth=0.6,
                height=0.7, label="not stated" if name == "severity_other" else name)  # fmt: skip
        left = [start + width for start, width in zip(left, widths, strict=True)]
    ax.set_yticks(range(len(rows)), [_shorten(visible(row["term"])) for row in rows])
    ax.invert_yaxis()
    ax.set_xlabel("Events")
    ax.xaxis.set_major_locator(MaxNLocator(integer=True, nbins=6))
    hide_spines(ax)


def _shorten(term: str) -> str:
    """Return a term that leaves room for the bars; the table beside the figure has it whole."""
    return term if len(term) <= _LONGEST_TERM else f"{term[: _LONGEST_TERM - 1]}…"


def plot_dissociation(points: pd.DataFrame) -> Figure:
    """Draw each patient's reduction of pain against the change of dissociation.

    ``points`` has the columns ``cadss_change`` and ``nrs_reduction``, both known. Points that
    coincide are drawn larger, by how many they are.
    """
    places = points.value_counts(["cadss_change", "nrs_reduction"]).reset_index(name="patients")
    with figure_style():
        figure, ax = plt.subplots(figsize=(figure_width(1), 3.4), layout="constrained")
        ax.scatter(places["cadss_change"], places["nrs_reduction"], s=26 * places["patients"],
                   color=COLOURS[PROSPECTIVE], alpha=0.75, linewidth=0)  # fmt: skip
        ax.axhline(0, color=MUTED, linewidth=0.8)
        ax.set(xlabel="Change of dissociation from baseline to 40 minutes after\n(CADSS, points)",
               ylabel="Reduction of pain (NRS, points)")  # fmt: skip
        ax.set_title(f"Part 2 (n = {len(points)})")
        hide_spines(ax)
    return close(figure)
