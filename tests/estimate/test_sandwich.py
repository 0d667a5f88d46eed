import numpy as np
import pytest

from helpers.estimate.sandwich import (
    inverse,
    number_patients,
    sandwich,
    standard_errors,
    sums_by_patient,
    too_few_patients,
)


def test_patients_are_numbered_by_their_labels() -> None:
    numbers, count = number_patients(["k02", "k01", "k02"])
    assert (numbers.tolist(), count) == ([1, 0, 1], 2)
    assert number_patients([])[1] == 0


def test_scores_are_summed_within_patients_before_they_are_squared() -> None:
    # patient 1: 1 + 2 = 3, patient 2: −3; bread 1/2: (9 + 9)/4
    scores = np.array([[1.0], [-3.0], [2.0]])
    assert sums_by_patient(scores, [1, 2, 1]).tolist() == [[3.0], [-3.0]]
    assert sandwich(np.array([[0.5]]), scores, [1, 2, 1]) == pytest.approx(np.array([[4.5]]))


def test_a_variance_of_zero_has_no_standard_error() -> None:
    assert standard_errors(np.diag([4.0, 0.0, 1e-20])) == (2.0, None, None)


def test_an_inverse() -> None:
    assert inverse(np.diag([2.0, 4.0])).tolist() == [[0.5, 0], [0, 0.25]]


def test_more_patients_than_coefficients_are_needed() -> None:
    assert too_few_patients(3, 2) is None
    assert too_few_patients(2, 2) == "not enough data: 2 of at least 3 patients"
