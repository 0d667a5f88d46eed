"""Standardised size of a change in paired data: Hedges' g with a bootstrap interval."""

import warnings
from collections.abc import Mapping

import numpy as np
import numpy.typing as npt
import scipy

from helpers.estimate.resampling import INTERVAL_LEFT_OUT
from helpers.estimate.ties import TOLERANCE, FloatArray, as_floats
from helpers.estimate.value import Value, finite_or_none

METHOD = (
    "Hedges' g of paired data: mean of pre − post over the root mean of the two variances, "
    "times 1 − 3/(4(n − 1) − 1)"
)
LEAST_N = 3
"""With two pairs the small-sample factor is 0, and so is g, whatever the data."""


def hedges_g(
    pre: npt.ArrayLike,
    post: npt.ArrayLike,
    *,
    rng: np.random.Generator,
    level: float = 0.95,
    n_boot: int = 2000,
) -> Value:
    """Estimate Hedges' g of paired data with a BCa bootstrap interval over patients.

    Args:
        pre: shape (n,), before; complete pairs.
        post: shape (n,), after, same unit and order of patients.
        rng: source of the resamples; the same state gives the same interval.
        level: confidence level of the two-sided interval.
        n_boot: number of resamples of patients; 0 for no interval.

    Returns:
        Value without unit, positive where scores fell; extra: n_boot, n_undefined (resamples
        without variation, left out and counted in the status). Without number when n < 3 or when
        neither score varies.

    Reference:
        Hedges (1981); Efron (1987).
    """
    before, after = as_floats(pre), as_floats(post)
    n = before.size
    if n < LEAST_N:
        return Value.too_few(n, LEAST_N, METHOD)
    estimate = finite_or_none(float(_g(before, after)))
    if estimate is None:
        return Value(
            estimate=None, n=n, method=METHOD, status="not estimable: neither score varies"
        )
    if n_boot == 0:
        return Value(estimate=estimate, n=n, method=METHOD, status=f"ok, {INTERVAL_LEFT_OUT}")
    lower, upper, n_undefined = _bca_interval(before, after, level, n_boot, rng)
    return Value(
        estimate=estimate,
        lower=lower,
        upper=upper,
        n=n,
        method=f"{METHOD}; BCa bootstrap interval, {n_boot} resamples of patients",
        status=_status(lower, n_undefined, n_boot),
        extra=_counts(n_boot, n_undefined),
    )


def _g(pre: FloatArray, post: FloatArray, axis: int = -1) -> FloatArray:
    """Compute g along an axis, NaN where neither score varies (the plan's formula)."""
    n = pre.shape[axis]
    change = np.mean(pre, axis=axis) - np.mean(post, axis=axis)
    variance = (np.var(pre, axis=axis, ddof=1) + np.var(post, axis=axis, ddof=1)) / 2
    varies = variance > TOLERANCE**2
    scale = np.sqrt(np.where(varies, variance, 1.0))
    g: FloatArray = np.where(varies, change / scale, np.nan) * (1 - 3 / (4 * (n - 1) - 1))
    return g


def _bca_interval(
    pre: FloatArray, post: FloatArray, level: float, n_boot: int, rng: np.random.Generator
) -> tuple[float | None, float | None, int]:
    """Bootstrap patients; give both limits (None where BCa is degenerate) and the undefined count.

    SciPy resamples first and computes BCa in a second call, from the resamples that are defined:
    a single NaN among them would leave it without an interval.
    """
    with warnings.catch_warnings(), np.errstate(divide="ignore", invalid="ignore"):
        # Degenerate data are an answer here (no limits), so SciPy need not announce them.
        warnings.simplefilter("ignore", scipy.stats.DegenerateDataWarning)
        drawn = scipy.stats.bootstrap(
            (pre, post), _g, paired=True, vectorized=True, axis=-1,
            n_resamples=n_boot, method="percentile", rng=rng,
        )  # fmt: skip
        defined = np.isfinite(drawn.bootstrap_distribution)
        if not defined.any():
            return None, None, n_boot
        drawn.bootstrap_distribution = drawn.bootstrap_distribution[defined]
        bca = scipy.stats.bootstrap(
            (pre, post), _g, paired=True, vectorized=True, axis=-1, n_resamples=0,
            bootstrap_result=drawn, confidence_level=level, method="BCa", rng=rng,
        ).confidence_interval  # fmt: skip
    lower, upper = finite_or_none(bca.low), finite_or_none(bca.high)
    return lower, upper, int(np.count_nonzero(~defined))


def _status(lower: float | None, n_undefined: int, n_boot: int) -> str:
    """Say `ok`, and after it what is to be known about the interval."""
    remarks = ["no BCa interval: the resamples are degenerate"] if lower is None else []
    if n_undefined:
        remarks.append(f"{n_undefined} of {n_boot} resamples undefined")
    return ", ".join(["ok", *remarks])


def _counts(n_boot: int, n_undefined: int) -> Mapping[str, int]:
    """Name the numbers of resamples drawn and undefined."""
    return {"n_boot": n_boot, "n_undefined": n_undefined}
