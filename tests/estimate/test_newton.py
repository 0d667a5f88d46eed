import numpy as np
import pytest

from helpers.estimate.newton import maximise


def binomial(design: np.ndarray, events: np.ndarray):
    def likelihood(beta):
        eta = design @ beta
        fitted = 1 / (1 + np.exp(-eta))
        height = float(events @ eta - np.logaddexp(0, eta).sum())
        variance = fitted * (1 - fitted)
        return height, design.T @ (events - fitted), design.T @ (design * variance[:, None])

    return likelihood


def test_a_maximum_in_closed_form() -> None:
    # 3 of 4 events: logit(3/4) = log 3; information 4·(3/4)·(1/4)
    found = maximise(binomial(np.ones((4, 1)), np.array([1, 1, 1, 0])), 1)
    assert found.outcome == "converged"
    assert found.coefficients == pytest.approx([np.log(3)], rel=1e-12)
    assert found.information[0, 0] == pytest.approx(0.75, rel=1e-12)


def test_steps_that_would_lead_downhill_are_halved() -> None:
    # −√(1 + (b − 30)²): from 0, Newton's step is 30·901 and overshoots by far
    def likelihood(beta):
        root = np.sqrt(1 + (beta - 30) ** 2)
        return -float(root[0]), -(beta - 30) / root, np.diag(root**-3)

    found = maximise(likelihood, 1)
    assert found.outcome == "converged"
    assert found.coefficients == pytest.approx([30], abs=1e-9)


def test_no_maximum() -> None:
    design = np.column_stack((np.ones(4), [-1, -1, 1, 1]))
    assert maximise(binomial(design, np.array([0, 0, 1, 1])), 2).outcome == "diverged"
    assert maximise(binomial(np.ones((3, 2)), np.array([0, 1, 1])), 2).outcome == "flat"


def test_a_likelihood_without_number_far_away_is_left_alone() -> None:
    # log b + log(1 − b) around ½, nothing outside 0–1; the start is shifted to 0.01
    def likelihood(beta):
        b = beta + 0.01
        if not 0 < b[0] < 1:
            return float("nan"), np.full(1, np.nan), np.full((1, 1), np.nan)
        height = float(np.log(b[0]) + np.log(1 - b[0]))
        return height, 1 / b - 1 / (1 - b), np.diag(b**-2 + (1 - b) ** -2)

    assert maximise(likelihood, 1).coefficients == pytest.approx([0.49], abs=1e-9)
