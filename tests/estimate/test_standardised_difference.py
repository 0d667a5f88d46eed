import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.estimate.standardised_difference import numeric_difference, share_difference
from helpers.estimate.value import Value

from .reference import close, numbers, rows

NUMBERS = rows("standardised_difference_numbers.csv")
Z = 1.959963984540054


def group(name: str, role: str) -> list[float]:
    table = rows("standardised_difference_data.csv")
    return [row["value"] for row in table if (row["set"], row["role"]) == (name, role)]


@pytest.mark.parametrize("row", NUMBERS, ids=lambda row: f"{row['set']}-{row['level']:g}")
def test_numbers_agree_with_r(row: dict) -> None:
    responders, others = group(row["set"], "responders"), group(row["set"], "non_responders")
    value = numeric_difference(responders, others, level=row["level"])
    for name in ("estimate", "lower", "upper"):
        assert numbers(value)[name] == close(row[name], 1e-12), name
    assert value.extra["sd_responders"] == close(row["sd_r"], absolute=1e-15)
    assert value.extra["sd_non_responders"] == close(row["sd_n"])


def test_counts_agree_with_r() -> None:
    table = rows("standardised_difference_shares.csv")
    assert len(table) > 30
    for row in table:
        counts = [int(row[name]) for name in ("c1", "n1", "c0", "n0")]
        value = share_difference(*counts, level=row["level"])
        for name in ("estimate", "lower", "upper"):
            assert numbers(value)[name] == close(row[name], 1e-12, 1e-12), row


def test_numbers_by_hand() -> None:
    # Means 4 and 1, variances (4 + 0 + 4)/2 = 4 and (1 + 0 + 1)/2 = 1: d = 3/√2.5
    value = numeric_difference([2, 4, 6], [0, 1, 2])
    d = 3 / 2.5**0.5
    half = Z * (1 / 3 + 1 / 3 + d**2 / 12) ** 0.5
    assert value.estimate == pytest.approx(d)
    assert (value.lower, value.upper) == pytest.approx((d - half, d + half))
    assert (value.n, value.p_value, value.sd, value.status) == (6, None, None, "ok")
    assert value.extra == {
        "n_responders": 3, "n_non_responders": 3,
        "mean_responders": 4.0, "mean_non_responders": 1.0,
        "sd_responders": 2.0, "sd_non_responders": 1.0,
    }  # fmt: skip


def test_shares_by_hand() -> None:
    # 1 of 2 and 1 of 5: (0.5 − 0.2)/√((0.25 + 0.16)/2)
    value = share_difference(1, 2, 1, 5)
    assert value.estimate == pytest.approx(0.3 / 0.205**0.5)
    assert (value.n, value.status) == (7, "ok")
    assert value.extra == {
        "n_responders": 2, "n_non_responders": 5, "count_responders": 1, "count_non_responders": 1,
    }  # fmt: skip


@pytest.mark.parametrize("sizes", [(0, 0), (0, 5), (1, 5), (5, 1), (5, 0)])
def test_groups_too_small_for_a_deviation(sizes: tuple[int, int]) -> None:
    value = numeric_difference(range(sizes[0]), range(sizes[1]))
    assert_no_number(value, sum(sizes))
    assert value.status == (
        f"not enough data: {sizes[0]} responders and {sizes[1]} non-responders of at least 2 each"
    )
    assert value.extra["mean_responders"] == (None if sizes[0] == 0 else (sizes[0] - 1) / 2)
    assert value.extra["sd_responders"] == (None if sizes[0] < 2 else pytest.approx(2.5**0.5))


@pytest.mark.parametrize("counts", [(0, 0, 2, 5), (1, 4, 0, 0), (0, 0, 0, 0)])
def test_empty_groups_have_no_share(counts: tuple[int, int, int, int]) -> None:
    value = share_difference(*counts)
    assert_no_number(value, counts[1] + counts[3])
    assert value.status.endswith(" of at least 1 each")
    assert share_difference(1, 1, 0, 2).estimate is None
    assert share_difference(1, 1, 1, 2).estimate is not None


@pytest.mark.parametrize(
    "value",
    [
        numeric_difference([5, 5], [5, 5, 5]),
        numeric_difference([0.1 + 0.2, 0.3], [9, 9]),
        share_difference(0, 3, 0, 4),
        share_difference(3, 3, 4, 4),
        share_difference(3, 3, 0, 4),
    ],
)
def test_without_variation_there_is_no_unit(value: Value) -> None:
    assert_no_number(value, value.n)
    assert value.status == "not estimable: neither group varies"


def assert_no_number(value: Value, n: int) -> None:
    assert (value.estimate, value.lower, value.upper, value.n) == (None, None, None, n)


scores = st.lists(st.integers(0, 10), min_size=2, max_size=12)


@given(scores, scores, st.floats(0.1, 50), st.floats(-50, 50))
def test_exchanging_the_groups_turns_the_sign_and_units_do_not_matter(
    responders: list[int], others: list[int], factor: float, shift: float
) -> None:
    there, back = numeric_difference(responders, others), numeric_difference(others, responders)
    moved = numeric_difference(*([x * factor + shift for x in g] for g in (responders, others)))
    if there.estimate is None:
        assert (back.estimate, moved.estimate) == (None, None)
        return
    assert there.estimate == pytest.approx(-back.estimate)
    assert (there.lower, there.upper) == pytest.approx((-back.upper, -back.lower))
    assert moved.estimate == pytest.approx(there.estimate, rel=1e-6, abs=1e-9)
