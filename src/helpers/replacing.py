"""Replaces the outputs of a run as one set: all of them are the new ones, or all the old ones."""

from __future__ import annotations

import errno
import shutil
import tempfile
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from helpers.errors import InputError, OutputError
from helpers.interruption import check_interruption, ignore_interruptions, uninterrupted
from helpers.locking import lock_folder
from helpers.moving import JOURNAL, keep_aside, move, settle, undo_moves, unlink

_STAGING: Final = ".study-run-"
_FULL: Final = {errno.ENOSPC, errno.EDQUOT}


@dataclass(frozen=True, slots=True)
class Staging:
    """A folder inside an output folder, in which a run completes what it will put there.

    ``folder`` holds the new files under their final names; ``out`` is where they belong.
    """

    out: Path
    folder: Path

    def write(self, files: Mapping[str, bytes]) -> None:
        """Write files by name into the staging folder."""
        for name, content in files.items():
            (self.folder / name).write_bytes(content)

    def names(self) -> list[str]:
        """Return the names of the files that were staged."""
        return sorted(file.name for file in self.folder.iterdir() if file.is_file())


@contextmanager
def open_staging(out: Path) -> Iterator[Staging]:
    """Take an output folder for one run; whatever happens, only finished outputs stay in it.

    The folder is made where it is missing, and locked: a second run is refused, but the same run
    may take it again. What a killed run left there is removed, and moves in whose middle it was
    killed are undone.

    Raises
    ------
    InputError
        When the path is a file, or another run is writing into the folder.
    OutputError
        When the folder cannot be written, or the disk is full.
    """
    if out.exists() and not out.is_dir():
        raise InputError(f"{out}: is a file; expected a folder for the output.")
    taken = ExitStack()
    with _told_of(out, _FULL):
        try:
            with uninterrupted(), _told_of(out):
                staging = _take(out, taken)
            yield staging
        finally:
            try:
                with uninterrupted():
                    taken.close()
            except KeyboardInterrupt:  # perhaps just before it could be held back
                taken.close()
                raise


def _take(out: Path, taken: ExitStack) -> Staging:
    """Make, lock and clear an output folder; ``taken`` undoes it all."""
    for folder in reversed([f for f in (out, *out.parents) if not f.exists()]):
        folder.mkdir(exist_ok=True)
        taken.callback(_remove_empty, folder)
    if taken.enter_context(lock_folder(out)):
        _clear_leftovers(out)
    folder = Path(tempfile.mkdtemp(prefix=_STAGING, dir=out))
    taken.callback(_clear, folder)
    return Staging(out, folder)


def _clear_leftovers(out: Path) -> None:
    """Remove what killed runs left, once their moves are undone."""
    for left in out.glob(f"{_STAGING}*"):
        undo_moves(left, out)
        shutil.rmtree(left, ignore_errors=True)


def _remove_empty(folder: Path) -> None:
    with suppress(OSError):
        folder.rmdir()


def _clear(folder: Path) -> None:
    if not (folder / JOURNAL).exists():  # else it holds earlier files that could not be put back
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _told_of(out: Path, numbers: Container[int] | None = None) -> Iterator[None]:
    """Turn what the system refuses in an output folder into one message; None: all of it."""
    try:
        yield
    except OSError as error:
        if numbers is not None and error.errno not in numbers:
            raise
        if error.errno in _FULL:
            raise OutputError(
                f"{out}: no space is left on its disk, or on that of the temporary files; make "
                "room, or choose another folder. Nothing was replaced."
            ) from None
        raise OutputError(
            f"{out}: cannot be written: {error.strerror}. Choose another folder, or make this one "
            "writable. Nothing was replaced."
        ) from None


def check_targets(paths: Iterable[Path]) -> None:
    """Raise InputError when something that is no file stands where an output belongs."""
    for path in paths:
        if path.is_dir():
            raise InputError(f"{path}: is a folder; expected a file, or nothing, there.")


def replace_outputs(*sets: tuple[Staging, Sequence[str]], removed: Sequence[str] = ()) -> None:
    """Move the named files of each staging folder into place: all of them, or none.

    The earlier files are kept aside until all new ones are in place. An interruption waits until
    then, when it comes too late; should the process be killed, the next run undoes the moves.

    Parameters
    ----------
    sets
        Staging folders, each with the names of the files to move.
    removed
        Names of earlier files of the first folder that have no place beside the new ones.

    Raises
    ------
    InputError
        When a folder stands where a file belongs.
    OutputError
        When an earlier file cannot be replaced; all are as they were.
    KeyboardInterrupt
        When the run was interrupted before.
    """
    for staging, names in sets:
        check_targets(staging.out / name for name in names)
        for name in names:
            settle(staging.folder / name)
    with uninterrupted():
        check_interruption()
        try:
            _move_all(sets, removed)
        except (OSError, OutputError):
            for staging, _ in sets:
                _undo_or_tell(staging)
            raise
        for staging, _ in sets:
            (staging.folder / JOURNAL).unlink()
        ignore_interruptions()


def _move_all(sets: Sequence[tuple[Staging, Sequence[str]]], removed: Sequence[str]) -> None:
    first = sets[0][0]
    for staging, names in sets:
        gone = removed if staging is first else ()
        keep_aside(staging.folder, staging.out, [*names, *gone])
    for staging, names in sets:
        move(staging.folder, staging.out, names)
    for name in removed:
        unlink(first.out / name)


def _undo_or_tell(staging: Staging) -> None:
    try:
        undo_moves(staging.folder, staging.out)
    except OSError as error:
        raise OutputError(
            f"{staging.out}: cannot be written any more ({error.strerror}), and holds files of two "
            "runs. The earlier ones are kept; the next run into this folder puts them back."
        ) from None
