"""Published counts to set beside ours: other doses, times and designs, shown and never pooled.

Source: the analysis plan's table of published context. Nothing here reads a file or computes.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class PublishedCount:
    """One count of a published study; ``control`` marks the arm that had no ketamine."""

    study: str
    treatment: str
    outcome: str
    events: int
    n: int
    control: bool = False
    note: str = ""


_NOPPERS: Final = ("Noppers et al. 2011", "S-ketamine 0.5 mg/kg over 30 min")
_MIDAZOLAM: Final = ("Noppers et al. 2011", "midazolam")
_MORE_THAN_HALF: Final = "more than 50% reduction"
_NOPPERS_TIMES: Final = (
    ("15 min", 8, 3), ("180 min", 6, 2), ("1 week", 2, 0), ("8 weeks", 2, 2),
)  # fmt: skip

PUBLISHED_COUNTS: Final = (
    PublishedCount("Sörensen et al. 1995", "ketamine 0.3 mg/kg over 10 min",
                   "relief of 2 to 7 days, of the responders", 6, 8),
    PublishedCount("Graven-Nielsen et al. 2000", "ketamine 0.3 mg/kg over 30 min",
                   "at least 50% reduction", 17, 29,
                   note="the count is inferred from 58% of 29"),
    PublishedCount("Cohen et al. 2006", "ketamine 0.1 mg/kg over 7 min", _MORE_THAN_HALF, 18, 34),
    *(PublishedCount(*_NOPPERS, f"{_MORE_THAN_HALF} at {time}", events, 12)
      for time, events, _ in _NOPPERS_TIMES),
    *(PublishedCount(*_MIDAZOLAM, f"{_MORE_THAN_HALF} at {time}", events, 12, control=True)
      for time, _, events in _NOPPERS_TIMES),
)  # fmt: skip

PUBLISHED_FINDINGS: Final = (
    (
        "Wilderman et al. 2020",
        "lidocaine infusions, same clinic and same measures, 74 patients",
        "NRS before 7.9; reduction after the first, second and third infusion 2.41, 3.15 and 3.62 "
        "points; about 16 days of relief on average",
    ),
    (
        "Carvalho and Sena 2024",
        "systematic review, 6 studies, 115 patients, ketamine 0.1 to 0.5 mg/kg",
        "mostly good short-term response; the one study that followed patients for 8 weeks saw no "
        "response then",
    ),
)
