import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from helpers.estimate.effect_size import hedges_g
from helpers.estimate.value import Value

from .reference import columns, rows

DATA = columns("effect_size_data.csv", "pre", "post")
REFERENCE = {row["set"]: row for row in rows("effect_size_expected.csv")}
MONTE_CARLO = 0.02
"""Two Monte Carlo errors of a 2.5 % quantile at 60 000 resamples, and R's interpolation of it."""


def seeded(pre, post, n_boot: int = 200, level: float = 0.95, seed: int = 1) -> Value:
    return hedges_g(pre, post, rng=np.random.default_rng(seed), n_boot=n_boot, level=level)


@pytest.mark.parametrize("name", REFERENCE)
def test_agrees_with_r(name: str) -> None:
    row = REFERENCE[name]
    value = seeded(DATA[name]["pre"], DATA[name]["post"], n_boot=60_000)
    assert value.estimate == pytest.approx(row["estimate"], rel=1e-13)
    assert value.lower == pytest.approx(row["bca_lower"], abs=MONTE_CARLO)
    assert value.upper == pytest.approx(row["bca_upper"], abs=MONTE_CARLO)
    assert value.n == row["n"]


def test_the_reference_can_tell_bca_from_percentile() -> None:
    row = REFERENCE["skewed"]
    assert abs(row["bca_upper"] - row["percentile_upper"]) > 5 * MONTE_CARLO


def test_by_hand() -> None:
    # pre 8, 6, 7 (mean 7, variance 1), post 2, 4, 6 (mean 4, variance 4): 3/√2.5·(1 − 3/7)
    value = seeded([8, 6, 7], [2, 4, 6], n_boot=0)
    assert value.estimate == pytest.approx(3 / 2.5**0.5 * (1 - 3 / 7), abs=1e-15)
    assert (value.lower, value.upper) == (None, None)
    assert value.status == "ok, interval left out: resampled"
    assert "bootstrap" not in value.method


def test_bca_from_its_formula() -> None:
    """Efron (1987), equations 3.9 and 6.6, from the same resamples."""
    pre, post = (np.array(DATA["nrs"][role], dtype=float) for role in ("pre", "post"))
    n, n_boot, level = pre.size, 999, 0.9
    chosen = np.random.default_rng(5).integers(0, n, (n_boot, n))
    drawn = np.array([seeded(pre[i], post[i], n_boot=0).estimate for i in chosen])
    estimate = seeded(pre, post, n_boot=0).estimate
    left_out = [np.delete(np.arange(n), i) for i in range(n)]
    jackknife = np.array([seeded(pre[i], post[i], n_boot=0).estimate for i in left_out])
    pull = jackknife.mean() - jackknife
    acceleration = (pull**3).sum() / (6 * (pull**2).sum() ** 1.5)
    bias = stats.norm.ppf(((drawn < estimate).mean() + (drawn <= estimate).mean()) / 2)
    z = stats.norm.ppf([(1 - level) / 2, (1 + level) / 2])
    shares = stats.norm.cdf(bias + (bias + z) / (1 - acceleration * (bias + z)))
    value = seeded(pre, post, n_boot=n_boot, level=level, seed=5)
    assert (value.lower, value.upper) == pytest.approx(tuple(np.quantile(drawn, shares)), abs=1e-9)


def test_the_same_seed_gives_the_same_interval_and_another_does_not() -> None:
    pre, post = DATA["nrs"]["pre"], DATA["nrs"]["post"]
    assert seeded(pre, post) == seeded(pre, post)
    assert seeded(pre, post).lower != seeded(pre, post, seed=2).lower
    assert seeded(pre, post).extra == {"n_boot": 200, "n_undefined": 0}
    assert "200 resamples of patients" in seeded(pre, post).method


def test_the_global_random_state_is_left_alone() -> None:
    before = np.random.get_state()[1].copy()  # noqa: NPY002
    seeded(DATA["nrs"]["pre"], DATA["nrs"]["post"])
    assert np.array_equal(before, np.random.get_state()[1])  # noqa: NPY002


@pytest.mark.parametrize("n", [0, 1, 2])
def test_three_pairs_are_needed(n: int) -> None:
    value = seeded([8, 6][:n], [3, 4][:n])
    assert (value.estimate, value.n) == (None, n)
    assert value.status == f"not enough data: {n} of at least 3"


@pytest.mark.parametrize("score", [5.0, 8.1])
def test_without_variation_there_is_no_effect_size(score: float) -> None:
    value = seeded([score] * 7, [score - 3] * 7)
    assert (value.estimate, value.status) == (None, "not estimable: neither score varies")


def test_variation_is_judged_to_the_tolerance_of_a_tie() -> None:
    fine, noise = np.array([0, 1, 2, 1]) * 1e-6, np.array([0, 1, 2, 1]) * 1e-10
    assert seeded(5 + fine, 5 - fine, n_boot=0).estimate is not None
    assert seeded(5 + noise, 5 - noise, n_boot=0).estimate is None


def test_the_defaults_are_the_plan_s() -> None:
    pre, post = DATA["nrs"]["pre"], DATA["nrs"]["post"]
    default = hedges_g(pre, post, rng=np.random.default_rng(1))
    assert default == seeded(pre, post, n_boot=2000, level=0.95)


def test_undefined_resamples_are_left_out_and_counted() -> None:
    # Two patients differ from three equal ones: (3/5)^5 = 7.8 % of the resamples miss both.
    value = seeded([8, 8, 8, 7, 6], [3, 3, 3, 5, 4], n_boot=4000)
    undefined = value.extra["n_undefined"]
    # … and (1/5)^5 each draw only the fourth or only the fifth.
    assert undefined == pytest.approx(4000 * (0.6**5 + 2 * 0.2**5), abs=60)
    assert value.status == f"ok, {undefined} of 4000 resamples undefined"
    assert value.lower < value.estimate < value.upper


def test_where_leaving_one_out_leaves_no_variation_there_is_no_interval() -> None:
    value = seeded([8.1, 8.1, 8.1, 8.1, 7], [3.1, 3.1, 3.1, 3.1, 3.1])
    assert value.estimate is not None
    assert (value.lower, value.upper) == (None, None)
    assert value.status.startswith("ok, no BCa interval: the resamples are degenerate, ")


pairs = st.lists(st.tuples(st.integers(0, 20), st.integers(0, 20)), max_size=12)


@settings(max_examples=60, deadline=None)
@given(pairs)
def test_always_a_value_whatever_the_scores(scores: list[tuple[int, int]]) -> None:
    pre, post = np.array(scores, dtype=float).reshape(-1, 2).T / 2
    fell, rose = seeded(pre, post, n_boot=50), seeded(post, pre, n_boot=50)
    assert (fell.estimate is None) == (fell.status[:2] != "ok")
    if fell.estimate is not None:
        assert rose.estimate == pytest.approx(-fell.estimate)
