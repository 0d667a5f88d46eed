"""Computes the blocks of a grid that are not there yet, and adds all of them up."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from helpers.simulation.call import Call
from helpers.simulation.checkpoints import Block, Checkpoints
from helpers.simulation.keys import KEYS, estimate_studies
from helpers.simulation.studies import BLOCK, draw_block
from helpers.simulation.tally import Tally, add_up, tally
from helpers.simulation.truths import Truths, find_truths
from helpers.simulation.variations import find_scenario
from helpers.simulation.workers import Pool, Workers, open_pool

Say = Callable[[str], None]
Totals = dict[tuple[str, int], dict[str, Tally]]


@dataclass(frozen=True, slots=True)
class Task:
    """One block of a scenario at a size: the first so many of its studies count."""

    scenario: str
    n: int
    block: int
    studies: int
    seed: int
    level: float


def run(
    call: Call, checkpoints: Checkpoints, workers: Workers, say: Say
) -> tuple[dict[str, Truths], Totals]:
    """Compute what the checkpoints do not hold yet, and add up all blocks in their order.

    Args:
        call: the grid.
        checkpoints: of the output folder.
        workers: they change the time it takes and nothing else.
        say: takes a line on the progress.

    Returns:
        The truths by scenario, and the tallies by scenario and size.

    Raises:
        StudyError: when a cluster cannot be used, or workers are lost for good.
    """
    tasks = list(_tasks(call))
    blocks = {task: _kept(checkpoints, task) for task in tasks}
    missing = [task for task, block in blocks.items() if block is None]
    with open_pool(workers) as pool:
        truths = _find_truths(call, checkpoints, pool, say)
        progress = _Progress(say, tasks, missing)
        calls = [(task, truths[task.scenario]) for task in missing]
        for number, found in pool.compute(run_block, calls):
            task = missing[number]
            checkpoints.write_block(task.scenario, task.n, task.block, found)
            blocks[task] = found
            progress.add(task)
    return truths, _add_up(blocks)


def run_block(task: Task, truths: Truths) -> Block:
    """Draw, estimate and tally the studies of a block.

    Args:
        task: which block.
        truths: of its scenario.
    """
    studies = draw_block(find_scenario(task.scenario), task.n, task.seed, task.block)
    found = estimate_studies(studies.rows(slice(task.studies)), task.level)
    tallies = {}
    for key in KEYS:
        readings = found[key.key]
        truth = truths.of(key.truth, readings.tau)
        tallies[key.key] = tally(readings, truth, task.level)
    return tallies


def _tasks(call: Call) -> Iterator[Task]:
    for scenario in call.truths:
        for n in call.sizes:
            for block, start in enumerate(range(0, call.replicates, BLOCK)):
                studies = min(BLOCK, call.replicates - start)
                yield Task(scenario, n, block, studies, call.seed, call.level)


def _kept(checkpoints: Checkpoints, task: Task) -> Block | None:
    return checkpoints.read_block(task.scenario, task.n, task.block, task.studies)


def _find_truths(call: Call, checkpoints: Checkpoints, pool: Pool, say: Say) -> dict[str, Truths]:
    """Return the truths of every scenario; those of the same patients are found once."""
    found = {name: checkpoints.read_truths(name) for name in call.truths}
    missing = {name: _patients_of(name) for name, truths in found.items() if truths is None}
    first = {patients: name for name, patients in reversed(missing.items())}
    if first:
        say(f"Reading {len(first)} truths off {call.population:,} patients each")
    calls = [(find_scenario(name), call.population) for name in first.values()]
    patients = list(first)
    read = {patients[number]: truths for number, truths in pool.compute(find_truths, calls)}
    for name, same in missing.items():
        checkpoints.write_truths(name, read[same])
    return {name: truths or read[missing[name]] for name, truths in found.items()}


def _patients_of(name: str) -> tuple[Any, ...]:
    """Return what the truths of a scenario depend on."""
    scenario = find_scenario(name)
    return scenario.truth, scenario.selected_above


def _add_up(blocks: dict[Task, Block | None]) -> Totals:
    """Add up the blocks of each scenario and size, in the order of the grid."""
    cells: dict[tuple[str, int], list[Block]] = {}
    for task, block in blocks.items():
        cells.setdefault((task.scenario, task.n), []).append(block or {})
    return {cell: add_up(found) for cell, found in cells.items()}


class _Progress:
    """Tells every twentieth of the work that it is done."""

    def __init__(self, say: Say, tasks: list[Task], missing: list[Task]) -> None:
        self.say, self.told = say, 0
        self.all = sum(task.studies for task in tasks)
        self.todo = sum(task.studies for task in missing)
        self.done = self.all - self.todo
        if self.done:
            say(f"{self.done:,} of {self.all:,} studies are there already")

    def add(self, task: Task) -> None:
        self.done += task.studies
        if 20 * self.done // self.all > self.told:
            self.told = 20 * self.done // self.all
            self.say(f"{self.done:,} of {self.all:,} studies ({task.scenario}, n = {task.n})")
