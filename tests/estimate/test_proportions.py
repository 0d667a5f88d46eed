import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.estimate.proportions import clopper_pearson, wilson

from .reference import rows

ESTIMATORS = {"wilson": wilson, "exact": clopper_pearson}


@pytest.mark.parametrize("name", ESTIMATORS)
def test_agrees_with_r(name: str) -> None:
    table = rows("proportions_expected.csv")
    assert len(table) > 100
    for row in table:
        events, n = int(row["events"]), int(row["n"])
        value = ESTIMATORS[name](events, n, level=row["level"])
        assert value.estimate == events / n
        assert value.lower == pytest.approx(row[f"{name}_lower"], abs=1e-13), row
        assert value.upper == pytest.approx(row[f"{name}_upper"], abs=1e-13), row
        assert (value.n, value.status, value.extra) == (n, "ok", {"events": events})


def test_no_events_by_hand() -> None:
    value = clopper_pearson(0, 22)
    assert (value.estimate, value.lower) == (0.0, 0.0)
    assert value.upper == pytest.approx(1 - 0.025 ** (1 / 22), abs=1e-15)
    assert "zero events: an upper limit, one-sided at 97.5 %" in value.method
    assert "one-sided at 95 %" in clopper_pearson(0, 22, level=0.9).method
    assert "zero events" not in clopper_pearson(1, 22).method


def test_wilson_by_hand() -> None:
    # 1 of 2, z² = 3.841459: centre ½, half width z·√(1/8 + z²/16)/(1 + z²/2)
    z2 = 3.841458820694124
    half_width = (z2 * (1 / 8 + z2 / 16)) ** 0.5 / (1 + z2 / 2)
    value = wilson(1, 2)
    assert value.lower == pytest.approx(0.5 - half_width, abs=1e-12)
    assert value.upper == pytest.approx(0.5 + half_width, abs=1e-12)


@pytest.mark.parametrize("estimator", ESTIMATORS.values())
@pytest.mark.parametrize("n", [1, 7, 20, 22])
def test_limits_at_the_ends_are_exact(estimator, n: int) -> None:
    assert estimator(0, n).lower == 0.0
    assert estimator(n, n).upper == 1.0
    assert "zero events" in estimator(0, n).method


@pytest.mark.parametrize("estimator", ESTIMATORS.values())
def test_nobody_has_no_proportion(estimator) -> None:
    value = estimator(0, 0)
    assert (value.estimate, value.lower, value.upper, value.n) == (None, None, None, 0)
    assert value.status == "not enough data: 0 of at least 1"


counts = st.integers(1, 300).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


@given(counts)
def test_counting_the_others_mirrors_the_interval(count: tuple[int, int]) -> None:
    events, n = count
    for estimator in ESTIMATORS.values():
        value, mirror = estimator(events, n), estimator(n - events, n)
        assert 0 <= value.lower <= value.estimate <= value.upper <= 1
        assert value.lower == pytest.approx(1 - mirror.upper, abs=1e-12)


@given(counts)
def test_the_exact_interval_is_the_wider_one_where_both_are_two_sided(count) -> None:
    events, n = count
    if 0 < events < n:
        exact, score = clopper_pearson(events, n), wilson(events, n)
        assert exact.upper - exact.lower >= score.upper - score.lower - 1e-12
