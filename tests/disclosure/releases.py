"""Releases to attack: the same analysis before and after anything was withheld."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any
from unittest import mock

from helpers.analysis.study import analyse
from helpers.disclosure.release import release_results
from helpers.results import Estimate, Results
from helpers.settings import MIN_CELL, Settings
from helpers.synthetic import write_synthetic_study
from tests.studies import SAMPLE

ROOT = Path(__file__).parents[2]
SYNTHETIC = ROOT / "data" / "synthetic"
FOLDERS = [SAMPLE, SYNTHETIC, *sorted((ROOT / "tests/data/reference").glob("*/"))]
SMALL = range(1, MIN_CELL)


@cache
def unreleased(folder: Path) -> tuple[Results, Settings]:
    """Return the results of a folder as a release begins with them, and the settings."""
    with mock.patch("helpers.analysis.study.release_results", lambda results, _: results):
        analysis = analyse(folder, {"profile": "release", "n_boot": 100})
    return analysis.results, analysis.settings


@cache
def made_study(retrospective: int, prospective: int, seed: int) -> tuple[Results, Settings]:
    """Return the unreleased results of a made-up study."""
    with tempfile.TemporaryDirectory() as folder:
        write_synthetic_study(
            Path(folder), retrospective=retrospective, prospective=prospective, seed=seed
        )
        return unreleased(Path(folder))


def with_estimates(results: Results, **changes: Mapping[str, Any]) -> Results:
    """Return results with some fields of some estimates changed; ``__`` stands for a dot."""
    keys = {name.replace("__", "."): fields for name, fields in changes.items()}
    changed = {key: replace(results.get(key), **fields) for key, fields in keys.items()}
    return replace(results, estimates={**results.estimates, **changed})


def with_rows(results: Results, table: str, part: str, rows: Any) -> Results:
    """Return results with the rows of one table of one part changed."""
    tables = dict(results.tables)
    tables[table] = dict(tables[table]) | {part: rows}
    return replace(results, tables=tables)


def shown(results: Results, settings: Settings) -> dict[str, Estimate]:
    """Return the estimates of a release by key."""
    return dict(release_results(results, settings).estimates)


def plain(results: Results, settings: Settings) -> dict[str, Any]:
    """Return a release as the plain values of results.json."""
    values: dict[str, Any] = json.loads(json.dumps(release_results(results, settings).as_json()))
    return values
