"""Every estimate against R, and every data query against what was planted.

The folders of ``tests/data`` were written from the data contract and the analysis plan by someone
who had not seen this program; ``expected.csv`` is R's (4.2, survival, nlme; see
``tests/reference/study``). Tolerance: 1e-6 relative for closed forms and curves, 1e-3 for models,
5e-3 for the NPMLE.
"""

from __future__ import annotations

import csv
import json
from functools import cache
from pathlib import Path

import pytest

from helpers.analysis.run import Analysis
from helpers.analysis.study import analyse
from helpers.results import Estimate
from tests.studies import DATA, SAMPLE

FOLDERS = [SAMPLE, *sorted((DATA / "reference").iterdir())]
TOLERANCE = 1e-6

MODELS = ("trajectory", "course", "hazard_ratio", "odds_ratio", "weibull")
MODEL_TOLERANCE, NPMLE_TOLERANCE = 1e-3, 5e-3


@cache
def analysed(folder: Path) -> Analysis:
    return analyse(folder)


def rows(path: Path) -> list[dict[str, str]]:
    if not path.exists():
        return []
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def agrees(estimate: Estimate, name: str, theirs: float) -> bool:
    """Return whether a field is R's, to the tolerance of its kind.

    An NPMLE may instead lie in its identified range: where in it, is a convention.
    """
    ours = getattr(estimate, name)
    if ours is None:
        return False
    if "npmle" in estimate.key:
        ends = [estimate.further.get(f"{side}_identified") for side in ("lower", "upper")]
        inside = None not in ends and ends[0] <= theirs <= ends[1]
        return inside or bool(ours == pytest.approx(theirs, abs=NPMLE_TOLERANCE))
    if any(model in estimate.key for model in MODELS):
        return bool(ours == pytest.approx(theirs, rel=MODEL_TOLERANCE, abs=MODEL_TOLERANCE))
    return bool(ours == pytest.approx(theirs, rel=TOLERANCE, abs=1e-12))


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_estimates_agree_with_r(folder: Path) -> None:
    results = analysed(folder).results
    differences, compared = [], 0
    for row in rows(folder / "expected.csv"):
        key = row.pop("key")
        estimate = results.get(key)
        for name, text in row.items():
            if text in {"", "NA"}:
                continue
            compared += 1
            if not agrees(estimate, name, float(text)):
                differences.append((key, name, float(text), getattr(estimate, name)))
    assert differences == []
    assert compared > 100


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_what_r_cannot_compute_is_null_with_a_reason(folder: Path) -> None:
    results = analysed(folder).results
    for row in rows(folder / "expected_null.csv"):
        estimate = results.get(row["key"])
        assert getattr(estimate, row["field"]) is None, row
        if row["field"] == "estimate":
            assert estimate.status != "ok", row


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_errors_are_exactly_those_that_were_planted(folder: Path) -> None:
    planted = json.loads((folder / "expected_errors.json").read_text(encoding="utf-8"))
    expected = sorted((e["sheet"], e["row"], e["column"]) for e in planted)
    whole_rows = {(sheet, row) for sheet, row, column in expected if column == "*"}
    found = sorted(
        (q.sheet, q.row, "*" if (q.sheet, q.row) in whole_rows else q.column)
        for q in analysed(folder).data.queries
        if q.severity == "error"
    )
    assert found == expected


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_every_row_is_accounted_for(folder: Path) -> None:
    for account in analysed(folder).data.accounts:
        classes = account.used + account.used_with_warning + account.used_in_part
        assert classes + sum(account.excluded.values()) == account.rows
