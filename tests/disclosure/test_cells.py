"""Withheld cells cannot be computed from those that are shown."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from helpers.disclosure.cells import (
    is_safe_share,
    is_small,
    keeps_apart,
    withhold_cells,
)


def test_nobody_and_enough_are_not_small() -> None:
    assert [is_small(count, 5) for count in (0, 1, 4, 5)] == [False, True, True, False]
    assert not is_small(1, 0)


def test_the_rest_of_a_share_counts_too() -> None:
    assert is_safe_share(10, 20, 5)
    assert not is_safe_share(18, 20, 5)  # two are left
    assert is_safe_share(20, 20, 5)


def test_a_single_withheld_cell_takes_the_next_smallest_with_it() -> None:
    shown = withhold_cells({"none": 11, "mild": 7, "moderate": 9, "severe": 2}, 5)
    assert shown == {"none": 11, "mild": None, "moderate": 9, "severe": None}


def test_cells_that_add_up_to_enough_hide_each_other() -> None:
    assert withhold_cells({"a": 3, "b": 2, "c": 9}, 5) == {"a": None, "b": None, "c": 9}


def test_nothing_small_withholds_nothing() -> None:
    assert withhold_cells({"a": 5, "b": 0}, 5) == {"a": 5, "b": 0}
    assert withhold_cells({"a": 1, "b": 2}, 0) == {"a": 1, "b": 2}


@given(
    counts=st.dictionaries(st.text("abcdefgh", min_size=1, max_size=1), st.integers(0, 30)),
    least=st.integers(2, 10),
)
def test_what_is_withheld_does_not_follow_from_the_sum(counts: dict[str, int], least: int) -> None:
    shown = withhold_cells(counts, least)
    hidden = [counts[name] for name, count in shown.items() if count is None]
    assert all(not is_small(count, least) for count in shown.values() if count is not None)
    if hidden and len(hidden) < len(counts):
        assert len(hidden) > 1
        assert sum(hidden) >= least
    if hidden:
        assert 0 not in shown.values()  # else none of those withheld could be 0


def test_numbers_that_differ_by_few_are_not_shown_together() -> None:
    assert keeps_apart(20, [20, 27], 5)
    assert not keeps_apart(21, [20, 27], 5)
