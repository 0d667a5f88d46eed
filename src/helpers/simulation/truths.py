"""The true value of every key: a closed form, or read off a large sample seen in full."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final

import numpy as np

from helpers.estimate.ties import FloatArray
from helpers.simulation.infusions import draw_infusions, draw_percentage
from helpers.simulation.known_values import (
    SEED,
    event_truths,
    mean_fall_of_no_drug,
    restricted_means,
    score_truths,
)
from helpers.simulation.scenarios import INDEX, Scenario
from helpers.study import HORIZON_DAYS, SURVIVAL_DAYS

PATIENTS: Final = 2_000_000  # of the large sample
CHUNK: Final = 50_000
GROUPS: Final = 40  # of the large sample, whose spread tells the error of a truth
HORIZONS: Final = np.arange(0.0, HORIZON_DAYS + 0.5, 0.5)


@dataclass(frozen=True, slots=True)
class Truths:
    """True values by name, and the restricted mean to any horizon.

    Attributes:
        values: by the name of the truth, in the unit of the estimate.
        errors: standard errors of those read off the large sample; the others are closed forms.
        restricted: means of min(T, τ) for τ = 0, ½, … days. A study whose curve ends earlier than
            day 84 estimates the mean to where it ends, and is held to that.
    """

    values: Mapping[str, float]
    errors: Mapping[str, float]
    restricted: Sequence[float]

    def of(self, name: str, tau: FloatArray) -> FloatArray:
        """Return the true value for each of b studies.

        Args:
            name: of the truth.
            tau: shape (b,), days to which a study's mean is restricted; NaN where it is not.
        """
        means = np.interp(tau, HORIZONS, self.restricted)
        return np.where(np.isnan(tau) | (name != "rmst"), self.values[name], means)

    def as_json(self) -> dict[str, Any]:
        """Return the truths as a plain object."""
        return asdict(self)


def find_truths(scenario: Scenario, patients: int = PATIENTS) -> Truths:
    """Find the true value of every key.

    Args:
        scenario: only its truth and whom it selects matter, not how studies observe it.
        patients: of the large sample, at least 40.
    """
    sample = _draw(scenario, patients)
    values, parts = _read(sample), [np.array_split(array, GROUPS) for array in sample]
    groups = [_read(group) for group in zip(*parts, strict=True)]
    spread = {name: np.std([g[name] for g in groups], ddof=1) for name in values}
    closed = _closed_forms(scenario)
    errors = {name: float(sd / GROUPS**0.5) for name, sd in spread.items() if name not in closed}
    return Truths(values | closed, errors, restricted_means(sample[2], HORIZONS).tolist())


def _draw(scenario: Scenario, patients: int) -> tuple[FloatArray, ...]:
    """Draw pre, post, days and percentage of relief of the large sample, shape (patients,)."""
    rng = np.random.default_rng(SEED)
    sizes = (min(CHUNK, patients - start) for start in range(0, patients, CHUNK))
    chunks = [tuple(_draw_chunk(scenario, size, rng)) for size in sizes]
    return tuple(np.concatenate(column) for column in zip(*chunks, strict=True))


def _draw_chunk(scenario: Scenario, size: int, rng: np.random.Generator) -> Iterator[FloatArray]:
    drawn = draw_infusions(scenario, size, (INDEX,), rng)
    yield from (array[:, 0] for array in (drawn.pre, drawn.post, drawn.relief_days))
    days, reduction, pre = (a[:, 0] for a in (drawn.relief_days, drawn.reduction, drawn.pre))
    yield draw_percentage(scenario, days, reduction, pre, rng)


def _read(sample: Sequence[FloatArray]) -> dict[str, float]:
    """Read every truth off patients seen in full."""
    pre, post, days, pct = sample
    beyond = {t: float(np.mean(days > t)) for t in SURVIVAL_DAYS}
    return {
        **score_truths(pre, post),
        "long_term.relief_pct.mean": float(pct.mean()),
        "long_term.relief_pct.median": float(np.median(pct)),
        "median": float(np.median(days)),
        **{f"survival_{t}": share for t, share in beyond.items()},
        **{f"at_least_{t}": share for t, share in beyond.items()},
        "rmst": float(np.minimum(days, HORIZON_DAYS).mean()),
        "any_relief.proportion": float(np.mean(days > 0)),
    }


def _closed_forms(scenario: Scenario) -> dict[str, float]:
    """Return what the parameters say themselves."""
    events = event_truths(scenario)
    closed = {
        "safety.any_ae.proportion": events["any_ae.proportion"],
        "safety.ae.vomiting.proportion": events["rare_ae.proportion"],
        "safety.stopped_early.proportion": scenario.truth.stopped_early_share,
    }
    if scenario.does_nothing:
        before, fall = mean_fall_of_no_drug(scenario)
        closed |= {"nrs_pre.mean": before, "nrs_post.mean": before - fall,
                   "nrs_reduction.mean": fall}  # fmt: skip
    if scenario.changes_nothing:
        closed["nrs_reduction.wilcoxon"] = 0.0  # pre − post is symmetric around 0
    return closed
