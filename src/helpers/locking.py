"""One run at a time in an output folder, held by a lock that no killed process leaves behind."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from helpers.errors import OutputError

_LOCK: Final = ".study.lock"
_HELD: Final[set[Path]] = set()  # by this process


@contextmanager
def lock_folder(folder: Path) -> Iterator[bool]:
    """Hold a folder against other runs; the system lets go of the lock when a process dies.

    Yields False where this run holds the folder already. Where the system or the disk knows no such
    locks (Windows, some network drives), nothing is held.

    Raises
    ------
    OutputError
        When another run holds the folder.
    """
    place = folder.resolve()
    if place in _HELD:
        yield False
        return
    path = place / _LOCK
    handle = _take(path, folder)
    _HELD.add(place)
    try:
        yield True
    finally:
        _HELD.remove(place)
        with suppress(OSError):
            path.unlink()  # while it is still held: see _take
        os.close(handle)


def _take(path: Path, folder: Path) -> int:
    """Return a handle of the lock file that is held and stands in the folder."""
    while True:
        handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o666)
        try:
            _lock(handle, folder)
        except OutputError:
            os.close(handle)
            raise
        if _stands_at(handle, path):
            return handle
        os.close(handle)  # its holder has just removed it: the next run would lock another


def _lock(handle: int, folder: Path) -> None:
    if sys.platform == "win32":
        return
    import fcntl

    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise OutputError(
            f"{folder}: another run is writing into this folder; wait until it has finished, or "
            "give this one a folder of its own (--out)."
        ) from None
    except OSError:  # a disk without locks
        return


def _stands_at(handle: int, path: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(handle), path.stat())
    except FileNotFoundError:
        return False
