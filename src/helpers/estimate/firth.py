"""What goes with a yes or no in few patients: Firth's logistic regression on one predictor.

Fitted by the package firthmodels, whose numbers are then held against the whole profile of the
penalised likelihood (:mod:`helpers.estimate.firth_profile`). In a few of a hundred samples whose
predictor separates the outcome or has outliers, the package stops at a lesser maximum or gives a
limit that is none, without a warning; then the profile is searched instead, and the status says so.
"""

import warnings

import numpy as np
import numpy.typing as npt

from helpers.estimate.covariates import standardise
from helpers.estimate.firth_large import LargeProfile, is_large
from helpers.estimate.firth_profile import SLOPES, Profile, Summary, target_height
from helpers.estimate.two_groups import as_events, event_counts, too_few_events_status
from helpers.estimate.value import Extra, Value, finite_or_none

METHOD = (
    "odds ratio, Firth logistic regression on one predictor, profile penalised likelihood "
    "interval, penalised likelihood-ratio test"
)
LEAST_EVENTS = 5
"""Of events and of non-events: the plan's."""
CONVERGED = 1e-9
MOST_STEPS = 500
SAME_HEIGHT = 1e-6
"""Log-likelihoods that differ by less are the same: an odds ratio is then right to five digits."""


def firth_odds_ratio(
    outcome: npt.ArrayLike, predictor: npt.ArrayLike, *, level: float = 0.95
) -> Value:
    """Estimate the odds ratio of the outcome per 1 unit of a predictor.

    Args:
        outcome: shape (n,), True where the event happened; complete cases.
        predictor: shape (n,), any unit.
        level: confidence level of the two-sided interval.

    Returns:
        Value without unit; finite also where the predictor separates the outcome; p_value tests a
        ratio of 1; extra: n_events, n_non_events, log_odds_ratio. Where the profile is not a single
        hill, the limits are the outermost ratios that the test does not reject. Without number when
        there are fewer than 5 events or non-events or the predictor does not vary.

    Reference:
        Firth (1993); Heinze and Schemper (2002); R: logistf.
    """
    event, scaled = as_events(outcome), standardise(predictor)
    extra = event_counts(event) | {"log_odds_ratio": None}
    problem = too_few_events_status(event, LEAST_EVENTS)
    if problem is None and scaled.constant:
        problem = "not estimable: the predictor does not vary"
    if problem is not None:
        return Value(estimate=None, n=event.size, method=METHOD, status=problem, extra=extra)
    profile = Profile(scaled.values[:, 0], event)
    fitted = _by_package(profile, level)
    if fitted is not None and is_large(profile):
        large = LargeProfile.of(profile)
        if large.overlaps(fitted.slope):
            if not large.agrees(fitted, level, SAME_HEIGHT):
                fitted = large.summary(level)
            return _ratio(fitted, float(scaled.scale[0]), [], extra, event.size)
    if fitted is not None and _is_right(fitted, profile, level):
        return _ratio(fitted, float(scaled.scale[0]), [], extra, event.size)
    remark = "found by a search of the whole profile, where Newton's method goes astray"
    return _ratio(profile.summary(level), float(scaled.scale[0]), [remark], extra, event.size)


def _by_package(profile: Profile, level: float) -> Summary | None:
    """Fit by firthmodels; None where it warns that it did not converge."""
    from firthmodels import FirthLogisticRegression  # brings scikit-learn, which takes long

    # Halving steps would end in rounding long before this tolerance.
    model = FirthLogisticRegression(
        backend="numpy", gtol=CONVERGED, xtol=CONVERGED, max_iter=MOST_STEPS, max_halfstep=0
    )
    with warnings.catch_warnings():
        for category in (UserWarning, RuntimeWarning):  # scikit-learn's ConvergenceWarning is one
            warnings.simplefilter("error", category)
        try:
            model.fit(profile.predictor[:, None], profile.event).lrt(0)
            limits = model.conf_int(1 - level, "pl", 0, max_iter=MOST_STEPS, tol=CONVERGED)[0]
        except (UserWarning, RuntimeWarning, np.linalg.LinAlgError):
            return None
    lower, upper = limits.tolist()
    return Summary(float(model.coef_[0]), lower, upper, float(model.lrt_pvalues_[0]))


def _is_right(found: Summary, profile: Profile, level: float) -> bool:
    """Say whether nothing is higher than the maximum and the limits are the outermost there are."""
    slope, lower, upper = found.slope, found.lower, found.upper
    if lower is None or upper is None or not lower < slope < upper:
        return False
    heights = profile.at(np.array([slope, lower, upper, *SLOPES]))
    target = target_height(float(heights[0]), level)
    beyond = (lower > SLOPES) | (upper < SLOPES)
    return bool(
        heights.max() <= heights[0] + SAME_HEIGHT
        and np.max(np.abs(heights[1:3] - target)) <= SAME_HEIGHT
        and np.all(heights[3:][beyond] <= target + SAME_HEIGHT)
    )


def _ratio(
    found: Summary, scale: float, remarks: list[str], extra: dict[str, Extra], n: int
) -> Value:
    """Turn log odds ratios per standard deviation into odds ratios per unit."""
    log_ratio = found.slope / scale
    estimate, lower, upper = (_exp(log, scale) for log in (found.slope, found.lower, found.upper))
    extra = extra | {"log_odds_ratio": finite_or_none(log_ratio)}
    if estimate is None:
        status = "not estimable: the ratio is too large for a number"
        return Value(estimate=None, n=n, method=METHOD, status=status, extra=extra)
    unbounded = [
        f"no {name} limit" for name, limit in (("lower", lower), ("upper", upper)) if limit is None
    ]
    return Value(
        estimate=estimate,
        lower=lower,
        upper=upper,
        p_value=found.p_value,
        n=n,
        method=METHOD,
        status=", ".join(["ok", *remarks, *unbounded]),
        extra=extra,
    )


def _exp(slope: float | None, scale: float) -> float | None:
    """Give the ratio per unit; None where there is none or it is too large for a number."""
    if slope is None:
        return None
    with np.errstate(over="ignore", under="ignore"):
        return finite_or_none(float(np.exp(slope / scale)))
