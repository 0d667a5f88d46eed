"""Opens a bundle that somebody hands over: nothing in it is trusted."""

from __future__ import annotations

import hashlib
import stat
import unicodedata
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Final

from helpers.archives import DAMAGED, PIECE_BYTES, find_excess, is_packed_oddly, list_entries
from helpers.bundle import layout
from helpers.bundle.checksums import parse_checksums
from helpers.errors import InputError

MOST_FILES: Final = 10_000  # a bundle has about a thousand
MOST_BYTES: Final = 400_000_000  # unpacked; a bundle has about 15 million
_MOST_READ: Final = 100_000_000  # of one file that is read as a whole
_LONGEST: Final = 240  # characters of a name
_NOT_IN_NAMES: Final = frozenset('\\:*?"<>|')


@dataclass(frozen=True, slots=True)
class OpenBundle:
    """A bundle whose entries were looked at; ``files`` are its entries by name."""

    name: str
    archive: zipfile.ZipFile
    files: Mapping[str, zipfile.ZipInfo]

    def read(self, name: str) -> bytes:
        """Return a file; raises InputError when it is missing or too large."""
        if name not in self.files:
            raise InputError(f"{self.name}: {name} is missing; expected a file of `study bundle`.")
        if self.files[name].file_size > _MOST_READ:
            raise InputError(f"{self.name}: {name} is larger than any such file of a bundle.")
        with _damage_told(self.name):
            return self.archive.read(self.files[name])

    def inside(self, folder: str) -> list[str]:
        """Return the names of all files in a folder, which ends with a slash."""
        return sorted(name for name in self.files if name.startswith(folder))

    def extract(self, name: str, target: Path) -> Path:
        """Write a file to a path that the caller chose, and return it."""
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(self.read(name))
        return target

    def hash(self, name: str) -> str:
        """Return the SHA-256 of a file, read in pieces."""
        digest = hashlib.sha256()
        with _damage_told(self.name), self.archive.open(self.files[name]) as stream:
            while piece := stream.read(PIECE_BYTES):
                digest.update(piece)
        return digest.hexdigest()


@contextmanager
def open_bundle(path: Path) -> Iterator[OpenBundle]:
    """Open a bundle.

    Raises
    ------
    InputError
        When there is no such file, it is no zip archive or damaged, or it holds what no bundle
        holds: links, folders, names that lead elsewhere or stand twice, too much.
    """
    if not path.is_file():
        raise InputError(f"{path}: no such file; expected a bundle of `study bundle`.")
    if path.stat().st_size > MOST_BYTES:
        raise _refuse(path.name, "it is larger than any bundle")
    with _damage_told(path.name):
        archive = zipfile.ZipFile(path)
    with archive:
        with _damage_told(path.name):
            entries = list_entries(archive)
        if excess := find_excess(entries, most=MOST_FILES, most_bytes=MOST_BYTES, noun="files"):
            raise _refuse(path.name, excess)
        _check_names(path.name, entries)
        yield OpenBundle(path.name, archive, {each.filename: each for each in entries})


@contextmanager
def _damage_told(file: str) -> Iterator[None]:
    """Turn what a damaged archive raises into one message."""
    try:
        yield
    except DAMAGED as problem:
        raise InputError(
            f"{file}: cannot be read as a bundle ({type(problem).__name__}); the file is damaged "
            "or of another kind. Ask for it again."
        ) from None


def _check_names(file: str, entries: list[zipfile.ZipInfo]) -> None:
    seen: set[str] = set()
    for each in entries:
        name = each.orig_filename  # as it stands there; the other is cleaned already
        if not _stays_inside(name):
            raise _refuse(file, f"it holds a file whose name leads elsewhere ('{name}')")
        kind = stat.S_IFMT(each.external_attr >> 16)
        if each.is_dir() or kind not in (0, stat.S_IFREG):
            raise _refuse(file, f"'{name}' is a link or a folder, expected files alone")
        if is_packed_oddly(each):
            raise _refuse(file, f"'{name}' is encrypted, or packed in an unusual way")
        same = unicodedata.normalize("NFC", name).casefold()
        if same in seen:
            raise _refuse(file, f"it holds two files of the name '{name}'")
        seen.add(same)


def _stays_inside(name: str) -> bool:
    """Return whether a name leads to a file inside the folder of the bundle on every system."""
    parts = name.split("/")
    return (
        0 < len(name) <= _LONGEST
        and name.isprintable()
        and not _NOT_IN_NAMES & set(name)
        and not any(part in ("", ".", "..") or part.endswith((".", " ")) for part in parts)
        and not PurePosixPath(name).is_absolute()
    )


def _refuse(file: str, what: str) -> InputError:
    return InputError(
        f"{file}: {what}; no bundle is like that. Nothing was unpacked; ask where it comes from."
    )


def check_sums(bundle: OpenBundle) -> tuple[str, ...]:
    """Return what is wrong with the files of a bundle by its checksums; empty when nothing is.

    Raises
    ------
    InputError
        When the checksums are missing or cannot be read.
    """
    told = parse_checksums(bundle.read(layout.SUMS), f"{bundle.name}: {layout.SUMS}")
    there = set(bundle.files) - {layout.SUMS}
    found = [f"{name}: missing" for name in sorted(set(told) - there)]
    found += [f"{name}: has no checksum" for name in sorted(there - set(told))]
    found += [f"{name}: is not the file of its checksum"
              for name in sorted(there & set(told)) if bundle.hash(name) != told[name]]  # fmt: skip
    return tuple(found)
