"""Makes the reference document that gives a DOCX its styles, page and footer."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from helpers.errors import RenderError
from helpers.render.docx_parts import read_parts, write_parts
from helpers.render.pandoc import run_pandoc
from helpers.render.source import ASSETS

_STYLE: Final = re.compile(r'<w:style\b[^>]*?w:styleId="([^"]+)".*?</w:style>', re.DOTALL)
_STYLES: Final = "word/styles.xml"
_SECTION: Final = re.compile(r"<w:sectPr>.*?</w:sectPr>", re.DOTALL)
_DEFAULT: Final = (
    "<w:rPrDefault><w:rPr>"
    '<w:rFonts w:ascii="Arial" w:hAnsi="Arial" w:cs="Arial" w:eastAsia="Arial"/>'
    '<w:color w:val="1F2328"/><w:sz w:val="20"/><w:szCs w:val="20"/>'
    '<w:lang w:val="en-GB" w:eastAsia="zh-CN" w:bidi="ar-SA"/></w:rPr></w:rPrDefault>'
)
_PAGE: Final = (
    '<w:sectPr><w:footerReference w:type="default" r:id="rIdFooter"/>'
    '<w:pgSz w:w="11906" w:h="16838"/>'
    '<w:pgMar w:top="1304" w:right="1418" w:bottom="1304" w:left="1418" w:header="709"'
    ' w:footer="624" w:gutter="0"/></w:sectPr>'
)
_FOOTER: Final = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
    '<w:ftr xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">'
    '<w:p><w:pPr><w:pStyle w:val="Footer"/></w:pPr>'
    '<w:fldSimple w:instr=" PAGE "><w:r><w:t>1</w:t></w:r></w:fldSimple></w:p></w:ftr>'
)
_RELATION: Final = (
    '<Relationship Id="rIdFooter" Target="footer1.xml" Type="http://schemas.openxmlformats.org'
    '/officeDocument/2006/relationships/footer"/>'
)
_CONTENT: Final = (
    '<Override PartName="/word/footer1.xml" ContentType="application/vnd.openxmlformats-'
    'officedocument.wordprocessingml.footer+xml"/>'
)


def write_reference(file: Path, named: Path | None = None) -> None:
    """Write the reference document of a report.

    Parameters
    ----------
    file
        Where to write it.
    named
        The author's own reference document: it keeps its styles and its page, and is given the
        styles that it lacks. None: pandoc's, with the report's styles, page and footer.

    Raises
    ------
    RenderError
        When the author's document is not a Word document.
    """
    if named is None:
        default = run_pandoc(["--print-default-data-file", "reference.docx"], file.parent)
        parts = _restyle(read_parts(default))
    else:
        parts = _complete(named)
    write_parts(file, parts)


def _complete(named: Path) -> dict[str, bytes]:
    try:
        parts = read_parts(named.read_bytes())
        parts[_STYLES] = _merge_styles(parts[_STYLES].decode("utf-8"), replace=False).encode()
    except (zipfile.BadZipFile, KeyError, OSError) as error:
        raise RenderError(f"reference-doc {named}: not a Word document: {error}.") from None
    return parts


def _restyle(parts: Mapping[str, bytes]) -> dict[str, bytes]:
    document, footer = "word/document.xml", "word/footer1.xml"
    types, relations = "[Content_Types].xml", "word/_rels/document.xml.rels"
    text = {name: parts[name].decode("utf-8") for name in (_STYLES, document, types, relations)}
    changed = {
        _STYLES: _merge_styles(text[_STYLES], replace=True),
        document: _SECTION.sub(_PAGE, text[document]),
        footer: _FOOTER,
        relations: text[relations].replace("</Relationships>", _RELATION + "</Relationships>"),
        types: text[types].replace("</Types>", _CONTENT + "</Types>"),
    }
    return {**parts, **{name: content.encode() for name, content in changed.items()}}


def _merge_styles(styles: str, *, replace: bool) -> str:
    """Add the report's styles; those that are there are replaced, or stay as they are."""
    own = (ASSETS / "styles.xml").read_text(encoding="utf-8")
    found = {match[1]: match[0] for match in _STYLE.finditer(own)}

    def merge(match: re.Match[str]) -> str:
        style = found.pop(match[1], match[0])
        return style if replace else match[0]

    merged = _STYLE.sub(merge, styles)
    if replace:
        merged = re.sub(r"<w:rPrDefault>.*?</w:rPrDefault>", _DEFAULT, merged, flags=re.DOTALL)
    return merged.replace("</w:styles>", "\n".join(found.values()) + "</w:styles>")
