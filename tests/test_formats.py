"""One report in three formats: the same captions, numbers, table cells, figures and references."""

from __future__ import annotations

import re
import shutil
import subprocess
import zipfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

import pytest

from helpers.build import build_report
from tests.pages import Page, numbers, squeezed
from tests.studies import SAMPLE

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
needs_poppler = pytest.mark.skipif(
    shutil.which("pdftotext") is None, reason="needs pdftotext: Debian's package poppler-utils"
)


@pytest.fixture(scope="session")
def word(sample_report: Path) -> ElementTree.Element:
    with zipfile.ZipFile(sample_report / "report.docx") as archive:
        return ElementTree.fromstring(archive.read("word/document.xml"))


@pytest.fixture(scope="session")
def pdf_text(sample_report: Path) -> str:
    done = subprocess.run(
        ["pdftotext", str(sample_report / "report.pdf"), "-"], capture_output=True, check=True
    )
    return done.stdout.decode("utf-8")


def text_of(element: ElementTree.Element) -> str:
    return squeezed("".join(node.text or "" for node in element.iter(f"{W}t")))


def paragraphs(word: ElementTree.Element, style: str) -> Iterator[str]:
    for paragraph in word.iter(f"{W}p"):
        found = paragraph.find(f"{W}pPr/{W}pStyle")
        if found is not None and found.get(f"{W}val") == style:
            yield text_of(paragraph)


def test_captions_are_the_same_in_html_and_docx(page: Page, word: ElementTree.Element) -> None:
    in_word = [*paragraphs(word, "TableCaption"), *paragraphs(word, "ImageCaption")]
    assert len(page.captions) > 12
    assert sorted(in_word) == sorted(page.captions)


def test_table_cells_are_the_same_in_html_and_docx(page: Page, word: ElementTree.Element) -> None:
    in_word = Counter(text for cell in word.iter(f"{W}tc") if (text := text_of(cell)))
    # The note under a table is a cell of the page and a paragraph of the document.
    text = text_of(word)
    missing = [cell for cell in (Counter(page.cells) - in_word) if cell not in text]
    assert len(page.cells) > 500
    assert missing == []


def test_tables_are_native_and_figures_are_there_in_docx(
    sample_report: Path, page: Page, word: ElementTree.Element
) -> None:
    tables = sum(caption.startswith("Table") for caption in page.captions)
    figures = sum(caption.startswith("Figure") for caption in page.captions)
    assert len(list(word.iter(f"{W}tbl"))) >= tables
    with zipfile.ZipFile(sample_report / "report.docx") as archive:
        images = [name for name in archive.namelist() if name.startswith("word/media/")]
        assert archive.testzip() is None
    assert len(images) == figures
    described = [node.get("descr") for node in word.iter() if node.tag.endswith("}docPr")]
    assert len(described) == figures and all(described)


def test_references_are_fields_that_lead_to_bookmarks(word: ElementTree.Element) -> None:
    bookmarks = {node.get(f"{W}name") for node in word.iter(f"{W}bookmarkStart")}
    anchors = {node.get(f"{W}anchor") for node in word.iter(f"{W}hyperlink")} - {None}
    fields = [node.text or "" for node in word.iter(f"{W}instrText")]
    fields += [node.get(f"{W}instr") or "" for node in word.iter(f"{W}fldSimple")]
    targets = {field.split()[1] for field in fields if field.split()[0] == "REF"} | anchors
    assert targets
    assert targets <= bookmarks


def test_references_have_the_same_numbers_in_html_and_docx(
    page: Page, word: ElementTree.Element
) -> None:
    text = text_of(word)
    assert set(page.references) >= {"Figure 1", "Table 1", "Section 2"}
    for reference in set(page.references):
        assert reference.replace("\u00a0", " ") in text


@needs_poppler
def test_the_pdf_holds_every_number_of_the_page(page: Page, pdf_text: str) -> None:
    missing = numbers(" ".join(page.body)) - numbers(pdf_text.replace("\n", " "))
    assert missing == Counter()


@needs_poppler
def test_the_pdf_holds_every_caption(page: Page, pdf_text: str) -> None:
    text = re.sub(r"\s|-\n", "", squeezed(pdf_text))
    for caption in page.captions:
        assert re.sub(r"\s", "", caption) in text


@needs_poppler
def test_the_pdf_is_tagged_and_its_figures_are_vectors(sample_report: Path) -> None:
    report = str(sample_report / "report.pdf")
    info = subprocess.run(["pdfinfo", report], capture_output=True, text=True, check=True).stdout
    images = subprocess.run(["pdfimages", "-list", report], capture_output=True, text=True,
                            check=True).stdout  # fmt: skip
    assert re.search(r"Tagged:\s+yes", info)
    assert len(images.splitlines()) == 2, "the two lines of its heading: no image"


@needs_poppler
def test_every_page_of_pdf_and_docx_says_what_the_report_is(
    sample_report: Path, pdf_text: str
) -> None:
    mark = "Internal: not for release"
    pages = pdf_text.rstrip("\f").split("\f")
    assert len(pages) > 10
    assert all(mark in page for page in pages)
    with zipfile.ZipFile(sample_report / "report.docx") as archive:
        header = ElementTree.fromstring(archive.read("word/header_mark.xml"))
    assert text_of(header) == mark


def test_the_pdf_has_bookmarks(sample_report: Path) -> None:
    assert b"/Outlines" in (sample_report / "report.pdf").read_bytes()


def test_two_runs_give_the_same_bytes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1790000000")
    for name in ("first", "second"):
        build_report(SAMPLE, tmp_path / name, ("html", "docx", "pdf"), "embedded", {},
                     lambda message: None)  # fmt: skip
    for file in sorted((tmp_path / "first").iterdir(), reverse=True):
        assert file.read_bytes() == (tmp_path / "second" / file.name).read_bytes(), file.name
