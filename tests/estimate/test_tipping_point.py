from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.estimate.means import paired_reduction
from helpers.estimate.pooling import pool_means
from helpers.estimate.tipping_point import tipping_point

M = 4
PRE = np.tile([8.0, 7, 9, 6, 8, 7, 9, 8], (M, 1))
POST = np.tile([4.0, 3, 6, 2, 4, 4, 5, 4], (M, 1))  # reductions 4, 4, 3, 4, 4, 3, 4, 4
NOBODY = np.zeros(8, dtype=bool)
LAST_TWO = np.arange(8) >= 6


def test_by_hand() -> None:
    # δ takes δ from the last two of 8 reductions: the t interval of (4, 4, 3, 4, 4, 3, 4−δ, 4−δ)
    value = tipping_point(PRE, POST, LAST_TWO, bound=2)

    def lower(delta: float) -> float:
        return paired_reduction([4, 4, 3, 4, 4, 3, 4 - delta, 4 - delta], [0] * 8).lower

    assert lower(value.estimate - 0.1) > 2 >= lower(value.estimate)
    assert (value.status, value.n) == ("ok", 8)
    assert value.extra == {"lower_at_0": pytest.approx(lower(0), abs=1e-12), "n_imputed": 2}
    assert (value.lower, value.upper) == (None, None)
    assert "lower limit ≤ 2 points; mean, t interval, pooled over 4 imputations" in value.method


def test_the_imputations_may_differ() -> None:
    post = POST.copy()
    post[:, 7] = [3, 4, 5, 6]
    value = tipping_point(PRE, post, LAST_TWO, bound=2)
    assert value.extra["lower_at_0"] == pool_means(PRE - post).lower
    at, before = post.copy(), post.copy()
    at[:, 6:] = np.minimum(at[:, 6:] + value.estimate, 10)
    before[:, 6:] = np.minimum(before[:, 6:] + value.estimate - 0.1, 10)
    assert pool_means(PRE - at).lower <= 2 < pool_means(PRE - before).lower


def test_scores_stay_on_the_scale() -> None:
    # The one imputed score can become 10 at most: a reduction of −2 instead of 4.
    value = tipping_point(PRE, POST, np.arange(8) == 7, bound=0)
    worst = paired_reduction([4, 4, 3, 4, 4, 3, 4, -2], [0] * 8)
    assert worst.lower > 0
    assert (value.estimate, value.status) == (None, "none up to 10")
    assert value.extra["n_imputed"] == 1


def test_reached_without_delta() -> None:
    for imputed, number in ((LAST_TWO, 2), (NOBODY, 0)):
        value = tipping_point(PRE, POST, imputed, bound=3.5)
        assert (value.estimate, value.status) == (0.0, "ok, reached without a shift")
        assert value.extra["n_imputed"] == number


def test_nothing_imputed() -> None:
    value = tipping_point(PRE, POST, NOBODY, bound=2)
    assert value.estimate is None
    assert value.status == "none up to 10: no score after was imputed"
    assert value.extra["lower_at_0"] == pytest.approx(paired_reduction(PRE[0], POST[0]).lower)


def test_equality_counts_as_reached_to_1e_9() -> None:
    # All reductions are 3 − δ for everybody imputed, without spread: 3 − 1 reaches 2 at δ = 1.
    pre, post = np.full((M, 5), 7.3), np.full((M, 5), 4.3)
    value = tipping_point(pre, post, np.ones(5, dtype=bool), bound=2)
    assert (value.estimate, value.status) == (1.0, "ok")


def test_a_limit_that_does_not_exist_excludes_nothing() -> None:
    pre = np.full((2, 3), 9.0)
    post = np.array([[1.0, 1, 1], [2, 2, 2]])  # no variation within, some between: df = 0
    value = tipping_point(pre, post, [True] * 3, bound=2)
    assert (value.estimate, value.extra["lower_at_0"]) == (0.0, None)


@pytest.mark.parametrize("n", [0, 1])
def test_too_few_patients(n: int) -> None:
    value = tipping_point(PRE[:, :n], POST[:, :n], LAST_TWO[:n], bound=2)
    assert (value.estimate, value.n) == (None, n)
    assert value.status == f"not enough data: {n} of at least 2"


def test_too_few_imputations() -> None:
    value = tipping_point(PRE[:1], POST[:1], LAST_TWO, bound=2)
    assert value.status == "not enough data: 1 of at least 2 imputations"


scores = st.integers(0, 10)


@settings(max_examples=30)
@given(st.lists(st.tuples(scores, scores, st.booleans()), min_size=2, max_size=12))
def test_the_lower_bound_needs_no_smaller_delta(patients: list[tuple[int, int, bool]]) -> None:
    pre, post, imputed = (np.array(column) for column in zip(*patients, strict=True))
    table = np.tile(pre, (2, 1)), np.tile(post, (2, 1))
    at_2 = tipping_point(*table, imputed, bound=2)
    at_0 = tipping_point(*table, imputed, bound=0)
    if at_0.estimate is not None:
        assert at_2.estimate is not None
        assert at_2.estimate <= at_0.estimate
    if not imputed.any():
        assert at_2.estimate in (None, 0.0)
