"""Writes HTML: one file that asks nobody for anything."""

from __future__ import annotations

import re
from collections.abc import Sequence
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
    arguments = [
        *shared_arguments(source, "html", "svg"),
        "--to", "html5", "--mathml",
        "--template", str(ASSETS / "report.html"),
        "--include-in-header", str(_style(source)), "--include-after-body", str(_script(source)),
        "--variable", f"toc-location={source.option('html', 'toc-location', 'left')}",
    ]  # fmt: skip
    page = _lower_headings(run_pandoc(arguments, source.folder, source.markdown).decode("utf-8"))
    _check_self_contained(page)
    source.output("html").write_text(page, encoding="utf-8", newline="\n")
    return source.output("html")


def _style(source: Source) -> Path:
    names = ["report.css", *(["mark.css"] if source.mark else [])]
    return _collect(names, "style", source.folder / "head.html")


def _script(source: Source) -> Path:
    tabs = ["tabs.js"] if ".panel-tabset" in source.markdown else []
    names = ["scroll.js", "contents.js", *tabs, "search.js"]
    return _collect(names, "script", source.folder / "end.html")


def _collect(names: Sequence[str], tag: str, file: Path) -> Path:
    """Write assets into one element of a page, and return its file."""
    text = "\n".join((ASSETS / name).read_text(encoding="utf-8") for name in names)
    file.write_text(f"<{tag}>\n{text}</{tag}>\n", encoding="utf-8")
    return file


def _lower_headings(page: str) -> str:
    """Return the page with its headings a level lower: the title is the only one of the first.

    Done here and not in pandoc, which would number the sections from the second level on. The
    sixth level, the last that HTML has, takes the fifth in.
    """
    start, end = page.index('<main id="content">'), page.rindex("</main>")
    lower = re.sub(
        r"(</?h)([1-6])\b",
        lambda tag: f"{tag[1]}{min(int(tag[2]) + 1, 6)}",
        page[start:end],
    )
    return page[:start] + lower + page[end:]


def _check_self_contained(page: str) -> None:
    found = _EXTERNAL.search(page)
    if found:
        raise RenderError(f"the page would load {found[1]}; a report is one file by itself.")
