"""Names an estimate: from a bare statistic to an entry of the results."""

from __future__ import annotations

from dataclasses import dataclass, replace

from helpers.estimate.value import Value
from helpers.results import Estimate


@dataclass(frozen=True, slots=True)
class Scope:
    """What a group of estimates has in common.

    ``prefix`` opens their keys, ``total`` is the number of units that could have been analysed
    (for ``n_missing``), ``level`` the confidence level.
    """

    part: str
    prefix: str
    population: str
    total: int
    level: float
    n_unit: str = "patients"

    def within(self, prefix: str) -> Scope:
        """Return the scope for keys one step deeper."""
        return replace(self, prefix=f"{self.prefix}.{prefix}".lstrip("."))

    def key(self, suffix: str) -> str:
        """Return the key of the estimate ``prefix.suffix``."""
        return f"{self.part}.{self.prefix}.{suffix}"

    def name(
        self, suffix: str, label: str, unit: str, value: Value, p_adjusted: float | None = None
    ) -> Estimate:
        """Return a statistic as the estimate ``prefix.suffix``."""
        has_interval = value.lower is not None or value.upper is not None
        return Estimate(
            key=self.key(suffix),
            label=label,
            part=self.part,
            population=self.population,
            n=value.n,
            n_unit=self.n_unit,
            n_missing=max(self.total - value.n, 0),
            estimate=value.estimate,
            unit=unit,
            method=value.method,
            lower=value.lower,
            upper=value.upper,
            level=self.level if has_interval else None,
            p_value=value.p_value,
            p_adjusted=p_adjusted,
            sd=value.sd,
            status=value.status,
            further=dict(value.extra),
        )

    def count(self, suffix: str, label: str, number: int) -> Estimate:
        """Return a count as the estimate ``prefix.suffix``; its n is the total it is out of."""
        return Estimate(
            key=self.key(suffix),
            label=label,
            part=self.part,
            population=self.population,
            n=self.total,
            n_unit=self.n_unit,
            n_missing=0,
            estimate=float(number),
            unit="patients",
            method="count",
        )
