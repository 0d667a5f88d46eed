"""Limitations and caveats: those of the report, in the few words that the registry has room for."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from helpers.study import PROSPECTIVE, RETROSPECTIVE

LONGEST: Final = 500  # characters
SYNTHETIC: Final = "SYNTHETIC DATA: no patient stands behind any number."
# The report's heading of each limitation, what is said of it here, and the part it concerns.
LIMITATIONS: Final = (
    ("No control group", "No control group: changes may be regression to the mean, placebo "
     "response or other treatment.", None),
    ("Selection of who stayed", "Only patients who stayed for several infusions are included.",
     None),
    ("Recall and heaping", "Durations were recalled and often rounded.", None),
    ("Retreatment", "In Part 2 later treatment is not recorded.", PROSPECTIVE),
    ("Timing and missing scores", "There pain was scored about 40 minutes after the infusion.",
     PROSPECTIVE),
    ("Charts were written for care, not for research", "Part 1 is a review of charts, where what "
     "was not written may have happened.", RETROSPECTIVE),
    ("Small numbers", "Numbers are small.", None),
)  # fmt: skip


def describe_limitations(parts: Iterable[str], *, synthetic: bool) -> str:
    """Return the limitations of the parts that were analysed."""
    analysed = set(parts)
    said = [text for _, text, part in LIMITATIONS if part is None or part in analysed]
    return " ".join([SYNTHETIC, *said] if synthetic else said)
