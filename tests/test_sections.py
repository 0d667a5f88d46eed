"""Every table and figure of the report: both parts, one part, hardly any data."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from IPython.display import Markdown
from matplotlib.figure import Figure

from helpers.report import Report, open_report
from helpers.sections.base import Section
from tests.studies import SAMPLE, infusions, record, save, save_redcap, workbook

NEEDS_ARGUMENTS = {"text", "estimates", "covers"}


def displays(section: Section) -> Iterator[tuple[str, Callable[[], object]]]:
    """Yield what a section shows: its public methods, and those of its parts."""
    for name, member in inspect.getmembers(type(section)):
        if name.startswith("_") or name in NEEDS_ARGUMENTS:
            continue
        if isinstance(member, property):
            value = getattr(section, name)
            if isinstance(value, Section):
                yield from displays(value)
        elif inspect.isfunction(member):
            yield f"{type(section).__name__}.{name}", getattr(section, name)


def few(folder: Path) -> Path:
    """Return a study of one patient in either part."""
    save(workbook(infusions=infusions(count=4), follow_ups=[{}]), folder)
    return save_redcap(record(), folder)


def nobody(folder: Path) -> Path:
    """Return a study whose tables are there and empty."""
    save(workbook(patients=(), infusions=()), folder)
    return save_redcap([], folder)


STUDIES = {
    "both parts": (lambda folder: SAMPLE, None),
    "part 1": (lambda folder: SAMPLE, "retrospective"),
    "part 2": (lambda folder: SAMPLE, "prospective"),
    "one patient each": (few, None),
    "nobody": (nobody, None),
}


@pytest.mark.parametrize("name", STUDIES)
def test_every_display_can_be_made(name: str, tmp_path: Path) -> None:
    make, part = STUDIES[name]
    report: Report = open_report(str(make(tmp_path)), n_boot=100, part=part)
    shown = dict(displays(report))
    assert len(shown) > 40
    for title, show in shown.items():
        value = show()
        assert isinstance(value, Markdown | Figure | str), title
        if isinstance(value, str):
            assert value, title
