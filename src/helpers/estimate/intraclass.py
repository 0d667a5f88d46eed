"""How much of a score's variation lies between patients: the intraclass correlation."""

import numpy as np
import numpy.typing as npt

from helpers.estimate.random_intercept import fit_model
from helpers.estimate.reml import cross_products, maximise_reml
from helpers.estimate.resampling import Counts
from helpers.estimate.sandwich import number_patients
from helpers.estimate.ties import TOLERANCE, BoolArray, FloatArray, as_floats
from helpers.estimate.value import Value

METHOD = "intraclass correlation, random intercept per patient, REML with variance ≥ 0"


def icc(y: npt.ArrayLike, patient: npt.ArrayLike) -> Value:
    """Estimate the intraclass correlation: variance between patients over between + residual.

    Args:
        y: shape (n,), any unit; complete cases.
        patient: shape (n,), labels of any one kind.

    Returns:
        Value as a fraction 0–1, n observations, no limits (see :func:`icc_replicates`); extra:
        n_patients, variance_between, variance_residual (unit of y squared). Without number where
        the variances cannot be told apart, or where the residual variance is 0.

    Reference:
        Harville (1977); Shrout and Fleiss (1979), their ICC(1, 1) in balanced data.
    """
    scores = as_floats(y)
    fit = fit_model(np.ones((scores.size, 1)), scores, patient)
    counts = {"n_patients": number_patients(patient)[1]}
    if isinstance(fit, str):
        empty = dict.fromkeys(("variance_between", "variance_residual"))
        return Value(estimate=None, n=scores.size, method=METHOD, status=fit, extra=counts | empty)
    return Value(
        estimate=fit.icc,
        n=scores.size,
        method=METHOD,
        status=fit.status,
        extra=counts | fit.variances(),
    )


def icc_replicates(y: npt.ArrayLike, patient: npt.ArrayLike, counts: Counts) -> FloatArray:
    """Estimate the intraclass correlation in resamples of patients, as :func:`icc` in each.

    Args:
        y: shape (n,), any unit; complete cases.
        patient: shape (n,), whole numbers from 0; patients without observation add nothing.
        counts: shape (b, patients): how often each was drawn, each time as a patient of its own.

    Returns:
        Shape (b,), 0–1; NaN where :func:`icc` has no number.

    Reference:
        Davison and Hinkley (1997), section 3.8, on resampling whole patients.
    """
    scores, owner = as_floats(y), np.asarray(patient, dtype=np.intp).ravel()
    replicates = np.full(counts.shape[0], np.nan)
    defined = _defined(scores, owner, counts)
    if not defined.any():
        return replicates
    centred = scores - np.mean(scores)
    data = cross_products(np.ones((scores.size, 1)), centred, owner, counts[defined])
    found = maximise_reml(data)
    replicates[defined] = np.where(found.bounded, found.icc, np.nan)
    return replicates


def _defined(scores: FloatArray, owner: npt.NDArray[np.intp], counts: Counts) -> BoolArray:
    """Say which resamples hold two patients and some variation within one, shape (b,)."""
    size = np.bincount(owner, minlength=counts.shape[1])
    means = np.bincount(owner, scores, minlength=counts.shape[1]) / np.maximum(size, 1)
    varies = np.zeros(counts.shape[1], dtype=np.bool_)
    varies[owner[np.abs(scores - means[owner]) > TOLERANCE]] = True
    defined: BoolArray = (counts @ (size > 0) >= 2) & (counts @ varies > 0)
    return defined
