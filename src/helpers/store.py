"""Keeps what was computed, under a name made of all it was computed from; for its owner alone.

An entry holds patients' data, and reading one runs code (it is a pickle): the folder and each file
must belong to the user and be closed to everybody else, or they are not there for the program.
"""

from __future__ import annotations

import hashlib
import json
import os
import pickle
import stat
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

from helpers.checkout import ROOT
from helpers.interruption import uninterrupted

FOLDER_NAME: Final = "STUDY_CACHE"  # environment variable: another folder; empty: keep nothing
_DEFAULT: Final = ROOT / ".study-cache"  # not where a release may lie
_MOST_BYTES: Final = 100_000_000
_MOST_FILES: Final = 4_000
_OPEN_TO_OTHERS: Final = stat.S_IRWXG | stat.S_IRWXO
_CHECKSUM: Final = hashlib.sha256().digest_size
_UNREADABLE: Final = (
    OSError, pickle.UnpicklingError, AttributeError, EOFError, ImportError, IndexError, KeyError,
    TypeError, ValueError,
)  # fmt: skip


class Store:
    """Entries by key in one private folder; without a folder it keeps nothing."""

    def __init__(self, folder: Path | None) -> None:
        """Take a folder, which is made when the first entry is kept."""
        self.folder = folder

    def read(self, key: str) -> Any:
        """Return what was kept under a key; None where nothing was, or nothing to be trusted."""
        if self.folder is None or not _is_private(self.folder):
            return None
        try:
            content = _read_own(self.folder / key)
            checksum, pickled = content[:_CHECKSUM], content[_CHECKSUM:]
            return pickle.loads(pickled) if checksum == _sum(key, pickled) else None
        except _UNREADABLE:
            return None

    def write(self, key: str, value: Any) -> None:
        """Keep a value; where it cannot be kept it is computed again another time."""
        if self.folder is None:
            return
        pickled = pickle.dumps(value, pickle.HIGHEST_PROTOCOL)
        if len(pickled) > _MOST_BYTES:
            return
        with suppress(OSError):
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            if _is_private(self.folder):
                _write_own(self.folder / key, _sum(key, pickled) + pickled)

    def tidy(self) -> None:
        """Remove the oldest entries until the rest is of a bounded size."""
        if self.folder is None:
            return
        with suppress(OSError):
            found = [(file.stat(), file) for file in self.folder.iterdir()]
            found.sort(key=lambda each: each[0].st_mtime_ns, reverse=True)
            size = 0
            for number, (status, file) in enumerate(found):
                size += status.st_size
                if size > _MOST_BYTES or number >= _MOST_FILES:
                    file.unlink(missing_ok=True)


def find_store() -> Store:
    """Return the store of this checkout, or that which ``STUDY_CACHE`` names.

    Nothing is kept where files have no owner that could be asked for (Windows), nor by a package
    that runs from no checkout.
    """
    named = os.environ.get(FOLDER_NAME)
    if os.name != "posix" or named == "":
        return Store(None)
    if named:
        return Store(Path(named).absolute())
    return Store(_DEFAULT if (ROOT / "report.qmd").is_file() else None)


def key_of(kind: str, made_of: Mapping[str, Any]) -> str:
    """Return the name of an entry: a SHA-256 over all that its value depends on."""
    text = json.dumps([kind, made_of], sort_keys=True, default=repr)
    return hashlib.sha256(text.encode()).hexdigest()


def _sum(key: str, pickled: bytes) -> bytes:
    return hashlib.sha256(key.encode() + pickled).digest()


def _is_private(folder: Path) -> bool:
    try:
        status = folder.lstat()
    except OSError:
        return False
    return stat.S_ISDIR(status.st_mode) and _is_own(status)


def _is_own(status: os.stat_result) -> bool:
    return status.st_uid == os.geteuid() and not status.st_mode & _OPEN_TO_OTHERS


def _read_own(file: Path) -> bytes:
    """Return the content of a file of ours; raises OSError for any other, and for links."""
    handle = os.open(file, os.O_RDONLY | os.O_NOFOLLOW)
    with os.fdopen(handle, "rb") as stream:
        status = os.fstat(stream.fileno())
        if not (stat.S_ISREG(status.st_mode) and _is_own(status)):
            raise PermissionError(file)
        return stream.read()


def _write_own(file: Path, content: bytes) -> None:
    """Write a file that nobody else can read, and move it into place when it is complete."""
    handle, name = tempfile.mkstemp(prefix=".", dir=file.parent)  # mode 0600
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(content)
        Path(name).replace(file)
    except BaseException:
        with uninterrupted():
            Path(name).unlink(missing_ok=True)
        raise
