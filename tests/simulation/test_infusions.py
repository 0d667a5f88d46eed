"""Draws: what is lost depends on what it should, and each block has seeds of its own."""

from __future__ import annotations

import numpy as np
import pytest

from helpers.simulation.infusions import draw_infusions, lose_scores
from helpers.simulation.scenarios import INDEX, MISSING, MISSING_AT_RANDOM, SCENARIOS, STATED
from helpers.simulation.studies import seeds_of


def test_scores_are_lost_by_the_score_before_only_where_they_should_be() -> None:
    rng = np.random.default_rng(1)
    before = np.repeat([6.1, 8.1], 20_000)
    after = np.full(before.size, 4.5)
    missing = {
        scenario.name: np.isnan(lose_scores(scenario, after, rng, before)).reshape(2, -1).mean(1)
        for scenario in (STATED, MISSING, MISSING_AT_RANDOM)
    }
    assert missing["stated"] == pytest.approx([0.1, 0.1], abs=0.01)
    assert missing["missing_not_at_random"] == pytest.approx([0.1, 0.1], abs=0.01)
    # odds 1/9 at 7.1 points before, times exp(0.8) per point
    odds = np.exp(0.8 * np.array([-1.0, 1.0])) / 9
    assert missing["missing_at_random"] == pytest.approx(odds / (1 + odds), abs=0.012)


def test_the_index_infusion_alone_is_as_it_is_among_all() -> None:
    alone = draw_infusions(STATED, 100_000, (INDEX,), np.random.default_rng(1))
    among = draw_infusions(STATED, 100_000, range(8), np.random.default_rng(2))
    for name in ("pre", "post", "dose", "reduction", "relief_days"):
        one, all_of_them = getattr(alone, name)[:, 0], getattr(among, name)[:, INDEX]
        error = one.std() * (2 / 100_000) ** 0.5
        assert abs(one.mean() - all_of_them.mean()) <= 4 * error, name
        assert one.std() == pytest.approx(all_of_them.std(), rel=0.02), name


def test_only_what_is_meant_to_changes_nothing() -> None:
    names = {name for name, scenario in SCENARIOS.items() if scenario.changes_nothing}
    assert names == {"no_change"}
    drawn = draw_infusions(SCENARIOS["no_change"], 100_000, (INDEX,), np.random.default_rng(1))
    fall = (drawn.pre - drawn.post)[:, 0]
    assert abs(fall.mean()) <= 4 * fall.std() / 100_000**0.5


def test_each_block_has_seeds_of_its_own() -> None:
    calls = [(1, "stated", 20, 0), (2, "stated", 20, 0), (1, "heaped", 20, 0),
             (1, "stated", 30, 0), (1, "stated", 20, 1)]  # fmt: skip
    states = {tuple(seeds_of(*call).generate_state(4).tolist()) for call in calls}
    assert len(states) == len(calls)
