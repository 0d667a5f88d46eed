"""Runs the replicates over processes; each has seeds of its own, whoever computes it."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from typing import Final

import numpy as np

from benchmarks.known_truth.methods import Method, methods_in
from benchmarks.known_truth.population import HORIZON, Truths, find_truths
from benchmarks.known_truth.questions import QUESTIONS, Chance
from benchmarks.known_truth.scenarios import SCENARIOS
from benchmarks.known_truth.simulate import Floats, simulate
from helpers.estimate.value import Value

SEED: Final = 6916403
BATCH: Final = 50  # replicates that one process computes at a time
EVERY: Final[Mapping[str, int]] = {
    "npmle": 4, "imputed": 4, "all_infusions": 4, "icc": 4, "predictors": 2, "predictor_family": 8,
}  # fmt: skip
"""Costly questions are asked of every second, fourth or eighth study only …"""
EVERY_LARGE: Final[Mapping[str, int]] = {
    "imputed": 20, "all_infusions": 8, "predictors": 8, "predictor_family": 20,
}  # fmt: skip
"""… and of still fewer of those with more than 100 patients."""
LARGE: Final = 100
ESTIMATE, LOWER, UPPER, TRUTH = range(4)  # columns of a result

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Cell:
    """One scenario at one size, and the replicates of it to compute."""

    scenario: str
    n: int
    replicates: range


@dataclass(frozen=True, slots=True)
class Results:
    """What came out: by scenario, size and key, an array (replicates, 4).

    Columns are estimate, lower and upper limit, truth; NaN where there is no estimate or no
    interval; a limit that does not exist beside one that does is infinite.
    """

    values: Mapping[tuple[str, int, str], Floats]
    seconds: Mapping[str, float]
    """Seconds of processor time by question."""


def run(
    scenarios: Sequence[str],
    sizes: Sequence[int],
    replicates: int,
    *,
    workers: int,
    truths: Mapping[str, Truths],
    seed: int = SEED,
    say: Say = print,
) -> Results:
    """Compute all replicates of all scenarios and sizes.

    Args:
        scenarios: their names.
        sizes: patients per study.
        replicates: studies per scenario and size.
        workers: processes; they change the time it takes and nothing else.
        truths: of each scenario.
        seed: of the run.
        say: takes a line on the progress.
    """
    cells = list(_cells(scenarios, sizes, replicates))
    done: dict[Cell, tuple[dict[str, Floats], dict[str, float]]] = {}
    if workers == 1:
        for cell in cells:
            done[cell] = compute(cell, truths[cell.scenario], seed)
        return _gather(cells, done)
    begun, told = time.monotonic(), 0
    with ProcessPoolExecutor(workers) as pool:
        waiting: dict[Future[tuple[dict[str, Floats], dict[str, float]]], Cell] = {
            pool.submit(compute, cell, truths[cell.scenario], seed): cell for cell in cells
        }
        for future in as_completed(waiting):
            done[waiting[future]] = future.result()
            if 20 * len(done) // len(cells) > told:
                told = 20 * len(done) // len(cells)
                say(f"{5 * told} % after {time.monotonic() - begun:.0f} s")
    return _gather(cells, done)


def truths_of(scenarios: Sequence[str], patients: int) -> dict[str, Truths]:
    """Return the truths of scenarios; those that share the patients' truth share them."""
    found: dict[tuple[object, object], Truths] = {}
    truths = {}
    for name in scenarios:
        scenario = SCENARIOS[name]
        same = (scenario.truth, scenario.selected_above)
        if same not in found:
            found[same] = find_truths(scenario, patients)
        truths[name] = found[same]
    return truths


def _cells(scenarios: Sequence[str], sizes: Sequence[int], replicates: int) -> Iterator[Cell]:
    """Yield batches, the largest studies first, so that no process is left with one at the end."""
    for n in sorted(sizes, reverse=True):
        for scenario in scenarios:
            for start in range(0, replicates, BATCH):
                yield Cell(scenario, n, range(start, min(start + BATCH, replicates)))


def one_in(question: str, n: int) -> int:
    """Say of how many replicates one is asked a question."""
    every = EVERY.get(question, 1)
    return EVERY_LARGE.get(question, every) if n > LARGE else every


def compute(
    cell: Cell, truths: Truths, seed: int, questions: Collection[str] = tuple(QUESTIONS)
) -> tuple[dict[str, Floats], dict[str, float]]:
    """Compute the replicates of a cell: results by key, and seconds by question."""
    methods = [method for method in methods_in(cell.scenario) if method.question in questions]
    asked = {method.question for method in methods}
    rows: dict[str, list[list[float]]] = {method.key: [] for method in methods}
    seconds = dict.fromkeys(asked, 0.0)
    for replicate in cell.replicates:
        entropy = (seed, list(SCENARIOS).index(cell.scenario), cell.n, replicate)
        rng = np.random.default_rng(np.random.SeedSequence(entropy))
        study = simulate(SCENARIOS[cell.scenario], cell.n, rng)
        answers: dict[str, Value] = {}
        for number, (name, question) in enumerate(QUESTIONS.items(), start=1):
            if name in asked and replicate % one_in(name, cell.n) == 0:
                begun = time.process_time()
                answers.update(question(study, Chance((*entropy, number))))
                seconds[name] += time.process_time() - begun
        for method in methods:
            if method.key in answers:
                rows[method.key].append(as_row(method, answers[method.key], truths))
    return {key: np.array(found).reshape(-1, 4) for key, found in rows.items()}, seconds


def as_row(method: Method, value: Value, truths: Truths) -> list[float]:
    """Return estimate, limits and truth on the scale on which bias is told."""
    scale = math.log if method.ratio else float
    numbers = [value.estimate, value.lower, value.upper]
    truth = _truth(method, value, truths)
    row = [math.nan if number is None else _scaled(number, scale) for number in (*numbers, truth)]
    if math.isnan(row[LOWER]) and not math.isnan(row[UPPER]):
        row[LOWER] = -math.inf
    if math.isnan(row[UPPER]) and not math.isnan(row[LOWER]):
        row[UPPER] = math.inf
    return row


def _scaled(number: float, scale: Callable[[float], float]) -> float:
    return -math.inf if scale is math.log and number <= 0 else scale(number)


def _truth(method: Method, value: Value, truths: Truths) -> float | None:
    """Return the true value; of a restricted mean, that to where the study's curve ends."""
    if method.test:
        return None
    if method.key in ("rmst", "all_infusions.rmst"):
        tau = value.extra.get("tau")
        day = tau if isinstance(tau, float) else HORIZON
        return truths.restricted_mean(day, all_infusions=method.key != "rmst")
    return truths.values[method.truth_key]


def _gather(
    cells: Sequence[Cell], done: Mapping[Cell, tuple[dict[str, Floats], dict[str, float]]]
) -> Results:
    """Put the batches together, in order of the replicates."""
    values: dict[tuple[str, int, str], list[Floats]] = {}
    seconds: dict[str, float] = {}
    for cell in cells:
        found, spent = done[cell]
        for key, rows in found.items():
            values.setdefault((cell.scenario, cell.n, key), []).append(rows)
        for name, each in spent.items():
            seconds[name] = seconds.get(name, 0.0) + each
    return Results({key: np.concatenate(rows) for key, rows in values.items()}, seconds)
