"""Random numbers of the synthetic study: the same on every machine for the same seed and key."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TypeVar

import numpy as np

T = TypeVar("T")


class Draw:
    """A stream of random numbers of its own for each key.

    Each patient has a key, so that adding a patient, or typing a cell in another way, moves
    nobody else's truth. Only two of NumPy's methods are used: what the others return from the
    same bits may change between its versions.
    """

    def __init__(self, seed: int, *key: int) -> None:
        """Open the stream of a seed and a key."""
        sequence = np.random.SeedSequence(entropy=seed, spawn_key=key)
        self._generator = np.random.Generator(np.random.PCG64(sequence))

    def uniform(self, low: float = 0.0, high: float = 1.0) -> float:
        """Return a number from ``low`` to below ``high``."""
        return low + (high - low) * float(self._generator.random())

    def normal(self, mean: float = 0.0, sd: float = 1.0) -> float:
        """Return a normal number."""
        return mean + sd * float(self._generator.standard_normal())

    def normal_within(self, mean: float, sd: float, low: float, high: float) -> float:
        """Return a normal number, moved to the nearer limit where it lies outside."""
        return min(max(self.normal(mean, sd), low), high)

    def weibull(self, median: float, shape: float, log_hazard: float) -> float:
        """Return a Weibull time whose hazard is multiplied by ``exp(log_hazard)``."""
        waited = -math.log(1 - self.uniform()) / math.log(2)
        return float(median * (waited / math.exp(log_hazard)) ** (1 / shape))

    def chance(self, probability: float) -> bool:
        """Return True with a probability."""
        return self.uniform() < probability

    def whole(self, low: int, high: int) -> int:
        """Return a whole number from ``low`` to ``high``, both included."""
        return low + int(self.uniform() * (high - low + 1))

    def pick(self, options: Sequence[T]) -> T:
        """Return one of the options, each as likely as the others."""
        return options[self.whole(0, len(options) - 1)]

    def weigh(self, weights: Mapping[T, float]) -> T:
        """Return one of the keys, each as likely as its weight says."""
        remaining = self.uniform(0, sum(weights.values()))
        for option, weight in weights.items():
            remaining -= weight
            if remaining < 0:
                return option
        return next(reversed(list(weights)))

    def shuffle(self, options: Sequence[T]) -> list[T]:
        """Return the options in random order."""
        order = sorted((self.uniform(), position) for position in range(len(options)))
        return [options[position] for _, position in order]


def logit(probability: float) -> float:
    """Return the log odds of a probability."""
    return math.log(probability / (1 - probability))


def expit(log_odds: float) -> float:
    """Return the probability of log odds."""
    return 1 / (1 + math.exp(-log_odds))
