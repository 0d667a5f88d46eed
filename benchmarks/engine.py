"""The bootstrap over patients of Kaplan–Meier median and restricted mean, beside its peers."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from pathlib import Path

import numpy as np

from benchmarks.timing import Timing, time_in_turn
from helpers.estimate import replicates as rp
from helpers.estimate.resampling import bootstrap, draw_block

PATIENTS, INFUSIONS, HORIZON = 50, 5, 84
OURS, PEER = 20_000, 60
R_SCRIPT = Path(__file__).with_name("engine.R")


def simulate(heaped: bool) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return days, whether the end was seen, and the patient of 250 durations."""
    rng = np.random.default_rng(20201130)
    n = PATIENTS * INFUSIONS
    time = rng.weibull(1.2, n) * 25
    if heaped:
        time = np.ceil(time / 7) * 7
    return time, rng.random(n) < 0.8, np.repeat(np.arange(PATIENTS), INFUSIONS)


def ours(time: np.ndarray, event: np.ndarray, patient: np.ndarray, n_boot: int) -> np.ndarray:
    """Return median and restricted mean of so many resamples, shape (n_boot, 2)."""
    durations = rp.by_patient(time, event, patient)

    def statistic(counts: np.ndarray) -> np.ndarray:
        curves = rp.curves(durations, counts)
        return np.column_stack((curves.medians(), curves.means(HORIZON)))

    return bootstrap(statistic, PATIENTS, n_boot=n_boot, entropy=[1])


def lifelines_one_by_one(
    time: np.ndarray, event: np.ndarray, patient: np.ndarray, n_boot: int
) -> np.ndarray:
    """Return the same from a loop over lifelines' fitter, on the same resamples."""
    from lifelines import KaplanMeierFitter
    from lifelines.utils import restricted_mean_survival_time

    values = []
    with np.errstate():  # lifelines switches NumPy's warnings off for the whole process
        for counts in draw_block(PATIENTS, 512, [1], 0)[:n_boot]:
            repeat = counts[patient]
            fit = KaplanMeierFitter().fit(np.repeat(time, repeat), np.repeat(event, repeat))
            mean = restricted_mean_survival_time(fit, t=HORIZON)
            values.append((fit.median_survival_time_, mean))
    return np.array(values)


def check(time: np.ndarray, event: np.ndarray, patient: np.ndarray) -> float:
    """Return the largest difference from lifelines; medians on a plateau differ by convention.

    Raises
    ------
    RuntimeError
        When the two disagree, so that no speed is told of a wrong answer.
    """
    mine, theirs = (
        ours(time, event, patient, PEER),
        lifelines_one_by_one(time, event, patient, PEER),
    )
    difference = float(np.max(np.abs(mine[:, 1] - theirs[:, 1])))
    same = np.isclose(mine[:, 0], theirs[:, 0])
    if difference > 1e-9 or same.mean() < 0.9:
        raise RuntimeError(f"ours and lifelines disagree: {difference}, {same.mean():.0%} medians")
    return difference


def time_r(time: np.ndarray, event: np.ndarray, patient: np.ndarray) -> float | None:
    """Return R's resamples per second (survfit in a loop), None where R is not installed."""
    if shutil.which("Rscript") is None:
        return None
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "durations.csv"
        table = np.column_stack((time, event, patient))
        np.savetxt(path, table, delimiter=",", header="time,event,patient", comments="")
        done = subprocess.run(
            ["Rscript", str(R_SCRIPT), str(path)], capture_output=True, text=True, check=False
        )
    return float(done.stdout) if done.returncode == 0 and done.stdout else None


def run() -> list[str]:
    """Return the lines of the report on the engine."""
    lines = ["Bootstrap over patients of median and restricted mean, 50 patients × 5 infusions"]
    for heaped in (True, False):
        data = simulate(heaped)
        difference = check(*data)
        timings = time_in_turn(
            {
                "ours": (lambda data=data: ours(*data, OURS), OURS),
                "lifelines": (lambda data=data: lifelines_one_by_one(*data, PEER), PEER),
            }
        )
        lines.append(f"  {'durations in whole weeks' if heaped else 'durations all different'}")
        lines.append(f"    agreement with lifelines on the same resamples: {difference:.1e} days")
        lines += rates(timings, time_r(*data))
    return lines


def rates(timings: dict[str, Timing], r: float | None) -> list[str]:
    """Return resamples per second and the ratio to ours, a line each."""
    mine = timings["ours"].rate
    found = {name: timing.rate for name, timing in timings.items()} | (
        {"R survfit": r} if r else {}
    )
    lines = [f"    {name:<10} {rate:>12,.0f} resamples/s   ours is {mine / rate:,.0f} times as fast"
             for name, rate in found.items() if name != "ours"]  # fmt: skip
    return [f"    {'ours':<10} {mine:>12,.0f} resamples/s", *lines]
