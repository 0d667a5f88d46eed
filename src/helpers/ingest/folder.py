"""Read a study folder: both parts, whichever is there, into validated typed tables."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from helpers.errors import CallError, InputError
from helpers.ingest.chart_files import list_chart_files
from helpers.ingest.chart_review import read_chart_review
from helpers.ingest.queries import DataQuery, QueryLog, SheetAccount
from helpers.ingest.redcap import read_redcap
from helpers.ingest.tables import TABLES
from helpers.settings import Settings
from helpers.study import (
    CHART_REVIEW_FILE,
    DATA_FILES,
    FILES_OF_PART,
    PROSPECTIVE,
    REDCAP_DICTIONARY_FILE,
    REDCAP_RECORDS_FILE,
    RETROSPECTIVE,
    STUDY_FILE,
)


@dataclass(frozen=True, slots=True)
class StudyData:
    """What was read: the parts, the typed tables by name, data queries, accounting, file hashes."""

    parts: tuple[str, ...]
    tables: Mapping[str, pd.DataFrame]
    queries: tuple[DataQuery, ...]
    accounts: tuple[SheetAccount, ...]
    files: Mapping[str, str]

    def table(self, name: str, part: str) -> pd.DataFrame:
        """Return the rows of one typed table that belong to one part."""
        table = self.tables[name]
        return table[table["part"] == part].reset_index(drop=True)


def find_parts(folder: Path) -> tuple[str, ...]:
    """Return the parts of the study that a folder holds.

    Raises
    ------
    InputError
        When there is no such folder, it holds neither part, or the records lack their dictionary.
    """
    if not folder.is_dir():
        raise InputError(f"{folder}: no such folder; expected a study folder.")
    for name in DATA_FILES:
        path = folder / name
        if (path.exists() or path.is_symlink()) and not path.is_file():
            raise InputError(f"{path}: expected a file; this is a folder or a broken link.")
    has_records = (folder / REDCAP_RECORDS_FILE).is_file()
    if has_records and not (folder / REDCAP_DICTIONARY_FILE).is_file():
        raise InputError(
            f"{folder.name}: {REDCAP_RECORDS_FILE} is there, but {REDCAP_DICTIONARY_FILE} is not; "
            "export the data dictionary from REDCap into the same folder."
        )
    present = {RETROSPECTIVE: bool(list_chart_files(folder)), PROSPECTIVE: has_records}
    parts = tuple(part for part, there in present.items() if there)
    if not parts:
        raise InputError(
            f"{folder}: no study data; expected {CHART_REVIEW_FILE} (Part 1), or "
            f"{REDCAP_RECORDS_FILE} with {REDCAP_DICTIONARY_FILE} (Part 2), or both."
        )
    return parts


def choose_parts(folder: Path, part: str) -> tuple[str, ...]:
    """Return the parts to analyse: those that are there, or the one that was asked for.

    Raises
    ------
    CallError
        When the part that was asked for is not in the folder.
    """
    present = find_parts(folder)
    if part == "both":
        return present
    if part not in present:
        raise CallError(f"part={part}: the folder holds only {', '.join(present)}.")
    return (part,)


def read_study(folder: Path, settings: Settings) -> StudyData:
    """Read the parts of a study folder that ``settings.part`` asks for.

    Raises
    ------
    InputError, CallError
        When a file cannot be used, or a part that was asked for is not there.
    """
    parts = choose_parts(folder, settings.part)
    log = QueryLog()
    records: dict[str, list[dict[str, Any]]] = {table.name: [] for table in TABLES}
    for part in parts:
        for name, rows in _read_part(folder, part, settings, log).items():
            records[name] += rows
    return StudyData(
        parts,
        {table.name: table.build(records[table.name]) for table in TABLES},
        tuple(log.list_queries()),
        tuple(log.list_accounts()),
        hash_files(folder, parts),
    )


def _read_part(
    folder: Path, part: str, settings: Settings, log: QueryLog
) -> dict[str, list[dict[str, Any]]]:
    if part == RETROSPECTIVE:
        return read_chart_review(folder, settings, log)
    return read_redcap(folder / REDCAP_RECORDS_FILE, folder / REDCAP_DICTIONARY_FILE, settings, log)


def hash_files(folder: Path, parts: tuple[str, ...]) -> dict[str, str]:
    """Return the SHA-256 of each file that was read for some parts, by name."""
    read = {STUDY_FILE, *(name for part in parts for name in FILES_OF_PART[part])}
    return {name: _digest(folder / name) for name in sorted(read) if (folder / name).is_file()}


def _digest(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
