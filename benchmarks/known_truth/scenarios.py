"""The truths: one that is stated, and worse ones, each a small change of it.

Parameters are those of the synthetic study (:class:`helpers.synthetic.parameters.Truth`), and so is
the model, but for one thing: scores are neither rounded nor cut to 0–10, so that what an estimator
should find is known and not blurred by the scale.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Final

from helpers.synthetic.parameters import Truth

KNOWN_ODDS_RATIO: Final = 2.0  # of an outcome, per standard deviation of a marker that predicts it
INDEX: Final = 3  # place of the index infusion, the fourth
RARE_TERM: Final = [term for term, _ in Truth().ae_probability].index("vomiting")
SELECTED_ABOVE: Final = 6.0  # points: who is treated where the drug does nothing


@dataclass(frozen=True, slots=True)
class Scenario:
    """How studies come about and how they are observed."""

    name: str
    words: str
    truth: Truth = field(default_factory=Truth)
    selected_above: float | None = None
    """Points: infusions are given only with a score above; None: the stated shift of scores."""
    heaped_share: float = 0.0
    """Share of the durations from 5 days on that are told in whole weeks."""
    retreated_share: float = 0.0
    """Share of reliefs that a next infusion cuts short while they wane."""
    missing_share: float = 0.1
    """Share of scores after that are missing, at :data:`MISSING_AT` points."""
    missing_per_point: float = 0.0
    """Log odds of a missing score per point of that very score."""

    @property
    def does_nothing(self) -> bool:
        """Whether the drug has no effect at all."""
        return self.truth.reduction_mean == 0


MISSING_AT: Final = 4.5  # points: near the mean score after

STATED = Scenario("stated", "the stated truth; scores missing and follow-up ending at random")
HEAPED = Scenario(
    "heaped",
    "three quarters of the durations from 5 days on rounded to whole weeks",
    heaped_share=STATED.truth.heaped_share,
)
RETREATED = Scenario(
    "informative_retreatment",
    "half of the reliefs cut short by a next infusion when 50–100 % of them have passed",
    retreated_share=0.5,
)
MISSING = Scenario(
    "missing_not_at_random",
    "scores after missing the more often the higher they are (odds × 2.2 per point)",
    missing_per_point=0.8,
)
NO_EFFECT = Scenario(
    "no_effect",
    "patients treated when their score is 6 or more; the drug does nothing; short relief is "
    "reported after a third of the infusions",
    truth=replace(STATED.truth.without_effect()),
    selected_above=SELECTED_ABOVE,
)

SCENARIOS: Final = MappingProxyType(
    {s.name: s for s in (STATED, HEAPED, RETREATED, MISSING, NO_EFFECT)}
)
SIZES: Final = (20, 30, 200)
