"""Covariates of a regression, standardised so that tolerances mean the same in every unit."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from helpers.estimate.ties import FloatArray, all_equal


@dataclass(frozen=True, slots=True)
class Covariates:
    """Covariates in units of their standard deviation (divisor n).

    Attributes:
        values: shape (n, p), mean 0, standard deviation 1 (0 where all values are equal).
        scale: shape (p,), the standard deviations; 1 where all values are equal.
        constant: the columns (from 0) in which all values are equal.
    """

    values: FloatArray
    scale: FloatArray
    constant: tuple[int, ...]


def standardise(covariates: npt.ArrayLike) -> Covariates:
    """Standardise the columns.

    Args:
        covariates: shape (n, p), any units, or (n,) for one covariate; n may be 0.
    """
    columns = np.asarray(covariates, dtype=np.float64)
    columns = columns[:, None] if columns.ndim == 1 else columns
    if columns.shape[0] == 0:
        width = columns.shape[1]
        return Covariates(columns, np.ones(width), tuple(range(width)))
    constant = np.array([all_equal(column) for column in columns.T], dtype=np.bool_)
    centred = columns - columns.mean(axis=0)
    scale = np.where(constant, 1.0, np.sqrt(np.mean(centred**2, axis=0)))
    values = np.where(constant, 0.0, centred / scale)
    return Covariates(values, scale, tuple(np.flatnonzero(constant).tolist()))


def constant_status(covariates: Covariates) -> str | None:
    """Say which covariate does not vary, the first being the one of interest; None if all do."""
    if not covariates.constant:
        return None
    if covariates.constant[0] == 0:
        return "not estimable: the covariate does not vary"
    return "not estimable: a covariate adjusted for does not vary"
