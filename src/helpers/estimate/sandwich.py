"""Variances that allow for several observations of one patient: scores summed per patient."""

import numpy as np
import numpy.typing as npt

from helpers.estimate.ties import TOLERANCE, FloatArray


def number_patients(patient: npt.ArrayLike) -> tuple[npt.NDArray[np.intp], int]:
    """Number the patients 0, 1, … in the order of their labels, and count them.

    Args:
        patient: shape (n,), labels of any one kind.
    """
    labels, numbers = np.unique(np.asarray(patient).ravel(), return_inverse=True)
    return numbers.astype(np.intp), int(labels.size)


def sums_by_patient(values: FloatArray, patient: npt.ArrayLike) -> FloatArray:
    """Sum the rows of each patient.

    Args:
        values: shape (n, k).
        patient: shape (n,), labels of any one kind.

    Returns:
        Shape (patients, k), in the order of the labels.
    """
    numbers, count = number_patients(patient)
    sums = np.zeros((count, values.shape[1]))
    np.add.at(sums, numbers, values)
    return sums


def inverse(information: FloatArray) -> FloatArray:
    """Invert an information matrix, shape (k, k), of full rank."""
    return np.linalg.inv(information).astype(np.float64)


def sandwich(bread: FloatArray, scores: FloatArray, patient: npt.ArrayLike) -> FloatArray:
    """Compute B(Σ U U′)B, U being a patient's sum of scores; no small-sample factor.

    Args:
        bread: shape (k, k), inverse information.
        scores: shape (n, k), what each observation adds to the score, at the estimate.
        patient: shape (n,), labels of any one kind.

    Returns:
        Shape (k, k).

    Reference:
        Liang and Zeger (1986); for the Cox model Lin and Wei (1989).
    """
    influence = sums_by_patient(scores, patient) @ bread
    covariance: FloatArray = influence.T @ influence
    return covariance


def standard_errors(covariance: FloatArray) -> tuple[float | None, ...]:
    """Give the root of each variance, None where it is 0 but for rounding (below 1e-9).

    Args:
        covariance: shape (k, k), of coefficients of the order of 1 (standardised covariates).
    """
    roots = np.sqrt(np.maximum(np.diagonal(covariance), 0.0)).tolist()
    return tuple(root if root > TOLERANCE else None for root in roots)


def too_few_patients(patients: int, coefficients: int) -> str | None:
    """Say that a sandwich needs more patients than coefficients; None where there are.

    The patients' scores sum to 0, so with fewer the sandwich has no full rank.

    Args:
        patients: number of patients.
        coefficients: number of coefficients, an intercept included.
    """
    if patients > coefficients:
        return None
    return f"not enough data: {patients} of at least {coefficients + 1} patients"
