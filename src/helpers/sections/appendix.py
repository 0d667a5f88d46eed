"""The appendix: what stands behind every number, and the reporting guidelines' checklists."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from IPython.display import Markdown

from helpers.checklists import parse_marks, read_items
from helpers.checkout import find_document
from helpers.present.certificate import (
    describe_certificate,
    tabulate_fingerprints,
    tabulate_tolerances,
)
from helpers.present.html_tables import show_table
from helpers.present.tables_checklists import write_checklist
from helpers.present.tables_methods import tabulate_methods
from helpers.sections.base import Section
from helpers.verify.this_run import ThisRun, compare_this_run

_COUNTS = ("Compared", "Agree", "Tolerance", "Largest difference")


@dataclass(frozen=True)
class Appendix(Section):
    """What stands behind every number, and where the report says what guidelines ask for."""

    @cached_property
    def this_run(self) -> ThisRun | None:
        """This run beside the archived results."""
        return compare_this_run(self.results)

    def methods_table(self) -> Markdown:
        """Return every estimate with its method, its source and the agreement with R."""
        return show_table(tabulate_methods(self.results), "methods")

    def certificate_note(self) -> Markdown:
        """Return whether the values of this run are the archived ones, or what can be compared."""
        return Markdown(describe_certificate(self.this_run))

    def tolerances_table(self) -> Markdown:
        """Return the tolerance of each kind of value, and how far this run agrees."""
        table = tabulate_tolerances(self.this_run)
        return show_table(table, "tolerances", numeric=_COUNTS)

    def fingerprints_table(self) -> Markdown:
        """Return the fingerprints of the values of this run and of the archived ones."""
        table = tabulate_fingerprints(self.results, self.this_run)
        return show_table(table, "fingerprints")

    def strobe_table(self) -> Markdown:
        """Return the items of STROBE for a cohort study, with the sections that meet them."""
        return _checklist("STROBE")

    def record_table(self) -> Markdown:
        """Return the items that RECORD adds, with the sections that meet them."""
        return _checklist("RECORD")


def _checklist(name: str) -> Markdown:
    marks = parse_marks(find_document().read_text(encoding="utf-8"))
    return Markdown(write_checklist([i for i in read_items() if i.checklist == name], marks))
