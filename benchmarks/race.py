"""Programs that answer one question: first held to each other, then timed in turn."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

import numpy as np
import numpy.typing as npt

from benchmarks.peers import has_scikit_survival, versioned
from benchmarks.r import Script, find_r
from benchmarks.table import Comparison
from benchmarks.timing import time_in_turn

Floats = npt.NDArray[np.float64]
Answer = Callable[[], Floats]
OURS, LIFELINES, SCIKIT_SURVIVAL, R = "ours", "lifelines", "scikit-survival", "R"
REPEATS = 5


@contextmanager
def lifelines_alone() -> Iterator[None]:
    """Keep to itself what lifelines does to the process, and says of its own logarithms."""
    with np.errstate(), warnings.catch_warnings():  # it switches NumPy's warnings off for all
        warnings.simplefilter("ignore", RuntimeWarning)
        yield


def difference(these: npt.ArrayLike, those: npt.ArrayLike, peer: str, most: float) -> float:
    """Return how far two answers lie apart, at most; NaN agrees with NaN.

    Raises:
        RuntimeError: when that is too far, so that no speed is told of a wrong answer.
    """
    mine, theirs = np.ravel(these).astype(float), np.ravel(those).astype(float)
    if mine.shape != theirs.shape or np.any(np.isnan(mine) != np.isnan(theirs)):
        raise RuntimeError(f"{peer} does not answer what ours answers: {theirs} for {mine}")
    apart = float(np.nanmax(np.abs(mine - theirs)))
    if apart > most:
        raise RuntimeError(f"{peer} differs from ours by {apart}, more than {most}")
    return apart


def race(
    task: str,
    answers: Mapping[str, Answer],
    scripts: Mapping[str, Script],
    *,
    within: Mapping[str, float],
    what: str,
    unit: str = "fit",
    units: Mapping[str, int] | None = None,
) -> Comparison:
    """Compare programs on one task.

    Args:
        task: a heading.
        answers: each answers the question and returns its numbers; ours first. Names of peers are
            those of packages.
        scripts: R's, by what its name is followed by in the table; none where R has no part in it.
        within: by peer, or R, how far its numbers may lie from ours.
        what: the numbers, and which of a peer's are compared.
        unit: of work.
        units: how many of them one call does, where it is not 1.

    Raises:
        RuntimeError: when the answers differ.
    """
    compared = dict(answers)
    absent: dict[str, str] = {}
    r = find_r()
    if SCIKIT_SURVIVAL in within and not has_scikit_survival():
        compared.pop(SCIKIT_SURVIVAL)
        absent[SCIKIT_SURVIVAL] = "not installed here"
    if scripts and not r:
        absent["R, survival"] = "not installed here"
    mine = compared.pop(OURS)()
    apart = {peer: difference(mine, answer(), peer, within[peer])
             for peer, answer in compared.items()}  # fmt: skip
    calls: dict[str, tuple[Callable[[], object], int]] = {}
    counts = units or {}
    for peer in (OURS, *compared):
        name = OURS if peer == OURS else versioned(peer)
        calls[name] = (answers[peer], counts.get(peer, 1))
    for suffix, script in scripts.items() if r else ():
        script.run()
        apart[R + suffix] = difference(mine, script.answer, R, within[R])
        calls[f"{r}{suffix}"] = (script.run, 1)
    told = ", ".join(f"{peer} {distance:.1g}" for peer, distance in apart.items())
    return Comparison(
        task,
        f"{what}. Largest difference from ours: {told}.",
        time_in_turn(calls, REPEATS),
        unit=unit,
        absent=absent,
    )
