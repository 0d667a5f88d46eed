"""Our estimates beside lifelines and pingouin, wherever they follow the same convention."""

from __future__ import annotations

import numpy as np
import pingouin
import pytest
from lifelines import KaplanMeierFitter

from helpers.estimate import kaplan_meier, means, signed_rank


@pytest.fixture
def floating_point_warnings() -> object:
    """Restore NumPy's floating-point warnings, which lifelines switches off for good."""
    with np.errstate():
        yield


@pytest.mark.parametrize("seed", range(5))
def test_the_curve_and_its_limits_are_those_of_lifelines(
    seed: int, floating_point_warnings: object
) -> None:
    rng = np.random.default_rng(seed)
    time, event = rng.integers(1, 60, 41), rng.random(41) < 0.7
    curve = kaplan_meier.curve(time, event)
    fitted = KaplanMeierFitter().fit(time, event)
    inside = [i for i, s in enumerate(curve.survival) if 0 < s < 1]
    times = [curve.times[i] for i in inside]
    theirs = fitted.survival_function_.loc[times].to_numpy().ravel()
    limits = fitted.confidence_interval_.loc[times].to_numpy()
    assert [curve.survival[i] for i in inside] == pytest.approx(theirs, rel=1e-12)
    assert [curve.lower[i] for i in inside] == pytest.approx(limits[:, 0], rel=1e-9)
    assert [curve.upper[i] for i in inside] == pytest.approx(limits[:, 1], rel=1e-9)


@pytest.mark.parametrize("seed", range(5))
def test_the_paired_t_test_is_pingouin_s(seed: int) -> None:
    rng = np.random.default_rng(seed)
    pre, post = rng.normal(7, 1.5, 24), rng.normal(5, 2, 24)
    ours, theirs = means.paired_reduction(pre, post), pingouin.ttest(pre, post, paired=True)
    assert ours.p_value == pytest.approx(theirs["p_val"].iloc[0], rel=1e-12)
    assert ours.extra["t"] == pytest.approx(theirs["T"].iloc[0], rel=1e-12)
    # pingouin rounds its limits to two decimals.
    assert [ours.lower, ours.upper] == pytest.approx(theirs["CI95"].iloc[0], abs=0.00501)


def test_the_signed_rank_test_is_pingouin_s(seed: int = 3) -> None:
    rng = np.random.default_rng(seed)
    pre, post = rng.integers(4, 11, 24), rng.integers(1, 9, 24)
    ours = signed_rank.hodges_lehmann(pre - post)
    theirs = pingouin.wilcoxon(pre, post, zero_method="pratt", correction=True, method="approx")
    assert ours.p_value == pytest.approx(theirs["p_val"].iloc[0], rel=1e-9)
