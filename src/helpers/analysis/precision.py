"""What the design can tell: regression to the mean, and the precision to expect."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np
import scipy

from helpers.analysis.context import describe_context
from helpers.estimate.proportions import wilson
from helpers.results import Estimate
from helpers.settings import Settings

PLANNED_N: Final = (20, 30)
SPREADS: Final = (1.5, 2.0, 2.5)  # points: standard deviations of a change of the NRS
SHARES: Final = (0.5, 0.2)
ASSUMED_MEANS: Final = tuple(np.arange(3.0, 8.01, 0.25).tolist())  # points, of a population

ICC_KEY: Final = "retrospective.regression_to_the_mean.icc"

Rows = list[dict[str, Any]]


def describe_design(
    estimates: Mapping[str, Estimate], parts: Sequence[str], settings: Settings
) -> dict[str, Rows]:
    """Return the tables that belong to the design rather than to one part."""
    return {
        "regression_to_the_mean": describe_regression(estimates, parts),
        "precision": describe_precision(settings.ci_level),
        "published_context": describe_context(estimates, parts, settings.ci_level),
    }


def describe_precision(level: float) -> Rows:
    """Return the half-widths of intervals to expect at the planned sizes, whatever the data.

    A mean change: t quantile × SD/√n, for some standard deviations; a proportion: half the width
    of Wilson's interval.
    """
    rows: Rows = []
    for n in PLANNED_N:
        t = float(scipy.stats.t.ppf(0.5 + level / 2, n - 1))
        rows += [{"n": n, "measure": "mean", "at": sd, "half_width": t * sd / n**0.5}
                 for sd in SPREADS]  # fmt: skip
        for share in SHARES:
            value = wilson(round(share * n), n, level=level)
            width = (value.upper or 0.0) - (value.lower or 0.0)
            rows.append({"n": n, "measure": "proportion", "at": share, "half_width": width / 2})
    return rows


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
