"""Restricted maximum likelihood of a random intercept per patient, for many data sets at once.

With y = Xβ + patient + residual and λ the ratio of the two variances, the likelihood depends on λ
alone, and on the data only through cross-products of Z = [X y]: those within patients, W, and those
of the patients' means, summed over patients with equally many observations, M_g:

    Z′V⁻¹Z = W + Σ_g n_g/(1 + n_g·λ) · M_g            (V in units of the residual variance)

So a bootstrap over patients needs no more than counts times such sums.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from helpers.estimate.ties import BoolArray, FloatArray

GRID = np.concatenate(([0.0], 10.0 ** np.arange(-4.0, 12.25, 0.25)))
"""Ratios among which the search starts: the likelihood may have several maxima."""
HALVINGS = 60
"""Bisections of the bracket: more than double precision can tell apart."""


@dataclass(frozen=True, slots=True)
class CrossProducts:
    """Cross-products of Z = [X y] in b data sets; y is centred.

    Attributes:
        within: shape (b, k + 1, k + 1), W, of deviations from the patient's means.
        means: shape (b, groups, k + 1, k + 1), M_g, of the patients' means.
        sizes: shape (groups,), observations per patient in each group.
        patients: shape (b, groups), number of patients in each group.
    """

    within: FloatArray
    means: FloatArray
    sizes: FloatArray
    patients: FloatArray

    @property
    def freedom(self) -> FloatArray:
        """Observations less coefficients, shape (b,)."""
        freedom: FloatArray = self.patients @ self.sizes - (self.within.shape[-1] - 1)
        return freedom


@dataclass(frozen=True, slots=True)
class Components:
    """Where the restricted likelihood is largest, shape (b,) each.

    Attributes:
        ratio: variance between patients over residual variance, ≥ 0.
        residual: residual variance, in the square of the unit of y.
        bounded: False where the likelihood still rises at a ratio of 10¹².
    """

    ratio: FloatArray
    residual: FloatArray
    bounded: BoolArray

    @property
    def between(self) -> FloatArray:
        """Variance between patients, in the square of the unit of y."""
        return self.ratio * self.residual

    @property
    def icc(self) -> FloatArray:
        """Share of the variance that lies between patients, 0–1."""
        share: FloatArray = self.ratio / (1 + self.ratio)
        return share


def cross_products(
    design: FloatArray, y: FloatArray, patient: npt.NDArray[np.intp], counts: npt.NDArray[np.int64]
) -> CrossProducts:
    """Sum the cross-products of the patients drawn in each of b resamples.

    Args:
        design: shape (n, k), X.
        y: shape (n,), centred, or the arithmetic loses digits.
        patient: shape (n,), whole numbers from 0 to below the number of patients.
        counts: shape (b, patients), how often each was drawn, each time as a patient of its own.
    """
    z = np.column_stack((design, y))
    sizes = np.bincount(patient, minlength=counts.shape[1])
    sums = np.zeros((sizes.size, z.shape[1]))
    np.add.at(sums, patient, z)
    means = sums / np.maximum(sizes, 1)[:, None]
    deviations = z - means[patient]
    within = np.zeros((sizes.size, z.shape[1], z.shape[1]))
    np.add.at(within, patient, deviations[:, :, None] * deviations[:, None, :])
    present = np.unique(sizes[sizes > 0])
    in_group = (sizes[:, None] == present).astype(np.float64)
    grouped = in_group[:, :, None, None] * (means[:, :, None] * means[:, None, :])[:, None]
    drawn = counts.astype(np.float64)
    return CrossProducts(
        within=np.tensordot(drawn, within, axes=1),
        means=np.tensordot(drawn, grouped, axes=1),
        sizes=present.astype(np.float64),
        patients=drawn @ in_group,
    )


def maximise_reml(data: CrossProducts) -> Components:
    """Find the variances of each data set, to the last digits, on [0, ∞).

    The best point of a grid over the ratio and its two neighbours bracket the maximum; bisection of
    the derivative does the rest. Where the likelihood falls from 0 on, the ratio is 0.

    Args:
        data: each with residual variation within patients and between them to be estimated.

    Reference:
        Patterson and Thompson (1971); Harville (1977).
    """
    b = data.within.shape[0]
    heights = np.stack([_deviance(data, np.full(b, ratio)) for ratio in GRID], axis=1)
    best = np.argmin(heights, axis=1)
    low, high = GRID[np.maximum(best - 1, 0)], GRID[np.minimum(best + 1, GRID.size - 1)]
    at_zero = (best == 0) & (_slope(data, np.zeros(b)) >= 0)
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        rises = _slope(data, middle) > 0
        low, high = np.where(rises, low, middle), np.where(rises, middle, high)
    ratio = np.where(at_zero, 0.0, (low + high) / 2)
    return Components(ratio, _residual_variance(data, ratio), best < GRID.size - 1)


def weighted_products(data: CrossProducts, ratio: FloatArray) -> FloatArray:
    """Compute Z′V⁻¹Z in units of the residual variance, shape (b, k + 1, k + 1)."""
    weights = data.sizes / (1 + data.sizes * ratio[:, None])
    products: FloatArray = data.within + np.einsum("bg,bgij->bij", weights, data.means)
    return products


def _deviance(data: CrossProducts, ratio: FloatArray) -> FloatArray:
    """Compute −2 log restricted likelihood up to a constant, residual variance maximised out."""
    products = weighted_products(data, ratio)
    of_design = np.linalg.slogdet(products[:, :-1, :-1])[1]
    of_residuals = np.linalg.slogdet(products)[1] - of_design
    spread = np.log1p(data.sizes * ratio[:, None])
    deviance: FloatArray = (
        data.freedom * of_residuals + of_design + np.sum(data.patients * spread, axis=1)
    )
    return deviance


def _slope(data: CrossProducts, ratio: FloatArray) -> FloatArray:
    """Differentiate :func:`_deviance` by the ratio."""
    products = weighted_products(data, ratio)
    weights = data.sizes / (1 + data.sizes * ratio[:, None])
    change = -np.einsum("bg,bgij->bij", weights**2, data.means)
    of_design = _log_det_change(products[:, :-1, :-1], change[:, :-1, :-1])
    of_all = _log_det_change(products, change)
    slope: FloatArray = (
        data.freedom * (of_all - of_design) + of_design + np.sum(data.patients * weights, axis=1)
    )
    return slope


def _log_det_change(products: FloatArray, change: FloatArray) -> FloatArray:
    """Differentiate log det: the trace of A⁻¹·A′ for each of b matrices."""
    trace: FloatArray = np.trace(np.linalg.solve(products, change), axis1=1, axis2=2)
    return trace


def _residual_variance(data: CrossProducts, ratio: FloatArray) -> FloatArray:
    """Divide the weighted residual sum of squares by its degrees of freedom."""
    products = weighted_products(data, ratio)
    design, moments = products[:, :-1, :-1], products[:, :-1, -1:]
    explained = moments.transpose(0, 2, 1) @ np.linalg.solve(design, moments)
    variance: FloatArray = (products[:, -1, -1] - explained[:, 0, 0]) / data.freedom
    return variance
