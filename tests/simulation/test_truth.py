"""What a simulation finds where the answer is known: within its Monte-Carlo error."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy import special, stats

from helpers.estimate.proportions import clopper_pearson, wilson
from helpers.simulation.call import Call
from helpers.simulation.checkpoints import Checkpoints
from helpers.simulation.run import run
from helpers.simulation.scenarios import NO_EFFECT, STATED
from helpers.simulation.tally import rate
from helpers.simulation.truths import find_truths
from helpers.simulation.variations import find_scenario
from helpers.simulation.workers import Workers

Rows = dict[tuple[str, int, str], dict[str, Any]]
UNBIASED = (
    "short_term.nrs_pre.mean", "short_term.nrs_post.mean", "short_term.nrs_reduction.mean",
    "short_term.responders_30.proportion", "long_term.relief_pct.mean",
    "long_term.relief_days.survival_14", "long_term.relief_days.at_least_7",
    "long_term.relief_days.any_relief.proportion", "safety.any_ae.proportion",
)  # fmt: skip


@pytest.fixture(scope="module")
def rows(whole: Path) -> Rows:
    content = json.loads((whole / "simulation.json").read_text(encoding="utf-8"))
    return {(row["truth_name"], row["n"], row["key"]): row for row in content["rows"]}


def test_unbiased_estimates_are_unbiased(rows: Rows) -> None:
    for (_, _, key), row in rows.items():
        if key in UNBIASED:
            error = math.hypot(row["bias_mcse"], row["truth_error"] or 0)
            assert abs(row["bias"]) <= 4 * error, row


def test_t_intervals_of_normal_scores_hold_the_truth_at_their_level(rows: Rows) -> None:
    for (name, _, key), row in rows.items():
        if key == "short_term.nrs_pre.mean" or (
            name == "no_change" and key == "short_term.nrs_reduction.mean"
        ):
            assert abs(row["coverage"] - 0.95) <= 4 * row["coverage_mcse"], row


@pytest.mark.parametrize(
    ("key", "interval"),
    [
        ("safety.any_ae.proportion", clopper_pearson),
        ("safety.stopped_early.proportion", clopper_pearson),
        ("long_term.relief_days.any_relief.proportion", wilson),
    ],
)
def test_intervals_of_counts_hold_the_truth_as_often_as_the_binomial_sum_says(
    rows: Rows, key: str, interval: Any
) -> None:
    row = rows["no_change", 20, key]
    covered = 0.0
    for events in range(21):
        value = interval(events, 20)
        if value.lower <= row["truth"] <= value.upper:
            covered += stats.binom.pmf(events, 20, row["truth"])
    assert abs(row["coverage"] - covered) <= 4 * row["coverage_mcse"]


def test_where_nothing_changes_tests_reject_at_their_level(rows: Rows) -> None:
    for n in (20, 100):
        row = rows["no_change", n, "short_term.nrs_reduction.mean"]
        assert row["truth"] == 0
        assert row["rejections_are"] == "false positives"
        assert abs(row["rejections"] - 0.05) <= 4 * row["rejections_mcse"]


def test_power_is_that_of_the_noncentral_t(tmp_path: Path) -> None:
    # Without a drug, pre − post is normal around the regression to the mean.
    name, n = "stated@reduction=0", 20
    call = Call((name,), (n,), replicates=4000, population=20_000)
    truths, totals = run(call, Checkpoints(tmp_path), Workers(1), lambda line: None)
    truth = STATED.truth
    assert truths[name].values["nrs_reduction.mean"] == truth.regression_nrs
    expected = 0.0
    for known in range(2, n + 1):  # a tenth of the scores after is missing
        noncentrality = truth.regression_nrs / (truth.daily_nrs_sd * math.sqrt(2 / known))
        beyond = stats.t.ppf(0.975, known - 1)
        power = stats.nct.sf(beyond, known - 1, noncentrality)
        expected += stats.binom.pmf(known, n, 0.9) * power
    found = totals[name, n]["short_term.nrs_reduction.mean"]
    power = rate(found.rejecting, found.tested)
    assert power is not None
    assert abs(power.value - expected) <= 4 * power.error


def test_the_large_sample_agrees_with_an_integral() -> None:
    truths, truth = find_truths(STATED, 200_000), STATED.truth
    nodes, weights = special.roots_hermitenorm(40)
    weights = weights / weights.sum()
    responsiveness = truth.reduction_between_sd * nodes[:, None]
    scatter = math.hypot(truth.dose_sd_mg_per_kg, 0.08 / math.sqrt(12))
    above = scatter * nodes[None, :]
    relief = special.expit(
        math.log(1 / truth.no_relief_share - 1) + truth.relief_log_odds_per_point * responsiveness
    )
    hazard = np.exp(
        math.log(truth.relief_hazard_ratio_per_mg_per_kg) * above
        + truth.relief_log_hazard_per_point * responsiveness
    )
    for t in (7, 14, 28):
        waited = math.log(2) * (t / truth.relief_median_days) ** truth.relief_weibull_shape
        expected = weights @ (relief * np.exp(-waited * hazard)) @ weights
        error = truths.errors[f"survival_{t}"]
        assert abs(truths.values[f"survival_{t}"] - expected) <= 4 * error
        # the error itself: that of a share
        assert error == pytest.approx(math.sqrt(expected * (1 - expected) / 200_000), rel=0.5)


def test_a_closed_form_agrees_with_the_large_sample() -> None:
    closed = find_truths(NO_EFFECT, 200_000)
    assert "nrs_reduction.mean" not in closed.errors
    pct = closed.values["nrs_reduction_pct.mean"]
    rough = 100 * closed.values["nrs_reduction.mean"] / closed.values["nrs_pre.mean"]
    assert pct == pytest.approx(rough, rel=0.1)
    pseudo_median = closed.values["nrs_reduction.wilcoxon"]
    assert pseudo_median == pytest.approx(closed.values["nrs_reduction.mean"], abs=0.02)


def test_a_restricted_mean_is_held_to_where_the_curve_goes() -> None:
    truths = find_truths(STATED, 20_000)
    tau = np.array([0.0, 1.0, 84.0, np.nan])
    found = truths.of("rmst", tau)
    assert found[0] == 0
    assert 0 < found[1] < 1
    assert found[2:] == pytest.approx(truths.values["rmst"])
    assert truths.of("median", tau).tolist() == [truths.values["median"]] * 4


def test_variations_move_what_they_say() -> None:
    doubled = find_truths(find_scenario("no_regression@reduction=4.7"), 20_000).values
    once = find_truths(find_scenario("no_regression"), 20_000).values
    assert doubled["nrs_reduction.mean"] == pytest.approx(2 * once["nrs_reduction.mean"], rel=0.05)
    short = find_truths(find_scenario("stated@median_days=9"), 20_000).values
    assert short["median"] == pytest.approx(find_truths(STATED, 20_000).values["median"] / 2)
