"""A linear model with a random intercept per patient: its numbers, or why there are none.

By REML over all variance ratios from 0 upwards (:mod:`helpers.estimate.reml`); statsmodels and
nlme stop short of a variance of 0.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from helpers.estimate.reml import cross_products, maximise_reml, weighted_products
from helpers.estimate.sandwich import number_patients, sums_by_patient
from helpers.estimate.ties import TOLERANCE, FloatArray, all_equal
from helpers.estimate.value import Extra

NO_RESIDUAL = "not estimable: residual variance 0"


@dataclass(frozen=True, slots=True)
class RandomIntercept:
    """A fitted model.

    Attributes:
        coefficients, standard_errors: shape (k,), unit of y; errors from (X′V⁻¹X)⁻¹.
        variance_between, variance_residual: unit of y squared.
        icc: share of the variance that lies between patients, 0–1.
    """

    coefficients: FloatArray
    standard_errors: FloatArray
    variance_between: float
    variance_residual: float
    icc: float

    @property
    def status(self) -> str:
        """Say `ok`, with a remark where the variance between patients is 0."""
        return "ok" if self.icc > 0 else "ok, between-patient variance estimated as 0"

    def variances(self) -> dict[str, Extra]:
        """Name the variances, for a Value."""
        return {
            "variance_between": self.variance_between,
            "variance_residual": self.variance_residual,
        }


def fit_model(design: FloatArray, y: FloatArray, patient: npt.ArrayLike) -> RandomIntercept | str:
    """Fit the model by restricted maximum likelihood.

    Args:
        design: shape (n, k), of full rank, the first column 1.
        y: shape (n,), any unit.
        patient: shape (n,), labels of any one kind.

    Returns:
        The fit, or why there is none, as a status.

    Reference:
        Laird and Ware (1982); Patterson and Thompson (1971).
    """
    owner, patients = number_patients(patient)
    if patients < 2:
        return f"not enough data: {patients} of at least 2 patients"
    start, rank, rest = _plain_fit(design, y, owner)
    problem = _problem(y, rest, patients, design.shape[1], rank)
    if problem is not None:
        return problem
    # Without what a plain fit explains, nothing large is left to cancel.
    data = cross_products(design, y - design @ start, owner, np.ones((1, patients), np.int64))
    found = maximise_reml(data)
    if not (found.bounded[0] and found.residual[0] > 0):
        return NO_RESIDUAL
    products = weighted_products(data, found.ratio)[0]
    information, moments = products[:-1, :-1], products[:-1, -1]
    residual = float(found.residual[0])
    return RandomIntercept(
        coefficients=start + np.linalg.solve(information, moments),
        standard_errors=np.sqrt(residual * np.diagonal(np.linalg.inv(information))),
        variance_between=float(found.between[0]),
        variance_residual=residual,
        icc=float(found.icc[0]),
    )


def _plain_fit(
    design: FloatArray, y: FloatArray, owner: npt.NDArray[np.intp]
) -> tuple[FloatArray, int, FloatArray]:
    """Fit deviations from patients' means, and then the means by what the deviations leave open.

    Returns:
        Coefficients (k,); rank of the design within patients; residuals within patients (n,).
    """
    z = np.column_stack((design, y))
    means = sums_by_patient(z, owner) / np.bincount(owner)[:, None]
    deviations = z - means[owner]
    within, _, rank, _ = np.linalg.lstsq(deviations[:, :-1], deviations[:, -1], rcond=None)
    still_open = np.linalg.svd(deviations[:, :-1], full_matrices=False)[2][rank:].T
    rest = means[:, -1] - means[:, :-1] @ within
    between = np.linalg.lstsq(means[:, :-1] @ still_open, rest, rcond=None)[0]
    coefficients = (within + still_open @ between).astype(np.float64)
    return coefficients, int(rank), deviations[:, -1] - deviations[:, :-1] @ within


def _problem(y: FloatArray, rest: FloatArray, patients: int, k: int, rank: int) -> str | None:
    """Say why the two variances cannot be told apart; None where they can.

    Contrasts free of the design and of patients, n − patients − rank of them, tell the residual
    variance; the other contrasts free of the design tell the variance between patients.
    """
    if all_equal(y):
        return "not estimable: all values equal"
    if y.size - patients - rank < 1:
        return "not estimable: too few observations per patient for a residual variance"
    if patients - k + rank < 1:
        return "not estimable: too few patients for a variance between them"
    return NO_RESIDUAL if float(np.max(np.abs(rest))) <= TOLERANCE else None
