"""How well all predictors together tell who responds: a ridge logistic model, internally validated.

The apparent c-statistic and calibration slope of a model judged by the patients it was made from
are too good. The bootstrap makes the model anew in each resample, its penalty included, and sees
how much worse it does in the original patients than in its own.
"""

from collections.abc import Iterable
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from helpers.estimate.covariates import standardise
from helpers.estimate.discrimination import calibration_slope, concordance
from helpers.estimate.resampling import LEFT_OUT, Counts, percentile_interval
from helpers.estimate.ridge_fit import PENALTIES, RidgeModel
from helpers.estimate.ties import FloatArray
from helpers.estimate.two_groups import as_events, event_counts, too_few_events_status
from helpers.estimate.value import Extra, Value, finite_or_none

MODEL = "ridge logistic model, penalty by AIC (trace degrees of freedom) anew in each resample"
METHODS = (
    f"c-statistic of a {MODEL}; corrected by the bootstrap's mean optimism (Harrell)",
    f"calibration slope of a {MODEL}; corrected by the bootstrap's mean optimism (Harrell)",
)
LEAST_EVENTS = 10
"""Of events and of non-events: the plan's."""
SPREAD = 0.95
"""The share of the corrected values between spread_lower and spread_upper."""
MOST_UNDEFINED = 0.1
"""Share of the resamples without a value, above which those with one are no fair sample."""
SEPARATES = "the model separates the patients it was made from"
NOTHING_TOLD = (
    "not estimable: the penalty is the largest of its grid, so the model tells next to nothing"
)
NOT_COMPUTED: dict[str, Extra] = dict.fromkeys(
    (
        *("apparent", "optimism_mean", "optimism_median", "spread_lower", "spread_upper"),
        *("penalty", "df", "n_undefined", "n_boot"),
    )
)


def ridge_model(
    outcome: npt.ArrayLike, predictors: npt.ArrayLike, *, draws: Iterable[Counts]
) -> tuple[Value, Value]:
    """Estimate c-statistic and calibration slope of the model, corrected for optimism.

    Args:
        outcome: shape (n,), True where the event happened; complete cases.
        predictors: shape (n, p), any units; standardised here once, for all resamples. One that
            does not vary takes no part.
        draws: blocks of resamples, shape (b, n) each: how often each patient was drawn.

    Returns:
        c-statistic and calibration slope, corrected: apparent − mean(in the resample − on the
        original patients). No limits: spread_lower and spread_upper (2.5 and 97.5 % of apparent −
        optimism) say how much it varies and are no confidence limits. extra: n_events,
        n_non_events, apparent, optimism_mean, optimism_median, spread_lower, spread_upper, penalty
        and df (of the model of all patients), n_boot, n_undefined (resamples whose outcome is
        constant or, for the slope, which the model separates; left out). Without number when there
        are fewer than 10 events or non-events, no predictor varies, or more than a tenth of the
        resamples are undefined; the slope also where the model separates the outcome, or where its
        penalty is the largest of the grid.

    Reference:
        Harrell, Lee and Mark (1996), the optimism; le Cessie and van Houwelingen (1992), the model.
    """
    event, scaled = as_events(outcome), standardise(predictors)
    problem = too_few_events_status(event, LEAST_EVENTS)
    if problem is None and len(scaled.constant) == scaled.scale.size:
        problem = "not estimable: no predictor varies"
    if problem is not None:
        extra = event_counts(event) | NOT_COMPUTED
        c, slope = (
            Value(estimate=None, n=event.size, method=method, status=problem, extra=extra)
            for method in METHODS
        )
        return c, slope
    return _validated(RidgeModel.of(scaled.values, event), draws)


def left_out(n: int) -> tuple[Value, Value]:
    """Say of c-statistic and calibration slope of n patients that no resamples are drawn."""
    extra = dict.fromkeys(("n_events", "n_non_events")) | NOT_COMPUTED
    c, slope = (
        Value(estimate=None, n=n, method=method, status=LEFT_OUT, extra=extra) for method in METHODS
    )
    return c, slope


def _validated(model: RidgeModel, draws: Iterable[Counts]) -> tuple[Value, Value]:
    """Fit, judge and correct."""
    everybody = np.ones((1, model.event.size))
    fit = model.fit(everybody)
    apparent = _judge(model, fit.coefficients, everybody)[0]
    blocks = [_optimism(model, counts.astype(np.float64)) for counts in draws]
    optimism = np.concatenate(blocks) if blocks else np.empty((0, 2))
    extra = event_counts(model.event) | NOT_COMPUTED
    extra |= {"penalty": float(fit.penalty[0]), "df": float(fit.df[0])}
    c, slope = (
        _corrected(float(apparent[i]), optimism[:, i], METHODS[i], model.event.size, extra)
        for i in (0, 1)
    )
    if c.estimate is not None and apparent[0] == 1:
        c = replace(c, status=f"{c.status}, {SEPARATES}")
    if slope.estimate is not None and fit.penalty[0] >= PENALTIES[0]:
        slope = replace(slope, estimate=None, status=NOTHING_TOLD)
    return c, slope


def _optimism(model: RidgeModel, counts: FloatArray) -> FloatArray:
    """Give how much better each resample's model does in it than in all patients, shape (b, 2)."""
    optimism = np.full((len(counts), 2), np.nan)
    fits = model.fit(counts)
    fitted = np.isfinite(fits.coefficients).all(axis=1)
    coefficients, weights = fits.coefficients[fitted], counts[fitted]
    own = _judge(model, coefficients, weights)
    optimism[fitted] = own - _judge(model, coefficients, np.ones(weights.shape))
    return optimism


def _judge(model: RidgeModel, coefficients: FloatArray, weights: FloatArray) -> FloatArray:
    """Compute c-statistic and calibration slope of each model in weighted patients, (b, 2)."""
    logits = model.linear_predictor(coefficients)
    return np.column_stack(
        [judge(logits, model.event, weights) for judge in (concordance, calibration_slope)]
    )


def _corrected(
    apparent: float, optimism: FloatArray, method: str, n: int, extra: dict[str, Extra]
) -> Value:
    """Take the mean optimism off the apparent value."""
    defined = optimism[np.isfinite(optimism)]
    n_undefined = optimism.size - defined.size
    counted = f"{n_undefined} of {optimism.size} resamples undefined"
    extra = extra | {
        "apparent": finite_or_none(apparent),
        "n_boot": optimism.size,
        "n_undefined": n_undefined,
    }
    if not np.isfinite(apparent):
        status = "not estimable: the model separates the outcome, the slope is unbounded"
        return Value(estimate=None, n=n, method=method, status=status, extra=extra)
    if not defined.size or n_undefined > MOST_UNDEFINED * optimism.size:
        # What is left is a selection: the resamples that the model happens not to separate.
        status = f"not estimable: {counted if n_undefined else 'no resamples were drawn'}"
        return Value(estimate=None, n=n, method=method, status=status, extra=extra)
    spread = percentile_interval(apparent - optimism, SPREAD)
    mean = float(np.mean(defined))
    return Value(
        estimate=apparent - mean,
        n=n,
        method=method,
        status=f"ok, {counted}" if n_undefined else "ok",
        extra=extra
        | {
            "optimism_mean": mean,
            "optimism_median": float(np.median(defined)),
            "spread_lower": spread.lower,
            "spread_upper": spread.upper,
        },
    )
