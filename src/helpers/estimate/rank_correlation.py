"""Whether two measurements rise together: Spearman's rank correlation with its interval."""

import numpy as np
import numpy.typing as npt
import scipy

from helpers.estimate.ties import TOLERANCE, all_equal, merge_ties
from helpers.estimate.value import Value

METHOD = (
    "Spearman correlation (mid-ranks), Fisher's z interval with the standard error of Bonett and "
    "Wright, z test"
)
LEAST_N = 4
"""The standard error divides by n − 3."""


def spearman(first: npt.ArrayLike, second: npt.ArrayLike, *, level: float = 0.95) -> Value:
    """Estimate Spearman's correlation of paired values.

    The interval is tanh(atanh r ± z·√((1 + r²/2)/(n − 3))), the test compares atanh r · √(n − 3)
    with the normal distribution.

    Args:
        first: shape (n,), any unit; complete pairs.
        second: shape (n,), any unit, same order.
        level: confidence level of the two-sided interval.

    Returns:
        Value between −1 and 1; p_value tests a correlation of 0 (two-sided). Without number when
        n < 4 or when either does not vary; without limits and p_value when |r| = 1.

    Reference:
        Spearman (1904); Bonett and Wright (2000).
    """
    pairs = (merge_ties(first), merge_ties(second))
    n = pairs[0].size
    if n < LEAST_N:
        return Value.too_few(n, LEAST_N, METHOD)
    if all_equal(pairs[0]) or all_equal(pairs[1]):
        which = "first" if all_equal(pairs[0]) else "second"
        status = f"not estimable: the {which} of the two measurements does not vary"
        return Value(estimate=None, n=n, method=METHOD, status=status)
    ranks = [scipy.stats.rankdata(values) for values in pairs]
    r = float(np.corrcoef(*ranks)[0, 1])
    if abs(r) >= 1 - TOLERANCE:
        status = "ok, no limits and no p value: |r| = 1"
        return Value(estimate=float(np.sign(r)), n=n, method=METHOD, status=status)
    return _with_interval(r, n, level)


def _with_interval(r: float, n: int, level: float) -> Value:
    """Give r its limits and p value on Fisher's scale."""
    centre = np.arctanh(r)
    half_width = scipy.stats.norm.ppf(0.5 + level / 2) * np.sqrt((1 + r**2 / 2) / (n - 3))
    return Value(
        estimate=r,
        lower=float(np.tanh(centre - half_width)),
        upper=float(np.tanh(centre + half_width)),
        p_value=float(2 * scipy.stats.norm.sf(abs(centre) * np.sqrt(n - 3))),
        n=n,
        method=METHOD,
    )
