"""Marks every page of a DOCX: a strip in its header."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Final
from xml.sax.saxutils import escape

from helpers.render.docx_parts import read_parts, write_parts

_DOCUMENT: Final = "word/document.xml"
_RELATIONS: Final = "word/_rels/document.xml.rels"
_TYPES: Final = "[Content_Types].xml"
_PART: Final = "word/header_mark.xml"
_ID: Final = "rIdMark"
_KINDS: Final = ("default", "first", "even")
_OOXML: Final = "http://schemas.openxmlformats.org"
_HEADER: Final = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
    f'<w:hdr xmlns:w="{_OOXML}/wordprocessingml/2006/main"></w:hdr>'
)
_STRIP: Final = (
    '<w:p><w:pPr><w:shd w:val="clear" w:color="auto" w:fill="8F1D3F"/>'
    '<w:spacing w:before="0" w:after="0"/><w:jc w:val="center"/></w:pPr>'
    '<w:r><w:rPr><w:b/><w:color w:val="FFFFFF"/><w:sz w:val="20"/></w:rPr>'
    '<w:t xml:space="preserve">{text}</w:t></w:r></w:p>'
)
_RELATION: Final = (
    f'<Relationship Id="{_ID}" Target="header_mark.xml"'
    f' Type="{_OOXML}/officeDocument/2006/relationships/header"/>'
)
_CONTENT: Final = (
    f'<Override PartName="/{_PART}" ContentType="application/vnd.openxmlformats-officedocument'
    '.wordprocessingml.header+xml"/>'
)
_SECTION: Final = re.compile(r"<w:sectPr\b([^>]*?)(?:/>|>(.*?)</w:sectPr>)", re.DOTALL)


def mark_docx(file: Path, text: str) -> None:
    """Mark a DOCX in place, whoever wrote it."""
    write_parts(file, mark_parts(read_parts(file.read_bytes()), text))


def mark_parts(parts: Mapping[str, bytes], text: str) -> dict[str, bytes]:
    """Return the parts of a DOCX with a text at the top of every page; headers stay below it.

    Parameters
    ----------
    parts
        The parts by name.
    text
        The plain text; empty: nothing is changed.
    """
    if not text:
        return dict(parts)
    strip = _STRIP.format(text=escape(text))
    headers = {_PART: _HEADER.encode()} | {
        name: part for name, part in parts.items() if re.fullmatch(r"word/header[^/]*\.xml", name)
    }
    marked = {name: _add_strip(part.decode("utf-8"), strip) for name, part in headers.items()}
    read = {name: parts[name].decode("utf-8") for name in (_DOCUMENT, _RELATIONS, _TYPES)}
    changed = marked | {
        _DOCUMENT: _SECTION.sub(_add_references, read[_DOCUMENT]),
        _RELATIONS: read[_RELATIONS].replace("</Relationships>", _RELATION + "</Relationships>"),
        _TYPES: read[_TYPES].replace("</Types>", _CONTENT + "</Types>"),
    }
    return {**parts, **{name: part.encode("utf-8") for name, part in changed.items()}}


def _add_strip(header: str, strip: str) -> str:
    return re.sub(r"<w:hdr\b[^>]*>", lambda opening: opening[0] + strip, header, count=1)


def _add_references(section: re.Match[str]) -> str:
    """Refer to the mark where a section has no header of its own."""
    inside = section[2] or ""
    own = set(re.findall(r'<w:headerReference\b[^>]*w:type="(\w+)"', inside))
    added = "".join(
        f'<w:headerReference w:type="{kind}" r:id="{_ID}"/>' for kind in _KINDS if kind not in own
    )
    return f"<w:sectPr{section[1]}>{added}{inside}</w:sectPr>"
