import numpy as np
import pytest
from scipy import optimize

from helpers.estimate import pivoting
from helpers.estimate.pivoting import best_step


def problems(seed: int, b: int, s: int) -> tuple[np.ndarray, ...]:
    """Make H = A'A, slopes and points with some variables at 0 and some not free."""
    rng = np.random.default_rng(seed)
    a = rng.random((b, 2 * s, s))
    free = rng.random((b, s)) < 0.8
    point = np.where(free & (rng.random((b, s)) < 0.6), rng.random((b, s)), 0.0)
    return a, np.swapaxes(a, 1, 2) @ a, 3 * rng.normal(size=(b, s)), point, free


@pytest.mark.parametrize("blocks", [0, 10])
def test_agrees_with_scipy_whatever_the_exchanges(
    blocks: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pivoting, "BLOCKS", blocks)
    a, hessian, slope, point, free = problems(1, 30, 8)
    step = best_step(hessian, slope, point, free)
    for i in range(30):
        # slope·s − ½|As|² over x = point + s ≥ 0 is least squares: A x against A point + c, A'c = s
        c = np.linalg.pinv(a[i].T) @ slope[i]
        kept = np.flatnonzero(free[i])
        x, _ = optimize.nnls(a[i][:, kept], a[i] @ point[i] + c)
        assert (point[i] + step[i])[kept] == pytest.approx(x, abs=1e-8)
    assert (step[~free] == 0).all()


def test_by_hand() -> None:
    # maximise s1 − 2·s2 − ½(s1² + s2²) from (0, 1): s1 = 1, and s2 = −2 is cut at −1
    step = best_step(
        np.eye(2)[None], np.array([[1.0, -2.0]]), np.array([[0.0, 1.0]]), np.array([[True, True]])
    )
    assert step.tolist() == [[pytest.approx(1, abs=1e-9), -1.0]]


def test_a_flat_direction_is_left_alone() -> None:
    # only the sum of both matters: ½(s1 + s2)², slope 1 each; any split of 1 is best
    step = best_step(np.ones((1, 2, 2)), np.ones((1, 2)), np.ones((1, 2)), np.ones((1, 2), bool))
    assert step.sum() == pytest.approx(1, abs=1e-9)
    assert step[0, 0] == pytest.approx(step[0, 1], abs=1e-3)
