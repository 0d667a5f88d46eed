import numpy as np

from helpers.estimate.two_groups import (
    as_events,
    event_counts,
    too_few_events_status,
    too_few_status,
)


def test_events_are_counted_on_either_side() -> None:
    event = as_events([1.0, 0.0, 1.0, 1.0])
    assert event.tolist() == [True, False, True, True]
    assert event_counts(event) == {"n_events": 3, "n_non_events": 1}
    assert event_counts(as_events([])) == {"n_events": 0, "n_non_events": 0}


def test_both_groups_must_be_large_enough() -> None:
    event = np.arange(15) < 3
    assert too_few_events_status(event, 3) is None
    assert too_few_events_status(event, 5) == (
        "not enough data: 3 events and 12 non-events of at least 5 each"
    )
    assert too_few_events_status(~event, 5) == (
        "not enough data: 12 events and 3 non-events of at least 5 each"
    )
    assert too_few_status((2, "a"), (2, "b"), 2) is None
    assert (
        too_few_status((0, "a"), (2, "b"), 1) == "not enough data: 0 a and 2 b of at least 1 each"
    )
