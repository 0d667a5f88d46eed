"""Replaces the outputs of a run as one set: all of them are the new ones, or all the old ones."""

from __future__ import annotations

import errno
import json
import os
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

_STAGING: Final = ".study-run-"
_JOURNAL: Final = ".moves.json"
_OLD: Final = ".old"
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


@contextmanager
def open_staging(out: Path) -> Iterator[Staging]:
    """Take an output folder for one run; whatever happens, only finished outputs stay in it.

    The folder is made where it is missing, and locked: a second run is refused. What a killed run
    left there is removed, and moves in whose middle it was killed are undone.

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
            with uninterrupted():
                taken.close()


def _take(out: Path, taken: ExitStack) -> Staging:
    """Make, lock and clear an output folder; ``taken`` undoes it all."""
    for folder in reversed([f for f in (out, *out.parents) if not f.exists()]):
        folder.mkdir()
        taken.callback(_remove_empty, folder)
    taken.enter_context(lock_folder(out))
    for left in out.glob(f"{_STAGING}*"):
        _undo_moves(left, out)
        shutil.rmtree(left, ignore_errors=True)
    folder = Path(tempfile.mkdtemp(prefix=_STAGING, dir=out))
    taken.callback(_clear, folder)
    return Staging(out, folder)


def _remove_empty(folder: Path) -> None:
    with suppress(OSError):
        folder.rmdir()


def _clear(folder: Path) -> None:
    if not (folder / _JOURNAL).exists():  # else it holds earlier files that could not be put back
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
            _settle(staging.folder / name)
    with uninterrupted():
        check_interruption()
        try:
            for staging, names in sets:
                _keep_aside(staging, [*names, *(removed if staging is sets[0][0] else ())])
            for staging, names in sets:
                _move(staging, names)
            for name in removed:
                _unlink(sets[0][0].out / name)
        except (OSError, OutputError):
            for staging, _ in sets:
                _undo_or_tell(staging)
            raise
        for staging, _ in sets:
            (staging.folder / _JOURNAL).unlink()
        ignore_interruptions()


def _settle(file: Path) -> None:
    """Make sure that a file is on the disk, not on its way there, before it replaces another."""
    with file.open("rb+") as stream:
        os.fsync(stream.fileno())


def _keep_aside(staging: Staging, names: Sequence[str]) -> None:
    """Keep the earlier files, and write down what to undo: they stay in place as well."""
    (staging.folder / _OLD).mkdir()
    earlier = {name: os.path.lexists(staging.out / name) for name in names}
    for name in filter(earlier.get, names):
        _copy(staging.out / name, staging.folder / _OLD / name)
    draft = staging.folder / f"{_JOURNAL}.draft"
    draft.write_text(json.dumps(earlier), encoding="utf-8")
    _settle(draft)
    draft.replace(staging.folder / _JOURNAL)


def _copy(file: Path, target: Path) -> None:
    try:
        os.link(file, target, follow_symlinks=False)
    except (OSError, NotImplementedError):  # not every file system has links
        shutil.copy2(file, target, follow_symlinks=False)


def _undo_or_tell(staging: Staging) -> None:
    try:
        _undo_moves(staging.folder, staging.out)
    except OSError as error:
        raise OutputError(
            f"{staging.out}: cannot be written any more ({error.strerror}), and holds files of two "
            "runs. The earlier ones are kept; the next run into this folder puts them back."
        ) from None


def _undo_moves(folder: Path, out: Path) -> None:
    """Put the earlier files back where a staging folder says that moves were not completed."""
    journal = folder / _JOURNAL
    if not journal.is_file():
        return
    for name, there in json.loads(journal.read_text(encoding="utf-8")).items():
        if not there:
            (out / name).unlink(missing_ok=True)
        elif os.path.lexists(folder / _OLD / name):
            (folder / _OLD / name).replace(out / name)
    journal.unlink()


def _move(staging: Staging, names: Sequence[str]) -> None:
    for name in names:
        try:
            (staging.folder / name).replace(staging.out / name)
        except OSError as error:
            raise _refused(staging.out / name, error) from None


def _unlink(target: Path) -> None:
    try:
        target.unlink(missing_ok=True)
    except OSError as error:
        raise _refused(target, error) from None


def _refused(target: Path, error: OSError) -> OutputError:
    return OutputError(
        f"{target}: cannot be replaced: {error.strerror}. If it is open in another program, close "
        "it there and run again. Nothing was replaced."
    )


def put_in_place(
    files: Mapping[str, bytes], staging: Staging, staged: Sequence[str] = ()
) -> list[Path]:
    """Write files into a staging folder, and move them and those staged before as one set.

    Raises
    ------
    InputError, OutputError
        As ``replace_outputs``.
    """
    staging.write(files)
    names = [*staged, *files]
    replace_outputs((staging, names))
    return [staging.out / name for name in names]
