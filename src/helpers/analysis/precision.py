"""What the design can tell: regression to the mean, and the precision to expect."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import scipy

from helpers.analysis.context import describe_context
from helpers.estimate.proportions import wilson
from helpers.regression import describe_regression
from helpers.results import Estimate
from helpers.settings import Settings

PLANNED_N: Final = (20, 30)
SPREADS: Final = (1.5, 2.0, 2.5)  # points: standard deviations of a change of the NRS
SHARES: Final = (0.5, 0.2)

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
