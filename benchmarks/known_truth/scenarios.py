"""The scenarios that the thorough comparison is made in, and what it adds to their patients."""

from __future__ import annotations

from types import MappingProxyType
from typing import Final

from helpers.simulation.scenarios import HEAPED, MISSING, NO_EFFECT, RETREATED, STATED

KNOWN_ODDS_RATIO: Final = 2.0  # of an outcome, per standard deviation of a marker that predicts it

SCENARIOS: Final = MappingProxyType(
    {s.name: s for s in (STATED, HEAPED, RETREATED, MISSING, NO_EFFECT)}
)
SIZES: Final = (20, 30, 200)
