"""Figures: they draw what was estimated, and neither estimate, show nor save."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from helpers.cohort.analysis_sets import Cohort, pairs_of_scores
from helpers.present.numbers import WITHHELD, format_number, name_n
from helpers.present.style import COLOURS, INK, MUTED, figure_style, figure_width, hide_spines
from helpers.results import Estimate, Results
from helpers.study import PART_TITLES, PROSPECTIVE, RESPONDER_THRESHOLDS, RETROSPECTIVE

_WHEN = {
    RETROSPECTIVE: ("before the\ninfusion", "after the\ninfusion"),
    PROSPECTIVE: ("baseline", "40 minutes\nafter"),
}


def plot_paired_change(cohorts: Mapping[str, Cohort], results: Results) -> Figure:
    """Draw each patient's pain before and after the index infusion, with both means."""
    with figure_style():
        figure, axes = plt.subplots(
            1, len(cohorts), figsize=(figure_width(len(cohorts)), 3.6), sharey=True, squeeze=False,
            layout="constrained",
        )  # fmt: skip
        for ax, (part, cohort) in zip(axes[0], cohorts.items(), strict=True):
            _draw_pairs(ax, part, cohort, results)
        axes[0][0].set_ylabel("Pain, numerical rating scale (0–10)")
    return close(figure)


def _draw_pairs(ax: Axes, part: str, cohort: Cohort, results: Results) -> None:
    pre, post = pairs_of_scores(cohort.index)
    # Scores are whole numbers, so lines would hide each other; the shift is the same at both ends.
    shift = np.linspace(-0.16, 0.16, len(pre)) if len(pre) > 1 else np.zeros(len(pre))
    for first, second, offset in zip(pre, post, shift, strict=True):
        ax.plot([0, 1], [first + offset, second + offset], color=MUTED, linewidth=0.7, alpha=0.55,
                marker="o", markersize=2.6, zorder=1)  # fmt: skip
    if len(pre):
        ax.plot([], [], color=MUTED, linewidth=0.7, marker="o", markersize=2.6, label="one patient")
        ax.plot([], [], color=COLOURS[part], linewidth=2.4, marker="D", label="mean with interval")
        ax.legend(loc="lower left", handlelength=1.6)
    means = [results.get(f"{part}.short_term.nrs_{when}.mean") for when in ("pre", "post")]
    _draw_means(ax, means, COLOURS[part])
    ax.set(xlim=(-0.35, 1.35), ylim=(-0.4, 10.4), yticks=range(0, 11, 2), xticks=[0, 1])
    ax.set_xticklabels(_WHEN[part])
    ax.set_title(f"{PART_TITLES[part]} (n = {len(pre)})")
    hide_spines(ax)


def _draw_means(ax: Axes, means: Sequence[Estimate], colour: str) -> None:
    known = [(x, mean) for x, mean in enumerate(means) if mean.estimate is not None]
    heights = [mean.estimate or 0.0 for _, mean in known]
    ax.plot([x for x, _ in known], heights, color=colour, linewidth=2.4, marker="D",
            markersize=6, zorder=3)  # fmt: skip
    for x, mean in known:
        limits = [limit for limit in (mean.lower, mean.upper) if limit is not None]
        ax.plot([x] * len(limits), limits, color=colour, linewidth=2.4, zorder=2)
        ax.annotate(
            format_number(mean.estimate, 1), (x, mean.estimate or 0),
            xytext=(-10 if x == 0 else 10, 0), textcoords="offset points",
            ha="right" if x == 0 else "left", va="center", color=INK, fontweight="bold",
        )  # fmt: skip


def plot_responder_curve(results: Results, parts: Sequence[str]) -> Figure:
    """Draw the share of patients whose pain fell by at least each percentage, with its band."""
    with figure_style():
        figure, axes = plt.subplots(
            1, len(parts), figsize=(figure_width(len(parts)), 3.0), sharey=True, squeeze=False,
            layout="constrained",
        )  # fmt: skip
        for ax, part in zip(axes[0], parts, strict=True):
            rows = [row for row in results.tables["responder_curve"][part]
                    if row["share"] is not None]  # fmt: skip
            draw_responders(ax, rows, COLOURS[part])
            if not results.tables["responder_curve"][part]:
                ax.annotate(WITHHELD, (50, 50), ha="center", color=MUTED)
            n = name_n(results.get(f"{part}.short_term.nrs_reduction_pct.mean"))
            ax.set_title(f"{PART_TITLES[part]} ({n})")
        axes[0][0].set_ylabel("Patients (%)")
    return close(figure)


def draw_responders(ax: Axes, rows: Sequence[Mapping[str, float]], colour: str) -> None:
    """Draw the share at each threshold with its band, and the thresholds of the plan."""
    places = [row["threshold"] for row in rows]
    for threshold in RESPONDER_THRESHOLDS:
        ax.axvline(threshold, color=MUTED, linewidth=0.8, linestyle=(0, (4, 3)))
    ax.fill_between(places, [100 * row["lower"] for row in rows],
                    [100 * row["upper"] for row in rows], step="pre", color=colour, alpha=0.16,
                    linewidth=0)  # fmt: skip
    ax.step(places, [100 * row["share"] for row in rows], where="pre", color=colour, linewidth=1.8)
    ax.set(xlim=(0, 100), ylim=(0, 103), xticks=[0, *RESPONDER_THRESHOLDS, 75, 100])
    ax.set_xlabel("Reduction of pain of at least (%)")
    hide_spines(ax)


def close(figure: Figure) -> Figure:
    """Take a figure out of pyplot's register: the notebook shows the value, once."""
    plt.close(figure)
    return figure
