import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from helpers.estimate.ties import all_equal, as_floats, merge_ties


def test_noise_of_subtraction_is_a_tie() -> None:
    noisy = [2.6 - 0.3, 2.3, 6.4 - 4.1, 1.0]
    assert len(set(noisy)) == 4, "the example must hold noise, or it shows nothing"
    assert len(set(merge_ties(noisy).tolist())) == 2


def test_order_and_distinct_values_stay() -> None:
    assert merge_ties([3.0, 1.0, 2.0, 1.0]).tolist() == [3.0, 1.0, 2.0, 1.0]


def test_the_tolerance_is_one_in_a_thousand_million() -> None:
    assert merge_ties([1.0, 1.0 + 0.9e-9]).tolist() == [1.0, 1.0]
    assert merge_ties([1.0, 1.0 + 1.2e-9]).tolist() == [1.0, 1.0 + 1.2e-9]
    assert all_equal(as_floats([2.0, 2.0 + 0.9e-9]))
    assert not all_equal(as_floats([2.0, 2.0 + 1.2e-9]))


def test_nothing_and_one() -> None:
    assert merge_ties([]).tolist() == []
    assert merge_ties([4.0]).tolist() == [4.0]
    assert all_equal(as_floats([]))
    assert all_equal(as_floats([7.0]))


@given(st.lists(st.floats(-100, 100), max_size=30))
def test_merging_moves_nothing_far_and_keeps_the_order(values: list[float]) -> None:
    merged = merge_ties(values)
    assert np.all(merged <= np.asarray(values))
    assert np.all(np.asarray(values) - merged <= 1e-9 * len(values))
    order = np.argsort(values, kind="stable")
    assert np.all(np.diff(merged[order]) >= 0)
    assert np.all((np.diff(merged[order]) == 0) == (np.diff(np.asarray(values)[order]) <= 1e-9))
