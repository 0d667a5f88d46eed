"""How far apart responders and non-responders are, in standard deviations."""

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt
import scipy

from helpers.estimate.ties import TOLERANCE, FloatArray, all_equal, as_floats
from helpers.estimate.two_groups import too_few_status
from helpers.estimate.value import Extra, Value

INTERVAL = "normal interval (Hedges and Olkin)"
NUMERIC = (
    "difference of means, responders − non-responders, over the root mean of the two variances; "
    + INTERVAL
)
SHARE = (
    "difference of shares, responders − non-responders, over the root mean of p(1 − p); " + INTERVAL
)
NO_VARIATION = "not estimable: neither group varies"
LEAST_FOR_SD = 2
LEAST_FOR_SHARE = 1


def numeric_difference(
    values_responders: npt.ArrayLike, values_non_responders: npt.ArrayLike, *, level: float = 0.95
) -> Value:
    """Estimate the standardised difference of two means, (m1 − m0)/√((s1² + s0²)/2).

    Args:
        values_responders: shape (n1,), any unit; complete cases.
        values_non_responders: shape (n0,), same unit.
        level: confidence level of the two-sided interval.

    Returns:
        Value in standard deviations, n = n1 + n0; extra: n_responders, n_non_responders,
        mean_…, sd_… of both (unit of the data, divisor n − 1; None where the group is too small).
        Without number when a group has fewer than 2 values or neither varies.

    Reference:
        Cohen (1988), section 2.3; Hedges and Olkin (1985), chapter 5, the interval.
    """
    responders, others = as_floats(values_responders), as_floats(values_non_responders)
    sizes = responders.size, others.size
    sd, other_sd = _sd(responders), _sd(others)
    extra: dict[str, Extra] = {
        "n_responders": sizes[0],
        "n_non_responders": sizes[1],
        "mean_responders": _mean(responders),
        "mean_non_responders": _mean(others),
        "sd_responders": sd,
        "sd_non_responders": other_sd,
    }
    if sd is None or other_sd is None:
        return _too_few(sizes, LEAST_FOR_SD, NUMERIC, extra)
    difference = float(np.mean(responders) - np.mean(others))
    spread = ((sd**2 + other_sd**2) / 2) ** 0.5
    return _standardised(difference, spread, sizes, level, NUMERIC, extra)


def share_difference(
    count_responders: int,
    n_responders: int,
    count_non_responders: int,
    n_non_responders: int,
    *,
    level: float = 0.95,
) -> Value:
    """Estimate the standardised difference of two shares.

    It is (p1 − p0)/√((p1(1 − p1) + p0(1 − p0))/2), p the share with the characteristic.

    Args:
        count_responders: responders with the characteristic.
        n_responders: responders in whom it is known.
        count_non_responders: non-responders with the characteristic.
        n_non_responders: non-responders in whom it is known.
        level: confidence level of the two-sided interval.

    Returns:
        Value in standard deviations, n = both groups; extra: n_responders, n_non_responders,
        count_responders, count_non_responders. Without number when a group is empty or everybody
        or nobody in both groups has the characteristic.

    Reference:
        Austin (2009); Hedges and Olkin (1985), chapter 5, the interval.
    """
    extra: dict[str, Extra] = {
        "n_responders": n_responders,
        "n_non_responders": n_non_responders,
        "count_responders": count_responders,
        "count_non_responders": count_non_responders,
    }
    sizes = n_responders, n_non_responders
    if min(sizes) < LEAST_FOR_SHARE:
        return _too_few(sizes, LEAST_FOR_SHARE, SHARE, extra)
    share, other = count_responders / n_responders, count_non_responders / n_non_responders
    spread = ((share * (1 - share) + other * (1 - other)) / 2) ** 0.5
    return _standardised(share - other, spread, sizes, level, SHARE, extra)


def _standardised(
    difference: float,
    spread: float,
    sizes: tuple[int, int],
    level: float,
    method: str,
    extra: Mapping[str, Extra],
) -> Value:
    """Divide by the spread, d, and give it d ± z·√(1/n1 + 1/n0 + d²/(2(n1 + n0)))."""
    n = sum(sizes)
    if spread <= TOLERANCE:
        return Value(estimate=None, n=n, method=method, status=NO_VARIATION, extra=extra)
    d = difference / spread
    error = (1 / sizes[0] + 1 / sizes[1] + d**2 / (2 * n)) ** 0.5
    half_width = float(scipy.stats.norm.ppf(0.5 + level / 2)) * error
    return Value(
        estimate=d, lower=d - half_width, upper=d + half_width, n=n, method=method, extra=extra
    )


def _too_few(sizes: tuple[int, int], least: int, method: str, extra: Mapping[str, Extra]) -> Value:
    """Say that a group is too small."""
    responders, others = (sizes[0], "responders"), (sizes[1], "non-responders")
    status = too_few_status(responders, others, least) or ""
    return Value(estimate=None, n=sum(sizes), method=method, status=status, extra=extra)


def _mean(values: FloatArray) -> float | None:
    """Average; None where there is nothing."""
    return float(np.mean(values)) if values.size else None


def _sd(values: FloatArray) -> float | None:
    """Compute the standard deviation, divisor n − 1; None where there are fewer than 2 values."""
    if values.size < LEAST_FOR_SD:
        return None
    return 0.0 if all_equal(values) else float(np.std(values, ddof=1))
