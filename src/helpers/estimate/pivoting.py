"""Many small quadratic problems with x ≥ 0 at once, solved exactly by exchanging whole blocks."""

from dataclasses import dataclass

import numpy as np

from helpers.estimate.ties import BoolArray, FloatArray
from helpers.estimate.turnbull_sets import IntArray

RIDGE = 1e-12
"""Added to the scaled diagonal: where the objective is flat, the point stays where it is."""
ROUNDING = 1e-10
"""A slope below this, relative to the largest, is none: it would only move rounding errors."""
BLOCKS = 10
"""Exchanges of all wrong variables, before they are exchanged one by one."""
MOST_EXCHANGES = 1000


@dataclass(frozen=True, slots=True)
class _Problems:
    """Maximise slope·s − ½ s·H·s over steps s with point + s ≥ 0, scaled to a diagonal of 1.

    Attributes:
        hessian: shape (b, s, s), H.
        slope, point: shape (b, s).
        free: shape (b, s), variables that may be other than 0.
    """

    hessian: FloatArray
    slope: FloatArray
    point: FloatArray
    free: BoolArray

    def of(self, rows: IntArray) -> "_Problems":
        """Choose some of the problems."""
        return _Problems(self.hessian[rows], self.slope[rows], self.point[rows], self.free[rows])

    def step(self, moving: BoolArray) -> FloatArray:
        """Find the best step of the moving variables, shape (b, s), while the others go to 0."""
        held = np.where(moving, 0.0, -self.point)
        slope = np.where(moving, self.slope - _times(self.hessian, held), 0.0)
        among = moving[:, :, None] & moving[:, None, :]
        diagonal = np.where(moving, RIDGE, 1.0)[:, None, :] * np.eye(moving.shape[1])
        matrix = np.where(among, self.hessian, 0.0) + diagonal
        return np.where(moving, np.linalg.solve(matrix, slope[..., None])[..., 0], held)

    def wrong(self, step: FloatArray, moving: BoolArray) -> BoolArray:
        """Say which moving variables became negative, and which held ones would rise."""
        negative = moving & (self.point + step < 0)
        slope = self.slope - _times(self.hessian, step)
        least = ROUNDING * np.max(np.abs(self.slope), axis=1, keepdims=True)
        rising: BoolArray = self.free & ~moving & (slope > least)
        return negative | rising


def best_step(
    hessian: FloatArray, slope: FloatArray, point: FloatArray, free: BoolArray
) -> FloatArray:
    """Find the step s that maximises slope·s − ½ s·H·s while point + s ≥ 0.

    Variables that would become negative are held at 0, and held ones whose slope points upwards
    are let go, all at once; if that takes long, the last of them only, which comes to an end.

    Args:
        hessian: shape (b, s, s), H, positive semidefinite; its diagonal is > 0 where free.
        slope: shape (b, s).
        point: shape (b, s), ≥ 0.
        free: shape (b, s); the other variables are 0 and stay so.

    Returns:
        Shape (b, s).

    Reference:
        Júdice and Pires (1994); one by one: Murty (1974).
    """
    # Free variables to the front: there are few of them, and the work grows with their cube.
    order = np.argsort(~free, axis=1, kind="stable")[:, : free.sum(axis=1).max(initial=0)]
    rows = np.arange(len(point))[:, None]
    packed = hessian[rows[:, :, None], order[:, :, None], order[:, None, :]]
    place = (rows, order)
    step = np.zeros(point.shape)
    step[place] = _best_step(packed, slope[place], point[place], free[place])
    return step


def _best_step(
    hessian: FloatArray, slope: FloatArray, point: FloatArray, free: BoolArray
) -> FloatArray:
    """Exchange until no variable is wrong; arguments as :func:`best_step`."""
    scale = 1 / np.sqrt(np.where(free, np.einsum("bss->bs", hessian), 1.0))
    scaled = hessian * scale[:, :, None] * scale[:, None, :]
    problems = _Problems(scaled, slope * scale, point / scale, free)
    step, moving = np.zeros(point.shape), free.copy()
    left = np.arange(len(point))
    for exchange in range(MOST_EXCHANGES):
        some = problems.of(left)
        step[left] = some.step(moving[left])
        wrong = some.wrong(step[left], moving[left])
        moving[left] ^= wrong if exchange < BLOCKS else _last_only(wrong)
        left = left[wrong.any(axis=1)]
        if not left.size:
            break
    # Held variables go to 0 exactly, not to within the rounding of the scale.
    return np.where(moving, np.maximum(step * scale, -point), -point)


def _times(matrix: FloatArray, vector: FloatArray) -> FloatArray:
    """Multiply (b, s, s) by (b, s)."""
    product: FloatArray = (matrix @ vector[..., None])[..., 0]
    return product


def _last_only(flags: BoolArray) -> BoolArray:
    """Keep the last true flag of each row."""
    is_last: BoolArray = np.cumsum(flags[:, ::-1], axis=1)[:, ::-1] == 1
    return flags & is_last
