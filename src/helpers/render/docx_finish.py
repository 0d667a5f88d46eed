"""Finishes what pandoc leaves in a DOCX: rules in tables, entries in the contents, the mark."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

from helpers.render.docx_mark import mark_parts
from helpers.render.docx_parts import read_parts, write_parts

_DOCUMENT: Final = "word/document.xml"
_PROPERTIES: Final = "docProps/custom.xml"  # pandoc's settings, with paths of this machine
_TABLE: Final = re.compile(r'<w:tbl><w:tblPr><w:tblStyle w:val="Table" />.*?</w:tbl>', re.DOTALL)
_ROW: Final = re.compile(r"<w:tr>.*?</w:tr>", re.DOTALL)
_CELL: Final = re.compile(r"<w:tcPr( />|>.*?</w:tcPr>)", re.DOTALL)
_SPAN: Final = re.compile(r'<w:gridSpan w:val="(\d+)" />')
_TEXT: Final = '<w:pStyle w:val="TableText" />'
_SMALL_TEXT: Final = '<w:pStyle w:val="TableTextSmall" />'
_SHORT_ROWS: Final = 24
_MANY_COLUMNS: Final = 9  # more, and the letters are smaller; quarto.lua has the same number
_KEPT: Final = re.compile(r'<w:pStyle w:val="TableText(?:Small)?" />')
_HEADER: Final = '<w:tblHeader w:val="on" />'
_RULE: Final = '<w:{side} w:val="single" w:sz="{size}" w:space="0" w:color="{colour}"/>'
_HEADING: Final = re.compile(
    r'<w:bookmarkStart w:id="\d+" w:name="([^"]+)" />\s*(?:<w:bookmarkStart[^>]*>\s*)*'
    r'<w:p><w:pPr><w:pStyle w:val="Heading(\d)" /></w:pPr>(.*?)</w:p>', re.DOTALL,
)  # fmt: skip
_TOC_FIELD: Final = re.compile(
    r'<w:p><w:r><w:fldChar w:fldCharType="begin" w:dirty="true" />(<w:instrText.*?</w:instrText>)'
    r'<w:fldChar w:fldCharType="separate" /><w:fldChar w:fldCharType="end" /></w:r></w:p>',
    re.DOTALL,
)


def finish_docx(file: Path, toc_depth: int, mark: str = "") -> None:
    """Rewrite a DOCX of pandoc's in place, all its parts of one time.

    Parameters
    ----------
    file
        The document.
    toc_depth
        The deepest level of headings that the table of contents lists.
    mark
        The text that stands on every page; empty: none.
    """
    parts = read_parts(file.read_bytes())
    document = finish_document(parts[_DOCUMENT].decode("utf-8"), toc_depth)
    parts[_DOCUMENT] = document.encode("utf-8")
    if _PROPERTIES in parts:
        stripped = re.sub(rb"<property .*</property>", b"", parts[_PROPERTIES], flags=re.DOTALL)
        parts[_PROPERTIES] = stripped
    write_parts(file, mark_parts(parts, mark))


def finish_document(xml: str, toc_depth: int) -> str:
    """Return the main part of a document with its tables and its contents finished."""
    width = _text_width(xml)
    xml = _TABLE.sub(lambda match: _finish_table(match[0], width), xml)
    entries = [(name, int(level), text) for name, level, text in _HEADING.findall(xml)]
    listed = [entry for entry in entries if entry[1] <= toc_depth]
    return _TOC_FIELD.sub(lambda match: _contents(match[1], listed), xml)


def _text_width(xml: str) -> int:
    """Return the width of the text in twentieths of a point."""
    page = re.search(r'<w:pgSz\b[^>]*w:w="(\d+)"', xml)
    margins = re.search(r"<w:pgMar\b[^>]*>", xml)
    if not (page and margins):
        return 9070
    sides = re.findall(r'w:(?:left|right)="(\d+)"', margins[0])
    return int(page[1]) - sum(map(int, sides))


def _finish_table(table: str, width: int) -> str:
    table = _scale(table, width)
    columns = table.count("<w:gridCol ")
    text = _SMALL_TEXT if columns > _MANY_COLUMNS else _TEXT
    table = table.replace('<w:pStyle w:val="Compact" />', text)
    rows = _ROW.findall(table)
    heads = sum(_HEADER in row for row in rows)
    finished = [
        _finish_row(row, columns, is_head=index < heads, is_last_head=index == heads - 1)
        for index, row in enumerate(rows)
    ]
    kept = iter(_keep_together(finished, heads))
    return _ROW.sub(lambda match: next(kept), table)


def _keep_together(rows: list[str], heads: int) -> list[str]:
    """Keep a short table on one page, and the head of a long one with its first rows."""
    last = len(rows) - 1 if len(rows) <= _SHORT_ROWS else heads + 1
    return [
        _KEPT.sub(r"\g<0><w:keepNext />", row) if index < last else row
        for index, row in enumerate(rows)
    ]


def _scale(table: str, width: int) -> str:
    """Make column widths add up to the table's share of the text's width."""
    share = re.search(r'<w:tblW w:type="pct" w:w="(\d+)" />', table)
    columns = [int(w) for w in re.findall(r'<w:gridCol w:w="(\d+)" />', table)]
    if not share or not sum(columns):
        return table
    whole = width * int(share[1]) / 5000
    scaled = iter([round(column * whole / sum(columns)) for column in columns])
    table = table.replace(share[0], f'<w:tblW w:type="dxa" w:w="{round(whole)}" />')
    return re.sub(
        r'<w:gridCol w:w="\d+" />', lambda match: f'<w:gridCol w:w="{next(scaled)}" />', table
    )


def _finish_row(row: str, columns: int, *, is_head: bool, is_last_head: bool) -> str:
    """Rule off a row, and keep it on one page."""
    if "<w:trPr>" in row:
        row = row.replace("<w:trPr>", "<w:trPr><w:cantSplit />", 1)
    else:
        row = row.replace("<w:tr>", "<w:tr><w:trPr><w:cantSplit /></w:trPr>", 1)

    def rule(match: re.Match[str]) -> str:
        span = _SPAN.search(match[0])
        border = _border(int(span[1]) if span else 1, columns, is_head, is_last_head)
        return _add_border(match[0], border)

    return _CELL.sub(rule, row)


def _border(span: int, columns: int, is_head: bool, is_last_head: bool) -> str:
    """Return the rule of a cell: under the head, under a heading of columns, over a group."""
    if is_last_head:
        return _RULE.format(side="bottom", size=6, colour="1F2328")
    if is_head:
        return _RULE.format(side="bottom", size=4, colour="8C959F") if span > 1 else ""
    if span == columns > 1:
        return _RULE.format(side="top", size=4, colour="D5D9DE")
    return ""


def _add_border(properties: str, border: str) -> str:
    """Add a rule to a cell's properties; the schema wants it after the merges."""
    if not border:
        return properties
    borders = f"<w:tcBorders>{border}</w:tcBorders>"
    inside = "" if properties.endswith(" />") else properties[len("<w:tcPr>") : -len("</w:tcPr>")]
    return f"<w:tcPr>{inside}{borders}</w:tcPr>"


def _contents(instruction: str, entries: list[tuple[str, int, str]]) -> str:
    """Return the field of the table of contents, filled in: Word adds page numbers on F9."""
    opening = (
        '<w:r><w:fldChar w:fldCharType="begin" /></w:r>'
        f'<w:r>{instruction}</w:r><w:r><w:fldChar w:fldCharType="separate" /></w:r>'
    )
    closing = '<w:p><w:r><w:fldChar w:fldCharType="end" /></w:r></w:p>'
    paragraphs = []
    for number, (name, level, runs) in enumerate(entries):
        style = f'<w:pPr><w:pStyle w:val="TOC{level}" /></w:pPr>'
        link = f'<w:hyperlink w:anchor="{name}" w:history="1">{runs}</w:hyperlink>'
        paragraphs.append(f"<w:p>{style}{opening if number == 0 else ''}{link}</w:p>")
    return "".join(paragraphs) + closing if entries else f"<w:p>{opening}</w:p>{closing}"
