"""How much worse the scores that nobody recorded may have been before a conclusion tips."""

import numpy as np
import numpy.typing as npt

from helpers.estimate.pooling import pool_means
from helpers.estimate.ties import TOLERANCE, BoolArray, FloatArray
from helpers.estimate.value import Value

GRID = tuple(step / 10 for step in range(101))
"""δ, points: 0, 0.1, …, 10."""
LOWEST, HIGHEST = 0.0, 10.0
"""The ends of the numeric rating scale, points."""
NONE = f"none up to {GRID[-1]:g}"


def tipping_point(
    pre: npt.ArrayLike,
    post: npt.ArrayLike,
    imputed: npt.ArrayLike,
    *,
    bound: float,
    level: float = 0.95,
) -> Value:
    """Find the δ at which the pooled lower limit of the mean reduction first reaches a bound.

    δ points are added to every imputed score after (cut at 0 and 10), on the grid 0, 0.1, …, 10:
    how much worse those patients may have been than the imputation model has it. The limit is that
    of pool_means of pre − post; where it does not exist, it counts as below the bound.

    Args:
        pre: shape (m, n), points, completed.
        post: shape (m, n), points, completed.
        imputed: shape (n,), True where the score after was imputed.
        bound: points; reached means ≤, to 1e-9.
        level: confidence level of the two-sided interval whose lower limit is followed.

    Returns:
        Value in points: the first δ at which the limit is ≤ the bound; 0, with a remark, where it
        is so without δ. Where it never is: no estimate, status `none up to 10`, and where nothing
        was imputed `none up to 10: no score after was imputed`. Extra: lower_at_0 (points, the
        limit at δ = 0), n_imputed. Without number, as pool_means, when n < 2 or m < 2.

    Reference:
        Carpenter and Kenward (2013), Multiple Imputation and its Application, chapter 10.
    """
    before, after = np.asarray(pre, dtype=np.float64), np.asarray(post, dtype=np.float64)
    worse: BoolArray = np.asarray(imputed, dtype=np.bool_).ravel()
    start = pool_means(before - after, level=level)
    method = f"δ added to imputed scores after, lower limit ≤ {bound:g} points; {start.method}"
    if start.estimate is None:
        return Value(estimate=None, n=start.n, method=method, status=start.status)
    first = next(
        (
            delta
            for delta in GRID
            if _reaches(_lower_limit(before, after, worse, delta, level), bound)
        ),
        None,
    )
    return Value(
        estimate=first,
        n=start.n,
        method=method,
        status=_status(first, bool(worse.any())),
        extra={"lower_at_0": start.lower, "n_imputed": int(np.count_nonzero(worse))},
    )


def _lower_limit(
    pre: FloatArray, post: FloatArray, worse: BoolArray, delta: float, level: float
) -> float | None:
    """Give the pooled lower limit with δ added."""
    shifted = np.where(worse, np.clip(post + delta, LOWEST, HIGHEST), post)
    return pool_means(pre - shifted, level=level).lower


def _reaches(limit: float | None, bound: float) -> bool:
    """Say whether a limit is at or below the bound; one that does not exist excludes nothing."""
    return limit is None or limit <= bound + TOLERANCE


def _status(first: float | None, any_imputed: bool) -> str:
    """Say `ok`, that the bound is reached without δ, or that no δ reaches it."""
    if first is None:
        return NONE if any_imputed else f"{NONE}: no score after was imputed"
    return "ok, reached without a shift" if first == 0 else "ok"
