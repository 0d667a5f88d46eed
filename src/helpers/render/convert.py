"""Converts an assembled text to several formats at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Final

from helpers.render.docx import write_docx
from helpers.render.html import write_html
from helpers.render.pdf import write_pdf
from helpers.render.source import Source

WRITERS: Final[Mapping[str, Callable[[Source], Path]]] = {
    "html": write_html, "docx": write_docx, "pdf": write_pdf,
}  # fmt: skip


def convert(source: Source, formats: Sequence[str], step: Callable[[str], None]) -> dict[str, Path]:
    """Write each format into the source's folder and return the files.

    Raises
    ------
    RenderError
        When pandoc or typst refuses the text.
    """
    with ThreadPoolExecutor(len(formats)) as pool:
        running = {name: pool.submit(WRITERS[name], source) for name in formats}
        written = {}
        for name, future in running.items():
            step(name.upper())
            written[name] = future.result()
    return written
