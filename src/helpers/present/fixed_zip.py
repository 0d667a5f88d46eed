"""Workbooks whose bytes depend on their content alone, not on the time they were written."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from typing import Any, Final

EPOCH: Final = dt.datetime(2000, 1, 1)


def workbook_bytes(book: Any) -> bytes:
    """Return an openpyxl workbook as the bytes of an .xlsx file with all times fixed."""
    book.properties.created = EPOCH
    stream = io.BytesIO()
    book.save(stream)
    return fix_times(stream.getvalue())


def fix_times(archive: bytes) -> bytes:
    """Return a zip archive with the same content and every time set to 2000-01-01."""
    target = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(archive)) as source,
        zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as fixed,
    ):
        for entry in source.infolist():
            content = source.read(entry)
            if entry.filename == "docProps/core.xml":
                content = _fix_modified(content)
            fixed.writestr(zipfile.ZipInfo(entry.filename, EPOCH.timetuple()[:6]), content,
                           zipfile.ZIP_DEFLATED)  # fmt: skip
    return target.getvalue()


def _fix_modified(core: bytes) -> bytes:
    start, tag, rest = core.partition(b"<dcterms:modified")
    if not tag:
        return core
    opening, _, after = rest.partition(b">")
    closing = after[after.index(b"</dcterms:modified>") :]
    return start + tag + opening + b">" + EPOCH.strftime("%Y-%m-%dT%H:%M:%SZ").encode() + closing
