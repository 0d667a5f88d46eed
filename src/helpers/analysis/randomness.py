"""Where the draws of an estimate come from: the run's seed and its key, and no other estimate."""

from __future__ import annotations

import zlib

import numpy as np

from helpers.estimate.resampled import Resamples
from helpers.settings import Settings


def entropy(seed: int, key: str) -> tuple[int, int]:
    """Return the whole numbers that name the draws of one estimate."""
    return seed, zlib.crc32(key.encode())


def generator(seed: int, key: str) -> np.random.Generator:
    """Return the random generator of one estimate: its draws depend on no other estimate."""
    return np.random.default_rng(entropy(seed, key))


def resamples(settings: Settings, key: str) -> Resamples:
    """Return how the interval of one estimate is resampled."""
    return Resamples(settings.n_boot, entropy(settings.seed, key), settings.ci_level)
