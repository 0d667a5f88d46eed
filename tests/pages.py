"""Reads an HTML report back: its cells, captions, references and numbers."""

from __future__ import annotations

import re
from collections import Counter
from html.parser import HTMLParser


def squeezed(text: str) -> str:
    """Return text with white space collapsed and typographic variants made one."""
    text = text.replace("\u00ad", "").replace("’", "'").replace("\u2011", "-")
    return " ".join(text.split())


class Page(HTMLParser):
    """Collects the table cells, captions, headings and reference links of an HTML report."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.cells: list[str] = []
        self.captions: list[str] = []
        self.references: list[str] = []
        self.body: list[str] = []
        self._open: list[tuple[str, list[str]]] = []
        self._skip = 0
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in {"style", "script", "nav"}:
            self._skip += 1
        wanted = {"td": "cell", "th": "cell", "figcaption": "caption", "caption": "caption"}
        href = dict(attrs).get("href") or ""
        kind = wanted.get(tag) or ("reference" if re.match("#(fig|tbl|sec)-", href) else "")
        if tag in {*wanted, "a"}:
            self._open.append((kind, []))

    def handle_endtag(self, tag: str) -> None:
        if tag in {"style", "script", "nav"}:
            self._skip -= 1
        if tag in {"td", "th", "figcaption", "caption", "a"} and self._open:
            kind, parts = self._open.pop()
            text = squeezed("".join(parts))
            target = {"cell": self.cells, "caption": self.captions, "reference": self.references}
            if kind and not self._skip and text:
                target[kind].append(text)

    def handle_data(self, data: str) -> None:
        if not self._skip:
            self.body.append(data)
            for _, parts in self._open:
                parts.append(data)


def numbers(text: str) -> Counter[str]:
    return Counter(re.findall(r"\d+(?:\.\d+)?", text))
