import numpy as np
import pytest

from helpers.estimate import firth_profile
from helpers.estimate.covariates import standardise
from helpers.estimate.firth_profile import SLOPES, Profile, _highest, target_height

from .reference import columns

DATA = columns("firth_data.csv", "x", "y")


def profile(name: str) -> Profile:
    event = np.array(DATA[name]["y"], dtype=bool)
    return Profile(standardise(DATA[name]["x"]).values[:, 0], event)


def test_height_by_hand() -> None:
    # x = −1, 1; at intercept 0 and slope 0 every p is ½: logL = 2 ln ½, the information is
    # diag(½, ½) and ½ ln det = ½ ln ¼ = ln ½
    two = Profile(np.array([-1.0, 1.0]), np.array([False, True]))
    height = two.height(np.zeros(1), np.zeros(1))
    assert height == pytest.approx([3 * np.log(0.5)])


@pytest.mark.parametrize("name", DATA)
def test_height_is_the_penalised_likelihood(name: str) -> None:
    p = profile(name)
    design = np.column_stack((np.ones(p.event.size), p.predictor))
    for beta in ([0.0, 0.0], [0.4, -1.0], [-2.0, 3.0]):
        fitted = 1 / (1 + np.exp(-design @ beta))
        information = design.T @ (design * (fitted * (1 - fitted))[:, None])
        likelihood = np.log(np.where(p.event, fitted, 1 - fitted)).sum()
        expected = likelihood + np.log(np.linalg.det(information)) / 2
        assert p.height(*np.array(beta)[:, None]) == pytest.approx([expected])


@pytest.mark.parametrize("name", DATA)
def test_the_profile_is_the_highest_of_all_intercepts(name: str) -> None:
    p = profile(name)
    for slope in (-20.0, -3.0, 0.0, 0.5, 3.0, 20.0):
        intercepts = np.linspace(-120, 120, 20_001)
        highest = p.height(intercepts, np.full(intercepts.shape, slope)).max()
        found = p.at(np.array([slope]))[0]
        assert highest - 1e-9 <= found <= highest + 2e-4


def test_slopes_of_any_shape_and_size_have_a_height() -> None:
    p = profile("tail_years")
    assert p.at(SLOPES.reshape(1, -1, 1)).shape == (1, SLOPES.size, 1)
    assert np.isfinite(p.at(SLOPES)).all()
    assert p.at(np.array([1.0]))[0] == p.at(np.array([-3.0, 1.0]))[1]


@pytest.mark.parametrize("name", DATA)
def test_limits_lie_at_the_target_and_nothing_beyond_them_reaches_it(name: str) -> None:
    p = profile(name)
    found = p.summary(0.95)
    top, lower, upper = p.at(np.array([found.slope, found.lower, found.upper]))
    target = target_height(top, 0.95)
    assert target == pytest.approx(top - 3.841458820694124 / 2)
    assert (lower, upper) == pytest.approx((target, target), abs=1e-8)
    everywhere = np.linspace(-150, 150, 1501)
    heights = p.at(everywhere)
    assert heights.max() <= top + 1e-9
    assert heights[(everywhere < found.lower) | (everywhere > found.upper)].max() < target


def test_no_limit_where_none_lies_within_the_slopes_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = profile("score").summary(0.95)
    assert whole.slope < 2 < whole.upper
    monkeypatch.setattr(firth_profile, "SLOPES", np.linspace(-2, 2, 17))
    cut = profile("score").summary(0.95)
    assert (cut.lower, cut.upper) == (pytest.approx(whole.lower), None)


def test_the_highest_of_several_peaks_is_found() -> None:
    def hills(points: np.ndarray) -> np.ndarray:
        return np.maximum(1 - (points - 2.2) ** 2, 1.5 - 4 * (points + 3.1) ** 2)

    grid = np.stack((np.linspace(-10, 10, 41), np.linspace(0, 10, 41)))
    places, heights = _highest(hills, grid)
    assert places == pytest.approx([-3.1, 2.2], abs=1e-9)
    assert heights == pytest.approx([1.5, 1.0], abs=1e-12)
