"""One estimate from many imputed data sets: Rubin's rules with Barnard and Rubin's df."""

import math
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import scipy

from helpers.estimate.means import NO_VARIATION
from helpers.estimate.ties import TOLERANCE, FloatArray, all_equal, as_floats
from helpers.estimate.value import Value, finite_or_none

LEAST_IMPUTATIONS = 2
LEAST_N = 2
SMALLEST_DF = 0.1
"""Below, a 95 % interval would be wider than 10¹² standard errors."""
RULES = "Rubin's rules, Barnard–Rubin df"
NO_WIDTH = "ok, no limits: the proportion is 0 or 1 in every imputation"
NO_DF = "ok, no limits: hardly anything varies within the imputations, so df is near 0"


@dataclass(frozen=True, slots=True)
class _Spread:
    """Within- and between-imputation variance, their total, and the degrees of freedom."""

    within: float
    between: float
    total: float
    df: float
    fraction_missing: float


def pool(
    estimates: npt.ArrayLike,
    variances: npt.ArrayLike,
    *,
    complete_df: float,
    n: int,
    method: str,
    level: float = 0.95,
    null: float | None = None,
) -> Value:
    """Pool the estimates of m imputed data sets, with a t interval.

    Total variance T = W + (1 + 1/m)·B, W the mean variance, B the variance of the estimates. With
    λ = (1 + 1/m)·B/T and ν the complete-data df: df = 1/(1/ν_m + 1/ν_obs), ν_m = (m − 1)/λ²,
    ν_obs = (ν + 1)/(ν + 3)·ν·(1 − λ). Where all estimates are equal (B = 0, nothing was imputed or
    it did not matter) df is ν itself, so that the interval is that of the complete data; the
    formula would give ν·(ν + 1)/(ν + 3), its discount for not knowing B.

    Args:
        estimates: shape (m,), one per imputed data set; all equal means to 1e-9.
        variances: shape (m,), squared standard error of each.
        complete_df: ν, degrees of freedom had nothing been missing; > 0.
        n: number of units in each data set.
        method: what was estimated, in words.
        level: confidence level of the two-sided interval.
        null: value that the two-sided t test tests; none: no test.

    Returns:
        Value in the unit of the estimates; p_value None without `null` and where T = 0; it and the
        limits are None where df < 0.1 (B > 0, but W as good as 0). Extra: within_variance,
        between_variance, df, fraction_missing (γ = (r + 2/(df + 3))/(1 + r), r = (1 + 1/m)·B/W;
        0 where B = 0, 1 where only W = 0), m. Without number when m < 2.

    Reference:
        Rubin (1987), section 3.3; Barnard and Rubin (1999); R: mice::pool.scalar.
    """
    each, m = as_floats(estimates), np.size(estimates)
    words = f"{method}, pooled over {m} imputations ({RULES})"
    if m < LEAST_IMPUTATIONS:
        status = f"not enough data: {m} of at least {LEAST_IMPUTATIONS} imputations"
        return Value(estimate=None, n=n, method=words, status=status)
    spread = _spread(each, as_floats(variances), complete_df)
    centre = float(np.mean(each))
    lower, upper = _limits(centre, spread, level)
    return Value(
        estimate=centre,
        lower=lower,
        upper=upper,
        p_value=None if null is None else _p_value(centre - null, spread),
        n=n,
        method=words + (NO_VARIATION if spread.total == 0 else ""),
        status="ok" if lower is not None else NO_DF,
        extra={
            "within_variance": spread.within,
            "between_variance": spread.between,
            "df": spread.df,
            "fraction_missing": spread.fraction_missing,
            "m": m,
        },
    )


def pool_means(values: npt.ArrayLike, *, level: float = 0.95, null: float | None = None) -> Value:
    """Pool the means of imputed data sets, such as of reductions of pain.

    Args:
        values: shape (m, n), any unit, one row per imputed data set.
        level: confidence level of the two-sided interval.
        null: mean that the two-sided t test tests; none: no test.

    Returns:
        Value in the unit of the data, with complete-data df n − 1; sd is the root of the mean
        variance within the imputations; extra as in :func:`pool`. Where all rows are equal, the
        numbers of means.mean. Without number when n < 2 or m < 2.

    Reference:
        As :func:`pool`.
    """
    table = np.asarray(values, dtype=np.float64)
    m, n = table.shape
    if n < LEAST_N:
        return Value.too_few(n, LEAST_N, f"mean, t interval ({RULES})")
    varies = np.ptp(table, axis=1) > TOLERANCE
    variances = np.where(varies, np.var(table, axis=1, ddof=1), 0.0)
    pooled = pool(
        np.mean(table, axis=1), variances / n,
        complete_df=n - 1, n=n, method="mean, t interval", level=level, null=null,
    )  # fmt: skip
    return replace(pooled, sd=math.sqrt(np.mean(variances)) if m >= LEAST_IMPUTATIONS else None)


def pool_proportions(events: npt.ArrayLike, sizes: npt.ArrayLike, *, level: float = 0.95) -> Value:
    """Pool the proportions of imputed data sets, with variance p(1 − p)/n on the raw scale.

    Args:
        events: shape (m,), units with the event in each imputed data set.
        sizes: shape (m,), or one number: units in each; they differ where a percentage change is
            not defined because a score before was imputed as 0.
        level: confidence level of the two-sided interval.

    Returns:
        Value as a fraction 0–1, limits cut to 0–1, n and the complete-data df (n − 1) by the
        smallest size; extra as in :func:`pool`. Without limits where p is 0 or 1 in all data sets:
        their width of 0 would claim certainty. Without number when n < 2 or m < 2.

    Reference:
        As :func:`pool`.
    """
    counts = as_floats(events)
    units = np.broadcast_to(np.asarray(sizes, dtype=np.float64), counts.shape)
    n = int(units.min()) if counts.size else 0
    if n < LEAST_N:
        return Value.too_few(n, LEAST_N, f"proportion, t interval ({RULES})")
    shares = counts / units
    pooled = pool(
        shares, shares * (1 - shares) / units,
        complete_df=n - 1, n=n, method="proportion, t interval cut to 0–1", level=level,
    )  # fmt: skip
    if pooled.lower is None or pooled.upper is None:
        return pooled
    if all(share in (0.0, 1.0) for share in shares.tolist()):
        method = pooled.method.removesuffix(NO_VARIATION)
        return replace(pooled, lower=None, upper=None, method=method, status=NO_WIDTH)
    return replace(pooled, lower=max(pooled.lower, 0.0), upper=min(pooled.upper, 1.0))


def _spread(estimates: FloatArray, variances: FloatArray, complete_df: float) -> _Spread:
    """Put the two variances together and weigh the degrees of freedom by their shares."""
    m = estimates.size
    within = float(np.mean(variances))
    between = 0.0 if all_equal(estimates) else float(np.var(estimates, ddof=1))
    added = (1 + 1 / m) * between
    total = within + added
    if added == 0:
        return _Spread(within, between, total, complete_df, 0.0)
    share = added / total
    from_imputing = (m - 1) / share**2
    from_observing = (complete_df + 1) / (complete_df + 3) * complete_df * (1 - share)
    df = from_imputing * from_observing / (from_imputing + from_observing)
    # (r + 2/(df + 3))/(1 + r), in terms of λ = r/(1 + r), which is finite also where W = 0.
    fraction = share + (1 - share) * 2 / (df + 3)
    return _Spread(within, between, total, df, fraction)


def _limits(centre: float, spread: _Spread, level: float) -> tuple[float | None, float | None]:
    """Give the t limits; None where df is too small for them to mean anything."""
    if spread.df < SMALLEST_DF:
        return None, None
    half_width = float(scipy.stats.t.ppf(0.5 + level / 2, spread.df)) * math.sqrt(spread.total)
    return finite_or_none(centre - half_width), finite_or_none(centre + half_width)


def _p_value(distance: float, spread: _Spread) -> float | None:
    """Test a distance of 0 by t; None where nothing varies."""
    if spread.total == 0 or spread.df < SMALLEST_DF:
        return None
    t = abs(distance) / math.sqrt(spread.total)
    return finite_or_none(2 * float(scipy.stats.t.sf(t, spread.df)))
