"""The Integral of Pain Relief by hand."""

import numpy as np
import pytest

from helpers.estimate.pain_relief import relief_bounds, serial_relief


def test_bounds_of_each_kind_of_duration() -> None:
    # 50 % of 10 days; of 7 to 14 days; of up to 7; of at least 100, cut at 84; none whatever the %
    kind = ["exact", "interval", "left", "right", "none"]
    lower, upper = relief_bounds(
        [50, 50, 50, 50, 50], [10, 7, 0, 100, 0], [10, 14, 7, np.inf, 0], kind, 84
    )
    assert lower.tolist() == [5, 3.5, 0, 42, 0]
    assert upper.tolist() == [5, 7, 3.5, 42, 0]


def test_a_censored_duration_ends_there_or_lasts_to_the_horizon() -> None:
    lower, upper = relief_bounds([40], [20], [np.inf], ["right"], 84)
    assert lower.tolist() == [pytest.approx(8)]
    assert upper.tolist() == [pytest.approx(0.4 * 84)]


def test_visits_hold_back_and_the_last_one_on() -> None:
    # 0–7 at 80 %, 7–14 at 50 %, and 50 % on to day 84: 5.6 + 3.5 + 35
    assert serial_relief([(7, 80), (14, 50)], 84) == pytest.approx(5.6 + 3.5 + 35)
    assert serial_relief([(7, 80), (14, 50), (80, 10)], 84) == pytest.approx(5.6 + 3.5 + 6.6 + 0.4)


def test_a_visit_after_the_horizon_counts_up_to_it() -> None:
    assert serial_relief([(90, 50)], 84) == pytest.approx(42)
    assert serial_relief([(7, 100), (90, 0)], 84) == pytest.approx(7)
