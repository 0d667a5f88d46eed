"""Centre of a sample: mean with a t interval, paired mean reduction, median with order statistics.

Computed with SciPy. pingouin's ttest was tried: its p value is SciPy's own (the same digits), but
its CI95 is rounded to two decimals and equal pairs make it warn, so it would add nothing here.
"""

from typing import Any

import numpy as np
import numpy.typing as npt
import scipy

from helpers.estimate.ties import FloatArray, all_equal, as_floats
from helpers.estimate.value import Value, finite_or_none

NO_VARIATION = "; all values equal, so the interval has no width"


def mean(values: npt.ArrayLike, *, level: float = 0.95) -> Value:
    """Estimate a mean with its standard deviation and t interval.

    Args:
        values: shape (n,), any unit; complete cases.
        level: confidence level of the two-sided interval.

    Returns:
        Value in the unit of the data; without number when n < 2.

    Reference:
        Student (1908).
    """
    return _mean(as_floats(values), "mean, t interval", level)


def paired_reduction(pre: npt.ArrayLike, post: npt.ArrayLike, *, level: float = 0.95) -> Value:
    """Estimate the mean of pre − post with its t interval and paired t test.

    Args:
        pre: shape (n,), before; complete pairs.
        post: shape (n,), after, same unit and order of patients.
        level: confidence level of the two-sided interval.

    Returns:
        Value in the unit of the data; p_value tests a mean reduction of 0 (two-sided) and is None
        where all reductions are equal; extra: t, df. Without number when n < 2.

    Reference:
        Student (1908).
    """
    reduction = as_floats(pre) - as_floats(post)
    method = "mean of pre − post, t interval, paired t test"
    if not all_equal(reduction):
        test = scipy.stats.ttest_1samp(reduction, 0.0)
        return _mean(
            reduction,
            method,
            level,
            p_value=finite_or_none(test.pvalue),
            extra={"t": finite_or_none(test.statistic), "df": reduction.size - 1},
        )
    return _mean(reduction, method, level)


def median(values: npt.ArrayLike, *, level: float = 0.95) -> Value:
    """Estimate a median with the order-statistic (sign test) interval.

    The limits are the values of rank l = qbinom(α/2, n, ½) and n − l + 1; where l = 0 the sample is
    too small for the level and there is no bound.

    Args:
        values: shape (n,), any unit; complete cases.
        level: confidence level; the true coverage is at least this where the limits exist.

    Returns:
        Value in the unit of the data; extra: rank_lower, rank_upper. Without number when n = 0.

    Reference:
        Thompson (1936); Conover (1999), Practical Nonparametric Statistics, section 3.2.
    """
    ordered = np.sort(as_floats(values))
    n = ordered.size
    method = "median, order-statistic interval"
    if n == 0:
        return Value.too_few(n, 1, method)
    rank = int(scipy.stats.binom.ppf((1 - level) / 2, n, 0.5))
    has_limits = rank > 0
    return Value(
        estimate=float(np.median(ordered)),
        lower=float(ordered[rank - 1]) if has_limits else None,
        upper=float(ordered[n - rank]) if has_limits else None,
        n=n,
        method=method if has_limits else f"{method} (none: too few values for this level)",
        extra={"rank_lower": rank, "rank_upper": n - rank + 1} if has_limits else {},
    )


def _mean(values: FloatArray, method: str, level: float, **test: Any) -> Value:
    """Put mean, SD and t interval together with the results of a test, if there is one."""
    n = values.size
    if n < 2:
        return Value.too_few(n, 2, method)
    constant = all_equal(values)
    centre = float(np.mean(values))
    sd = 0.0 if constant else float(np.std(values, ddof=1))
    half_width = float(scipy.stats.t.ppf(0.5 + level / 2, n - 1)) * sd / n**0.5
    return Value(
        estimate=centre,
        lower=centre - half_width,
        upper=centre + half_width,
        sd=sd,
        n=n,
        method=method + (NO_VARIATION if constant else ""),
        **test,
    )
