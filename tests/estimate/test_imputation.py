from __future__ import annotations

import math
from collections import defaultdict

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from helpers.estimate.imputation import impute, never_observed
from helpers.estimate.means import mean
from helpers.estimate.pooling import pool_means

from .reference import rows

NAN = math.nan


def table_of(name: str) -> npt.NDArray[np.float64]:
    columns = defaultdict(list)
    for row in rows("imputation_data.csv"):
        if row["set"] == name:
            columns[row["column"]].append(NAN if row["value"] is None else row["value"])
    return np.column_stack(list(columns.values()))


def counts_of(name: str) -> dict[tuple[int, int], dict[float, int]]:
    """Give how often mice put each value in each cell (patient, column)."""
    cells = defaultdict(dict)
    for row in rows("imputation_counts.csv"):
        if row["set"] == name:
            cells[int(row["row"]), int(row["column"])][row["value"]] = int(row["count"])
    return cells


@pytest.mark.parametrize("name", ["scores", "few"])
def test_every_cell_gets_the_values_mice_gives_it_as_often(name: str) -> None:
    table, theirs = table_of(name), counts_of(name)
    ours = impute(table, rng=np.random.default_rng(8), m=2000)
    assert set(theirs) == set(zip(*np.nonzero(np.isnan(table)), strict=True))
    p_values = []
    for (patient, column), counts in theirs.items():
        values = sorted(set(counts) | set(ours[:, patient, column]))
        both = np.array(
            [[counts.get(value, 0) for value in values],
             [np.count_nonzero(ours[:, patient, column] == value) for value in values]]
        )  # fmt: skip
        rare = both.sum(axis=0) < 20  # together one class, for chi-square
        both = np.column_stack((both[:, ~rare], both[:, rare].sum(axis=1)))
        p_values.append(stats.chi2_contingency(both[:, both.sum(axis=0) > 0]).pvalue)
    assert min(p_values) > 0.01 / len(p_values)


def test_a_line_without_noise_is_found() -> None:
    # y = 2x among six; at x = 3.1 the nearest donor has x = 3.
    x = np.array([1, 2, 3, 4, 5, 6, 3.1])
    y = np.append(2 * x[:6], NAN)
    done = impute(np.column_stack((x, y)), rng=np.random.default_rng(1), m=20, donors=1)
    assert set(done[:, 6, 1]) == {6.0}
    # With three donors, those with x = 2, 3 and 4.
    done = impute(np.column_stack((x, y)), rng=np.random.default_rng(1), m=60, donors=3)
    assert set(done[:, 6, 1]) == {4.0, 6.0, 8.0}


def test_the_draws_follow_the_generator_and_differ_among_imputations() -> None:
    table = table_of("scores")
    first, again = (impute(table, rng=np.random.default_rng(5)) for _ in range(2))
    other = impute(table, rng=np.random.default_rng(6))
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)
    assert first.shape == (50, *table.shape)
    assert np.ptp(first[:, np.isnan(table)], axis=0).min() > 0


def test_the_table_given_is_not_touched() -> None:
    table = table_of("few")
    before = table.copy()
    impute(table, rng=np.random.default_rng(1), m=3)
    assert np.array_equal(table, before, equal_nan=True)


def test_nothing_missing() -> None:
    table = [[1.0, 2], [3, 4]]
    done = impute(table, rng=np.random.default_rng(1), m=3)
    assert done.tolist() == [table] * 3
    assert pool_means(done[:, :, 0]).estimate == mean([1, 3]).estimate


def test_a_column_never_observed_stays_missing_and_the_others_are_imputed() -> None:
    table = np.array([[1, NAN, 5], [2, NAN, NAN], [3, NAN, 7], [4, NAN, 9]])
    assert never_observed(table).tolist() == [False, True, False]
    done = impute(table, rng=np.random.default_rng(1), m=10)
    assert np.isnan(done[:, :, 1]).all()
    assert set(done[:, 1, 2]) <= {5.0, 7.0, 9.0}


def test_a_column_without_variation_is_filled_with_its_value() -> None:
    table = [[1, 4], [2, 4], [3, NAN], [7, 4]]
    assert set(impute(table, rng=np.random.default_rng(1))[:, 2, 1]) == {4.0}


def test_a_single_observed_value_is_everybody_s() -> None:
    table = [[1, NAN], [2, 4], [3, NAN]]
    assert set(impute(table, rng=np.random.default_rng(1))[:, :, 1].ravel()) == {4.0}


def test_one_column_alone_is_drawn_from_all_its_values() -> None:
    table = np.append(np.arange(8.0), NAN)[:, np.newaxis]
    done = impute(table, rng=np.random.default_rng(1), m=400)[:, 8, 0]
    counts = np.unique_counts(done)
    assert counts.values.tolist() == list(range(8))
    assert counts.counts.min() > 25  # 50 expected of each


def test_without_patients_or_columns() -> None:
    rng = np.random.default_rng(1)
    assert impute(np.empty((0, 3)), rng=rng).shape == (50, 0, 3)
    assert impute(np.empty((3, 0)), rng=rng).shape == (50, 3, 0)


def test_copies_constants_and_too_many_predictors_do_no_harm() -> None:
    # 12 patients, 14 predictors of which some are copies or constant: y follows x all the same.
    rng = np.random.default_rng(3)
    x = rng.integers(0, 11, 12).astype(float)
    y = x + 20
    y[[2, 7]] = NAN
    others = rng.integers(0, 11, (12, 8)).astype(float)
    table = np.column_stack((x, x, 2 * x + 1, np.full((12, 3), 5.0), others, y))
    done = impute(table, rng=rng, m=200)
    assert not np.isnan(done).any()
    near = np.abs(done[:, [2, 7], -1] - (x[[2, 7]] + 20))
    far = np.abs(rng.choice(y[~np.isnan(y)], near.shape) - (x[[2, 7]] + 20))
    assert near.mean() < far.mean()


def test_a_predictor_that_only_those_without_a_value_vary_in_counts_for_nothing() -> None:
    # Among those with y the second column is 1; 10⁶ in one without must not throw x aside.
    x = np.arange(12.0)
    y = np.where(x == 5, NAN, x)
    second = np.where(x == 5, 1e6, 1.0)
    done = impute(np.column_stack((x, second, y)), rng=np.random.default_rng(2), m=100)
    assert set(done[:, 5, 2]) <= {2.0, 3.0, 4.0, 6.0, 7.0, 8.0}


def test_what_is_missing_for_a_reason_that_is_seen_is_corrected() -> None:
    # post = pre − 3 + noise, and the higher half of pre lost most of its scores after.
    rng = np.random.default_rng(11)
    pre = rng.integers(4, 11, 400).astype(float)
    post = np.clip(pre - 3 + rng.integers(-1, 2, 400), 0, 10)
    seen = np.where((pre > 7) & (rng.random(400) < 0.7), NAN, post)
    done = impute(np.column_stack((pre, seen)), rng=rng, m=20)
    truth, naive = post.mean(), np.nanmean(seen)
    pooled = pool_means(done[:, :, 1])
    assert pooled.lower < truth < pooled.upper
    assert naive < pooled.lower
    assert pooled.extra["fraction_missing"] > 0


cells = st.one_of(st.integers(0, 10).map(float), st.just(NAN))


@settings(deadline=None)
@given(st.integers(1, 5).flatmap(
    lambda p: st.lists(st.lists(cells, min_size=p, max_size=p), min_size=1, max_size=12)
))  # fmt: skip
def test_observed_values_stay_and_imputed_ones_were_observed(table: list[list[float]]) -> None:
    given_table = np.array(table)
    done = impute(given_table, rng=np.random.default_rng(1), m=4, cycles=2)
    for column, values in enumerate(given_table.T):
        seen = ~np.isnan(values)
        assert (done[:, seen, column] == values[seen]).all()
        if seen.any():
            assert set(done[:, :, column].ravel()) <= set(values[seen])
        else:
            assert np.isnan(done[:, :, column]).all()
