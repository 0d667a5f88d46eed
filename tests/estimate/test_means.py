from collections import defaultdict

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.estimate import means

from .reference import close, numbers, rows

DATA: dict[str, dict[str, list[float]]] = defaultdict(lambda: defaultdict(list))
for row in rows("means_data.csv"):
    DATA[row["set"]][row["role"]].append(row["value"])

ESTIMATORS = {
    "mean": lambda data, level: means.mean(data["values"], level=level),
    "median": lambda data, level: means.median(data["values"], level=level),
    "paired": lambda data, level: means.paired_reduction(data["pre"], data["post"], level=level),
}


@pytest.mark.parametrize(
    "row", rows("means_expected.csv"), ids=lambda r: f"{r['what']}-{r['set']}-{r['level']:g}"
)
def test_agrees_with_r(row: dict) -> None:
    value = ESTIMATORS[row["what"]](DATA[row["set"]], row["level"])
    got = numbers(value)
    for name in ("estimate", "lower", "upper", "sd", "p_value", "n"):
        assert got[name] == close(row[name], 1e-11, 1e-13), name
    if row["t"] is not None:
        assert value.extra["t"] == pytest.approx(row["t"], rel=1e-11)
        assert value.extra["df"] == row["n"] - 1
    assert value.status == "ok"


@pytest.mark.parametrize("level", [0.5, 0.8, 0.9, 0.95, 0.99])
def test_ranks_of_the_median_are_r_s_qbinom(level: float) -> None:
    for row in (r for r in rows("means_ranks.csv") if r["level"] == level):
        n, rank = int(row["n"]), int(row["rank"])
        value = means.median(range(1, n + 1), level=level)  # the value is its own rank
        limits = (rank, n - rank + 1) if rank > 0 else (None, None)
        assert (value.lower, value.upper) == limits, f"n = {n}"
        assert value.extra.get("rank_lower") == limits[0], f"n = {n}"
        assert value.extra.get("rank_upper") == limits[1], f"n = {n}"


def test_five_values_have_no_95_percent_bound_and_six_have() -> None:
    # 2·(1/2)^5 = 0.0625 > 0.05 ≥ 2·(1/2)^6 = 0.03125
    five = means.median([5, 1, 4, 2, 3])
    assert (five.estimate, five.lower, five.upper, five.status) == (3.0, None, None, "ok")
    assert "none: too few values" in five.method
    six = means.median([6, 5, 1, 4, 2, 3])
    assert (six.estimate, six.lower, six.upper) == (3.5, 1.0, 6.0)


def test_mean_by_hand() -> None:
    # 2, 4, 6: mean 4, SD 2, t(2; 0.975) = 4.302653; half width 4.302653·2/√3 = 4.968276
    value = means.mean([2, 4, 6])
    assert (value.estimate, value.sd, value.n) == (4.0, 2.0, 3)
    assert value.lower == pytest.approx(4 - 4.302652729749464 * 2 / 3**0.5, abs=1e-12)
    assert value.upper == pytest.approx(4 + 4.302652729749464 * 2 / 3**0.5, abs=1e-12)
    assert value.p_value is None


def test_a_reduction_is_before_minus_after() -> None:
    value = means.paired_reduction([8, 7, 9], [5, 6, 4])
    assert value.estimate == 3.0
    assert value.extra == {"t": pytest.approx(3 / (2 / 3**0.5)), "df": 2}


@pytest.mark.parametrize("n", [0, 1])
def test_a_mean_needs_two_values(n: int) -> None:
    status = f"not enough data: {n} of at least 2"
    for value in (means.mean([3.0] * n), means.paired_reduction([3.0] * n, [1.0] * n)):
        assert (value.estimate, value.lower, value.sd, value.p_value) == (None, None, None, None)
        assert (value.n, value.status) == (n, status)


def test_a_median_needs_one_value() -> None:
    assert means.median([]).status == "not enough data: 0 of at least 1"
    one = means.median([4.0])
    assert (one.estimate, one.lower, one.upper, one.n) == (4.0, None, None, 1)


def test_equal_reductions_have_no_p_value_also_when_noise_hides_that_they_are_equal() -> None:
    pre, post = [2.3, 2.6, 6.4], [0.0, 0.3, 4.1]
    assert len({a - b for a, b in zip(pre, post, strict=True)}) > 1, "the example must hold noise"
    value = means.paired_reduction(pre, post)
    assert value.estimate == pytest.approx(2.3)
    assert (value.sd, value.p_value) == (0.0, None)
    assert value.lower == value.upper == value.estimate
    assert "the interval has no width" in value.method
    assert "no width" not in means.mean([1.0, 1.1]).method


samples = st.lists(st.floats(-1000, 1000), min_size=2, max_size=40)


@given(samples, st.floats(-50, 50))
def test_estimates_move_with_the_data(values: list[float], shift: float) -> None:
    moved = [value + shift for value in values]
    for estimator in (means.mean, means.median):
        before, after = estimator(values), estimator(moved)
        assert after.estimate == pytest.approx(before.estimate + shift, abs=1e-6)
        if before.lower is not None and before.upper is not None:
            assert after.lower == pytest.approx(before.lower + shift, abs=1e-6)
            assert before.lower <= before.estimate <= before.upper


@given(st.lists(st.tuples(st.floats(0, 10), st.floats(0, 10)), min_size=2, max_size=40))
def test_swapping_before_and_after_only_turns_the_sign(pairs: list[tuple[float, float]]) -> None:
    pre, post = np.transpose(pairs)
    fell, rose = means.paired_reduction(pre, post), means.paired_reduction(post, pre)
    assert rose.estimate == pytest.approx(-fell.estimate, abs=1e-12)
    assert rose.lower == pytest.approx(-fell.upper, abs=1e-9)
    assert rose.p_value == close(fell.p_value, 1e-9)


@given(samples)
def test_a_higher_level_is_never_narrower(values: list[float]) -> None:
    for estimator in (means.mean, means.median):
        narrow, wide = estimator(values, level=0.8), estimator(values, level=0.99)
        if wide.lower is not None and narrow.lower is not None:
            assert wide.lower <= narrow.lower
            assert wide.upper >= narrow.upper
