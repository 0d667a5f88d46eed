"""Packs files into a zip archive whose bytes depend on their names and contents alone."""

from __future__ import annotations

import io
import stat
import zipfile
from collections.abc import Mapping
from typing import Final

from helpers.present.fixed_zip import EPOCH

_UNIX: Final = 3  # or the attributes would be those of the system it is made on
_PROGRAM: Final = stat.S_IFREG | 0o755
_FILE: Final = stat.S_IFREG | 0o644


def pack(files: Mapping[str, bytes]) -> bytes:
    """Return a zip archive of files by name, in the order of their names."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for name in sorted(files):
            archive.writestr(_describe(name, files[name]), files[name], zipfile.ZIP_DEFLATED, 9)
    return target.getvalue()


def _describe(name: str, content: bytes) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, EPOCH.timetuple()[:6])
    entry.create_system = _UNIX
    entry.external_attr = (_PROGRAM if content.startswith(b"#!") else _FILE) << 16
    return entry
