"""Moves finished files into their places, and keeps the earlier ones until that is done."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from helpers.errors import OutputError

JOURNAL: Final = ".moves.json"
_OLD: Final = ".old"


def settle(file: Path) -> None:
    """Make sure that a file is on the disk, not on its way there, before it replaces another."""
    with file.open("rb+") as stream:
        os.fsync(stream.fileno())


def keep_aside(folder: Path, out: Path, names: Sequence[str]) -> None:
    """Keep the earlier files, and write down what to undo: they stay in place as well."""
    (folder / _OLD).mkdir()
    earlier = {name: os.path.lexists(out / name) for name in names}
    for name in filter(earlier.get, names):
        _copy(out / name, folder / _OLD / name)
    draft = folder / f"{JOURNAL}.draft"
    draft.write_text(json.dumps(earlier), encoding="utf-8")
    settle(draft)
    draft.replace(folder / JOURNAL)


def _copy(file: Path, target: Path) -> None:
    try:
        os.link(file, target, follow_symlinks=False)
    except (OSError, NotImplementedError):  # not every file system has links
        shutil.copy2(file, target, follow_symlinks=False)


def undo_moves(folder: Path, out: Path) -> None:
    """Put the earlier files back where a staging folder says that moves were not completed."""
    journal = folder / JOURNAL
    if not journal.is_file():
        return
    try:
        earlier = json.loads(journal.read_text(encoding="utf-8"))
    except ValueError:  # cut off by a power failure, and so before any move
        earlier = {}
    for name, there in earlier.items():
        if not there:
            (out / name).unlink(missing_ok=True)
        elif os.path.lexists(folder / _OLD / name):
            (folder / _OLD / name).replace(out / name)
    journal.unlink()


def move(folder: Path, out: Path, names: Sequence[str]) -> None:
    """Move files out of a staging folder into their places.

    Raises
    ------
    OutputError
        When the system refuses one; those before it stay moved.
    """
    for name in names:
        try:
            (folder / name).replace(out / name)
        except OSError as error:
            raise _refused(out / name, error) from None


def unlink(target: Path) -> None:
    """Remove an earlier file.

    Raises
    ------
    OutputError
        When the system refuses.
    """
    try:
        target.unlink(missing_ok=True)
    except OSError as error:
        raise _refused(target, error) from None


def _refused(target: Path, error: OSError) -> OutputError:
    return OutputError(
        f"{target}: cannot be replaced: {error.strerror}. If it is open in another program, close "
        "it there and run again. Nothing was replaced."
    )
