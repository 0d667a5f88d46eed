"""What every section of the report can do: look up, tabulate, and name its parts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from IPython.display import Markdown

from helpers.analysis.run import Analysis
from helpers.present import tables, wording
from helpers.present.html_tables import show_table
from helpers.present.numbers import format_level
from helpers.results import Results
from helpers.study import PARTS

NOT_COVERED = "*Not part of this report.*"
LEFT_OUT = "*Left out of the release: it shows single patients, or counts that are withheld.*"
_PART_COLUMNS = tuple(f"n, {tables.short_title(part)}" for part in PARTS)


@dataclass(frozen=True, slots=True)
class Section:
    """One analysis, whose results a section shows."""

    analysis: Analysis

    @property
    def results(self) -> Results:
        """The results that every number is read from."""
        return self.analysis.results

    @property
    def parts(self) -> tuple[str, ...]:
        """The parts that the report covers."""
        return self.analysis.data.parts

    @property
    def level(self) -> str:
        """The confidence level as a percentage."""
        return format_level(self.analysis.settings.ci_level)

    @property
    def for_release(self) -> bool:
        """Whether the report may leave the clinic, so that nothing may show a single patient."""
        return self.analysis.settings.for_release

    def covers(self, part: str) -> bool:
        """Return whether the report covers a part."""
        return part in self.parts

    def text(self, **by_part: str) -> Markdown:
        """Return a paragraph per part, its fields filled in from the results.

        ``retrospective`` and ``prospective`` hold the texts; a part that is not
        covered has no paragraph (``Report.coverage`` says so once).
        """
        paragraphs = [
            wording.fill(self.results, part, text)
            for part, text in by_part.items()
            if self.covers(part)
        ]
        return Markdown("\n\n".join(paragraphs))

    def estimates(
        self,
        name: str,
        suffixes: Sequence[str],
        parts: Sequence[str] | None = None,
        note: str = "",
    ) -> Markdown:
        """Return a table of estimates, a row per key without its part, a column per part."""
        covered = self.parts if parts is None else [part for part in parts if self.covers(part)]
        if not covered or not suffixes:
            return Markdown(NOT_COVERED)
        table = tables.tabulate_estimates(self.results, covered, suffixes, self.level)
        explained = f"CI: confidence interval. n: {self._units(covered, suffixes)}. {note}".strip()
        return show_table(table, name, note=explained, centred=_PART_COLUMNS)

    def _units(self, parts: Sequence[str], suffixes: Sequence[str]) -> str:
        """Return in words what the numbers under n count."""
        keys = [f"{part}.{suffix}" for part in parts for suffix in suffixes]
        units = dict.fromkeys(self.results.estimates[key].n_unit for key in keys
                              if key in self.results.estimates)  # fmt: skip
        return f"{wording.name_list(list(units))} analysed"
