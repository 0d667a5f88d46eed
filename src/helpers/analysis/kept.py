"""Analyses a study folder once: what an earlier run made of the same content is found again."""

from __future__ import annotations

import hashlib
import platform
from collections.abc import Callable, Mapping
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any

from helpers.provenance import PACKAGES, code_version, hash_code, lock_hash
from helpers.settings import Settings, resolve_settings
from helpers.store import Store, find_store, key_of
from helpers.study import DATA_FILES

if TYPE_CHECKING:  # what computes takes a second to import; to find what was computed needs none
    from helpers.analysis.remember import Memory
    from helpers.analysis.run import Analysis


def find_analysis(folder: Path, parameters: Mapping[str, Any]) -> Analysis | None:
    """Return the analysis that ``analyse_once`` kept of the same content; None: there is none.

    Raises
    ------
    StudyError
        When a parameter or ``study.toml`` is wrong.
    """
    settings = resolve_settings(folder, parameters)
    return _find(find_store(), _key(folder, settings))


def analyse_once(
    folder: Path, parameters: Mapping[str, Any], progress: Callable[[str], None]
) -> Analysis:
    """Return the analysis of a study folder: the one that was kept, or a new one, which is kept.

    A new one takes from earlier runs each stage whose data, code and settings are the same. It is
    only for commands that end soon: their code is that of the files, whose digest names the entry.

    Raises
    ------
    StudyError
        When the input or a parameter is wrong.
    """
    store = find_store()
    settings = resolve_settings(folder, parameters)
    key = _key(folder, settings)
    found = _find(store, key)
    if found is not None:
        return found
    from helpers.analysis.remember import Memory

    memory = Memory(store, describe_surroundings())
    analysis = _analyse(folder, settings, progress, memory)
    if _key(folder, settings) == key:  # neither data nor code changed meanwhile
        memory.keep()
        store.write(key, analysis)
        store.tidy()
    return analysis


def _find(store: Store, key: str) -> Analysis | None:
    from helpers.analysis.run import Analysis

    found = store.read(key)
    return found if isinstance(found, Analysis) else None


def _analyse(
    folder: Path, settings: Settings, progress: Callable[[str], None], memory: Memory
) -> Analysis:
    from helpers.analysis.study import analyse_cohorts
    from helpers.cohort.read import derive_cohorts
    from helpers.ingest.folder import read_study

    progress("reading the study folder")
    data = memory.recall(
        "reading", key_of("files", hash_data(folder)), settings,
        lambda watched: read_study(folder, watched),
    )  # fmt: skip
    return analyse_cohorts(derive_cohorts(settings, data), progress, memory)


def _key(folder: Path, settings: Settings) -> str:
    return key_of(
        "analysis",
        describe_surroundings()
        | {
            "version": code_version(),
            "data": hash_data(folder),
            "settings": settings.parameters(),
        },
    )


def describe_surroundings() -> dict[str, Any]:
    """Return what every number depends on besides data and settings: code, lock, packages, host."""
    return {
        "code": hash_code(),
        "lock": lock_hash(),
        "packages": {name: metadata.version(name) for name in PACKAGES},
        "python": platform.python_version(),
        "platform": (platform.platform(), platform.node()),
    }


def hash_data(folder: Path) -> dict[str, str]:
    """Return the SHA-256 of each file of a study folder, by name."""
    digests = {}
    for path in (folder / name for name in DATA_FILES):
        if path.is_file():
            with path.open("rb") as stream:
                digests[path.name] = hashlib.file_digest(stream, "sha256").hexdigest()
    return digests
