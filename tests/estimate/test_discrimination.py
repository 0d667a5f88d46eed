import numpy as np
import pytest
import statsmodels.api as sm
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import roc_auc_score

from helpers.estimate.discrimination import calibration_slope, concordance

EVENT = np.array([1, 1, 1, 0, 0, 0, 0], dtype=bool)
ONES = np.ones((1, 7))


def test_concordance_by_hand() -> None:
    # Events 3, 1, 0 against 2, 1, −1, −1: 4 + (1 tie + 2) + 2 of 12 pairs
    logits = np.array([[3.0, 1.0, 0.0, 2.0, 1.0, -1.0, -1.0]])
    assert concordance(logits, EVENT, ONES) == pytest.approx([(4 + 2.5 + 2) / 12])
    # Without the events 1 and 0, and the non-event 2 twice: 5 of 5
    counts = np.array([[1.0, 0, 0, 2, 1, 1, 1]])
    assert concordance(logits, EVENT, counts) == pytest.approx([1.0])
    assert concordance(-logits, EVENT, counts) == pytest.approx([0.0])


def test_noise_is_a_tie() -> None:
    logits = np.array([[0.1 + 0.2, 0.3, 0.3, 0.3, 0.3, 0.3, 0.3]])
    assert concordance(logits, EVENT, ONES) == pytest.approx([0.5])


def test_without_pairs_there_is_no_concordance() -> None:
    counts = np.array([[0.0, 0, 0, 1, 1, 1, 1], [3, 2, 2, 0, 0, 0, 0], [1, 0, 0, 1, 0, 0, 0]])
    found = concordance(np.tile(np.arange(7.0), (3, 1)), EVENT, counts)
    assert np.isnan(found).tolist() == [True, True, False]


def random_rows(seed: int, rows: int = 40) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    event = np.arange(24) < 11
    logits = np.round(rng.normal(size=(rows, 24)) + 0.5 * event, 1)
    return logits, event, rng.multinomial(24, np.full(24, 1 / 24), size=rows).astype(float)


def test_agrees_with_scikit_learn_and_statsmodels() -> None:
    logits, event, counts = random_rows(3)
    c, slope = concordance(logits, event, counts), calibration_slope(logits, event, counts)
    assert np.isfinite(c).all()
    assert np.isfinite(slope).mean() > 0.9
    for i in np.flatnonzero(np.isfinite(slope)):
        assert c[i] == pytest.approx(roc_auc_score(event, logits[i], sample_weight=counts[i]))
        model = sm.GLM(
            event.astype(float), sm.add_constant(logits[i]), sm.families.Binomial(),
            freq_weights=counts[i],
        )  # fmt: skip
        assert slope[i] == pytest.approx(model.fit(tol=1e-12).params[1], rel=1e-7, abs=1e-9)


@pytest.mark.parametrize(
    "logits",
    [
        [5, 6, 7, 1, 2, 3, 4],  # apart
        [4, 6, 7, 1, 2, 3, 4],  # touching: still no maximum
        [1, 2, 0, 3, 4, 5, 6],  # apart, the wrong way round
        [2, 2, 2, 2, 2, 2, 2],  # nothing to go by
        [0.3, 0.1 + 0.2, 0.3, 0.3, 0.3, 0.3, 0.3],
    ],
)
def test_no_slope_where_the_likelihood_has_no_maximum(logits: list[float]) -> None:
    assert np.isnan(calibration_slope(np.array([logits]), EVENT, ONES)).all()


def test_only_patients_that_were_drawn_count() -> None:
    logits = np.array([[5.0, 6, 0, 1, 2, 3, 4], [5.0, 6, 0, 1, 2, 3, 4]])
    counts = np.array([[1.0, 1, 1, 1, 1, 1, 1], [2, 1, 0, 1, 1, 1, 1]])
    assert np.isnan(calibration_slope(logits, EVENT, counts)).tolist() == [False, True]
    assert np.isnan(calibration_slope(logits, ~EVENT, counts)).tolist() == [False, True]
    constant = np.array([[0.0, 0, 0, 1, 1, 1, 1]])
    assert np.isnan(calibration_slope(logits[:1], EVENT, constant)).all()


def test_close_to_separation_there_is_a_slope() -> None:
    # The middle two are the wrong way round by a hundredth.
    logits = np.array([[1.99, 3.0, 4.0, 2.0, 1.0, 0.0, -1.0]])
    slope = calibration_slope(logits, EVENT, ONES)[0]
    model = sm.GLM(EVENT.astype(float), sm.add_constant(logits[0]), sm.families.Binomial())
    assert slope == pytest.approx(model.fit(maxiter=200, tol=1e-13).params[1], rel=1e-5)
    assert slope > 5


@given(st.integers(0, 10_000), st.floats(0.01, 100), st.floats(-10, 10))
def test_units_of_the_linear_predictor(seed: int, factor: float, shift: float) -> None:
    logits, event, counts = random_rows(seed, rows=3)
    there, moved = (calibration_slope(x, event, counts) for x in (logits, logits * factor + shift))
    assert moved * factor == pytest.approx(there, rel=1e-6, abs=1e-8, nan_ok=True)
    c = concordance(logits, event, counts)
    assert concordance(logits * factor + shift, event, counts) == pytest.approx(c)
    assert concordance(-logits, event, counts) == pytest.approx(1 - c)
