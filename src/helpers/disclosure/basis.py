"""What decides whether the numbers of one part may be shown."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from helpers.disclosure.cells import is_safe_share, unless_small, withhold_cells
from helpers.disclosure.curves import Steps
from helpers.disclosure.sizes import Sizes, kind_of
from helpers.results import Estimate, Results
from helpers.study import SUSTAINED_DAYS

Rows = list[dict[str, Any]]
GROUPS: Final = ("responders", "non_responders")  # as the names of their numbers end


@dataclass(frozen=True, slots=True)
class Disclosure:
    """What decides whether the numbers of one part may be shown."""

    results: Results
    part: str
    least: int
    sizes: Mapping[str, Sizes]
    steps: Mapping[str, Steps]
    horizon_days: int
    responders: tuple[int, ...]  # counts at the thresholds, differing by no small number

    def rows(self, table: str) -> Rows:
        """Return the rows of a table of the part, as they were before anything was withheld."""
        rows: Rows = self.results.tables[table][self.part]
        return rows

    def cells(self, counts: Mapping[str, int]) -> dict[str, int | None]:
        """Return the cells of a table whose sum is known, without those that are small."""
        return withhold_cells(counts, self.least)

    def cells_beside(self, name: str, counts: Mapping[str, int]) -> dict[str, int | None]:
        """Return the cells of a table of which one is told elsewhere, and so the sum of the others.

        Where that one may not be told, all of them add up to a sum that is.
        """
        alone = self.of(counts[name], sum(counts.values()))
        if alone is None:
            return self.cells(counts)
        others = {other: count for other, count in counts.items() if other != name}
        return {name: alone, **self.cells(others)}

    def unless_small(self, count: int | None) -> int | None:
        """Return a count, or None where it is small."""
        return unless_small(count, self.least)

    def of(self, count: int, total: int) -> int | None:
        """Return a count of a total, or None where it, or what is left of the total, is small."""
        return count if is_safe_share(count, total, self.least) else None

    def shows_sustained(self) -> bool:
        """Return whether the ends of relief before the day of sustained relief may be told."""
        return self.steps["relief_days"].shows(SUSTAINED_DAYS, including=False)

    def sizes_of(self, estimate: Estimate) -> Sizes:
        """Return the sizes that may be shown beside the n of an estimate."""
        return self.sizes[kind_of(estimate)]

    def shows_n(self, estimate: Estimate) -> bool:
        """Return whether the n of an estimate may be shown."""
        return self.sizes_of(estimate).shows(estimate.n)

    def alike(self, estimate: Estimate) -> list[int]:
        """Return the numbers of patients that are told as the withheld one of an estimate is."""
        everybody = "screened" if ".safety_consented." in estimate.key else "eligible"
        most = int(self.get(f"flow.{everybody}").estimate or 0)
        number = self.results.estimates[estimate.key].n or 0
        return self.sizes["patients"].alike(number, most)

    def get(self, suffix: str) -> Estimate:
        """Return an estimate of the part, as it was before anything was withheld."""
        return self.results.get(f"{self.part}.{suffix}")

    def steps_of(self, estimate: Estimate) -> Steps:
        """Return the curve whose days an estimate is read from."""
        name = "all_infusions.relief_days" if "all_infusions" in estimate.key else "relief_days"
        return self.steps.get(name, self.steps["relief_days"])


Rule = Callable[[Estimate, Disclosure], Estimate]
