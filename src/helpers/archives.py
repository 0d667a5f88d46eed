"""What a zip archive that somebody hands over may unpack to, and what it raises when damaged."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Sequence
from typing import Final

MOST_RATIO: Final = 100  # unpacked to packed; what people type packs 5 to 30 times smaller
RATIO_FROM_BYTES: Final = 1_000_000
PIECE_BYTES: Final = 65_536
PACKINGS: Final = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
DAMAGED: Final = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, ValueError,
                  RuntimeError, LookupError)  # fmt: skip
"""What Python's reader raises of a damaged archive or of the text inside; LookupError is of an
encoding that does not exist."""


def list_entries(archive: zipfile.ZipFile) -> list[zipfile.ZipInfo]:
    """Return the entries of an archive.

    Raises:
        zipfile.BadZipFile: when one is said to start before the file does.
    """
    entries = archive.infolist()
    if any(entry.header_offset < 0 for entry in entries):
        raise zipfile.BadZipFile("an entry is said to start before the file does")
    return entries


def find_excess(
    entries: Sequence[zipfile.ZipInfo], *, most: int, most_bytes: int, noun: str
) -> str | None:
    """Say what is too much in an archive, or None.

    Args:
        entries: as the archive's directory tells them.
        most: entries.
        most_bytes: unpacked, all together.
        noun: what an entry is called, in the plural.
    """
    unpacked = sum(entry.file_size for entry in entries)
    packed = sum(entry.compress_size for entry in entries)
    if len(entries) > most:
        return f"it has {len(entries)} {noun}, expected at most {most}"
    if unpacked > most_bytes:
        return f"it unpacks to {unpacked / 1e6:.0f} MB, expected at most {most_bytes / 1e6:.0f} MB"
    if unpacked > RATIO_FROM_BYTES and unpacked > MOST_RATIO * max(packed, 1):
        return f"it unpacks to more than {MOST_RATIO} times its size"
    return None


def is_packed_oddly(entry: zipfile.ZipInfo) -> bool:
    """Return whether an entry is encrypted, or packed as no spreadsheet program does it."""
    return bool(entry.flag_bits & 1) or entry.compress_type not in PACKINGS
