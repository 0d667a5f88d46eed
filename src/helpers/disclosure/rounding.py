"""Numbers rounded as they are told: full precision would give back the counts behind them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from helpers.results import Estimate
from helpers.units import decimals, round_half_up

_LEAST_OF_TWO_DECIMALS = 0.0095  # p: below it two decimals would say next to nothing
_SHARES = frozenset({"icc", "apparent", "spread_lower", "spread_upper"})
_COARSE_UNITS = frozenset({"standard deviations", "correlation"})  # their width tells n


def round_estimate(estimate: Estimate) -> Estimate:
    """Return an estimate in the precision that a reader sees; coarser where that would tell n."""
    unit = estimate.unit
    coarse = estimate.n is None and unit in _COARSE_UNITS

    def rounded(value: float | None) -> float | None:
        if value is None:
            return None
        return round_half_up(value, 1 if coarse else decimals(value, unit))

    return replace(
        estimate,
        estimate=rounded(estimate.estimate), lower=rounded(estimate.lower),
        upper=rounded(estimate.upper), sd=rounded(estimate.sd),
        p_value=_p(estimate.p_value), p_adjusted=_p(estimate.p_adjusted),
        further={name: _further(name, value, unit) for name, value in estimate.further.items()},
    )  # fmt: skip


def _p(p_value: float | None) -> float | None:
    """Return a p-value with two decimals, or one digit: more would give back the sum of squares."""
    if p_value is None:
        return None
    return round_half_up(p_value, 2 if p_value >= _LEAST_OF_TWO_DECIMALS else 3)


def _further(name: str, value: Any, unit: str) -> Any:
    if not isinstance(value, float):
        return value
    if name.startswith(("mean_", "sd_")):
        return round_half_up(value, 1)
    return round_half_up(value, 2 if name in _SHARES else decimals(value, unit))


def round_numbers(row: Mapping[str, Any], places: int) -> dict[str, Any]:
    """Return a row of a table with its floating-point numbers rounded."""
    return {name: round_half_up(value, places) if isinstance(value, float) else value
            for name, value in row.items()}  # fmt: skip
