"""The estimators on data sets that R ships, and on random interval-censored ones.

R's side was written by someone who had not seen these estimators: ``tests/reference/plan``,
``Rscript survival_data.R``.
"""

import csv
from collections import defaultdict
from pathlib import Path

import numpy as np
import pytest

from helpers.estimate.cox import hazard_ratio
from helpers.estimate.mixed_model import fit_random_intercept
from helpers.estimate.proportional_hazards import ph_slope
from helpers.estimate.turnbull import npmle
from helpers.estimate.turnbull_readings import npmle_median, npmle_survival
from helpers.estimate.weibull import weibull_given_relief

FOLDER = Path(__file__).parents[1] / "reference" / "plan"
Table = dict[str, dict[str, np.ndarray]]


def rows(name: str) -> list[dict[str, str]]:
    with (FOLDER / name).open(encoding="utf-8", newline="") as stream:
        assert stream.readline().startswith("# Rscript "), "the command that made it stands first"
        return list(csv.DictReader(stream))


def number(text: str) -> float:
    return {"NA": np.nan, "Inf": np.inf}.get(text) or float(text)


def data_sets() -> Table:
    """Return by data set its variables, in the order of the rows."""
    found: dict[str, dict[str, list[float]]] = defaultdict(lambda: defaultdict(list))
    for row in rows("survival_data.csv"):
        found[row["set"]][row["variable"]].append(number(row["value"]))
    return {name: {key: np.array(values) for key, values in columns.items()}
            for name, columns in found.items()}  # fmt: skip


def expectations() -> dict[str, dict[str, tuple[float, float]]]:
    """Return by data set and quantity R's value and its tolerance."""
    found: dict[str, dict[str, tuple[float, float]]] = defaultdict(dict)
    for row in rows("survival_expected.csv"):
        found[row["set"]][row["quantity"]] = (number(row["value"]), float(row["tolerance"]))
    return found


DATA, EXPECTED = data_sets(), expectations()
COX = [name for name, columns in DATA.items() if "x1" in columns]
MIXED = [name for name, columns in DATA.items() if "level" in columns]
WEIBULL = [name for name, columns in DATA.items() if "lower" in columns]


def compare(name: str, ours: dict[str, float | None]) -> None:
    for quantity, value in ours.items():
        theirs, tolerance = EXPECTED[name][quantity]
        assert value == pytest.approx(theirs, rel=tolerance, abs=tolerance), (name, quantity)


def test_every_data_set_of_r_is_used() -> None:
    assert {*COX, *MIXED, *WEIBULL} == set(DATA)
    assert min(len(COX), len(MIXED), len(WEIBULL)) >= 3


@pytest.mark.parametrize("name", COX)
def test_cox_with_clusters_and_its_check(name: str) -> None:
    columns = DATA[name]
    event = columns["event"].astype(bool)
    for first, second in (("x1", "x2"), ("x2", "x1")):
        covariates = np.column_stack((columns[first], columns[second]))
        ratio = hazard_ratio(columns["time"], event, covariates, columns["cluster"])
        slope = ph_slope(columns["time"], event, covariates)
        compare(name, {
            f"coef_{first}": ratio.extra["log_hazard_ratio"],
            f"robust_se_{first}": ratio.extra["standard_error"],
            f"naive_se_{first}": ratio.extra["naive_standard_error"],
            f"slope_{first}": slope.estimate,
            f"slope_se_{first}": slope.extra["standard_error"],
            f"zph_chisq_{first}": slope.extra["chi_square"],
            f"zph_p_{first}": slope.p_value,
        })  # fmt: skip


@pytest.mark.parametrize("name", MIXED)
def test_mixed_model(name: str) -> None:
    columns = DATA[name]
    levels = sorted(set(columns["level"].tolist()))
    values = fit_random_intercept(columns["y"], columns["level"], columns["patient"], levels)
    for place, value in enumerate(values, start=2):
        compare(name, {
            f"beta_{place}": value.estimate,
            f"se_{place}": value.extra["standard_error"],
            "between_variance": value.extra["variance_between"],
            "residual_variance": value.extra["variance_residual"],
            "icc": value.extra["icc"],
        })  # fmt: skip


@pytest.mark.parametrize("name", WEIBULL)
def test_weibull(name: str) -> None:
    lower, upper = DATA[name]["lower"], DATA[name]["upper"]
    kind = np.select(
        [np.isnan(lower), np.isnan(upper) | np.isinf(upper), lower == upper],
        ["left", "right", "exact"], "interval",
    )  # fmt: skip
    ends = np.where(np.isnan(upper), np.inf, upper)
    fitted = weibull_given_relief(np.nan_to_num(lower), ends, kind)
    compare(name, {
        "scale": fitted.scale.estimate, "shape": fitted.shape.estimate,
        "median": fitted.median_given_relief.estimate, "loglik": fitted.scale.extra["loglik"],
    })  # fmt: skip


SETS: dict[str, list[dict[str, str]]] = defaultdict(list)
for entry in rows("npmle_sets.csv"):
    SETS[entry["set"]].append(entry)


@pytest.mark.parametrize("row", rows("npmle_expected.csv"), ids=lambda row: f"set {row['set']}")
def test_npmle_is_optimal_and_no_less_likely_than_r(row: dict[str, str]) -> None:
    members = SETS[row["set"]]
    lower, upper = (np.array([number(member[end]) for member in members])
                    for end in ("lower", "upper"))  # fmt: skip
    fit = npmle(lower, upper, [member["kind"] for member in members])
    assert fit.n == int(row["n"])
    assert fit.gap < 1e-8
    assert fit.loglik >= number(row["loglik_survfit"]) - 1e-9
    assert fit.loglik == pytest.approx(number(row["loglik_own"]), abs=1e-8)
    for day in (7, 14, 28, 56, 84):
        extra = npmle_survival(fit, day).extra
        for side in ("lower", "upper"):
            theirs = number(row[f"{side}_identified_{day}"])
            assert extra[f"{side}_identified"] == pytest.approx(theirs, abs=1e-6)
    median = npmle_median(fit).estimate
    theirs = number(row["median"])
    assert (np.inf if median is None else median) == pytest.approx(theirs, abs=1e-6, nan_ok=True)
