"""The NPMLE of interval-censored durations, beside its peers."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
import time
import warnings
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from benchmarks.timing import time_in_turn
from helpers.estimate.turnbull import Npmle, npmle
from helpers.estimate.turnbull_readings import npmle_survival

SIZES = (50, 500, 5000)
VISITS = np.array([7, 14, 28, 56, 84])
DAYS = (7, 14, 28, 56)
R_SCRIPT = Path(__file__).with_name("npmle.R")
R_TIMEOUT = 60  # seconds
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


def lifelines_fit(lower: np.ndarray, upper: np.ndarray) -> object:
    """Return lifelines' estimate at a tolerance of 1e-8."""
    from lifelines import KaplanMeierFitter

    with np.errstate(), warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # of lifelines' own logarithms
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


def time_r(lower: np.ndarray, upper: np.ndarray) -> tuple[float, list[float]] | None:
    """Return the seconds of R's survfit and its S at some days; None where R is not installed.

    Infinite seconds and no S where R takes longer than a minute.
    """
    if shutil.which("Rscript") is None:
        return None
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "intervals.csv"
        table = np.column_stack((lower, np.where(np.isinf(upper), -1, upper)))
        np.savetxt(path, table, delimiter=",", header="lower,upper", comments="", fmt="%.17g")
        command = ["Rscript", str(R_SCRIPT), str(path), *map(str, DAYS)]
        try:
            done = subprocess.run(command, capture_output=True, text=True, check=True,
                                  timeout=R_TIMEOUT)  # fmt: skip
        except subprocess.TimeoutExpired:
            return float("inf"), []
    seconds, *survival = (float(word) for word in done.stdout.split())
    return seconds, survival


def run() -> list[str]:
    """Return the lines of the report on the NPMLE."""
    lines = ["NPMLE of visit intervals, nearly all different (gap: distance of the log-likelihood "
             "from its maximum, at most)"]  # fmt: skip
    for n in SIZES:
        lower, upper, kind = simulate(n)
        fit = npmle(lower, upper, kind)
        if fit.gap > 1e-8:
            raise RuntimeError(f"n = {n}: the optimality gap is {fit.gap}")
        mine = time_in_turn({"ours": (lambda data=(lower, upper, kind): npmle(*data), 1)})["ours"]
        lines.append(f"  n = {n}")
        lines.append(f"    {'ours':<10} {mine.median:>9.4f} s   gap {fit.gap:.0e}")
        lines += _peers(fit, lower, upper, mine.median)
    return lines


def _peers(fit: Npmle, lower: np.ndarray, upper: np.ndarray, mine: float) -> list[str]:
    """Return a line per peer: seconds, ratio to ours, and how far the two answers lie apart."""
    lines = []
    if fit.n <= LARGEST_PEER:
        apart = difference_from_lifelines(fit, lower, upper)
        _refuse(apart, fit.n, "lifelines")
        start = time.perf_counter()
        lifelines_fit(lower, upper)
        lines.append(_line("lifelines", time.perf_counter() - start, mine, apart))
    r = time_r(lower, upper)
    if r and not r[1]:
        lines.append(f"    {'R survfit':<10} more than {R_TIMEOUT} s")
    elif r:
        apart = outside(fit, DAYS, r[1], r[1])
        _refuse(apart, fit.n, "R")
        lines.append(_line("R survfit", r[0], mine, apart))
    return lines


def _refuse(apart: float, n: int, peer: str) -> None:
    """Tell no speed of an answer that differs; R and lifelines stop short of the optimum."""
    if apart > STOPPED_SHORT:
        raise RuntimeError(f"n = {n}: S differs from {peer} by {apart}")


def _line(peer: str, seconds: float, mine: float, apart: float) -> str:
    return (f"    {peer:<10} {seconds:>9.4f} s   {seconds / mine:,.0f} times ours; S at most "
            f"{apart:.0e} outside what the data identify")  # fmt: skip
