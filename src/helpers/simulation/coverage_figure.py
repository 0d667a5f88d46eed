"""The figure of a simulation: coverage against the number of patients, a panel per truth."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import matplotlib.pyplot as plt
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from helpers.present.style import INK, MUTED, WIDTH_INCHES, figure_style, hide_spines

# Okabe and Ito (2008), with a mark each, so that they stay apart in grey.
SHOWN: Final = {
    "short_term.nrs_reduction.mean": ("reduction, mean", "#0072B2", "o"),
    "short_term.nrs_reduction_pct.median": ("reduction in %, median", "#E69F00", "s"),
    "short_term.responders_30.proportion": ("reduction of ≥ 30 %", "#009E73", "^"),
    "long_term.relief_days.median": ("duration, median", "#D55E00", "D"),
    "long_term.relief_days.survival_14": ("relief beyond day 14", "#CC79A7", "v"),
    "long_term.relief_days.rmst": ("duration, mean to day 84", "#000000", "P"),
    "safety.any_ae.proportion": ("any adverse event", "#56B4E9", "X"),
}
COLUMNS: Final = 2
BAND: Final = (93.0, 97.0)  # %, around 95
WITHOUT_INTERVAL: Final = 0.1  # share of studies: with more, coverage is of a selection
LOWEST_SHOWN: Final = 85.0  # %; a panel goes further down where it must


def plot_coverage(content: Mapping[str, Any]) -> Figure:
    """Draw the coverage of the main estimates, each with two Monte-Carlo errors on either side.

    Where more than a tenth of the studies have no interval, coverage is of a selection and not
    drawn.

    Args:
        content: of ``simulation.json``.
    """
    truths = [truth["name"] for truth in content["truths"]]
    columns = min(COLUMNS, len(truths))
    rows = -(-len(truths) // columns)
    level = 100 * content["provenance"]["ci_level"]
    with figure_style():
        figure, axes = plt.subplots(
            rows, columns, figsize=(WIDTH_INCHES, 2.5 * rows + 0.9), squeeze=False,
            layout="constrained",
        )  # fmt: skip
        for ax, name in zip(axes.flat, truths, strict=False):
            found = [row for row in content["rows"] if row["truth_name"] == name]
            _draw_panel(ax, name, found, content["provenance"]["sizes"], level)
        for ax in axes.flat[len(truths) :]:
            ax.set_visible(False)
        for ax in axes[:, 0]:
            ax.set_ylabel("Coverage (%)")
        handles, labels = axes[0][0].get_legend_handles_labels()
        figure.legend(handles, labels, loc="outside lower center", ncols=3)
    plt.close(figure)
    return figure


def _draw_panel(
    ax: Axes, name: str, rows: Sequence[Mapping[str, Any]], sizes: Sequence[int], level: float
) -> None:
    band = [level - (95 - BAND[0]), min(level + BAND[1] - 95, 100)]
    ax.axhspan(*band, color=MUTED, alpha=0.15, linewidth=0, label=f"{band[0]:g}–{band[1]:g} %")
    ax.axhline(level, color=MUTED, linewidth=0.8, linestyle=(0, (4, 3)))
    places = {n: place for place, n in enumerate(sizes)}
    lowest = LOWEST_SHOWN - (95 - level)
    for number, (key, (label, colour, mark)) in enumerate(SHOWN.items()):
        told = [row for row in rows if row["key"] == key and _is_told(row)]
        shift = 0.05 * (number - (len(SHOWN) - 1) / 2)  # or marks of one size hide each other
        ax.errorbar(
            [places[row["n"]] + shift for row in told], [100 * row["coverage"] for row in told],
            yerr=[200 * row["coverage_mcse"] for row in told], color=colour, marker=mark,
            markersize=4, linewidth=1, label=label,
        )  # fmt: skip
        lowest = min(
            [lowest, *(100 * row["coverage"] - 200 * row["coverage_mcse"] - 0.5 for row in told)]
        )
    ax.set(xlim=(-0.4, len(sizes) - 0.6), ylim=(lowest, 100.5), xticks=list(places.values()))
    ax.set_xticklabels([str(n) for n in sizes])
    ax.set_xlabel("Patients per study")
    ax.yaxis.set_major_locator(MaxNLocator(5, integer=True))
    ax.set_title(name, color=INK)
    hide_spines(ax)


def _is_told(row: Mapping[str, Any]) -> bool:
    return bool(row["without_interval"] <= WITHOUT_INTERVAL * row["replicates"])
