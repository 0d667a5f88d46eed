"""The precision in which a number of each unit is told."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Context, Decimal
from typing import Final

# A limit of an odds ratio can have more digits than the 28 that decimals are rounded to by default.
_ANY_SIZE: Final = Context(prec=400)
_DECIMALS: Final = {
    "points": 1,
    "points, 0–10": 1,
    "points, 0–27": 1,
    "mg": 0,
    "mg/kg": 2,
    "h": 1,
    "years": 1,
    "kg": 1,
    "kg/m²": 1,
    "%": 0,
    "number": 1,
    "patients": 0,
    "standard deviations": 2,
    "days of complete relief": 1,
    "mmHg": 1,
    "beats/min": 1,
    "percentage points": 1,
}


def decimals(value: float | None, unit: str) -> int:
    """Return how many decimals a number of a unit is told with; proportions as they are, 0 to 1."""
    if unit == "days":  # durations are told in whole days, means of them are not whole
        return 0 if value is None or float(value).is_integer() else 1
    return _DECIMALS.get(unit, 2)


def round_half_up(value: float, places: int) -> float:
    """Return a number rounded half away from zero, as it is written: 1.25 is 1.3 to a reader."""
    return float(as_decimal(value, places))


def as_decimal(value: float, places: int) -> Decimal:
    """Return a number with so many decimals, rounded half away from zero."""
    step = Decimal(1).scaleb(-places)
    return Decimal(repr(float(value))).quantize(step, rounding=ROUND_HALF_UP, context=_ANY_SIZE)
