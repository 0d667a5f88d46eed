"""Location of paired differences from ranks: Hodges–Lehmann estimate, interval, Pratt's p value.

The p value is SciPy's `wilcoxon(zero_method="pratt", correction=True, method="asymptotic")`, whose
continuity correction (½ towards 0) and variances for zeros and ties agree with Pratt's and
Cureton's formulas; SciPy (and pingouin) have neither the estimate nor its interval.
"""

import numpy as np
import numpy.typing as npt
import scipy

from helpers.estimate.ties import FloatArray, as_floats, merge_ties
from helpers.estimate.value import Value, finite_or_none
from helpers.estimate.walsh import select_walsh

METHOD = (
    "Hodges–Lehmann estimate (median of the Walsh averages, zeros included); "
    "signed-rank test with Pratt's zeros, normal approximation, continuity and tie correction"
)


def hodges_lehmann(differences: npt.ArrayLike, *, level: float = 0.95) -> Value:
    """Estimate the pseudo-median of differences with its interval and signed-rank p value.

    The limits are the (k + 1)-th smallest and largest of the n(n + 1)/2 Walsh averages,
    k = ⌊n(n + 1)/4 − z·√(n(n + 1)(2n + 1)/24)⌋; where k < 0 there are no limits.

    Args:
        differences: shape (n,), any unit, such as pre − post; complete pairs, zeros included.
        level: confidence level of the two-sided interval.

    Returns:
        Value in the unit of the data; p_value tests a centre of 0 and is None where every
        difference is 0; extra: zeros. Without number when n = 0.

    Reference:
        Hodges and Lehmann (1963); Pratt (1959); Cureton (1967); Hollander and Wolfe (1999), 3.3.
    """
    floats = as_floats(differences)
    n = floats.size
    if n == 0:
        return Value.too_few(n, 1, METHOD)
    total = n * (n + 1) // 2
    k = walsh_rank(n, level)
    middle = ((total - 1) // 2, total // 2)
    *centre, lower, upper = select_walsh(floats, (*middle, max(k, 0), total - 1 - max(k, 0)))
    ranked = _without_noise(floats)
    p_value = _pratt_p_value(ranked)
    return Value(
        estimate=float(np.mean(centre)),
        lower=float(lower) if k >= 0 else None,
        upper=float(upper) if k >= 0 else None,
        p_value=p_value,
        n=n,
        method=METHOD if p_value is not None else f"{METHOD} (no p value: every difference is 0)",
        extra={"zeros": int(np.count_nonzero(ranked == 0))},
    )


def walsh_rank(n: int, level: float) -> int:
    """Count the Walsh averages that lie outside the interval on either side; below 0: no limits.

    Args:
        n: number of differences.
        level: confidence level of the two-sided interval.

    Reference:
        Hollander and Wolfe (1999), section 3.3.
    """
    z = float(scipy.stats.norm.ppf(0.5 + level / 2))
    return int(np.floor(n * (n + 1) / 4 - z * np.sqrt(n * (n + 1) * (2 * n + 1) / 24)))


def _without_noise(differences: FloatArray) -> FloatArray:
    """Make sizes that differ by at most 1e-9 equal, and such near 0 exactly 0, so that they tie."""
    sizes = merge_ties(np.concatenate(([0.0], np.abs(differences))))[1:]
    return np.sign(differences) * sizes


def _pratt_p_value(differences: FloatArray) -> float | None:
    """Test a centre of 0 by signed ranks; None where every difference is 0."""
    if not differences.any():
        return None
    test = scipy.stats.wilcoxon(
        differences, zero_method="pratt", correction=True, method="asymptotic"
    )
    return finite_or_none(test.pvalue)
