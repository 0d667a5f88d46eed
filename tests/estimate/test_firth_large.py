"""Firth's profile in a large sample: what the search of the whole profile finds."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from helpers.estimate import firth, firth_large
from helpers.estimate.firth import firth_odds_ratio
from helpers.estimate.firth_large import LargeProfile, is_large
from helpers.estimate.firth_profile import Profile, Summary


def sample(n: int, kind: str) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(5)
    x = {"yes or no": (rng.random(n) < 0.3) * 1.0, "count": rng.poisson(2, n) * 1.0,
         "continuous": np.round(rng.normal(28, 5, n), 1)}[kind]  # fmt: skip
    return rng.random(n) < 1 / (1 + np.exp(0.4 - 0.2 * (x - x.mean()) / x.std())), x


def profile_of(event: np.ndarray, x: np.ndarray) -> Profile:
    return Profile((x - x.mean()) / x.std(ddof=1), event)


@pytest.mark.parametrize("kind", ["yes or no", "count", "continuous"])
def test_it_finds_what_the_whole_profile_says(kind: str) -> None:
    profile = profile_of(*sample(400, kind))
    near, whole = LargeProfile.of(profile).summary(0.95), profile.summary(0.95)
    for name in ("slope", "lower", "upper", "p_value"):
        assert getattr(near, name) == pytest.approx(getattr(whole, name), rel=1e-5, abs=1e-7), name


def test_heights_are_those_of_the_whole_profile() -> None:
    profile = profile_of(*sample(400, "count"))
    slopes = np.array([-0.5, 0.0, 0.2, 1.0])
    heights = [LargeProfile.of(profile).at(float(slope)) for slope in slopes]
    assert heights == pytest.approx(profile.at(slopes).tolist(), abs=1e-8)


def test_wrong_numbers_do_not_agree() -> None:
    large = LargeProfile.of(profile_of(*sample(400, "count")))
    right = large.summary(0.95)
    assert large.agrees(right, 0.95, 1e-6)
    assert right.lower is not None
    for wrong in (
        {"slope": right.slope + 0.05}, {"lower": right.lower - 0.01}, {"upper": None},
        {"lower": right.slope + 0.01},
    ):  # fmt: skip
        assert not large.agrees(replace(right, **wrong), 0.95, 1e-6)


def test_few_events_are_no_large_sample() -> None:
    event, x = sample(4000, "count")
    assert is_large(profile_of(event, x))
    assert not is_large(profile_of(np.arange(4000) < 49, x))
    assert not is_large(profile_of(event[:299], x[:299]))


def test_a_predictor_that_nearly_separates_is_searched_whole() -> None:
    rng = np.random.default_rng(1)
    x = rng.normal(0, 1, 300)
    profile = profile_of(x + rng.normal(0, 0.001, 300) > 0, x)
    assert is_large(profile)
    assert not LargeProfile.of(profile).overlaps(50.0)
    assert LargeProfile.of(profile_of(*sample(300, "count"))).overlaps(0.2)


def test_a_large_sample_takes_this_way_and_mends_what_went_astray(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    event, x = sample(400, "count")
    with monkeypatch.context() as changed:
        changed.setattr(firth_large, "LARGE", 401)
        small = firth_odds_ratio(event, x)
    assert firth_odds_ratio(event, x) == small
    monkeypatch.setattr(firth, "_by_package", lambda profile, level: Summary(0.5, 0.4, 0.6, 0.5))
    mended = firth_odds_ratio(event, x)
    assert mended.status == "ok"
    assert mended.estimate == pytest.approx(small.estimate, rel=1e-5)
    assert mended.lower == pytest.approx(small.lower, rel=1e-6)
