"""The appendix: method, source and agreement with R of every estimate."""

from __future__ import annotations

from dataclasses import dataclass

from IPython.display import Markdown

from helpers.present.html_tables import show_table
from helpers.present.tables_methods import tabulate_methods
from helpers.sections.base import Section


@dataclass(frozen=True, slots=True)
class Appendix(Section):
    """What stands behind every number."""

    def methods_table(self) -> Markdown:
        """Return every estimate with its method, its source and the agreement with R."""
        return show_table(tabulate_methods(self.results), "methods")
