"""The parts of a DOCX, which is an archive."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from pathlib import Path

from helpers.render.metadata import now


def read_parts(archive: bytes) -> dict[str, bytes]:
    """Return the parts by name, in their order."""
    with zipfile.ZipFile(io.BytesIO(archive)) as source:
        return {name: source.read(name) for name in source.namelist()}


def write_parts(file: Path, parts: Mapping[str, bytes]) -> None:
    """Write a DOCX, all its parts of one time."""
    moment = max(now().timetuple()[:6], (1980, 1, 1, 0, 0, 0))
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as target:
        for name, part in parts.items():
            target.writestr(zipfile.ZipInfo(name, moment), part, zipfile.ZIP_DEFLATED)
