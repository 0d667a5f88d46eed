"""Bias, coverage and false positives of the replicates, with their Monte-Carlo errors."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from benchmarks.known_truth.methods import Method, Promise, methods_in
from benchmarks.known_truth.run import ESTIMATE, LOWER, TRUTH, UPPER
from benchmarks.known_truth.simulate import Floats

ERRORS: Final = 3  # Monte-Carlo standard errors by which a bound must be missed to be broken
BOUNDS: Final[Mapping[Promise, tuple[float, float]]] = {
    Promise.NEAR: (0.93, 0.97),
    Promise.AT_LEAST: (0.95, 1.0),
    Promise.AT_MOST: (0.0, 0.05),
}


@dataclass(frozen=True, slots=True)
class Rate:
    """A share of replicates with its Monte-Carlo standard error."""

    share: float
    count: int

    @property
    def error(self) -> float:
        """The standard error, of a share half a replicate away from 0 and 1."""
        least = 0.5 / self.count
        share = min(max(self.share, least), 1 - least)
        return math.sqrt(share * (1 - share) / self.count)


@dataclass(frozen=True, slots=True)
class Row:
    """What came out for one method in one scenario at one size.

    ``coverage`` is the rate of intervals that hold the truth, of a test the rate of rejections.
    ``without_estimate`` and ``without_interval`` are shares of the replicates.
    """

    scenario: str
    n: int
    method: Method
    promise: Promise
    replicates: int
    truth: float | None
    bias: float | None
    bias_error: float | None
    coverage: Rate | None
    without_estimate: float
    without_interval: float

    @property
    def holds(self) -> bool | None:
        """Whether the promise holds; None where there is none."""
        if self.promise is Promise.REPORTED:
            return None
        return self.coverage is not None and keeps(self.promise, self.coverage)

    @property
    def false_positives(self) -> Rate | None:
        """The rate at which "nothing" is excluded where it is true; None where it is not."""
        if self.coverage is None or self.method.test:
            return self.coverage
        if self.scenario not in self.method.null:
            return None
        return Rate(1 - self.coverage.share, self.coverage.count)


def keeps(promise: Promise, rate: Rate) -> bool:
    """Say whether a rate misses no bound by more than three errors of a rate at the bound."""
    low, high = (Rate(bound, rate.count) for bound in BOUNDS[promise])
    return low.share - ERRORS * low.error <= rate.share <= high.share + ERRORS * high.error


def summarise(
    values: Mapping[tuple[str, int, str], Floats], scenarios: Sequence[str], sizes: Sequence[int]
) -> Iterator[Row]:
    """Yield a row per scenario, method and size that was computed."""
    for scenario in scenarios:
        for method in methods_in(scenario):
            for n in sizes:
                if (scenario, n, method.key) in values:
                    yield _row(scenario, n, method, values[scenario, n, method.key])


def _row(scenario: str, n: int, method: Method, results: Floats) -> Row:
    estimated = results[np.isfinite(results[:, ESTIMATE])]
    with_interval = results[~np.isnan(results[:, LOWER])]
    count = max(len(results), 1)
    bias, error = (None, None) if method.test else _bias(estimated)
    return Row(
        scenario=scenario,
        n=n,
        method=method,
        promise=method.promise_at(scenario, n),
        replicates=len(results),
        truth=None if method.test else float(np.mean(results[:, TRUTH])),
        bias=bias,
        bias_error=error,
        coverage=_rejections(estimated) if method.test else _coverage(with_interval),
        without_estimate=1 - len(estimated) / count,
        without_interval=0.0 if method.test else 1 - len(with_interval) / count,
    )


def _bias(results: Floats) -> tuple[float | None, float | None]:
    if len(results) < 2:
        return None, None
    errors = results[:, ESTIMATE] - results[:, TRUTH]
    return float(errors.mean()), float(errors.std(ddof=1)) / math.sqrt(len(errors))


def _coverage(results: Floats) -> Rate | None:
    """Count the intervals that hold the truth, limits included."""
    if not len(results):
        return None
    holds = (results[:, LOWER] <= results[:, TRUTH]) & (results[:, TRUTH] <= results[:, UPPER])
    return Rate(float(holds.mean()), len(holds))


def _rejections(results: Floats) -> Rate | None:
    return Rate(float(results[:, ESTIMATE].mean()), len(results)) if len(results) else None
