"""Writes HTML: one file that asks nobody for anything."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

from helpers.errors import RenderError
from helpers.render.pandoc import run_pandoc
from helpers.render.source import ASSETS, Source, shared_arguments

_EXTERNAL: Final = re.compile(
    r"""<(?:img|script|link|iframe|source|object|embed)\b[^>]*?\b(?:src|href|data)\s*=\s*["']?"""
    r"""\s*((?:https?:)?//[^"'\s>]*)""",
    re.IGNORECASE,
)


def write_html(source: Source) -> Path:
    """Write the report as one HTML file and return its path.

    Raises
    ------
    RenderError
        When pandoc refuses the text, or the page would load something from elsewhere.
    """
    style = (ASSETS / "report.css").read_text(encoding="utf-8")
    head = source.folder / "head.html"
    head.write_text(f"<style>\n{style}</style>\n", encoding="utf-8")
    arguments = [
        *shared_arguments(source, "html", "svg"),
        "--to", "html5", "--mathml",
        "--template", str(ASSETS / "report.html"), "--include-in-header", str(head),
        "--variable", f"toc-location={source.option('html', 'toc-location', 'left')}",
    ]  # fmt: skip
    if ".panel-tabset" in source.markdown:
        arguments += ["--include-after-body", str(_script(source.folder))]
    page = run_pandoc(arguments, source.folder, source.markdown)
    _check_self_contained(page.decode("utf-8"))
    source.output("html").write_bytes(page)
    return source.output("html")


def _script(folder: Path) -> Path:
    file = folder / "tabs.html"
    script = (ASSETS / "tabs.js").read_text(encoding="utf-8")
    file.write_text(f"<script>\n{script}</script>\n", encoding="utf-8")
    return file


def _check_self_contained(page: str) -> None:
    found = _EXTERNAL.search(page)
    if found:
        raise RenderError(f"the page would load {found[1]}; a report is one file by itself.")
