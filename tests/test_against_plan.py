"""Every estimate of the plan against R programs that were written from the plan alone.

``tests/reference/plan`` holds the scripts, by someone who has not seen this program, and what they
printed for each study folder. Closed forms agree to 1e-6, models to 1e-3, the NPMLE to 5e-3;
resampled limits within six standard errors of both programs' Monte-Carlo error.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from helpers.analysis.study import analyse
from helpers.present.methods import source_of
from helpers.results import Results
from tests.reference.agreement import RECORD, collect, render_record
from tests.reference.compare import Comparison, comparisons, nulls
from tests.studies import DATA, SAMPLE

SYNTHETIC = Path(__file__).parents[1] / "data" / "synthetic"
FOLDERS = [SAMPLE, SYNTHETIC, *sorted((DATA / "reference").iterdir())]


@cache
def results_of(folder: Path) -> Results:
    return analyse(folder).results


@cache
def compared(folder: Path) -> list[Comparison]:
    return list(comparisons(folder.name, results_of(folder)))


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_every_number_of_r_is_ours(folder: Path) -> None:
    assert [each for each in compared(folder) if not each.agrees] == []
    assert len(compared(folder)) > 200


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_what_has_no_value_in_r_has_none_here(folder: Path) -> None:
    found = [entry for entry in nulls(folder.name, results_of(folder)) if entry[2] is not None]
    assert found == []


def test_the_record_in_the_appendix_is_what_was_found() -> None:
    found = collect({folder.name: compared(folder) for folder in FOLDERS})
    assert RECORD.read_text(encoding="utf-8") == render_record(found)


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_every_estimate_has_a_source(folder: Path) -> None:
    for key in results_of(folder).estimates:
        assert source_of(key.partition(".")[2]).reference
