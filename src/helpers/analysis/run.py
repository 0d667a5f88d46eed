"""One run of the analysis: what was read and derived, and the results; it computes nothing."""

from __future__ import annotations

from dataclasses import dataclass

from helpers.cohort.read import CleanStudy
from helpers.results import Results


@dataclass(frozen=True, slots=True)
class Analysis(CleanStudy):
    """One run on one study folder: what was read and derived, and the results."""

    results: Results
