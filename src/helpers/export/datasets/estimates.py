"""The estimates as a tidy table: a row per key, a column per field."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any, Final

from helpers.export.datasets.variables import Dataset, Variable, define
from helpers.results import Results
from helpers.study import PARTS

# Fields that the plan names for some keys only, as the estimators call them.
_COUNTS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "events": "units with the event, the numerator of a proportion",
        "n_approximate": "durations stated as approximate",
        "n_censored": "right-censored durations",
        "n_events": "events in the model",
        "n_non_events": "units without the event in the model",
        "n_open": "durations that leave the outcome open",
        "n_patients": "patients in the model",
        "n_level": "observations at the visit or infusion",
        "n_imputed": "patients with an imputed score",
        "n_responders": "responders of whom the characteristic is known",
        "n_non_responders": "non-responders of whom the characteristic is known",
        "count_responders": "responders with the characteristic",
        "count_non_responders": "non-responders with the characteristic",
        "n_at_least": "release: a lower bound of n, which is withheld",
        "n_boot": "resamples drawn",
        "n_undefined": "resamples in which the estimate is undefined",
        "m": "imputed data sets",
        "rank_lower": "rank of the lower limit among the ordered values",
        "rank_upper": "rank of the upper limit among the ordered values",
        "zeros": "reductions of exactly 0",
    }
)
_NUMBERS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "lower_identified": "least value that the ranges leave open",
        "upper_identified": "greatest value that the ranges leave open",
        "tau": "day up to which the mean duration is taken",
        "standard_error": "standard error (of ratios: on the log scale)",
        "naive_standard_error": "standard error as if infusions of a patient were independent",
        "log_hazard_ratio": "log hazard ratio",
        "coefficient_2": "log hazard ratio of the adjusting covariate, infusion number",
        "log_odds_ratio": "log odds ratio",
        "chi_square": "chi-square statistic",
        "t": "t statistic",
        "df": "degrees of freedom; of a ridge model: effective parameters",
        "mean_responders": "mean of the responders",
        "mean_non_responders": "mean of the non-responders",
        "sd_responders": "standard deviation of the responders",
        "sd_non_responders": "standard deviation of the non-responders",
        "estimate_open_as_sustained": "estimate with open durations as sustained",
        "estimate_open_as_not_sustained": "estimate with open durations as not sustained",
        "gee_estimate": "the same contrast by GEE, a check",
        "gee_lower": "its lower limit",
        "gee_upper": "its upper limit",
        "icc": "intraclass correlation",
        "variance_between": "variance between patients",
        "variance_residual": "variance within patients",
        "between_variance": "variance between imputed data sets",
        "within_variance": "mean variance within imputed data sets",
        "fraction_missing": "fraction of missing information",
        "lower_at_0": "lower limit with no shift of the imputed scores",
        "loglik": "log likelihood",
        "apparent": "value in the data the model was fitted to",
        "optimism_mean": "mean optimism over resamples",
        "optimism_median": "median optimism over resamples",
        "spread_lower": "lower end of the spread over resamples",
        "spread_upper": "upper end of the spread over resamples",
        "penalty": "penalty of the ridge model",
    }
)
_TEXTS: Final[Mapping[str, str]] = MappingProxyType({"predictors": "predictors in the model"})


def _estimate_variables() -> Iterator[Variable]:
    name = "as in `results.json`"
    number = "see unit"
    yield define("key", "text", "key of the estimate, as in the analysis plan", name, required=True)
    yield define("label", "text", "what is estimated", name, required=True)
    yield define("part", "text", "which part of the study", name, allowed=PARTS, required=True)
    yield define("population", "text", "whom it is about", name, required=True)
    yield define("n", "whole number", "units analysed (missing: withheld)", name, unit="see n_unit")
    yield define("n_unit", "text", "what n counts", name, required=True,
                 allowed=("patients", "infusions", "observations", "events"))  # fmt: skip
    yield define("n_missing", "whole number", "units that could not be analysed", name,
                 unit="see n_unit")  # fmt: skip
    yield define("estimate", "number", "the estimate (missing: see status)", name, unit=number)
    yield define("lower", "number", "lower confidence limit", name, unit=number)
    yield define("upper", "number", "upper confidence limit", name, unit=number)
    yield define("level", "number", "confidence level", name, limits=(0, 1))
    yield define("unit", "text", "unit of the estimate and its limits (missing: none)", name)
    yield define("method", "text", "how it was computed", name, required=True)
    yield define("p_value", "number", "two-sided p-value", name, limits=(0, 1))
    yield define("p_adjusted", "number", "adjusted within its family", name, limits=(0, 1))
    yield define("sd", "number", "standard deviation of the data", name, unit=number)
    yield define("status", "text", "ok, or why there is no number", name, required=True)
    for type_, fields in (("whole number", _COUNTS), ("number", _NUMBERS), ("text", _TEXTS)):
        for field, label in fields.items():
            yield define(field, type_, label, f"{name}; of some keys only")


ESTIMATES: Final = Dataset(
    "estimates",
    "Every estimate",
    "one row per key of the results",
    ("key",),
    tuple(_estimate_variables()),
    internal=False,
)


def estimate_rows(results: Results) -> list[dict[str, Any]]:
    """Return every estimate as a flat row, its further fields as columns of their own.

    Raises
    ------
    ValueError
        When an estimate has a field that the table does not know: name it here.
    """
    known = {variable.name for variable in ESTIMATES.variables}
    rows = [estimate.as_json() | {"unit": estimate.unit or None}
            for estimate in results.estimates.values()]  # fmt: skip
    unknown = sorted({name for row in rows for name in row} - known)
    if unknown:
        raise ValueError(f"fields of estimates without a label in export/estimates.py: {unknown}")
    return rows
