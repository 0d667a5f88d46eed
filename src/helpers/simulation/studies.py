"""Blocks of simulated studies, and the seed of each."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, fields
from typing import Final

import numpy as np

from helpers.estimate.ties import BoolArray, FloatArray
from helpers.simulation.infusions import (
    draw_events,
    draw_infusions,
    draw_percentage,
    lose_scores,
    tell_durations,
)
from helpers.simulation.scenarios import INDEX, RARE_TERM, Scenario

BLOCK: Final = 1000
"""Studies that are drawn together, and kept together in a checkpoint."""


@dataclass(frozen=True, slots=True)
class Studies:
    """What b studies of n patients get to see of the index infusion, shape (b, n) each.

    Attributes:
        pre, post: scores, points; NaN where missing.
        time: durations of relief as told, days; 0 where there was none.
        ended: whether relief was seen to end; else it is right-censored.
        relief_pct: percentage of relief as told.
        any_event, rare_event: any adverse event, and one of the rare kind.
        stopped_early: whether the infusion was stopped early.
    """

    pre: FloatArray
    post: FloatArray
    time: FloatArray
    ended: BoolArray
    relief_pct: FloatArray
    any_event: BoolArray
    rare_event: BoolArray
    stopped_early: BoolArray

    def rows(self, chosen: slice) -> Studies:
        """Return some of the studies."""
        return Studies(*(getattr(self, field.name)[chosen] for field in fields(self)))


def seeds_of(seed: int, scenario: str, n: int, block: int) -> np.random.SeedSequence:
    """Return the seeds of a block: of the run's seed, spawned by scenario, size and block.

    Whatever else a run computes, and wherever, a block has the same seeds.

    Args:
        seed: of the run.
        scenario: its name, whose digest is the first part of the spawn key.
        n: patients per study.
        block: number of the block, from 0.
    """
    digest = hashlib.sha256(scenario.encode()).digest()
    words = [int.from_bytes(digest[i : i + 4], "little") for i in range(0, 16, 4)]
    return np.random.SeedSequence(entropy=seed, spawn_key=(*words, n, block))


def draw_block(scenario: Scenario, n: int, seed: int, block: int) -> Studies:
    """Draw one block of studies.

    Args:
        scenario: the truth.
        n: patients per study.
        seed: of the run.
        block: number of the block, from 0.
    """
    rng = np.random.default_rng(seeds_of(seed, scenario.name, n, block))
    drawn = draw_infusions(scenario, BLOCK * n, (INDEX,), rng)
    days, reduction, pre = (a[:, 0] for a in (drawn.relief_days, drawn.reduction, drawn.pre))
    relief_pct = draw_percentage(scenario, days, reduction, pre, rng)
    time, ended = tell_durations(scenario, days, rng)
    post = lose_scores(scenario, drawn.post[:, 0], rng, before=pre)
    events = draw_events(scenario, np.ones((BLOCK * n, 1), np.bool_), rng)[:, 0]
    stopped = rng.random(BLOCK * n) < scenario.truth.stopped_early_share
    shape = (BLOCK, n)
    return Studies(
        pre=pre.reshape(shape),
        post=post.reshape(shape),
        time=time.reshape(shape),
        ended=ended.reshape(shape),
        relief_pct=relief_pct.reshape(shape),
        any_event=events.any(axis=1).reshape(shape),
        rare_event=events[:, RARE_TERM].reshape(shape),
        stopped_early=stopped.reshape(shape),
    )
