import numpy as np
import pytest

from helpers.estimate.turnbull_sets import find_sets, next_true, read_sample

from .durations_at_random import covers, durations

INF = np.inf


def sets_of(lower: list, upper: list, kind: list, counts: list | None = None) -> list[tuple]:
    """List the sets as (left, right, is_point)."""
    sample = read_sample(lower, upper, kind)
    drawn = np.ones((1, len(lower)), int) if counts is None else np.array([counts])
    sets = find_sets(sample, sample.weights(drawn))
    columns = (sets.left[0], sets.right[0], sets.is_point[0])
    return [tuple(column[j].item() for column in columns) for j in np.flatnonzero(sets.exists[0])]


def test_overlapping_intervals() -> None:
    # starts 0, 7, 14 and ends 7, 14, 28: each start is followed by an end
    assert sets_of([0, 0, 7, 7, 14], [7, 14, 14, 28, 28], ["interval"] * 5) == [
        (0, 7, False),
        (7, 14, False),
        (14, 28, False),
    ]
    # (0, 28] and (7, 14] hold (7, 14]; (0, 28] alone adds no set
    assert sets_of([0, 7], [28, 14], ["interval"] * 2) == [(7, 14, False)]


def test_intervals_are_open_on_the_left_and_closed_on_the_right() -> None:
    # relief that ended at day 7 ended in (0, 7]; that beyond 7 ended in (7, 14]: no day in common
    assert sets_of([0, 7], [7, 14], ["interval"] * 2) == [(0, 7, False), (7, 14, False)]
    assert sets_of([7, 0], [7, 7], ["exact", "interval"]) == [(7, 7, True)]
    assert sets_of([7, 7], [7, 14], ["exact", "interval"]) == [(7, 7, True), (7, 14, False)]
    assert sets_of([7, 7], [7, INF], ["exact", "right"]) == [(7, 7, True), (7, INF, False)]


def test_kinds() -> None:
    assert sets_of([0], [0], ["none"]) == [(0, 0, True)]
    assert sets_of([0], [7], ["left"]) == [(0, 7, False)]
    assert sets_of([0, 0], [0, 7], ["none", "left"]) == [(0, 0, True), (0, 7, False)]
    assert sets_of([5], [INF], ["right"]) == [(5, INF, False)]
    assert sets_of([5], [5], ["interval"]) == [(5, 5, True)]
    assert sets_of([5, 9], [INF, INF], ["right", "right"]) == [(9, INF, False)]


def test_ends_within_rounding_are_one() -> None:
    # (0, 0.3] and (0.1 + 0.2, 1]: 0.30000000000000004 is 0.3, and the intervals do not overlap
    assert sets_of([0, 0.1 + 0.2], [0.3, 1], ["interval"] * 2) == [(0, 0.3, False), (0.3, 1, False)]


def test_runs_are_who_covers_what() -> None:
    for seed in range(30):
        lower, upper, kind = durations(seed)
        sample = read_sample(lower, upper, kind)
        sets = find_sets(sample, sample.weights(np.ones((1, kind.size), int)))
        assert sets.exists.all()
        for j in range(sample.m):
            one = sets.left[0, j], sets.right[0, j], bool(sets.is_point[0, j])
            expected = [covers(*one, i) for i in zip(lower, upper, kind, strict=True)]
            found = (sample.first <= j) & (j < sample.end)
            assert found[sample.member].tolist() == expected


def test_the_matrix_of_who_covers_what_has_full_rank() -> None:
    """This makes the masses unique."""
    for seed in range(30):
        sample = read_sample(*durations(seed))
        places = np.arange(sample.m)
        covered = (sample.first[:, None] <= places) & (places < sample.end[:, None])
        assert np.linalg.matrix_rank(covered.astype(float)) == sample.m


def test_the_sets_of_a_resample_are_its_own() -> None:
    lower, upper, kind = [0, 3, 7, 7], [7, 7, 14, 28], ["interval"] * 4
    assert sets_of(lower, upper, kind) == [(3, 7, False), (7, 14, False)]
    # without (3, 7] and (7, 14] the sets are wider
    assert sets_of(lower, upper, kind, [2, 0, 0, 2]) == [(0, 7, False), (7, 28, False)]
    for seed in range(30):
        lower, upper, kind = durations(seed)
        counts = np.random.default_rng(seed).multinomial(kind.size, [1 / kind.size] * kind.size)
        again = np.repeat(np.arange(kind.size), counts)
        assert sets_of(lower, upper, kind, counts) == sets_of(
            lower[again], upper[again], kind[again]
        )


def test_next_true() -> None:
    flags = np.array([[False, True, False], [False, False, False]])
    assert next_true(flags).tolist() == [[1, 1, 3, 3], [3, 3, 3, 3]]


@pytest.mark.parametrize("copies", [1, 3])
def test_identical_observations_are_one_with_a_weight(copies: int) -> None:
    sample = read_sample([2, 5] * copies, [9, INF] * copies, ["interval", "right"] * copies)
    assert sample.first.size == 2
    assert sample.weights(np.ones((1, 2 * copies), int)).tolist() == [[copies, copies]]
