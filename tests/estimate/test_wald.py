import pytest

from helpers.estimate.wald import Wald, ratio_value, wald

Z = 1.959963984540054


def test_limits_and_p_value() -> None:
    result = wald(Z, 1.0, 0.95)
    assert result.lower == pytest.approx(0, abs=1e-12)
    assert result.upper == pytest.approx(2 * Z)
    assert result.p_value == pytest.approx(0.05, rel=1e-12)
    assert wald(1.0, None, 0.95) == Wald(None, None, None)
    assert wald(-50.0, 0.5, 0.95).p_value == 0


def ratio(log_ratio: float, error: float | None):
    return ratio_value(log_ratio, error, level=0.95, n=9, method="m", extra={"k": 1})


def test_a_ratio() -> None:
    value = ratio(0.0, 1.0)
    assert (value.estimate, value.p_value, value.n, value.extra) == (1.0, 1.0, 9, {"k": 1})
    assert value.lower * value.upper == pytest.approx(1)
    assert ratio(0.0, None).status == "ok, no interval: the sandwich is 0"


def test_numbers_beyond_the_largest() -> None:
    wide = ratio(0.0, 1000.0)
    assert (wide.lower, wide.upper, wide.status) == (0.0, None, "ok")
    large = ratio(800.0, 1.0)
    assert (large.estimate, large.lower, large.upper) == (None, None, None)
    assert large.status == "not estimable: the ratio is too large for a number"
