"""Compares the results of this run with the archived ones, where those are of the same data."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from helpers.results import Results
from helpers.verify.archive import ARCHIVE
from helpers.verify.causes import DATA, PARAMETER, Change, find_changes
from helpers.verify.compare import Comparison, compare_results
from helpers.verify.read import read_results

# Parameters that reach no value of these data: another day, another title.
_WITHOUT_EFFECT: Final = ("report_date", "title", "synthetic")


@dataclass(frozen=True, slots=True)
class ThisRun:
    """This run beside the archived results.

    ``compared`` is empty where the data or the parameters are others: ``changes`` says which.
    ``values`` and ``archived_values`` are the SHA-256 of all values but the provenance.
    """

    values: str
    archived_values: str
    archived_code: str
    changes: tuple[Change, ...]
    compared: tuple[Comparison, ...]

    @property
    def is_of_the_archived_data(self) -> bool:
        """Whether every data file is, byte for byte, the one that was archived."""
        return not any(change.what == DATA for change in self.changes)


def compare_this_run(results: Results) -> ThisRun | None:
    """Compare results with the archived ones; None where there is no archive."""
    if not ARCHIVE.is_file():
        return None
    archived, now = _read_archive(), json.loads(json.dumps(results.as_json()))
    changes = tuple(
        change
        for change in find_changes(archived["provenance"], now["provenance"])
        if change.what in {DATA, PARAMETER} and change.name not in _WITHOUT_EFFECT
    )
    return ThisRun(
        values=hash_values(now),
        archived_values=hash_values(archived),
        archived_code=archived["provenance"]["code_version"],
        changes=changes,
        compared=() if changes else compare_results(archived, now),
    )


@cache
def _read_archive() -> dict[str, Any]:
    return read_results(ARCHIVE)


def hash_values(results: Mapping[str, Any]) -> str:
    """Return the SHA-256 of all values of ``results.json``: equal to the last digit, or not."""
    values = {name: content for name, content in results.items() if name != "provenance"}
    text = json.dumps(values, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()
