"""Figures: they draw what was estimated, and neither estimate, show nor save."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from helpers.cohort.analysis_sets import Cohort, pairs_of_scores
from helpers.present.numbers import format_number, format_value
from helpers.present.style import COLOURS, INK, MUTED, figure_style, figure_width
from helpers.results import Estimate, Results
from helpers.study import INFUSION_NAMES, PART_TITLES, PROSPECTIVE, RETROSPECTIVE

_WHEN = {
    RETROSPECTIVE: ("before the\ninfusion", "after the\ninfusion"),
    PROSPECTIVE: ("baseline", "40 minutes\nafter"),
}
_RISK_DAYS = (0, 7, 14, 28, 42, 56, 70, 84)


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
    sns.despine(ax=ax)


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


def plot_relief_curves(results: Results, parts: Sequence[str], horizon_days: int) -> Figure:
    """Draw the Kaplan–Meier curve of each part with its band, censoring marks and risk table."""
    with figure_style():
        figure, axes = plt.subplots(
            2, len(parts), figsize=(figure_width(len(parts)), 4.2), sharex=True, squeeze=False,
            height_ratios=[6, 1], layout="constrained",
        )  # fmt: skip
        days = [day for day in _RISK_DAYS if day < horizon_days] + [horizon_days]
        for column, part in enumerate(parts):
            curve = results.curves[f"{part}.relief_days"]
            _draw_curve(axes[0][column], part, curve, results, horizon_days)
            _draw_risk_table(axes[1][column], curve, days)
        axes[0][0].set_ylabel("Patients still with relief")
    return close(figure)


def _draw_curve(
    ax: Axes, part: str, curve: Mapping[str, Any], results: Results, horizon_days: int
) -> None:
    colour = COLOURS[part]
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
    _draw_median(ax, results.get(f"{part}.long_term.relief_days.median"))
    ax.set(xlim=(0, horizon_days * 1.02), ylim=(0, 1.03), yticks=[0, 0.25, 0.5, 0.75, 1])
    ax.set_yticklabels(["0%", "25%", "50%", "75%", "100%"])
    ax.set_xlabel(f"Days after the {INFUSION_NAMES[part]}")
    ax.tick_params(axis="x", labelbottom=True)
    ax.set_title(f"{PART_TITLES[part]} (n = {curve['n']})")
    sns.despine(ax=ax)


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
    sns.despine(ax=ax, left=True, bottom=True)
    ax.tick_params(axis="x", length=0, labelbottom=False)


def at_risk_on(curve: Mapping[str, Any], day: float) -> int:
    """Return how many patients were still followed with relief just before a day."""
    if day <= 0:
        return int(curve["n"])
    later = [n for time, n in zip(curve["times"], curve["at_risk"], strict=True) if time >= day]
    return int(later[0]) if later else 0


def close(figure: Figure) -> Figure:
    """Take a figure out of pyplot's register: the notebook shows the value, once."""
    plt.close(figure)
    return figure
