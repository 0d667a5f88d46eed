import numpy as np
import pytest

from helpers.estimate.covariates import constant_status, standardise


def test_columns_have_mean_0_and_standard_deviation_1() -> None:
    scaled = standardise([[1, 10], [3, 30], [5, 80]])
    assert scaled.values.mean(axis=0) == pytest.approx(0, abs=1e-12)
    assert np.mean(scaled.values**2, axis=0) == pytest.approx(1)
    assert scaled.scale[0] == pytest.approx((8 / 3) ** 0.5)
    assert constant_status(scaled) is None
    assert standardise([1, 3, 5]).values.shape == (3, 1)


def test_a_column_without_variation_is_named() -> None:
    first = standardise([[0.3, 1], [0.1 + 0.2, 2]])
    assert (first.constant, first.scale.tolist()) == ((0,), [1.0, 0.5])
    assert first.values[:, 0].tolist() == [0, 0]
    assert constant_status(first) == "not estimable: the covariate does not vary"
    other = standardise([[1, 4], [2, 4]])
    assert constant_status(other) == "not estimable: a covariate adjusted for does not vary"
    assert standardise(np.zeros((0, 2))).constant == (0, 1)
