"""Mean duration up to a horizon: the area under the Kaplan–Meier curve (RMST).

lifelines' restricted_mean_survival_time(return_variance=True) gives the spread of min(T, t), not
the variance of the estimate, so area and variance are written here and checked against R.
"""

import numpy as np
import scipy

from helpers.estimate.kaplan_meier import Curve, greenwood_terms, nobody_after
from helpers.estimate.ties import TOLERANCE
from helpers.estimate.value import Value

METHOD = "area under the Kaplan–Meier curve"


def rmst(curve: Curve, horizon: float) -> Value:
    """Estimate the mean of min(T, τ), the area under S from 0 to τ, with a normal interval.

    τ is the horizon where it lies within the observed times or S reached 0, and the last observed
    time otherwise. The variance is Σ A(t)²·d/(n(n − d)) over the event times t up to τ, A(t) being
    the area from t to τ: R's print(survfit, rmean = τ) and survRM2.

    Args:
        curve: of durations in days.
        horizon: days, > 0.

    Returns:
        Value in days; extra: tau (days), standard_error (days). Without number when n = 0 or
        when nobody was observed after day 0.

    Reference:
        Irwin (1949); Klein and Moeschberger (2003), equation 4.5.2.
    """
    if curve.n == 0:
        return Value.too_few(0, 1, METHOD)
    tau = reached_horizon(curve, horizon)
    if tau <= TOLERANCE:
        return Value(estimate=None, n=curve.n, method=METHOD, status=nobody_after(tau))
    area = _area(curve, tau)
    standard_error = _standard_error(curve, tau)
    half_width = float(scipy.stats.norm.ppf(0.5 + curve.level / 2)) * standard_error
    method = f"{METHOD} to day {tau:g}, Greenwood-type variance"
    return Value(
        estimate=area,
        lower=area - half_width,
        upper=area + half_width,
        n=curve.n,
        method=method if standard_error > 0 else f"{method} (0: the interval has no width)",
        extra={"tau": tau, "standard_error": standard_error},
    )


def rmst_bounds(curve: Curve, horizon: float) -> tuple[Value, Value]:
    """Bound the area to the horizon by what the curve may do after the last observed time.

    Args:
        curve: of durations in days.
        horizon: days, > 0.

    Returns:
        Lower bound (S drops to 0 after the last observed time) and upper bound (S stays flat), in
        days; both are the area itself where the horizon was observed or S reached 0. Without
        number when n = 0.

    Reference:
        Klein and Moeschberger (2003), section 4.5, on completing the tail (Efron; Gill).
    """
    texts = ("S dropping to 0", "S staying flat")
    methods = [f"area to day {horizon:g}, {text} after the last observed time" for text in texts]
    if curve.n == 0:
        return Value.too_few(0, 1, methods[0]), Value.too_few(0, 1, methods[1])
    tau = reached_horizon(curve, horizon)
    area = _area(curve, tau)
    flat = area + (horizon - tau) * curve.survival[-1]
    return (
        Value(estimate=area, n=curve.n, method=methods[0]),
        Value(estimate=flat, n=curve.n, method=methods[1]),
    )


def reached_horizon(curve: Curve, horizon: float) -> float:
    """Give τ in days: the horizon, or the last observed time where S > 0 there and it is earlier.

    Args:
        curve: of durations in days, not empty.
        horizon: days.
    """
    last = curve.times[-1]
    return float(horizon) if curve.survival[-1] == 0 else min(float(horizon), last)


def _area(curve: Curve, tau: float, start: float = 0.0) -> float:
    """Integrate S from start to tau, in days."""
    edges = np.clip(np.concatenate(([0.0], curve.times, [tau])), start, max(start, tau))
    return float(np.sum(np.diff(edges) * np.concatenate(([1.0], curve.survival))))


def _standard_error(curve: Curve, tau: float) -> float:
    """Compute the root of the Greenwood-type variance of the area to tau, in days."""
    terms = greenwood_terms(np.asarray(curve.at_risk), np.asarray(curve.events))
    areas = np.array([_area(curve, tau, start) for start in curve.times])  # 0 from tau on
    return float(np.sqrt(np.sum(areas**2 * terms)))
