import math

import pytest

from helpers.estimate import durations
from helpers.estimate.proportions import wilson

#          none  exact  interval  right     left (0, 7]
LOWER = [0.0, 10.0, 14.0, 30.0, 0.0]
UPPER = [0.0, 10.0, 21.0, math.inf, 7.0]
KIND = ["none", "exact", "interval", "right", "left"]


def test_midpoints() -> None:
    time, event = durations.midpoint_times(LOWER, UPPER, KIND)
    assert time.tolist() == [0.0, 10.0, 17.5, 30.0, 3.5]
    assert event.tolist() == [True, True, True, False, True]


def test_less_than_a_week_is_relief_and_none_is_not() -> None:
    assert durations.has_relief(KIND).tolist() == [False, True, True, True, True]
    assert durations.any_relief(KIND) == wilson(4, 5)
    assert durations.any_relief(KIND, level=0.8) == wilson(4, 5, level=0.8)


def test_nobody() -> None:
    time, event = durations.midpoint_times([], [], [])
    assert (time.size, event.size, event.dtype) == (0, 0, bool)
    assert durations.any_relief([]).status == "not enough data: 0 of at least 1"


@pytest.mark.parametrize(("kind", "share"), [("none", 0.0), ("right", 1.0)])
def test_all_of_one_kind(kind: str, share: float) -> None:
    assert durations.any_relief([kind] * 4).estimate == share
