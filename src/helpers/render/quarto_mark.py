"""Marks every page of what Quarto renders, through the includes of its formats."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from pathlib import Path
from typing import Any, Final

import yaml

from helpers.render.front_matter import parse_front_matter
from helpers.render.source import ASSETS
from helpers.render.subset import Document

# Quarto puts what is included in the header before the page is set up: a page set there is the
# page of the whole document.
_TYPST: Final = """\
#set page(header: block(width: 100%, fill: rgb("#8f1d3f"), inset: 4pt, align(
  center, text(size: 0.9em, weight: "bold", fill: white, "{text}"),
)))
"""


def write_marked(document: Document, folder: Path, text: str) -> None:
    """Rewrite Quarto's copy of a document in ``folder`` so that every page bears a text."""
    style = (ASSETS / "mark.css").read_text(encoding="utf-8")
    strip = f'<aside class="mark" aria-label="Notice on every page">{escape(text)}</aside>\n'
    quoted = text.replace("\\", "\\\\").replace('"', '\\"')
    files = {
        "mark-style.html": f"<style>\n{style}</style>\n",
        "mark.html": strip,
        "mark.typ": _TYPST.format(text=quoted),
    }
    for name, content in files.items():
        (folder / name).write_text(content, encoding="utf-8")
    copy = folder / document.path.name
    copy.write_text(_include(document, copy.read_text(encoding="utf-8-sig")), encoding="utf-8")


def _include(document: Document, text: str) -> str:
    """Return the document with the includes in its front matter."""
    lines = text.splitlines()
    front_matter, body = parse_front_matter(document.path, lines)
    formats: Mapping[str, Any] = front_matter.get("format") or {}
    html = {"include-in-header": "mark-style.html", "include-before-body": "mark.html"}
    added = {"html": html, "typst": {"include-in-header": "mark.typ"}}
    merged = {name: {**(formats.get(name) or {}), **added.get(name, {})}
              for name in dict.fromkeys([*formats, *added])}  # fmt: skip
    front = yaml.safe_dump({**front_matter, "format": merged}, sort_keys=False)
    return "\n".join(["---", front.rstrip(), "---", *lines[body:]]) + "\n"
