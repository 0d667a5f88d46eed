"""The NPMLE of interval-censored durations."""

from __future__ import annotations

import subprocess
import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np

from benchmarks.peers import versioned
from benchmarks.r import Script, find_r
from benchmarks.race import OURS, lifelines_alone
from benchmarks.table import Comparison
from benchmarks.timing import time_in_turn
from helpers.estimate.turnbull import Npmle, npmle
from helpers.estimate.turnbull_readings import npmle_survival

SIZES = (50, 500, 5000)
VISITS = np.array([7, 14, 28, 56, 84])
DAYS = (7, 14, 28, 56)
PATIENCE = 60  # seconds for one fit of R
REPEATS = 3
AT_MAXIMUM = 1e-8
STOPPED_SHORT = 0.01
LARGEST_PEER = 500  # lifelines takes 25 s for 5000 at a tolerance that comes near the optimum


def simulate(n: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return lower and upper ends (days) and kinds: relief known to end between two visits.

    Visits lie up to three days off their week, so hardly two intervals are the same.
    """
    rng = np.random.default_rng(n)
    ends = rng.weibull(1.1, n) * 25
    visits = np.sort(VISITS + rng.uniform(-3, 3, (n, VISITS.size)), axis=1)
    edges = np.column_stack((np.zeros(n), visits, np.full(n, np.inf)))
    passed = (edges <= ends[:, None]).sum(axis=1) - 1
    rows = np.arange(n)
    lower, upper = edges[rows, passed], edges[rows, passed + 1]
    return lower, upper, np.where(np.isinf(upper), "right", "interval")


def as_table(lower: np.ndarray, upper: np.ndarray) -> dict[str, np.ndarray]:
    """Return intervals as R's scripts read them: −1 stands for no upper end."""
    return {"lower": lower, "upper": np.where(np.isinf(upper), -1.0, upper)}


def lifelines_fit(lower: np.ndarray, upper: np.ndarray) -> object:
    """Return lifelines' estimate at a tolerance of 1e-8."""
    from lifelines import KaplanMeierFitter

    with lifelines_alone():
        return KaplanMeierFitter().fit_interval_censoring(lower, upper, tol=1e-8)


def outside(
    fit: Npmle, days: Sequence[float], low: Sequence[float], high: Sequence[float]
) -> float:
    """Return by how much a peer's S lies outside what the data identify, at most."""
    found = 0.0
    for day, below, above in zip(days, low, high, strict=True):
        value = npmle_survival(fit, day).extra
        found = max(found, below - float(value["upper_identified"]),
                    float(value["lower_identified"]) - above)  # fmt: skip
    return found


def difference_from_lifelines(fit: Npmle, lower: np.ndarray, upper: np.ndarray) -> float:
    """Return by how much lifelines' bounds of S lie outside what the data identify, at most.

    Its intervals are closed; with ends that all differ that changes nothing.
    """
    peer = lifelines_fit(lower, upper).survival_function_  # type: ignore[attr-defined]
    rows = [peer[peer.index <= day].iloc[-1] for day in DAYS]
    return outside(fit, DAYS, [row.min() for row in rows], [row.max() for row in rows])


def compare(n: int, folder: Path) -> Comparison:
    """Compare the programs on n durations."""
    lower, upper, kind = simulate(n)
    fit = npmle(lower, upper, kind)
    if fit.gap > AT_MAXIMUM:
        raise RuntimeError(f"n = {n}: the optimality gap is {fit.gap}")
    apart, absent = {}, {}
    calls: dict[str, Callable[[], object]] = {OURS: lambda: npmle(lower, upper, kind)}
    if n <= LARGEST_PEER:
        apart["lifelines"] = difference_from_lifelines(fit, lower, upper)
        calls[versioned("lifelines")] = lambda: lifelines_fit(lower, upper)
    else:
        absent[versioned("lifelines")] = "not timed: half a minute, short of the maximum"
    if r := find_r():
        script = Script("npmle", as_table(lower, upper), folder, *DAYS)
        try:
            script.run(PATIENCE)
        except subprocess.TimeoutExpired:
            absent[r] = f"more than {PATIENCE} s"
        else:
            apart["R"] = outside(fit, DAYS, script.answer, script.answer)
            calls[r] = script.run
    else:
        absent["R, survival"] = "not installed here"
    _refuse(apart)
    told = ", ".join(f"{peer} {distance:.1g}" for peer, distance in apart.items())
    return Comparison(
        f"The NPMLE of {n:,} visit intervals, hardly two the same",
        f"the log-likelihood lies at most {fit.gap:.1g} below its maximum. By how much S at days "
        f"{', '.join(map(str, DAYS))} lies outside what the data identify: "
        f"{told or 'no peer was compared'}.",
        time_in_turn({name: (call, 1) for name, call in calls.items()}, REPEATS),
        absent=absent,
    )


def _refuse(apart: dict[str, float]) -> None:
    """Tell no speed of an answer that differs; R and lifelines stop short of the optimum."""
    for peer, distance in apart.items():
        if distance > STOPPED_SHORT:
            raise RuntimeError(f"S differs from {peer} by {distance}")


def run(sizes: tuple[int, ...] = SIZES) -> Iterator[Comparison]:
    """Yield the comparisons, one per number of durations."""
    for n in sizes:
        with tempfile.TemporaryDirectory() as folder:
            yield compare(n, Path(folder))
