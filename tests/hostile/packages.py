"""Workbooks as the zip packages they are: parts changed, added, doubled, and lied about."""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path

from tests.studies import save, workbook

SHEET = "xl/worksheets/sheet1.xml"
Edit = Callable[[bytes], bytes]


def package(
    folder: Path,
    edits: Mapping[str, Edit] | None = None,
    added: Mapping[str, bytes] | None = None,
    packing: int = zipfile.ZIP_DEFLATED,
) -> Path:
    """Save a plain workbook as a study folder, with parts edited and added."""
    path = save(workbook(), folder) / "chart_review.xlsx"
    target = io.BytesIO()
    with zipfile.ZipFile(path) as source, zipfile.ZipFile(target, "w", packing) as changed:
        for entry in source.infolist():
            edit = (edits or {}).get(entry.filename, lambda content: content)
            changed.writestr(entry.filename, edit(source.read(entry)))
        for name, content in (added or {}).items():
            changed.writestr(name, content)
    path.write_bytes(target.getvalue())
    return folder


def replace(old: bytes, new: bytes) -> Edit:
    """Return an edit that replaces a text, which must be there."""

    def edit(content: bytes) -> bytes:
        assert old in content
        return content.replace(old, new, 1)

    return edit


def patch(folder: Path, change: Callable[[bytearray], None]) -> Path:
    """Change the bytes of a saved workbook."""
    path = folder / "chart_review.xlsx"
    content = bytearray(path.read_bytes())
    change(content)
    path.write_bytes(bytes(content))
    return folder


def directory_entry(content: bytearray, name: str) -> int:
    """Return where the central directory's entry of a part starts."""
    start = 0
    while (start := content.find(b"PK\x01\x02", start)) >= 0:
        length = struct.unpack_from("<H", content, start + 28)[0]
        if content[start + 46 : start + 46 + length] == name.encode():
            return start
        start += 4
    raise AssertionError(name)
