"""A proportion with its interval: Wilson for effects, Clopper–Pearson for safety.

Wilson is SciPy's (`binomtest`); Clopper–Pearson is written as its two beta quantiles, because
SciPy's own finds them by a root search (5e-13 off R, against 1e-15). statsmodels gives the same
numbers to 1e-15 but for its Wilson limits at 0 and n events, which come out as 3e-17 and 1 − 1e-16.
"""

import scipy

from helpers.estimate.value import Value


def wilson(events: int, n: int, *, level: float = 0.95) -> Value:
    """Estimate a proportion with Wilson's score interval, without continuity correction.

    Args:
        events: number of units with the event, 0 … n.
        n: number of units.
        level: confidence level of the two-sided interval.

    Returns:
        Value as a fraction 0–1; extra: events. Without number when n = 0.

    Reference:
        Wilson (1927); R: prop.test(events, n, correct = FALSE).
    """
    method = "proportion, Wilson interval"
    if n == 0:
        return Value.too_few(0, 1, method)
    interval = scipy.stats.binomtest(int(events), int(n)).proportion_ci(level, method="wilson")
    return _proportion(events, n, (float(interval.low), float(interval.high)), method, level)


def clopper_pearson(events: int, n: int, *, level: float = 0.95) -> Value:
    """Estimate a proportion with the exact interval of Clopper and Pearson.

    With no events the upper limit is 1 − (α/2)^(1/n), and the method text calls it an upper limit.

    Args:
        events: number of units with the event, 0 … n.
        n: number of units.
        level: confidence level of the two-sided interval; coverage is at least this.

    Returns:
        Value as a fraction 0–1; extra: events. Without number when n = 0.

    Reference:
        Clopper and Pearson (1934); R: binom.test(events, n).
    """
    method = "proportion, Clopper–Pearson interval"
    if n == 0:
        return Value.too_few(0, 1, method)
    tail = (1 - level) / 2
    lower = 0.0 if events == 0 else float(scipy.stats.beta.ppf(tail, events, n - events + 1))
    upper = 1.0 if events == n else float(scipy.stats.beta.ppf(1 - tail, events + 1, n - events))
    return _proportion(events, n, (lower, upper), method, level)


def _proportion(
    events: int, n: int, limits: tuple[float, float], method: str, level: float
) -> Value:
    """Put count and limits together, and name the upper limit where there are no events."""
    if events == 0:
        method += f"; zero events: an upper limit, one-sided at {100 * (0.5 + level / 2):g} %"
    return Value(
        estimate=events / n,
        lower=limits[0],
        upper=limits[1],
        n=int(n),
        method=method,
        extra={"events": int(events)},
    )
