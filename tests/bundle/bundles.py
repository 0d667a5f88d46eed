"""Bundles for tests: looked into, and changed by hand."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from helpers.bundle import layout
from helpers.bundle.checksums import write_checksums
from helpers.bundle.consent import CONFIRM, INCLUDE
from helpers.bundle.pack import pack

CONSENT = (INCLUDE, CONFIRM)
ONE_PART = ("-P", "part=prospective")  # half the time


@dataclass(frozen=True)
class Made:
    """A bundle, and the exit code of the command that made it."""

    path: Path
    code: int

    def files(self) -> dict[str, bytes]:
        with zipfile.ZipFile(self.path) as archive:
            return {name: archive.read(name) for name in archive.namelist()}

    def text(self, name: str) -> str:
        return self.files()[name].decode()


def change(made: Made, folder: Path, changes: Mapping[str, bytes | None], *, sums: bool) -> Path:
    """Write a bundle with files changed, added or (None) left out; with new checksums or not."""
    files = made.files() | dict(changes)
    kept = {name: content for name, content in files.items() if content is not None}
    if sums:
        del kept[layout.SUMS]
        kept[layout.SUMS] = write_checksums(kept)
    target = folder / "changed.zip"
    target.write_bytes(pack(kept))
    return target
