"""The truths: one that is stated, and others, each a small change of it.

Parameters are those of the synthetic study (:class:`helpers.synthetic.parameters.Truth`), and so is
the model, but for one thing: scores are neither rounded nor cut to 0–10, so that what an estimator
should find is known and not blurred by the scale.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Final

from helpers.synthetic.parameters import Truth

INDEX: Final = 3  # place of the index infusion, the fourth
RARE_TERM: Final = [term for term, _ in Truth().ae_probability].index("vomiting")
SELECTED_ABOVE: Final = 6.0  # points: who is treated where the drug does nothing
MISSING_AT: Final = 4.5  # points: near the mean score after
MISSING_AT_BEFORE: Final = 7.1  # points: the mean score before


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
    missing_per_point_before: float = 0.0
    """The same per point of the score before, from :data:`MISSING_AT_BEFORE` points on."""

    @property
    def does_nothing(self) -> bool:
        """Whether the drug has no effect on pain at all."""
        return self.truth.reduction_mean == 0

    @property
    def changes_nothing(self) -> bool:
        """Whether the mean score after is the mean score before: no drug, and no regression."""
        return self.does_nothing and self.selected_above is None and self.truth.regression_nrs == 0


def _without_regression(truth: Truth) -> Truth:
    """Return a truth whose patients come from a population with their own mean pain."""
    return replace(truth, population_nrs_mean=truth.nrs_before_mean)


STATED: Final = Scenario(
    "stated", "the stated truth; scores missing and follow-up ending at random"
)
HEAPED: Final = Scenario(
    "heaped",
    "three quarters of the durations from 5 days on rounded to whole weeks",
    heaped_share=STATED.truth.heaped_share,
)
RETREATED: Final = Scenario(
    "informative_retreatment",
    "half of the reliefs cut short by a next infusion when 50–100 % of them have passed",
    retreated_share=0.5,
)
MISSING: Final = Scenario(
    "missing_not_at_random",
    "scores after missing the more often the higher they are (odds × 2.2 per point)",
    missing_per_point=0.8,
)
NO_EFFECT: Final = Scenario(
    "no_effect",
    "patients treated when their score is 6 or more; the drug does nothing; short relief is "
    "reported after a third of the infusions",
    truth=STATED.truth.without_effect(),
    selected_above=SELECTED_ABOVE,
)
MISSING_AT_RANDOM: Final = Scenario(
    "missing_at_random",
    "scores after missing the more often the higher the score before (odds × 2.2 per point)",
    missing_per_point_before=0.8,
)
NO_REGRESSION: Final = Scenario(
    "no_regression",
    "the stated truth in patients whose scores do not regress to a lower mean",
    truth=_without_regression(STATED.truth),
)
NO_CHANGE: Final = Scenario(
    "no_change",
    "the drug does nothing and scores do not regress: the true mean change is 0",
    truth=_without_regression(STATED.truth.without_effect()),
)

SCENARIOS: Final = MappingProxyType(
    {
        s.name: s
        for s in (STATED, HEAPED, RETREATED, MISSING_AT_RANDOM, MISSING, NO_REGRESSION, NO_EFFECT,
                  NO_CHANGE)
    }
)  # fmt: skip
