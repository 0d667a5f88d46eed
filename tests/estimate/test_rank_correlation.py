import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from helpers.estimate.rank_correlation import spearman

from .reference import close, columns, numbers, rows

DATA = columns("rank_correlation_data.csv", "x", "y")
TABLE = rows("rank_correlation_expected.csv")


@pytest.mark.parametrize("row", TABLE, ids=lambda row: f"{row['set']}-{row['level']:g}")
def test_agrees_with_r(row: dict) -> None:
    x, y = DATA[row["set"]]["x"], DATA[row["set"]]["y"]
    value = spearman(x, y, level=row["level"])
    for name in ("estimate", "lower", "upper", "p_value"):
        assert numbers(value)[name] == close(row[name], 1e-11), name
    assert (value.n, value.status, value.extra) == (len(x), "ok", {})


def test_by_hand() -> None:
    # Ranks 1 2 3 4 5 and 2 1 3 5 4, Σd² = 4: r = 1 − 6·4/(5·24) = 0.8
    value = spearman([10, 20, 30, 40, 50], [5, 1, 6, 9, 8])
    assert value.estimate == pytest.approx(0.8)
    # atanh 0.8 = ln 3 = 1.0986; half a width of 1.95996·√(1.32/2) = 1.5923 beside it
    assert (value.lower, value.upper) == pytest.approx((-0.4571243888, 0.9908429479))
    # ln 3·√2 = 1.5537
    assert value.p_value == pytest.approx(0.12026, abs=1e-5)


def test_arithmetic_noise_is_a_tie() -> None:
    x = [2.6 - 0.3, 6.4 - 4.1, 5.0, 1.0, 7.0]
    assert x[0] != x[1]
    assert spearman(x, [1, 2, 3, 0, 5]) == spearman([2.3, 2.3, 5, 1, 7], [1, 2, 3, 0, 5])


@pytest.mark.parametrize("n", range(4))
def test_too_few_pairs(n: int) -> None:
    value = spearman(range(n), range(n))
    assert (value.estimate, value.lower, value.p_value, value.n) == (None, None, None, n)
    assert value.status == f"not enough data: {n} of at least 4"


def test_a_measurement_that_does_not_vary() -> None:
    noise = [0.3, 0.1 + 0.2, 0.3, 0.3]
    for pair, which in (((noise, [1, 2, 3, 4]), "first"), (([1, 2, 3, 4], noise), "second")):
        value = spearman(*pair)
        assert (value.estimate, value.lower, value.upper, value.p_value) == (None,) * 4
        assert value.status == f"not estimable: the {which} of the two measurements does not vary"


@pytest.mark.parametrize("sign", [1, -1])
@pytest.mark.parametrize("n", [4, 7, 50])
def test_perfect_agreement_has_no_limits(sign: int, n: int) -> None:
    value = spearman(range(n), [sign * i**3 for i in range(n)])
    assert value.estimate == sign
    assert (value.lower, value.upper, value.p_value) == (None, None, None)
    assert value.status == "ok, no limits and no p value: |r| = 1"


pairs = st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), min_size=4, max_size=30)


@given(pairs)
def test_only_the_order_counts(drawn: list[tuple[int, int]]) -> None:
    x, y = ([pair[i] for pair in drawn] for i in (0, 1))
    value, mirrored = spearman(x, y), spearman([-v for v in x], [v**3 for v in y])
    if value.estimate is None:
        assert mirrored.estimate is None
        return
    assert value.estimate == pytest.approx(stats.spearmanr(x, y).statistic, abs=1e-12)
    assert value.estimate == pytest.approx(-mirrored.estimate)
    assert (value.p_value is None) == (abs(value.estimate) == 1)
    if value.lower is not None:
        assert -1 <= value.lower < value.estimate < value.upper <= 1
        assert (value.lower, value.upper) == pytest.approx((-mirrored.upper, -mirrored.lower))
