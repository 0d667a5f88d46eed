"""Many studies at once against the report's own estimators, study by study, to 1e-12."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import numpy as np
import pytest

from helpers.estimate import (
    batch_kaplan_meier,
    batch_means,
    batch_proportions,
    batch_signed_rank,
    kaplan_meier,
    means,
    proportions,
    signed_rank,
)
from helpers.estimate import rmst as one_rmst
from helpers.estimate.batch import Readings, by_count, complete_rows
from helpers.estimate.value import Value

STUDIES = 600  # of each kind
LEVELS = (0.95, 0.8)


def expect(found: Readings, values: Iterable[Value], *, tau: bool = False) -> None:
    """Hold readings to values: the same numbers, and none where there is none."""
    expected = list(values)
    for name in ("estimate", "lower", "upper", "p_value"):
        numbers = [getattr(value, name) for value in expected]
        wanted = np.array([np.nan if number is None else number for number in numbers])
        np.testing.assert_allclose(getattr(found, name), wanted, rtol=1e-12, atol=1e-12)
    if tau:
        known = ~np.isnan(found.estimate)
        taus = [value.extra["tau"] for value in expected if value.estimate is not None]
        np.testing.assert_allclose(found.tau[known], taus, rtol=0, atol=1e-12)
    else:
        assert np.isnan(found.tau).all()


def scores(kind: str) -> np.ndarray:
    """Return differences with missing ones: continuous, tied, nearly tied, nearly all missing."""
    rng = np.random.default_rng(len(kind))
    n = int(rng.integers(18, 40))
    values = rng.normal(0.5, 2, (STUDIES, n))
    if kind == "continuous":
        missing = 0.1
    else:
        values, missing = np.round(values), 0.2
        values[:60] = 0.0
        values[60:90] = 2.0
    if kind == "nearly tied":
        values += rng.choice([0.0, 3e-10, 8e-10], values.shape)
    if kind == "nearly all missing":
        missing = 0.92
    values[rng.random(values.shape) < missing] = np.nan
    return values


def durations(kind: str) -> tuple[np.ndarray, np.ndarray]:
    """Return times and ends: continuous, in weeks, with zeros and near ties, mostly censored."""
    rng = np.random.default_rng(len(kind))
    n = int(rng.integers(18, 40)) if kind != "few" else 2
    time = rng.weibull(1.2, (STUDIES, n)) * 20
    event = rng.random((STUDIES, n)) < {"censored": 0.25, "few": 0.5}.get(kind, 0.85)
    if kind == "in weeks":
        time = 7 * np.round(time / 7)
    if kind == "zeros":
        time = np.where(rng.random(time.shape) < 0.4, 0.0, np.round(time))
        time += rng.choice([0.0, 3e-10, 8e-10], time.shape)
        time[:20], event[20:40] = 0.0, True
    return time, event


SCORES = ("continuous", "tied", "nearly tied", "nearly all missing")
DURATIONS = ("continuous", "in weeks", "zeros", "censored", "few")


@pytest.mark.parametrize("kind", SCORES)
@pytest.mark.parametrize(
    ("many", "one"),
    [
        (batch_means.mean, means.mean),
        (batch_means.reduction, lambda x, level: means.paired_reduction(x, 0 * x, level=level)),
        (batch_means.median, means.median),
        (batch_signed_rank.hodges_lehmann, signed_rank.hodges_lehmann),
    ],
    ids=["mean", "reduction", "median", "hodges_lehmann"],
)
def test_scores(kind: str, many: Callable[..., Readings], one: Callable[..., Value]) -> None:
    values = scores(kind)
    level = LEVELS[SCORES.index(kind) % 2]
    expect(many(values, level=level), (one(row[~np.isnan(row)], level=level) for row in values))


@pytest.mark.parametrize("kind", DURATIONS)
def test_durations(kind: str) -> None:
    time, event = durations(kind)
    level = LEVELS[DURATIONS.index(kind) % 2]
    many = batch_kaplan_meier.curves(time, event, level=level)
    ones = [kaplan_meier.curve(t, e, level=level) for t, e in zip(time, event, strict=True)]
    expect(batch_kaplan_meier.medians(many), map(kaplan_meier.median, ones))
    for days in (0, 7, 14, 28, 56, 84):
        expect(
            batch_kaplan_meier.survival_at(many, days),
            (kaplan_meier.survival_at(curve, days) for curve in ones),
        )
        expect(
            batch_kaplan_meier.at_least(many, days),
            (kaplan_meier.at_least(curve, days) for curve in ones),
        )
    for horizon in (10, 84):
        expect(
            batch_kaplan_meier.rmst(many, horizon),
            (one_rmst.rmst(curve, horizon) for curve in ones), tau=True,
        )  # fmt: skip


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize(
    ("many", "one"),
    [
        (batch_proportions.wilson, proportions.wilson),
        (batch_proportions.clopper_pearson, proportions.clopper_pearson),
    ],
    ids=["wilson", "clopper_pearson"],
)
def test_proportions(
    level: float, many: Callable[..., Readings], one: Callable[..., Value]
) -> None:
    pairs = [(events, n) for n in (*range(32), 200) for events in range(n + 1)]
    events, n = (np.array(column) for column in zip(*pairs, strict=True))
    expect(many(events, n, level=level), (one(*pair, level=level) for pair in pairs))


def test_a_curve_by_hand() -> None:
    # 4 patients: ends at 2 and 4, one censored at 4 (after the end there), one end at 6
    found = batch_kaplan_meier.curves(
        np.array([[4.0, 6.0, 2.0, 4.0]]), np.array([[True, True, True, False]])
    )
    assert found.times.tolist() == [[2, 4, 4, 6]]
    assert found.survival[found.is_last].tolist() == pytest.approx([3 / 4, 3 / 4 * 2 / 3, 0])
    # S is exactly ½ from day 4 to day 6: the plateau's middle
    assert batch_kaplan_meier.medians(found).estimate.tolist() == [5]
    # 2·1 + 2·¾ + 2·½
    assert batch_kaplan_meier.rmst(found, 84).estimate == pytest.approx([4.5])


def test_studies_with_as_many_known_values_go_together() -> None:
    values = np.array([[3.0, np.nan, 1.0], [2.0, 4.0, 0.0], [np.nan, 5.0, 6.0]])
    found = {tuple(rows.tolist()): known.tolist() for rows, known in complete_rows(values)}
    assert found == {(0, 2): [[1, 3], [5, 6]], (1,): [[0, 2, 4]]}
    sums = by_count(values, lambda known: Readings.of(*[known.sum(axis=1)] * 3))
    assert sums.estimate.tolist() == [4, 6, 11]


def test_many_walsh_averages_are_taken_in_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    values = scores("tied")
    whole = batch_signed_rank.hodges_lehmann(values)
    monkeypatch.setattr(batch_signed_rank, "MOST_AVERAGES", 1000)
    parts = batch_signed_rank.hodges_lehmann(values)
    assert np.array_equal(whole.lower, parts.lower, equal_nan=True)
    assert np.array_equal(whole.estimate, parts.estimate, equal_nan=True)
