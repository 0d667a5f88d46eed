import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from helpers.estimate.multiplicity import benjamini_hochberg, holm

from .reference import close, columns

FAMILIES = columns("multiplicity_expected.csv", "p_value", "holm", "benjamini_hochberg")
ADJUSTMENTS = (holm, benjamini_hochberg)


@pytest.mark.parametrize("adjust", ADJUSTMENTS, ids=lambda adjust: adjust.__name__)
@pytest.mark.parametrize("name", FAMILIES)
def test_agrees_with_r(name: str, adjust) -> None:
    family = FAMILIES[name]
    adjusted = adjust(family["p_value"])
    assert adjusted == [close(number, 1e-14) for number in family[adjust.__name__]]


def test_by_hand() -> None:
    # Holm: 3·0.01, 2·0.03, then 0.04 raised to what stands before it.
    assert holm([0.01, 0.04, 0.03]) == pytest.approx([0.03, 0.06, 0.06])
    # Benjamini–Hochberg: 3·0.01/1, 3·0.03/2 lowered to 3·0.04/3, which comes after it.
    assert benjamini_hochberg([0.01, 0.04, 0.03]) == pytest.approx([0.03, 0.04, 0.04])


@pytest.mark.parametrize("adjust", ADJUSTMENTS)
def test_members_without_a_p_value_are_not_counted(adjust) -> None:
    assert adjust([]) == []
    assert adjust([None]) == [None]
    assert adjust([None, None]) == [None, None]
    assert adjust([None, 0.3, None]) == [None, 0.3, None]
    whole, gaps = adjust([0.02, 0.01, 0.9]), adjust([0.02, None, 0.01, 0.9, None])
    assert [p for p in gaps if p is not None] == whole
    assert (gaps[1], gaps[4]) == (None, None)
    assert all(type(p) is float for p in whole)
    assert adjust((0.5, 1.0, 1.0))[2] == 1.0


@given(st.lists(st.floats(0, 1), min_size=1, max_size=12))
def test_adjusting_never_lowers_and_keeps_the_order(family: list[float]) -> None:
    for adjust in ADJUSTMENTS:
        adjusted = adjust(family)
        assert all(p <= q <= 1 for p, q in zip(family, adjusted, strict=True))
        ordered = [q for _, q in sorted(zip(family, adjusted, strict=True))]
        assert ordered == sorted(ordered)
    assert benjamini_hochberg(family) == pytest.approx(stats.false_discovery_control(family))
