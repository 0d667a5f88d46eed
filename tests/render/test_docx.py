"""DOCX: native tables, captions and references that Word understands."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path
from xml.etree import ElementTree

import pytest

from helpers.errors import RenderError
from helpers.render import render_document
from tests.render.documents import FRONT, PARAMETERS, write_document

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


def text(element: ElementTree.Element) -> str:
    return "".join(node.text or "" for node in element.iter(f"{W}t")).replace("\u00a0", " ")


def paragraphs(word: ElementTree.Element, style: str) -> list[str]:
    return [
        text(paragraph)
        for paragraph in word.iter(f"{W}p")
        for found in paragraph.iterfind(f"{W}pPr/{W}pStyle")
        if found.get(f"{W}val") == style
    ]


def tables(word: ElementTree.Element) -> list[ElementTree.Element]:
    return [
        table for table in word.iter(f"{W}tbl") if table.find(f"{W}tblPr/{W}tblStyle") is not None
    ]


def test_every_part_is_xml_or_an_image(rendered: dict[str, Path]) -> None:
    with zipfile.ZipFile(rendered["docx"]) as archive:
        assert archive.testzip() is None
        for name in archive.namelist():
            if name.endswith((".xml", ".rels")):
                ElementTree.fromstring(archive.read(name))


def test_captions_have_their_styles_and_numbers(word: ElementTree.Element) -> None:
    assert paragraphs(word, "TableCaption") == [
        "Table 1: Characteristics of the patients, with a spanner and groups",
        "Table 2: Words and what they mean",
    ]
    images = paragraphs(word, "ImageCaption")
    assert [caption[:10] for caption in images] == ["Figure 1: ", "Figure 2: "]


def test_captions_are_sequences_that_word_can_list(word: ElementTree.Element) -> None:
    fields = [node.get(f"{W}instr", "").split() for node in word.iter(f"{W}fldSimple")]
    sequences = [field[1] for field in fields if field[0] == "SEQ"]
    assert sequences == ["Figure", "Figure", "Table", "Table"]


def test_references_are_fields_whose_bookmarks_hold_the_number(word: ElementTree.Element) -> None:
    names = [node.get(f"{W}name") for node in word.iter(f"{W}bookmarkStart")]
    assert len(names) == len(set(names))
    ids = [node.get(f"{W}id") for node in word.iter(f"{W}bookmarkStart")]
    assert len(ids) == len(set(ids))
    fields = [node for node in word.iter(f"{W}fldSimple") if "REF" in node.get(f"{W}instr", "")]
    shown = {node.get(f"{W}instr", "").split()[1]: text(node) for node in fields}
    assert shown == {"_Ref_fig_1": "Figure 1", "_Ref_tbl_1": "Table 1", "_Ref_tbl_2": "Table 2"}
    assert set(shown) <= set(names)
    anchors = {node.get(f"{W}anchor") for node in word.iter(f"{W}hyperlink")} - {None}
    assert {"fig-line", "tbl-gt", "tbl-words", "sec-methods"} <= anchors
    assert anchors <= set(names)


def test_tables_are_native_with_their_head_repeated(word: ElementTree.Element) -> None:
    made, typed = tables(word)
    heads = [row for row in made.iter(f"{W}tr") if row.find(f"{W}trPr/{W}tblHeader") is not None]
    assert [[text(cell) for cell in row.iter(f"{W}tc")] for row in heads] == [
        ["Characteristic", "All patients"], ["", "n", "Mean (SD)"],
    ]  # fmt: skip
    assert [text(row) for row in typed.iter(f"{W}tr")] == [
        "WordMeaningCount", "onethe first of them1", "twothe second of them22",
    ]  # fmt: skip
    assert paragraphs(word, "TableNote") == ["Mean (standard deviation)."]


def test_columns_fill_the_width_of_the_text(word: ElementTree.Element) -> None:
    widths = [int(column.get(f"{W}w", "0")) for column in tables(word)[0].iter(f"{W}gridCol")]
    assert sum(widths) <= 9070 + 3
    assert widths[0] > widths[1]


def test_contents_are_filled_in(word: ElementTree.Element) -> None:
    assert paragraphs(word, "TOCHeading") == ["Contents"]
    assert paragraphs(word, "TOC1") == ["1Introduction", "2Methods", "Results", "References"]
    assert paragraphs(word, "TOC2") == ["2.1The formula", "2.2Tabs"]


def test_tabs_become_sections(word: ElementTree.Element) -> None:
    assert paragraphs(word, "Heading3") == ["First", "Second"]


def test_callouts_are_there(word: ElementTree.Element) -> None:
    assert paragraphs(word, "CalloutTitle") == [
        "Important: Synthetic data", "Note: A title of its own",
    ]  # fmt: skip


def test_title_block(word: ElementTree.Element) -> None:
    assert paragraphs(word, "Title") == ["A small report"]
    assert paragraphs(word, "Author") == ["Jane Doe", "Richard Roe"]
    assert paragraphs(word, "Affiliation") == ["Clinic of Examples"]
    assert paragraphs(word, "Date") == ["24 November 2026"]


def test_figures_are_sharp_and_described(
    rendered: dict[str, Path], word: ElementTree.Element
) -> None:
    described = [node.get("descr") for node in word.iter() if node.tag.endswith("}docPr")]
    assert described == ["A line that rises from 0 to 2.", "Dots"]
    with zipfile.ZipFile(rendered["docx"]) as archive:
        images = [archive.read(name) for name in archive.namelist() if "media/" in name]
    assert len(images) == 2
    for image in images:
        width = int.from_bytes(image[16:20], "big")
        density = image.index(b"pHYs") + 4
        per_metre = int.from_bytes(image[density : density + 4], "big")
        assert round(per_metre * 0.0254) == 300
        assert width > 1500


def test_no_path_of_this_machine_is_inside(rendered: dict[str, Path]) -> None:
    with zipfile.ZipFile(rendered["docx"]) as archive:
        everything = b"".join(archive.read(name) for name in archive.namelist())
    assert str(Path(__file__).parent).encode() not in everything


def test_own_reference_document_keeps_its_styles(tmp_path: Path, rendered: dict[str, Path]) -> None:
    own = tmp_path / "own.docx"
    with zipfile.ZipFile(rendered["docx"]) as source, zipfile.ZipFile(own, "w") as target:
        for name in source.namelist():
            part = source.read(name)
            if name == "word/styles.xml":
                part = re.sub(rb'<w:style [^>]*w:styleId="TableNote".*?</w:style>', b"", part)
                part = part.replace(b"Arial", b"Garamond")
            target.writestr(name, part)
    front = FRONT.replace("bibliography", "  docx: {reference-doc: own.docx}\nbibliography")
    path = write_document(tmp_path, "Text.\n", head=front + PARAMETERS)
    written = render_document(path, parameters={}, formats=["docx"], out_dir=tmp_path / "out")
    with zipfile.ZipFile(written["docx"]) as archive:
        styles = archive.read("word/styles.xml")
    assert b"Garamond" in styles
    assert b'w:styleId="TableNote"' in styles


def test_reference_document_that_is_none_is_told(tmp_path: Path) -> None:
    (tmp_path / "own.docx").write_text("nothing")
    front = FRONT.replace("bibliography", "  docx: {reference-doc: own.docx}\nbibliography")
    path = write_document(tmp_path, "Text.\n", head=front + PARAMETERS)
    with pytest.raises(RenderError, match="not a Word document"):
        render_document(path, parameters={}, formats=["docx"], out_dir=tmp_path / "out")
