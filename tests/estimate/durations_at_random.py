"""Random durations of every kind, with many ends in common, for the tests of the NPMLE."""

import numpy as np

Durations = tuple[np.ndarray, np.ndarray, np.ndarray]


def durations(seed: int, most: int = 60) -> Durations:
    """Draw lower, upper and kind on a grid of whole days."""
    rng = np.random.default_rng(seed)
    n, days = int(rng.integers(1, most)), int(rng.integers(2, 40))
    kind = rng.choice(
        ["none", "exact", "interval", "left", "right"], n, p=rng.dirichlet([1, 2, 4, 1, 2])
    )
    lower = rng.integers(0, days, n).astype(float)
    upper = lower + rng.integers(0, days, n)
    lower[kind == "none"] = 0
    upper = np.where(np.isin(kind, ["none", "exact"]), lower, upper)
    upper = np.where(kind == "left", np.maximum(upper, 1), upper)
    lower[kind == "left"] = 0
    return lower, np.where(kind == "right", np.inf, upper), kind


def covers(left: float, right: float, is_point: bool, one: tuple[float, float, str]) -> bool:
    """Say whether an observation, taken as half-open, covers a set: the definition, in words."""
    lower, upper, kind = one
    if kind in {"none", "exact"} or (lower == upper and kind == "interval"):
        return is_point and left == lower
    if kind == "right":
        return left > lower if is_point else left >= lower
    start = 0 if kind == "left" else lower
    return right <= upper and (left > start if is_point else left >= start)
