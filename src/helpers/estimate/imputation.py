"""Multiple imputation of scores by chained equations with predictive mean matching.

The algorithm of R's mice (pmm, 5 donors, type-1 matching). One thing differs: mice drops a
predictor when those of the patients with a value are nearly collinear, one at a time, and adds a
ridge of 1e-5 if the inverse still fails. Here the directions in which these predictors hardly vary
(eigenvalue of their correlations below 1e-4 of the largest, mice's own threshold) get no weight.
Constant predictors, copies, and more predictors than patients need then no case of their own, and
no nearly free coefficient can throw a prediction far off, which a ridge alone would let happen.
All m imputations are computed at once.
"""

import numpy as np
import numpy.typing as npt

from helpers.estimate.ties import TOLERANCE, BoolArray, FloatArray

IndexArray = npt.NDArray[np.intp]

LEAST_EIGENVALUE = 1e-4
"""Of the largest: mice's eps for linear dependence."""


def impute(
    values: npt.ArrayLike,
    *,
    rng: np.random.Generator,
    m: int = 50,
    cycles: int = 10,
    donors: int = 5,
) -> FloatArray:
    """Complete a table m times, each missing value by one observed in another patient.

    Missing values start as random observed ones of their column. Then, in each cycle, column by
    column from left to right: a regression of the column on all others, among the patients in whom
    it was observed; β* drawn from its posterior; every patient without a value gets that of one of
    the 5 patients whose prediction x·β̂ lies nearest to the patient's own x·β*, at random (fewer
    donors where fewer were observed; ties in nearness at random).

    Args:
        values: shape (n, p), any units, NaN where missing.
        rng: source of all draws; the same state gives the same tables.
        m: number of completed tables.
        cycles: rounds through the columns with missing values.
        donors: number of nearest patients to draw from.

    Returns:
        Shape (m, n, p). Observed values are as they were, imputed ones are observed ones of the
        same column. A column that was never observed stays NaN and predicts nothing (see
        :func:`never_observed`); one whose observed values are all equal is filled with that value.

    Reference:
        van Buuren and Groothuis-Oudshoorn (2011); Little (1988); van Buuren (2018), Flexible
        Imputation of Missing Data, algorithm 3.3 and section 3.4.2 (type 1); R: mice::mice.
    """
    table = np.array(values, dtype=np.float64)
    missing = np.isnan(table)
    usable = np.flatnonzero(~never_observed(table))
    targets = [column for column in usable if missing[:, column].any()]
    completed = np.repeat(table[np.newaxis], m, axis=0)
    for column in targets:
        observed = table[~missing[:, column], column]
        drawn = rng.integers(observed.size, size=(m, int(missing[:, column].sum())))
        completed[:, missing[:, column], column] = observed[drawn]
    for _ in range(cycles):
        for column in targets:
            predictors = completed[:, :, usable[usable != column]]
            lacking = missing[:, column]
            donor = _match(predictors, table[:, column], lacking, donors, rng)
            completed[:, lacking, column] = table[~lacking, column][donor]
    return completed


def never_observed(values: npt.ArrayLike) -> BoolArray:
    """Say which columns cannot be imputed, having no observed value.

    Args:
        values: shape (n, p), NaN where missing.

    Returns:
        Shape (p,); True throughout where n = 0.
    """
    missing = np.isnan(np.asarray(values, dtype=np.float64))
    return np.asarray(missing.all(axis=0), dtype=np.bool_)


def _match(
    predictors: FloatArray,
    target: FloatArray,
    lacking: BoolArray,
    donors: int,
    rng: np.random.Generator,
) -> IndexArray:
    """Choose a donor for every patient without a value, in every imputation.

    Args:
        predictors: shape (m, n, q), completed.
        target: shape (n,), NaN where `lacking`.
        lacking: shape (n,), k of them True.
        donors: number of nearest patients to draw from.
        rng: source of the draws.

    Returns:
        Shape (m, k), positions among the n − k patients with a value.
    """
    x = _standardise(predictors, ~lacking)
    donor_x, own_x = x[:, ~lacking], x[:, lacking]
    known = target[~lacking]
    fitted, drawn = _regress(donor_x, known - known.mean(), rng)
    theirs = fitted[:, :1] + _times(donor_x, fitted[:, 1:])
    own = drawn[:, :1] + _times(own_x, drawn[:, 1:])
    return _draw_nearest(own, theirs, donors, rng)


def _standardise(predictors: FloatArray, known: BoolArray) -> FloatArray:
    """Give predictors mean 0 and SD 1 among the patients in `known`; 0 where they do not vary."""
    among = predictors[:, known]
    spread = among.std(axis=1, keepdims=True)
    varies = spread > TOLERANCE
    centred = predictors - among.mean(axis=1, keepdims=True)
    scaled: FloatArray = np.where(varies, centred / np.where(varies, spread, 1.0), 0.0)
    return scaled


def _regress(
    x: FloatArray, y: FloatArray, rng: np.random.Generator
) -> tuple[FloatArray, FloatArray]:
    """Fit y on x by least squares, and draw from the posterior (flat prior) of the coefficients.

    The draw takes the symmetric root of the inverse: unlike Cholesky's or the eigenvectors' own,
    it does not depend on the order of the columns or on the signs a library gives to eigenvectors.

    Args:
        x: shape (m, r, q), every column centred.
        y: shape (r,), centred.
        rng: source of the draws.

    Returns:
        β̂ and β*, shape (m, 1 + q) each, intercept first (of the centred y).
    """
    m, r, q = x.shape
    across = np.swapaxes(x, 1, 2)
    eigenvalues, vectors = np.linalg.eigh(across @ x)
    turned = np.swapaxes(vectors, 1, 2)
    kept = eigenvalues > LEAST_EIGENVALUE * eigenvalues.max(axis=1, keepdims=True, initial=0.0)
    inverse = np.where(kept, 1 / np.where(kept, eigenvalues, 1.0), 0.0)
    slopes = _times(vectors, inverse * _times(turned, across @ y))
    noise = _times(vectors, np.sqrt(inverse) * _times(turned, rng.standard_normal((m, q))))

    df = np.maximum(r - 1 - kept.sum(axis=1), 1)
    residual = np.sum((y - _times(x, slopes)) ** 2, axis=1)
    sigma = np.sqrt(residual / rng.chisquare(df))[:, np.newaxis]
    fitted = np.hstack((np.zeros((m, 1)), slopes))
    noise = np.hstack((rng.standard_normal((m, 1)) / np.sqrt(r), noise))
    return fitted, fitted + sigma * noise


def _times(matrices: FloatArray, vectors: FloatArray) -> FloatArray:
    """Multiply m matrices, shape (m, a, b), with m vectors, shape (m, b)."""
    product: FloatArray = (matrices @ vectors[..., np.newaxis])[..., 0]
    return product


def _draw_nearest(
    own: FloatArray, theirs: FloatArray, donors: int, rng: np.random.Generator
) -> IndexArray:
    """Draw one of the donors whose prediction is nearest to one's own.

    Args:
        own: shape (m, k), predictions of those without a value.
        theirs: shape (m, r), predictions of those with one.
        donors: number of nearest to draw from; all where r is smaller.
        rng: source of the draws.

    Returns:
        Shape (m, k), positions 0 … r − 1.
    """
    # Patients alike in all predictors have one prediction, but for arithmetic noise.
    distance = np.abs(own[:, :, np.newaxis] - theirs[:, np.newaxis, :]).round(9)
    order = np.lexsort((rng.random(distance.shape), distance))
    chosen = rng.integers(min(donors, theirs.shape[1]), size=(*own.shape, 1))
    return np.take_along_axis(order, chosen, axis=2)[..., 0]
