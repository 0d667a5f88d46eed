"""How far regression to the mean alone may go: what follows from three estimates."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np

from helpers.results import Estimate

ASSUMED_MEANS: Final = tuple(np.arange(3.0, 8.01, 0.25).tolist())  # points, of a population
ICC_KEY: Final = "retrospective.regression_to_the_mean.icc"

Rows = list[dict[str, Any]]


def describe_regression(estimates: Mapping[str, Estimate], parts: Sequence[str]) -> Rows:
    """Return by assumed population mean μ the reduction that regression to the mean would bring.

    It is (1 − ICC)·(mean before − μ), with the intraclass correlation of Part 1, beside the mean
    reduction that was observed. Empty where there is no such correlation.

    Reference: Davis (1976), American Journal of Epidemiology 104.
    """
    icc = estimates.get(ICC_KEY)
    if icc is None or icc.estimate is None:
        return []
    means = {
        part: [estimates[f"{part}.short_term.{name}.mean"] for name in ("nrs_pre", "nrs_reduction")]
        for part in parts
    }
    return [
        {
            "part": part,
            "assumed_mean": mu,
            **_expected(icc, before.estimate - mu),
            "observed": reduction.estimate,
            "observed_lower": reduction.lower,
            "observed_upper": reduction.upper,
        }
        for part, (before, reduction) in means.items()
        if before.estimate is not None
        for mu in ASSUMED_MEANS
        if mu <= before.estimate
    ]


def _expected(icc: Estimate, distance: float) -> dict[str, float | None]:
    """Return the regression to the mean over a distance, with the limits of the correlation."""
    shares = {"expected": icc.estimate, "expected_lower": icc.upper, "expected_upper": icc.lower}
    return {name: None if share is None else (1 - share) * distance
            for name, share in shares.items()}  # fmt: skip
