"""The one shape in which every statistic comes back, also one that cannot be computed."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Self

Extra = float | int | str | None


def finite_or_none(number: float) -> float | None:
    """Give the number as a plain float, or None where it is NaN or infinite."""
    return float(number) if math.isfinite(number) else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Value:
    """One estimate with its interval; every number in it is finite.

    Attributes:
        estimate: the estimate, in the unit of the data; None where there is none (see status).
        lower, upper: interval limits; None where a limit does not exist.
        p_value: two-sided; None where no test belongs to the estimate or it is undefined.
        sd: standard deviation of the data, divisor n − 1.
        n: number of units analysed.
        method: what was computed, in words.
        status: `ok`, `ok, …` with a remark, or why there is no number.
        extra: further named results, described where they are made.
    """

    estimate: float | None
    lower: float | None = None
    upper: float | None = None
    p_value: float | None = None
    sd: float | None = None
    n: int
    method: str
    status: str = "ok"
    extra: Mapping[str, Extra] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Refuse NaN and infinity: they are no results, a status is.

        Raises:
            ValueError: naming the fields that are not finite.
        """
        numbers = {
            "estimate": self.estimate,
            "lower": self.lower,
            "upper": self.upper,
            "p_value": self.p_value,
            "sd": self.sd,
            **{f"extra.{name}": entry for name, entry in self.extra.items()},
        }
        wrong = [
            name
            for name, entry in numbers.items()
            if isinstance(entry, float) and not math.isfinite(entry)
        ]
        if wrong:
            raise ValueError(f"expected finite numbers or None, got NaN or infinity in {wrong}")

    @classmethod
    def too_few(cls, n: int, least: int, method: str) -> Self:
        """Say that there are fewer data than the method needs.

        Args:
            n: number of units there are.
            least: number of units the method needs.
            method: the method that was asked for.
        """
        return cls(
            estimate=None,
            n=n,
            method=method,
            status=f"not enough data: {n} of at least {least}",
        )
