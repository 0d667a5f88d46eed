"""Figures of one choice: a curve, shares at every threshold, or points, for each group."""

from __future__ import annotations

import base64
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any, Final

import matplotlib.pyplot as plt
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from helpers.present.figures import close, draw_responders
from helpers.present.figures_durations import at_risk_on, draw_curve, finish_curve
from helpers.present.figures_models import draw_estimate, draw_values
from helpers.present.style import COLOURS, INK, MUTED, WIDTH_INCHES, figure_style, hide_spines
from helpers.results import Estimate

_RISK_DAYS: Final = (0, 7, 14, 28, 42, 56, 70, 84)


@dataclass(frozen=True, slots=True)
class Frame:
    """What the figures of one choice have in common.

    ``colours`` holds the colour of each group by name, ``grouping`` what groups them; ``label``
    names the values of points, ``threshold`` is in percent.
    """

    title: str
    grouping: str
    colours: Mapping[str, str]
    label: str
    threshold: float
    horizon_days: int


def group_colours(part: str, names: Iterable[str]) -> dict[str, str]:
    """Return the colour of each group: that of the part, then ink."""
    return dict(zip(names, (COLOURS[part], INK), strict=False))


def plot_curves(
    frame: Frame, curves: Mapping[str, Any], headlines: Mapping[str, Estimate]
) -> Figure:
    """Draw the curve of each group with its band, and the numbers at risk below."""
    with figure_style():
        figure, axes = plt.subplots(
            2, 1, figsize=(WIDTH_INCHES, 3.7 + 0.25 * len(curves)), sharex=True,
            height_ratios=[9, len(curves)], layout="constrained",
        )  # fmt: skip
        for name, curve in curves.items():
            draw_curve(axes[0], curve, frame.colours[name])
        finish_curve(axes[0], frame.horizon_days, "Days after the infusion")
        days = [day for day in _RISK_DAYS if day < frame.horizon_days] + [frame.horizon_days]
        axes[0].set(ylabel="Patients still with relief", xticks=days)
        _draw_risks(axes[1], frame, curves, days)
        _finish(axes[0], frame, headlines)
    return close(figure)


def _draw_risks(ax: Axes, frame: Frame, curves: Mapping[str, Any], days: Sequence[int]) -> None:
    """Write the numbers still followed with relief just before each day, a line per group."""
    for line, (name, curve) in enumerate(curves.items()):
        for day in days:
            ax.text(day, -line, str(at_risk_on(curve, day)), ha="center", va="center",
                    color=frame.colours[name], fontsize=8.5)  # fmt: skip
    ax.set_title("Number at risk", fontsize=8.5, fontweight="normal", color=MUTED, pad=2)
    ax.set(ylim=(0.6 - len(curves), 0.6), yticks=[])
    ax.tick_params(axis="x", length=0, labelbottom=False)
    hide_spines(ax, "left", "bottom")


def plot_shares(
    frame: Frame, shares: Mapping[str, Sequence[Mapping[str, float]]],
    headlines: Mapping[str, Estimate],
) -> Figure:  # fmt: skip
    """Draw the share of responders at every threshold, and the one that was chosen."""
    with figure_style():
        figure, ax = plt.subplots(figsize=(WIDTH_INCHES, 3.6), layout="constrained")
        ax.axvline(frame.threshold, color=INK, linewidth=0.9)
        for name, rows in shares.items():
            draw_responders(ax, rows, frame.colours[name])
            share = 100 * (headlines[name].estimate or 0.0)
            ax.plot([frame.threshold], [share], marker="D", markersize=6,
                    color=frame.colours[name], clip_on=False)  # fmt: skip
        ax.set_ylabel("Patients (%)")
        _finish(ax, frame, headlines)
    return close(figure)


def plot_points(
    frame: Frame, points: Mapping[str, pd.Series], headlines: Mapping[str, Estimate]
) -> Figure:
    """Draw each patient's value, larger where patients coincide, beside the mean of the group."""
    with figure_style():
        figure, ax = plt.subplots(figsize=(WIDTH_INCHES, 3.6), layout="constrained")
        ax.axhline(0, color=MUTED, linewidth=0.8)
        for place, (name, values) in enumerate(points.items()):
            draw_values(ax, place, values)
            draw_estimate(ax, place, headlines[name], frame.colours[name])
        ax.set_xticks(range(len(points)), [f"{name}\n(n = {headlines[name].n})" for name in points])
        ax.set(xlim=(-0.6, len(points) - 0.4), xlabel=frame.grouping, ylabel=frame.label)
        ax.set_title(frame.title)
        hide_spines(ax)
    return close(figure)


def plot_nothing(title: str) -> Figure:
    """Draw that there is nothing to draw."""
    with figure_style():
        figure, ax = plt.subplots(figsize=(WIDTH_INCHES, 1.6), layout="constrained")
        ax.text(0.5, 0.5, "Too few patients to draw.", ha="center", va="center", color=MUTED)
        ax.set(xticks=[], yticks=[], title=title)
        hide_spines(ax, "left", "bottom")
    return close(figure)


def _finish(ax: Axes, frame: Frame, headlines: Mapping[str, Estimate]) -> None:
    """Add title and legend, each group with its number of patients."""
    handles = [
        Line2D([], [], color=frame.colours[name], linewidth=1.8, label=f"{name} (n = {each.n})")
        for name, each in headlines.items()
    ]
    ax.legend(handles=handles, title=frame.grouping or None, loc="upper right", alignment="left")
    ax.set_title(frame.title)


def figure_as_html(figure: Figure, words: str) -> str:
    """Return a figure as an image that the page holds itself; ``words`` describe it."""
    with figure_style(), io.BytesIO() as stream:
        figure.savefig(stream, format="svg", metadata={"Date": None})
        data = base64.b64encode(stream.getvalue()).decode("ascii")
    return f'<img src="data:image/svg+xml;base64,{data}" alt="{escape(words)}">'
