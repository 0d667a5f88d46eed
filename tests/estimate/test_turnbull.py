import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.estimate import kaplan_meier as km
from helpers.estimate.turnbull import Npmle, npmle, step_curve

from .durations_at_random import covers, durations

INF = math.inf
DISTINCT = range(30)


def matrix_of(fit: Npmle, lower, upper, kind) -> np.ndarray:
    """Write out who covers which set, by the definition in words."""
    sets = list(zip(fit.left, fit.right, fit.is_point, strict=True))
    return np.array(
        [[covers(*s, one) for s in sets] for one in zip(lower, upper, kind, strict=True)], float
    )


def plain_em(matrix: np.ndarray, steps: int) -> np.ndarray:
    """Turnbull's own algorithm: share each observation among its sets, and average."""
    masses = np.full(matrix.shape[1], 1 / matrix.shape[1])
    for _ in range(steps):
        masses = masses * np.mean(matrix / (matrix @ masses)[:, None], axis=0)
    return masses


def test_six_intervals_by_hand() -> None:
    # (0, 7], (0, 14], (7, 14], (7, 28], (14, 28], (0, 28]: sets (0, 7], (7, 14], (14, 28] with
    # p, 1 − 2p, p by symmetry; log L = 2·log p + log(1 − 2p) + 2·log(1 − p), and its derivative
    # is 0 where 5p² − 5p + 1 = 0: p = (5 − √5)/10, and 1 − 2p = √5/5
    fit = npmle([0, 0, 7, 7, 14, 0], [7, 14, 14, 28, 28, 28], ["interval"] * 6)
    p = (5 - 5**0.5) / 10
    assert (fit.left, fit.right) == ((0, 7, 14), (7, 14, 28))
    assert fit.masses == pytest.approx([p, 1 - 2 * p, p], abs=1e-12)
    assert fit.loglik == pytest.approx(
        2 * math.log(p) + math.log(1 - 2 * p) + 2 * math.log(1 - p), abs=1e-12
    )
    assert (fit.n, fit.status, fit.is_point) == (6, "ok", (False, False, False))
    assert fit.gap < 1e-11


def test_a_set_without_mass_by_hand() -> None:
    # 2 × (0, 7], (0, 14], (7, 28], 2 × (14, 28]: with ½, 0, ½ each of the outer sets has
    # d = 2/½ + 1/½ = 6 = n, and (7, 14] has d = 1/½ + 1/½ = 4 < 6: optimal, and (7, 14] is empty
    fit = npmle([0, 0, 0, 7, 14, 14], [7, 7, 14, 28, 28, 28], ["interval"] * 6)
    assert (fit.left, fit.right) == ((0, 7, 14), (7, 14, 28))
    assert fit.masses == (pytest.approx(0.5, abs=1e-12), 0.0, pytest.approx(0.5, abs=1e-12))
    assert step_curve(fit).left == (0, 14)


@pytest.mark.parametrize("seed", DISTINCT)
def test_optimality_conditions(seed: int) -> None:
    lower, upper, kind = durations(seed)
    fit = npmle(lower, upper, kind)
    matrix = matrix_of(fit, lower, upper, kind)
    masses = np.array(fit.masses)
    slopes = np.sum(matrix / (matrix @ masses)[:, None], axis=0)
    assert fit.gap < 1e-8
    assert slopes.max() - kind.size < 1e-8
    assert slopes[masses > 0] == pytest.approx(kind.size, abs=1e-8)
    assert masses.sum() == pytest.approx(1, abs=1e-12)
    assert (masses >= 0).all()
    assert fit.loglik == pytest.approx(np.log(matrix @ masses).sum(), abs=1e-9)
    # Turnbull's property: no set holds the start or the end of an observation within it.
    for left, right in zip(fit.left, fit.right, strict=True):
        starts = np.where(kind == "left", 0, lower)
        assert not ((left < starts) & (starts < right)).any()
        assert not ((left < upper) & (upper < right)).any()


@pytest.mark.parametrize("seed", DISTINCT)
def test_agrees_with_plain_em(seed: int) -> None:
    lower, upper, kind = durations(seed, most=25)
    fit = npmle(lower, upper, kind)
    masses = plain_em(matrix_of(fit, lower, upper, kind), 20_000)
    assert fit.masses == pytest.approx(masses, abs=2e-4)  # EM leaves empty sets ever more slowly
    covered = np.log(matrix_of(fit, lower, upper, kind) @ masses).sum()
    assert covered <= fit.loglik + 1e-9
    assert covered == pytest.approx(fit.loglik, abs=1e-4)


def test_many_distinct_visit_days() -> None:
    rng = np.random.default_rng(3)
    ends = 30 * rng.weibull(0.8, 1500)
    visits = np.array([7, 14, 28, 56, 84]) * rng.normal(1, 0.1, (1500, 5))
    visits = np.sort(np.maximum(visits, 0.1), axis=1)
    passed = (visits < ends[:, None]).sum(axis=1)
    padded = np.column_stack((np.zeros(1500), visits, np.full(1500, INF)))
    rows = np.arange(1500)
    kind = np.where(passed == 5, "right", "interval")
    fit = npmle(padded[rows, passed], padded[rows, passed + 1], kind)
    assert fit.gap < 1e-8
    assert len(fit.masses) > 300
    assert fit.iterations < 30


times = st.lists(st.integers(0, 30), min_size=1, max_size=40)


@given(times, st.lists(st.booleans(), min_size=40, max_size=40))
def test_exact_and_right_censored_is_kaplan_meier(days: list[int], events: list[bool]) -> None:
    event = np.array(events[: len(days)])
    fit = npmle(days, np.where(event, days, INF), np.where(event, "exact", "right"))
    curve = km.curve(days, event)
    for time, survival in zip(curve.times, curve.survival, strict=True):
        beyond = [
            mass
            for left, point, mass in zip(fit.left, fit.is_point, fit.masses, strict=True)
            if left > time or (left == time and not point)
        ]
        assert sum(beyond) == pytest.approx(survival, abs=1e-14)
    assert fit.iterations == 0


@given(times)
def test_exact_is_the_empirical_distribution(days: list[int]) -> None:
    fit = npmle(days, days, ["exact"] * len(days))
    assert fit.left == fit.right == tuple(sorted(set(days)))
    shares = [days.count(day) / len(days) for day in sorted(set(days))]
    assert fit.masses == pytest.approx(shares, abs=1e-15)


@given(st.integers(0, 10_000), st.integers(2, 4))
def test_copies_of_everybody_change_nothing(seed: int, copies: int) -> None:
    lower, upper, kind = durations(seed, most=20)
    once, often = (
        npmle(lower, upper, kind),
        npmle(*(np.tile(x, copies) for x in (lower, upper, kind))),
    )
    assert (once.left, once.right) == (often.left, often.right)
    assert often.masses == pytest.approx(once.masses, abs=1e-9)
    assert often.n == copies * once.n


def test_nobody() -> None:
    fit = npmle([], [], [])
    assert (fit.n, fit.masses, fit.gap, fit.status) == (0, (), 0, "ok")
    assert step_curve(fit).left == ()


@pytest.mark.parametrize(
    ("lower", "upper", "kind", "expected"),
    [
        ([5, 9, 2], [INF] * 3, ["right"] * 3, (9, INF, False)),
        ([0, 0], [14, 7], ["left"] * 2, (0, 7, False)),
        ([0, 0], [0, 0], ["none"] * 2, (0, 0, True)),
        ([7, 7], [14, 14], ["interval"] * 2, (7, 14, False)),
        ([7], [14], ["interval"], (7, 14, False)),
        ([3], [3], ["exact"], (3, 3, True)),
        ([3], [3], ["interval"], (3, 3, True)),
        ([3], [INF], ["interval"], (3, INF, False)),
    ],
)
def test_all_mass_in_one_set(lower: list, upper: list, kind: list, expected: tuple) -> None:
    fit = npmle(lower, upper, kind)
    assert (fit.left, fit.right, fit.is_point) == tuple((entry,) for entry in expected)
    assert (fit.masses, fit.loglik, fit.gap, fit.status) == ((1,), 0, 0, "ok")


def test_the_curve_for_drawing() -> None:
    # none, (0, 7], exactly 10, beyond 10: a quarter each
    fit = npmle([0, 0, 10, 10], [0, 7, 10, INF], ["none", "left", "exact", "right"])
    curve = step_curve(fit)
    assert curve.left == (0, 0, 10, 10)
    assert curve.right == (0, 7, 10, None)
    assert curve.before == pytest.approx((1, 0.75, 0.5, 0.25))
    assert curve.after == pytest.approx((0.75, 0.5, 0.25, 0))
    assert curve.after[-1] == 0


def test_the_status_says_where_rounding_keeps_it_from_the_optimum() -> None:
    fit = npmle([0], [7], ["left"])
    assert replace(fit, gap=3e-8).status == "ok, log-likelihood only within 3e-08 of its maximum"
