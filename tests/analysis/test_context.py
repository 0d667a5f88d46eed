"""Published counts beside ours: all of the plan's, each with the same kind of interval."""

from __future__ import annotations

import pytest
from scipy import stats

from helpers.analysis.study import analyse
from helpers.published import PUBLISHED_COUNTS, PUBLISHED_FINDINGS
from tests.studies import SAMPLE


def test_the_counts_are_those_of_the_plan() -> None:
    counts = [(count.study.split()[0], count.events, count.n) for count in PUBLISHED_COUNTS]
    noppers = [("Noppers", events, 12) for events in (8, 6, 2, 2, 3, 2, 0, 2)]
    assert counts == [("Sörensen", 6, 8), ("Graven-Nielsen", 17, 29), ("Cohen", 18, 34), *noppers]
    assert sum(count.control for count in PUBLISHED_COUNTS) == 4
    assert [study for study, _, _ in PUBLISHED_FINDINGS] == [
        "Wilderman et al. 2020", "Carvalho and Sena 2024"
    ]  # fmt: skip


def test_every_count_has_an_exact_interval_and_ours_are_the_responders() -> None:
    results = analyse(SAMPLE, {"n_boot": "100"}).results
    rows = results.tables["published_context"]
    for row in rows:
        exact = stats.binomtest(row["events"], row["n"]).proportion_ci(0.95, method="exact")
        assert (row["lower"], row["upper"]) == pytest.approx((exact.low, exact.high), abs=1e-9)
    for row in rows[:2]:
        ours = results.get(f"{row['part']}.short_term.responders_50.proportion")
        assert (row["events"], row["n"]) == (ours.further["events"], ours.n)
    assert len(rows) == len(PUBLISHED_COUNTS) + 2
