"""Studies from a known truth: the simulation is what it says, and the estimators find the truth.

Few replicates here; the full run is ``python -m benchmarks.known_truth``, its table in
docs/known_truth.md.
"""

import math

import numpy as np
import pytest
from benchmarks.known_truth import methods, population, questions, simulate, summary
from benchmarks.known_truth.methods import METHODS, Promise, methods_in
from benchmarks.known_truth.run import Cell, as_row, compute, run
from benchmarks.known_truth.summary import BOUNDS, Rate, Row, keeps, summarise
from benchmarks.known_truth.write import How, as_markdown
from scipy import stats

from helpers.estimate.value import Value
from helpers.simulation import scenarios
from helpers.simulation.infusions import lose_scores

SEED, N, REPLICATES = 1, 30, 200
PATIENTS = 200_000  # of the population that the truth is read off here
RARE = 1e-4  # the chance at which a count is taken as a sign of something wrong
QUICK = ("scores", "durations", "safety", "trajectory", "dissociation")


@pytest.fixture(scope="module")
def stated_truths() -> population.Truths:
    return population.find_truths(scenarios.STATED, PATIENTS)


@pytest.fixture(scope="module")
def nothing_truths() -> population.Truths:
    return population.find_truths(scenarios.NO_EFFECT, PATIENTS)


@pytest.fixture(scope="module")
def stated(stated_truths) -> dict[str, Row]:
    return rows("stated", stated_truths, QUICK)


@pytest.fixture(scope="module")
def nothing(nothing_truths) -> dict[str, Row]:
    return rows("no_effect", nothing_truths, ("scores", "trajectory", "dose", "dissociation"))


def rows(scenario: str, truths: population.Truths, asked: tuple[str, ...]) -> dict[str, Row]:
    """Summarise 200 studies of 30 patients, by the key of the method."""
    found, _ = compute(Cell(scenario, N, range(REPLICATES)), truths, SEED, asked)
    values = {(scenario, N, key): results for key, results in found.items()}
    return {row.method.key: row for row in summarise(values, [scenario], [N])}


def test_the_same_seed_gives_the_same_study_and_another_seed_another():
    first, again, other = (
        simulate.simulate(scenarios.STATED, 5, np.random.default_rng(seed)) for seed in (1, 1, 2)
    )
    assert np.array_equal(first.post, again.post, equal_nan=True)
    assert np.array_equal(first.time, again.time)
    assert not np.array_equal(first.time, other.time)


def test_a_replicate_is_the_same_whatever_the_batch_it_is_computed_in(stated_truths):
    asked = ("scores", "effect_size", "safety")
    whole, _ = compute(Cell("stated", 20, range(4)), stated_truths, SEED, asked)
    halves = [
        compute(Cell("stated", 20, half), stated_truths, SEED, asked)[0]
        for half in (range(2), range(2, 4))
    ]
    for key, results in whole.items():
        assert np.array_equal(
            results, np.concatenate([half[key] for half in halves]), equal_nan=True
        )


def test_every_question_is_asked_and_every_method_has_a_truth(stated_truths, nothing_truths):
    assert {method.question for method in METHODS} == set(questions.QUESTIONS)
    restricted = {"rmst", "all_infusions.rmst"}  # their truth depends on the day they go to
    for truths, name in ((stated_truths, "stated"), (nothing_truths, "no_effect")):
        for method in methods_in(name):
            known = method.test or method.key in restricted
            assert known or math.isfinite(truths.values[method.truth_key])


def test_visits_bracket_a_duration_between_the_last_with_relief_and_the_first_without():
    days = np.array([0.0, 5.0, 10.0, 30.0, 100.0])
    visits = np.array([[7.0, 14.0, np.nan, 56.0, 84.0]] * 5)  # week 4 was not attended
    lower, upper, kind = simulate.bracket(days, visits)
    assert kind.tolist() == ["none", "left", "interval", "interval", "right"]
    assert lower.tolist() == [0, 0, 7, 14, 84]
    assert upper.tolist() == [0, 7, 14, 56, np.inf]


def test_high_scores_go_missing_more_often_only_where_they_should():
    rng = np.random.default_rng(SEED)
    scores = np.repeat([3.0, 6.0], 20_000)
    missing = {
        scenario.name: np.isnan(lose_scores(scenario, scores, rng)).reshape(2, -1).mean(1)
        for scenario in (scenarios.STATED, scenarios.MISSING)
    }
    assert missing["stated"] == pytest.approx([0.1, 0.1], abs=0.01)
    # odds 1/9 at 4.5 points, times exp(0.8) per point
    odds = np.exp(0.8 * np.array([-1.5, 1.5])) / 9
    assert missing["missing_not_at_random"] == pytest.approx(odds / (1 + odds), abs=0.015)


def test_relief_is_cut_short_or_heaped_only_where_it_should_be():
    studies = {
        scenario.name: simulate.simulate(scenario, 2000, np.random.default_rng(SEED))
        for scenario in (scenarios.STATED, scenarios.HEAPED, scenarios.RETREATED)
    }
    whole = {name: np.mean(study.time[study.time >= 7] % 7 == 0) for name, study in studies.items()}
    ended = {name: study.ended.mean() for name, study in studies.items()}
    assert whole["stated"] < 0.001
    assert whole["heaped"] > 0.6
    assert ended["stated"] > 0.9
    assert ended["informative_retreatment"] == pytest.approx(ended["stated"] - 0.4, abs=0.05)


def test_regression_to_the_mean_is_what_its_formula_says(nothing_truths):
    drawn = simulate.draw_patients(scenarios.NO_EFFECT, 100_000, np.random.default_rng(SEED))
    assert drawn.pre.min() >= scenarios.SELECTED_ABOVE
    index = scenarios.INDEX
    fall = (drawn.pre - drawn.post)[:, index].mean()
    assert fall == pytest.approx(nothing_truths.values["nrs_reduction.mean"], abs=0.02)
    assert drawn.pre[:, index].mean() == pytest.approx(
        nothing_truths.values["nrs_pre.mean"], abs=0.01
    )


def test_the_population_has_the_durations_it_was_drawn_from(nothing_truths):
    truth = scenarios.NO_EFFECT.truth
    values = nothing_truths.values
    assert values["any_relief.proportion"] == pytest.approx(1 - truth.no_relief_share, abs=0.005)
    assert values["weibull_median_given_relief"] == pytest.approx(
        truth.relief_median_days, rel=0.02
    )
    assert values["weibull_shape"] == pytest.approx(truth.relief_weibull_shape, rel=0.01)
    assert nothing_truths.restricted_mean(0) == 0


def test_unbiased_methods_are_unbiased(stated, nothing):
    for row in (*stated.values(), *nothing.values()):
        if row.method.unbiased and row.promise is not Promise.REPORTED:
            assert abs(row.bias) <= 4 * row.bias_error, (row.scenario, row.method.key)


def test_intervals_hold_the_truth_as_often_as_promised(stated, nothing):
    promised = [row for row in (*stated.values(), *nothing.values()) if row.holds is not None]
    assert len(promised) >= 20
    for row in promised:
        low, high = BOUNDS[row.promise]
        count = round(row.coverage.share * row.coverage.count)
        assert stats.binom.cdf(count, row.coverage.count, low) > RARE, row.method.key
        assert stats.binom.sf(count - 1, row.coverage.count, high) > RARE, row.method.key


def test_nothing_is_found_where_nothing_is_more_often_than_by_chance(nothing):
    found = [row for row in nothing.values() if row.scenario in row.method.null]
    family = nothing["trajectory.any_of_3"]
    assert {row.method.question for row in found} == {"trajectory", "dose", "dissociation"}
    for row in (*found, family):
        rate = row.false_positives
        # 5 %, and up to 10 % where a sandwich over 30 patients is said to be too narrow
        most = 0.07 if row.promise is not Promise.REPORTED else 0.10
        count = round(rate.share * rate.count)
        assert stats.binom.sf(count - 1, rate.count, most) > RARE, row.method.key


def test_regression_to_the_mean_alone_rejects_a_reduction_of_zero(nothing):
    assert nothing["nrs_reduction.t_test"].coverage.share > 0.3
    assert nothing["nrs_reduction.mean"].coverage.share > 0.88


def test_wilson_covers_as_its_binomial_sum_says(stated, stated_truths):
    p = stated_truths.values["any_relief.proportion"]
    events = np.arange(N + 1)
    limits = [stats.binomtest(int(k), N).proportion_ci(0.95, method="wilson") for k in events]
    holds = np.array([limit.low <= p <= limit.high for limit in limits])
    exact = float(np.sum(stats.binom.pmf(events, N, p)[holds]))
    rate = stated["any_relief.proportion"].coverage
    assert abs(rate.share - exact) <= 4 * math.sqrt(exact * (1 - exact) / rate.count)


def test_a_limit_that_is_not_there_is_unbounded_and_two_are_no_interval(stated_truths):
    method = next(method for method in METHODS if method.key == "median")
    one = Value(estimate=None, lower=5.0, n=3, method="", status="not reached")
    none = Value(estimate=2.0, n=3, method="")
    assert as_row(method, one, stated_truths)[1:3] == [5.0, math.inf]
    assert np.isnan(as_row(method, none, stated_truths)[1:3]).all()


def test_a_ratio_is_compared_as_a_logarithm(stated_truths):
    method = next(method for method in METHODS if method.key == "dose.hazard_ratio")
    row = as_row(method, Value(estimate=1.0, lower=0.5, upper=2.0, n=9, method=""), stated_truths)
    assert row == pytest.approx([0, -math.log(2), math.log(2), math.log(0.7)])


def test_a_bound_is_broken_only_beyond_three_monte_carlo_errors():
    # of 93 % in 2,000 studies the error is √(0.93·0.07/2000) = 0.57 %, so the least is 91.3 %
    assert keeps(Promise.NEAR, Rate(0.914, 2000))
    assert not keeps(Promise.NEAR, Rate(0.912, 2000))
    # of 95 % and 5 % it is 0.49 %: at least 93.5 %, at most 6.5 %
    assert keeps(Promise.AT_LEAST, Rate(0.936, 2000))
    assert not keeps(Promise.AT_LEAST, Rate(0.935, 2000))
    assert keeps(Promise.AT_MOST, Rate(0.064, 2000))
    assert not keeps(Promise.AT_MOST, Rate(0.065, 2000))


def test_the_document_says_first_what_came_out_and_shows_every_method(stated_truths):
    results = run(["stated"], [20], 2, workers=1, truths={"stated": stated_truths})
    found = list(summary.summarise(results.values, ["stated"], [20]))
    text = as_markdown(found, How("the command", 2, SEED))
    paragraphs = text.split("\n\n")
    assert paragraphs[0].startswith("# ")
    assert paragraphs[1].startswith("Where a method's assumptions hold, ")
    for method in methods.methods_in("stated"):
        assert f"| {method.label} |" in text
