"""One replicate again: its seed, its data, and what the report's own estimators make of it."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from helpers.errors import CallError
from helpers.simulation.call import FEWEST, MOST, MOST_REPLICATES, Call
from helpers.simulation.checkpoints import refuse_other_call
from helpers.simulation.keys import KEYS
from helpers.simulation.one_study import estimate_study
from helpers.simulation.studies import BLOCK, Studies, draw_block, seeds_of
from helpers.simulation.variations import find_scenario
from helpers.simulation.write import as_csv
from helpers.write import write_files


@dataclass(frozen=True, slots=True)
class Replicate:
    """One study of a simulation: its truth, its patients, and its number from 0."""

    scenario: str
    n: int
    number: int

    @property
    def block(self) -> int:
        """The block it is drawn in."""
        return self.number // BLOCK

    @property
    def row(self) -> int:
        """Its place in the block, from 0."""
        return self.number % BLOCK


def parse_replicate(texts: list[str]) -> Replicate:
    """Return the replicate that three texts name: truth, patients, number from 0.

    Raises:
        CallError: when they name none.
    """
    scenario, n, number = texts
    if not all(re.fullmatch(r"[0-9]{1,9}", text) for text in (n, number)):
        raise CallError(f"--show {' '.join(texts)}: expected a truth and two whole numbers.")
    if not FEWEST <= int(n) <= MOST or int(number) >= MOST_REPLICATES:
        raise CallError(
            f"--show {' '.join(texts)}: expected {FEWEST} to {MOST} patients, and a replicate "
            f"from 0 to {MOST_REPLICATES - 1}."
        )
    return Replicate(find_scenario(scenario).name, int(n), int(number))


def seed_of(replicate: Replicate, seed: int) -> dict[str, Any]:
    """Return what the study is drawn from: NumPy's seed sequence, and its row in that block.

    Args:
        replicate: which study.
        seed: of the run.
    """
    seeds = seeds_of(seed, replicate.scenario, replicate.n, replicate.block)
    return {
        "truth": replicate.scenario,
        "n": replicate.n,
        "replicate": replicate.number,
        "entropy": seed,
        "spawn_key": list(seeds.spawn_key),
        "block": replicate.block,
        "row": replicate.row,
        "studies_per_block": BLOCK,
    }


def draw_study(replicate: Replicate, seed: int) -> Studies:
    """Draw one study again, shape (1, n).

    Args:
        replicate: which study.
        seed: of the run.
    """
    scenario = find_scenario(replicate.scenario)
    block = draw_block(scenario, replicate.n, seed, replicate.block)
    return block.rows(slice(replicate.row, replicate.row + 1))


def write_replicate(replicate: Replicate, call: Call, out: Path) -> list[Path]:
    """Write seed, data and estimates of one study into a folder of its own.

    Args:
        replicate: which study.
        call: seed and level of the run.
        out: the output folder of the run.

    Raises:
        CallError: when the checkpoints there are of another call.
    """
    refuse_other_call(out, call)
    study = draw_study(replicate, call.seed)
    folder = f"replicate_{replicate.scenario}_n{replicate.n}_{replicate.number}"
    seed = json.dumps(seed_of(replicate, call.seed), indent=1)
    files = {
        "seed.json": f"{seed}\n".encode(),
        "study.csv": as_csv(_patients(study)),
        "estimates.csv": as_csv(_estimates(study, call.level)),
    }
    return write_files(files, out / folder)


def _patients(study: Studies) -> list[Mapping[str, Any]]:
    columns = {
        "nrs_pre": study.pre,
        "nrs_post": study.post,
        "relief_days": study.time,
        "relief_ended": study.ended,
        "relief_pct": study.relief_pct,
        "any_ae": study.any_event,
        "vomiting": study.rare_event,
        "stopped_early": study.stopped_early,
    }
    return [
        {"patient": number + 1} | {name: _cell(array[0, number]) for name, array in columns.items()}
        for number in range(study.pre.shape[1])
    ]


def _cell(value: np.generic) -> float | int | None:
    if isinstance(value, np.bool_):
        return int(value)
    number = float(value)
    return None if math.isnan(number) else number


def _estimates(study: Studies, level: float) -> list[Mapping[str, Any]]:
    found = estimate_study(study, level)
    names = ("estimate", "lower", "upper", "p_value", "n", "method", "status")
    return [{"key": key.key} | {name: getattr(found[key.key], name) for name in names}
            for key in KEYS]  # fmt: skip
