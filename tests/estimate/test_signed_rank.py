from statistics import NormalDist

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.estimate.signed_rank import hodges_lehmann

from .reference import close, columns, numbers, rows

DATA = columns("signed_rank_data.csv", "value")


@pytest.mark.parametrize(
    "row", rows("signed_rank_expected.csv"), ids=lambda r: f"{r['set']}-{r['level']:g}"
)
def test_agrees_with_r(row: dict) -> None:
    value = hodges_lehmann(DATA[row["set"]]["value"], level=row["level"])
    got = numbers(value)
    for name in ("estimate", "lower", "upper", "p_value", "n"):
        assert got[name] == close(row[name], 1e-12, 1e-14), name
    assert (value.extra["zeros"], value.status) == (row["zeros"], "ok")


def test_estimate_by_hand() -> None:
    # 1, 3, 8: 1, (1+3)/2, 3, (1+8)/2, (3+8)/2, 8
    assert hodges_lehmann([3, 8, 1]).estimate == 3.75


def test_p_value_by_hand() -> None:
    # 0, 1, 2: ranks 1, 2, 3; R+ = 5; centre (12 − 2)/4 = 2.5; variance (84 − 6)/24 = 3.25
    # z = (5 − 2.5 − 0.5)/√3.25 = 1.1094
    value = hodges_lehmann([0, 1, 2])
    assert value.p_value == pytest.approx(2 * (1 - NormalDist().cdf(2 / 3.25**0.5)), abs=1e-14)
    assert value.extra == {"zeros": 1}


def test_interval_by_hand() -> None:
    # n = 6: 21/2 − 1.96·√(6·7·13/24) = 1.15: k = 1, the second smallest and largest of 21
    differences = [1, 2, 4, 8, 16, 32]
    walsh = sorted((a + b) / 2 for i, a in enumerate(differences) for b in differences[i:])
    value = hodges_lehmann(differences)
    assert (value.lower, value.estimate, value.upper) == (walsh[1], walsh[10], walsh[19])


def test_five_pairs_have_limits_and_four_have_not() -> None:
    # 7.5 − 1.96·3.708 = 0.23: k = 0, all Walsh averages; 5 − 1.96·2.739 < 0
    five = hodges_lehmann([1, 2, 3, 4, 6])
    assert (five.lower, five.upper) == (1.0, 6.0)
    four = hodges_lehmann([1, 2, 3, 4])
    assert (four.estimate, four.lower, four.upper) == (2.5, None, None)


def test_noise_neither_breaks_ties_nor_hides_zeros() -> None:
    noisy = [2.6 - 0.3, 6.4 - 4.1, 0.1 + 0.2 - 0.3, -1.0, 4.0]
    clean = [2.3, 2.3, 0.0, -1.0, 4.0]
    assert noisy[0] != noisy[1], "the example must hold noise"
    assert noisy[2] != 0, "the example must hold noise"
    assert hodges_lehmann(noisy).p_value == hodges_lehmann(clean).p_value
    assert hodges_lehmann(noisy).extra == {"zeros": 1}


def test_nothing_and_only_zeros() -> None:
    assert hodges_lehmann([]).status == "not enough data: 0 of at least 1"
    zeros = hodges_lehmann([0.0] * 8)
    assert (zeros.estimate, zeros.lower, zeros.upper, zeros.p_value) == (0.0, 0.0, 0.0, None)
    assert "no p value: every difference is 0" in zeros.method
    assert "no p value" not in hodges_lehmann([0, 1]).method


scores = st.lists(st.integers(-20, 20).map(lambda half: half / 2), min_size=1, max_size=40)


@given(scores)
def test_turning_every_sign_turns_the_estimate(differences: list[float]) -> None:
    fell, rose = hodges_lehmann(differences), hodges_lehmann([-d for d in differences])
    assert rose.estimate == -fell.estimate
    assert rose.p_value == close(fell.p_value)
    if fell.lower is not None:
        assert fell.lower <= fell.estimate <= fell.upper
        assert (rose.lower, rose.upper) == (-fell.upper, -fell.lower)


@given(scores, st.randoms())
def test_the_order_of_patients_does_not_matter(differences: list[float], random) -> None:
    shuffled = list(differences)
    random.shuffle(shuffled)
    assert hodges_lehmann(shuffled) == hodges_lehmann(differences)


@given(scores)
def test_a_p_value_is_a_probability(differences: list[float]) -> None:
    p_value = hodges_lehmann(differences).p_value
    assert (p_value is None) == (not any(differences))
    assert p_value is None or 0 < p_value <= 1
