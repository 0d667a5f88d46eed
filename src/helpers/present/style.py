"""The look that all figures share: restrained, colour-blind safe, readable in grey."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

import matplotlib as mpl
from matplotlib.axes import Axes

from helpers.study import PROSPECTIVE, RETROSPECTIVE

# Okabe and Ito (2008), of different lightness so that they stay apart in grey.
COLOURS: Final = {RETROSPECTIVE: "#0072B2", PROSPECTIVE: "#D55E00"}
INK: Final = "#222222"
MUTED: Final = "#6b6b6b"
WIDTH_INCHES: Final = 7.0  # a journal's full text width
ONE_PANEL_INCHES: Final = 4.6

_RC: Final[dict[Any, Any]] = {
    "font.family": "DejaVu Sans",
    "font.size": 9,
    "axes.titlesize": 9.5,
    "axes.titleweight": "bold",
    "axes.titlelocation": "left",
    "axes.labelsize": 9,
    "axes.edgecolor": MUTED,
    "axes.labelcolor": INK,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.linewidth": 0.8,
    "xtick.color": INK,
    "ytick.color": INK,
    "xtick.labelsize": 8.5,
    "ytick.labelsize": 8.5,
    "text.color": INK,
    "text.parse_math": False,  # a dollar sign in a term of the clinic is a dollar sign
    "legend.frameon": False,
    "legend.fontsize": 8.5,
    "figure.facecolor": "white",
    "figure.dpi": 100,
    "svg.hashsalt": "ketamine-fibromyalgia-report",
    "svg.fonttype": "path",
}


def figure_width(panels: int) -> float:
    """Return the width in inches of a figure with so many panels side by side."""
    return ONE_PANEL_INCHES if panels == 1 else WIDTH_INCHES


@contextmanager
def figure_style() -> Iterator[None]:
    """Apply the shared look while a figure is drawn, and leave no global option behind."""
    with mpl.rc_context(_RC):
        yield


def hide_spines(ax: Axes, *further: str) -> None:
    """Hide the top and the right edge of a panel, and the ``further`` ones."""
    ax.spines[["top", "right", *further]].set_visible(False)
