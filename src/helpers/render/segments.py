"""Splits the body of a document into text, plain code and cells, and hides code from checks."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from helpers.render.refusal import refuse

_FENCE = re.compile(r"^(?P<indent>\s*)(?P<fence>`{3,}|~{3,})\s*(?P<info>[^`]*?)\s*$")
_ENGINE = re.compile(r"^\{\s*([A-Za-z][\w+-]*)\s*[^}]*\}$")
_CODE_SPAN = re.compile(r"(?<![`\\])(`+)(?!`)((?:(?!\n\s*\n).)+?)(?<!`)\1(?!`)", re.DOTALL)
_MATH = re.compile(r"(?<!\\)(\$\$?)(?=\S)((?:(?!\n\s*\n)[^$])+?)(?<=\S)\1(?!\d)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Segment:
    """Lines that belong together: prose (no ``fence``), or what stands inside a fence.

    ``line`` is that of the first line, for a fence the opening one.
    """

    lines: tuple[str, ...]
    line: int
    fence: str = ""
    info: str = ""
    indent: str = ""
    closing: str = field(default="", repr=False)

    @property
    def engine(self) -> str:
        """The language in braces, as in ``{python}``; empty for prose and plain code."""
        match = _ENGINE.match(self.info)
        return match[1] if match else ""

    @property
    def markdown(self) -> str:
        """The text as it stood in the document."""
        if not self.fence:
            return "\n".join(self.lines)
        return "\n".join([f"{self.indent}{self.fence}{self.info}", *self.lines, self.closing])

    @property
    def without_code(self) -> str:
        """The text with fenced code blanked, character by character."""
        return self.markdown if not self.fence else blank(self.markdown)


def blank(text: str) -> str:
    """Return spaces in place of every character but line ends."""
    return re.sub(r"[^\n]", " ", text)


def hide_code_and_math(text: str) -> str:
    """Return prose with inline code and math blanked: what may be searched for markup."""
    hidden = _CODE_SPAN.sub(lambda match: blank(match[0]), text)
    return _MATH.sub(lambda match: blank(match[0]), hidden)


def split_segments(path: Path, lines: Sequence[str], first_line: int) -> tuple[Segment, ...]:
    """Split a body into segments; HTML comments outside code are blanked.

    Raises
    ------
    DocumentError
        When a fence or a comment is not closed.
    """
    segments: list[Segment] = []
    text: list[str] = []
    position = 0
    lines = _drop_comments(path, lines, first_line)
    while position < len(lines):
        opening = _FENCE.match(lines[position])
        if not opening:
            text.append(lines[position])
            position += 1
            continue
        if text:
            segments.append(Segment(tuple(text), first_line + position - len(text)))
            text = []
        segment = _read_fence(path, lines, position, first_line, opening)
        segments.append(segment)
        position += len(segment.lines) + 2
    if text:
        segments.append(Segment(tuple(text), first_line + position - len(text)))
    return tuple(segments)


def _read_fence(
    path: Path, lines: Sequence[str], position: int, first_line: int, opening: re.Match[str]
) -> Segment:
    fence, line = opening["fence"], first_line + position
    end = _closing_line(lines, position, fence)
    if end is None:
        refuse(path, line, f"the fence {fence}{opening['info']} is never closed")
    inside = tuple(lines[position + 1 : end])
    return Segment(inside, line, fence, opening["info"], opening["indent"], lines[end])


def _closing_line(lines: Sequence[str], position: int, fence: str) -> int | None:
    closing = re.compile(rf"^\s*{re.escape(fence[0])}{{{len(fence)},}}\s*$")
    following = range(position + 1, len(lines))
    return next((index for index in following if closing.match(lines[index])), None)


def _drop_comments(path: Path, lines: Sequence[str], first_line: int) -> list[str]:
    """Blank ``<!-- … -->`` outside fences, keeping the lines."""
    kept: list[str] = []
    fence = ""
    opened = 0
    for line, text in enumerate(lines, first_line):
        if not fence and not opened:
            match = _FENCE.match(text)
            fence = match["fence"] if match else ""
        elif fence and re.match(rf"^\s*{re.escape(fence[0])}{{{len(fence)},}}\s*$", text):
            fence = ""
        if fence:
            kept.append(text)
            continue
        text, still_open = _drop_comment(text, bool(opened))
        opened = (opened or line) if still_open else 0
        kept.append(text)
    if opened:
        refuse(path, opened, "the comment <!-- is never closed")
    return kept


def _drop_comment(text: str, opened: bool) -> tuple[str, bool]:
    """Return a line without its comments, and whether one is still open at its end."""
    kept = ""
    while True:
        if opened:
            _, found, text = text.partition("-->")
            if not found:
                return kept, True
        start, found, rest = text.partition("<!--")
        if not found or start.count("`") % 2:
            return kept + text, False
        kept, text, opened = kept + start, rest, True
