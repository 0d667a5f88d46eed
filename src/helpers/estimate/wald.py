"""Normal (Wald) limits and p values from an estimate and its standard error."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import scipy

from helpers.estimate.value import Extra, Value, finite_or_none


@dataclass(frozen=True, slots=True)
class Wald:
    """What an estimate and its standard error say.

    Attributes:
        lower, upper: limits of the two-sided interval, None where there is no standard error.
        p_value: two-sided, of a true value of 0; None where there is no standard error.
    """

    lower: float | None
    upper: float | None
    p_value: float | None


def wald(estimate: float, standard_error: float | None, level: float) -> Wald:
    """Give estimate ± z·se and the two-sided p value of 0.

    Args:
        estimate: any unit, finite.
        standard_error: same unit, > 0; None where the data give none.
        level: confidence level of the two-sided interval.

    Reference:
        Wald (1943).
    """
    if standard_error is None:
        return Wald(None, None, None)
    half_width = float(scipy.stats.norm.ppf(0.5 + level / 2)) * standard_error
    p_value = float(2 * scipy.stats.norm.sf(abs(estimate) / standard_error))
    return Wald(estimate - half_width, estimate + half_width, p_value)


def ratio_value(
    log_ratio: float,
    standard_error: float | None,
    *,
    level: float,
    n: int,
    method: str,
    extra: Mapping[str, Extra],
) -> Value:
    """Turn a log ratio into a ratio with limits, and say what is missing.

    Args:
        log_ratio: finite.
        standard_error: of the log ratio, > 0; None where the sandwich is 0.
        level: confidence level of the two-sided interval.
        n: number of units analysed.
        method: what was computed, in words.
        extra: further results.

    Returns:
        Value without unit; p_value tests a ratio of 1; a limit too large for a number is None.
    """
    ratio, log = _exp(log_ratio), wald(log_ratio, standard_error, level)
    if ratio is None:
        status = "not estimable: the ratio is too large for a number"
        return Value(estimate=None, n=n, method=method, status=status, extra=extra)
    return Value(
        estimate=ratio,
        lower=_exp(log.lower),
        upper=_exp(log.upper),
        p_value=log.p_value,
        n=n,
        method=method,
        status="ok" if standard_error is not None else "ok, no interval: the sandwich is 0",
        extra=extra,
    )


def _exp(number: float | None) -> float | None:
    """Undo the logarithm; None where the result is too large for a number."""
    if number is None:
        return None
    with np.errstate(over="ignore"):
        return finite_or_none(float(np.exp(number)))
