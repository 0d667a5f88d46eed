"""Refuses Markdown that lies outside the subset: raw code, shortcodes, unknown divs, attributes."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from helpers.render.refusal import refuse
from helpers.render.segments import Segment, hide_code_and_math

CALLOUTS: Final = ("note", "warning", "important", "tip", "caution")
_DIV = re.compile(r"^\s*(:{3,})\s*(.*?)\s*:*\s*$")
_ATTRIBUTES = re.compile(r'^\{\s*(?P<names>(?:[.#][\w-]+\s*)*)(?P<pairs>(?:[\w-]+="[^"]*"\s*)*)\}$')
_HEADING = re.compile(r"^ {0,3}(#{1,6})\s+(.*)$")
_HEADING_ATTRIBUTES = re.compile(r"\{([^{}]*)\}\s*#*\s*$")
_TAG = re.compile(r"</?[A-Za-z][\w-]*(\s[^<>]*)?/?>|<!\w|<\?\w")
_SPAN = re.compile(r"(?<!\\)\]\{")
_IMAGE = re.compile(r"!\[(?:[^\[\]]|\[[^\]]*\])*\]\(\s*<?([^\s)>]+)")
_CODE_LANGUAGE = re.compile(r"^(\{\s*\.[\w+-]+\s*\}|[\w+-]*)$")


def find_images(text: str) -> list[str]:
    """Return the targets of the images in a Markdown text."""
    return _IMAGE.findall(hide_code_and_math(text))


@dataclass(slots=True)
class _Div:
    kind: str
    line: int


def check_fence(path: Path, segment: Segment) -> None:
    """Refuse a fence that is neither a Python cell nor plain code.

    Raises
    ------
    DocumentError
        For another engine, a raw block, an indented cell, or code with attributes.
    """
    if not segment.fence or segment.engine == "python":
        return
    if segment.info.startswith("{="):
        kind = segment.info.strip("{=}")
        refuse(path, segment.line, f"a raw {kind} block in the source is outside the subset")
    if segment.engine:
        allowed = "only {python} cells are allowed"
        refuse(path, segment.line, f"engine '{segment.engine}' is outside the subset; {allowed}")
    for offset, text in enumerate(segment.lines, 1):
        if "`{python}" in text:
            reason = "Quarto evaluates `{python} …` in plain code too; write it otherwise"
            refuse(path, segment.line + offset, reason)
    if not _CODE_LANGUAGE.match(segment.info):
        refuse(path, segment.line, f"code attributes '{segment.info}' are outside the subset")


def check_prose(path: Path, segments: Sequence[Segment]) -> None:
    """Refuse prose outside the subset, reading divs across cells.

    Raises
    ------
    DocumentError
        At the first line that is not allowed, or a div that is never closed.
    """
    divs: list[_Div] = []
    for segment in segments:
        if segment.fence:
            _check_cell_place(path, segment)
            continue
        hidden = hide_code_and_math(segment.markdown).split("\n")
        for line, text in enumerate(hidden, segment.line):
            _check_line(path, line, text)
            _check_div(path, line, text, divs)
            _check_heading(path, line, text, divs)
    if divs:
        refuse(path, divs[-1].line, f"the div {divs[-1].kind} is never closed with ':::'")


def _check_cell_place(path: Path, segment: Segment) -> None:
    if segment.engine == "python":
        if segment.indent:
            refuse(path, segment.line, "a cell begins at the left margin")
        if segment.info.replace(" ", "") != "{python}":
            refuse(path, segment.line, "a cell begins with {python}; options go into '#|' lines")


def _check_line(path: Path, line: int, text: str) -> None:
    if re.fullmatch(r"\s*---+\s*", text):
        refuse(path, line, "'---' in the text, where Quarto may see front matter; a rule is '***'")
    if "{{<" in text or "{{%" in text:
        refuse(path, line, "shortcodes {{< … >}} are outside the subset")
    raw = re.search(r"\{=(\w+)\}", text)
    if raw:
        refuse(path, line, f"raw {raw[1]} in the text is outside the subset")
    tag = _TAG.search(text)
    if tag:
        refuse(path, line, f"raw HTML '{tag[0]}' is outside the subset")
    if _SPAN.search(text) and not text.lstrip().startswith("!["):
        refuse(path, line, "a span with attributes, […]{…}, is outside the subset")
    for image in find_images(text):
        _check_image(path, line, image)


def _check_image(path: Path, line: int, image: str) -> None:
    if re.match(r"[A-Za-z][\w+.-]+:|//", image):
        refuse(path, line, f"the image {image} is not a local file; a report asks nobody else")
    file = (path.parent / image).resolve()
    if not file.is_file():
        refuse(path, line, f"the image {image} does not exist")
    if not file.is_relative_to(path.parent.resolve()):
        refuse(path, line, f"the image {image} lies outside the document's folder")


def _check_div(path: Path, line: int, text: str, divs: list[_Div]) -> None:
    match = _DIV.match(text)
    if not match:
        return
    if match[2]:
        divs.append(_Div(_div_kind(path, line, match[2]), line))
    elif divs:
        divs.pop()
    else:
        refuse(path, line, "':::' closes a div that was never opened")


def _div_kind(path: Path, line: int, text: str) -> str:
    attributes = _ATTRIBUTES.match(text)
    names = attributes["names"].split() if attributes else [text]
    pairs = re.findall(r"([\w-]+)=", attributes["pairs"]) if attributes else []
    kind = names[0] if len(names) == 1 else ""
    callout = kind.removeprefix(".callout-") if kind.startswith(".callout-") else ""
    if callout and callout not in CALLOUTS:
        refuse(path, line, f"unknown callout '{callout}'; allowed: {', '.join(CALLOUTS)}")
    if kind not in (".panel-tabset", "#refs") and not callout:
        allowed = "{.callout-…}, {.panel-tabset}, {#refs}"
        refuse(path, line, f"unknown div '{text}'; allowed: {allowed}")
    if any(name != "title" for name in pairs) or (pairs and not callout):
        refuse(path, line, f"div attributes '{text}': only a callout's title is allowed")
    return kind


def _check_heading(path: Path, line: int, text: str, divs: Sequence[_Div]) -> None:
    heading = _HEADING.match(text)
    attributes = _HEADING_ATTRIBUTES.search(heading[2]) if heading else None
    if not attributes:
        return
    for word in attributes[1].split():
        if word not in (".unnumbered", ".unlisted", "-") and not re.match(r"#sec-[\w-]+$", word):
            allowed = "#sec-…, .unnumbered, .unlisted"
            refuse(path, line, f"heading attribute '{word}' is outside the subset: {allowed}")
        if word.startswith("#") and divs:
            refuse(path, line, f"a heading inside {divs[-1].kind} cannot be referred to")
