"""Figure of who responds: each characteristic's difference between responders and the others."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import matplotlib.pyplot as plt
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from helpers.cohort.characteristics import CHARACTERISTICS, OUTCOMES, RESPONDER
from helpers.present.figures import close
from helpers.present.style import COLOURS, MUTED, WIDTH_INCHES, figure_style, hide_spines
from helpers.results import Estimate, Results
from helpers.study import PART_TITLES

_APART = 0.17  # of a line: the two outcomes of one characteristic


def plot_differences(results: Results, parts: Sequence[str]) -> Figure:
    """Draw the standardised differences of both outcomes, a column per part."""
    with figure_style():
        figure, axes = plt.subplots(
            1, len(parts), figsize=(WIDTH_INCHES, 0.36 * len(CHARACTERISTICS) + 1.2), sharey=True,
            sharex=True, squeeze=False, layout="constrained",
        )  # fmt: skip
        for ax, part in zip(axes[0], parts, strict=True):
            ax.axvline(0, color=MUTED, linewidth=0.8)
            for outcome, words in OUTCOMES.items():
                _draw_outcome(ax, _differences(results, part, outcome), outcome, words, part)
            ax.set_xlabel("Standardised difference (SD)")
            ax.set_title(PART_TITLES[part])
            hide_spines(ax)
        labels = [each.label.partition(",")[0] for each in CHARACTERISTICS.values()]
        axes[0][0].set_yticks(range(len(labels)), labels)
        axes[0][0].set_ylim(len(labels) - 0.5, -0.5)
        handles = axes[0][0].get_legend_handles_labels()
        figure.legend(*handles, loc="outside lower center", ncols=2)
    return close(figure)


def _differences(results: Results, part: str, outcome: str) -> Mapping[str, Estimate]:
    return {name: results.get(f"{part}.responders.{outcome}.{name}.difference")
            for name in CHARACTERISTICS}  # fmt: skip


def _draw_outcome(
    ax: Axes, differences: Mapping[str, Estimate], outcome: str, words: str, part: str
) -> None:
    """Draw one outcome: filled above the line for the first, open below it for the second."""
    first = outcome == RESPONDER
    look: dict[str, Any] = {"marker": "D", "markersize": 4.5, "color": COLOURS[part],
            "markerfacecolor": COLOURS[part] if first else "white"}  # fmt: skip
    ax.plot([], [], linestyle="-" if first else (0, (3, 2)), label=words, **look)
    for line, estimate in enumerate(differences.values()):
        place = line - _APART if first else line + _APART
        if estimate.estimate is None:
            continue
        if estimate.lower is not None and estimate.upper is not None:
            ax.plot([estimate.lower, estimate.upper], [place, place], color=COLOURS[part],
                    linewidth=1.4, linestyle="-" if first else (0, (3, 2)))  # fmt: skip
        ax.plot([estimate.estimate], [place], **look)
