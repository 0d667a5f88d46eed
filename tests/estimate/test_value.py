import dataclasses
import math
import pickle

import numpy as np
import pytest

from helpers.estimate.value import Value, finite_or_none


@pytest.mark.parametrize("field", ["estimate", "lower", "upper", "p_value", "sd"])
@pytest.mark.parametrize("number", [math.nan, math.inf, -math.inf, np.float64("nan")])
def test_no_number_of_a_value_is_nan_or_infinite(field: str, number: float) -> None:
    with pytest.raises(ValueError, match=field):
        Value(**{"estimate": 1.0, "n": 3, "method": "m", field: number})


def test_further_results_are_finite_too() -> None:
    with pytest.raises(ValueError, match=r"extra\.tau"):
        Value(estimate=1.0, n=3, method="m", extra={"tau": math.inf})
    assert (
        Value(estimate=1.0, n=3, method="m", extra={"tau": None, "note": "x"}).extra["note"] == "x"
    )


def test_too_few_says_how_many_there_are_and_are_needed() -> None:
    value = Value.too_few(1, 2, "mean")
    assert value == Value(
        estimate=None, n=1, method="mean", status="not enough data: 1 of at least 2"
    )


def test_a_value_is_frozen_compares_by_content_and_can_be_copied() -> None:
    value = Value(estimate=1.5, n=3, method="m", extra={"df": 2})
    with pytest.raises(dataclasses.FrozenInstanceError):
        value.estimate = 2.0  # type: ignore[misc]
    assert not hasattr(value, "__dict__"), "no further field can be added"
    assert value == dataclasses.replace(value) == pickle.loads(pickle.dumps(value))
    assert value != dataclasses.replace(value, extra={"df": 3})
    assert dataclasses.asdict(value)["extra"] == {"df": 2}


def test_finite_or_none() -> None:
    assert finite_or_none(np.float64(2.5)) == 2.5
    assert type(finite_or_none(np.float64(2.5))) is float
    assert finite_or_none(math.nan) is None
    assert finite_or_none(-math.inf) is None
