"""A mark stands on every page of every format, whoever renders."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import zipfile
from pathlib import Path
from xml.etree import ElementTree

import pytest
import typst
import yaml

from helpers.build import page_mark
from helpers.render import parse_document, render_document, render_report
from helpers.render.docx_mark import mark_docx, mark_parts
from helpers.render.quarto_mark import write_marked
from helpers.settings import Settings
from tests.render.documents import EVERYTHING, write_document

MARK = "Draft & not for <release>"
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
THREE_PAGES = "\n\n".join(["A paragraph."] * 150)
needs_poppler = pytest.mark.skipif(
    shutil.which("pdftotext") is None, reason="needs Debian's package poppler-utils"
)


@pytest.fixture(scope="module")
def marked(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("marked")
    path = write_document(folder, THREE_PAGES)
    return render_report(
        path, {}, ["html", "docx", "pdf"], folder / "out", engine="embedded", mark=MARK
    )


def pages_of(pdf: bytes | Path, folder: Path) -> list[str]:
    if isinstance(pdf, bytes):
        (folder / "made.pdf").write_bytes(pdf)
        pdf = folder / "made.pdf"
    done = subprocess.run(["pdftotext", str(pdf), "-"], capture_output=True, text=True, check=True)
    return done.stdout.rstrip("\f").split("\f")


def test_what_a_report_is_marked_as() -> None:
    assert page_mark(Settings(synthetic=True)).startswith("SYNTHETIC DATA: no patient")
    assert page_mark(Settings(synthetic=True, profile="release")).startswith("SYNTHETIC DATA")
    assert page_mark(Settings()) == "Internal: not for release"
    assert page_mark(Settings(profile="release")) == ""


def test_the_page_has_one_strip_and_its_style(marked: dict[str, Path]) -> None:
    page = marked["html"].read_text(encoding="utf-8")
    strips = re.findall(r'<aside class="mark"[^>]*>(.*?)</aside>', page)
    assert strips == ["Draft &amp; not for &lt;release&gt;"]
    assert page.index("<aside") < page.index("<header")
    assert ".mark {" in page


def test_nothing_is_marked_without_a_mark(rendered: dict[str, Path]) -> None:
    assert "mark" not in re.findall(r'class="([^"]*)"', rendered["html"].read_text("utf-8"))
    with zipfile.ZipFile(rendered["docx"]) as archive:
        assert [name for name in archive.namelist() if "header" in name] == []


@needs_poppler
def test_every_page_of_the_pdf_is_marked(marked: dict[str, Path], tmp_path: Path) -> None:
    pages = pages_of(marked["pdf"], tmp_path)
    assert len(pages) > 2
    assert all(MARK in page for page in pages)
    assert b"pdfuaid" in marked["pdf"].read_bytes()


def header_of(parts: dict[str, bytes], kind: str) -> str:
    """Return the text of the header that the only section refers to."""
    relations = {node.get("Id"): node.get("Target") for node in
                 ElementTree.fromstring(parts["word/_rels/document.xml.rels"])}  # fmt: skip
    document = ElementTree.fromstring(parts["word/document.xml"])
    found = {node.get(f"{W}type"): relations[node.get(f"{R}id")]
             for node in document.iter(f"{W}headerReference")}  # fmt: skip
    header = ElementTree.fromstring(parts[f"word/{found[kind]}"])
    return "|".join(node.text or "" for node in header.iter(f"{W}t"))


def read(file: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(file) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_every_kind_of_page_of_the_docx_is_marked(marked: dict[str, Path]) -> None:
    parts = read(marked["docx"])
    assert {header_of(parts, kind) for kind in ("default", "first", "even")} == {MARK}
    assert b"/word/header_mark.xml" in parts["[Content_Types].xml"]
    names = [node.tag for node in ElementTree.fromstring(parts["word/document.xml"])[0][-1]]
    assert [name.removeprefix(W) for name in names[:3]] == ["headerReference"] * 3


def test_an_authors_header_stays_below_the_mark(marked: dict[str, Path]) -> None:
    once = read(marked["docx"])
    section = b'<w:sectPr><w:headerReference w:type="first" r:id="rIdOwn"/>'
    own = once["word/header_mark.xml"].replace(b"Draft", b"Logo")
    parts = once | {
        "word/header1.xml": own,
        "word/document.xml": re.sub(
            rb"<w:sectPr>(<w:headerReference[^>]*/>)+", section, once["word/document.xml"]
        ),
        "word/_rels/document.xml.rels": once["word/_rels/document.xml.rels"].replace(
            b"rIdMark", b"rIdOwn").replace(b"header_mark.xml", b"header1.xml"),
    }  # fmt: skip
    del parts["word/header_mark.xml"]
    done = mark_parts(parts, "Mark")
    assert header_of(done, "first").split("|")[0] == "Mark"
    assert "Logo" in header_of(done, "first")
    assert header_of(done, "default") == "Mark"


def test_a_docx_of_another_program_can_be_marked(marked: dict[str, Path], tmp_path: Path) -> None:
    written = render_document(
        write_document(tmp_path, "Text.\n"), parameters={}, formats=["docx"], out_dir=tmp_path
    )
    before = read(written["docx"])
    mark_docx(written["docx"], "Mark")
    after = read(written["docx"])
    assert header_of(after, "default") == "Mark"
    assert set(after) - set(before) == {"word/header_mark.xml"}


def test_quarto_includes_the_mark(tmp_path: Path, quarto: Path, rendered: dict[str, Path]) -> None:
    docx = str(rendered["docx"])
    quarto.write_text(
        quarto.read_text()
        .replace("files=", "front=Path(arguments[1]).read_text(), files=")
        .replace('.write_text("new")', f".write_bytes(open({docx!r}, 'rb').read())")
    )
    path = write_document(tmp_path, "Text.\n\n***\n")
    written = render_report(path, {}, ["html", "docx"], tmp_path / "out", mark=MARK)
    record = json.loads((tmp_path / "record.json").read_text())
    assert {"mark.html", "mark-style.html", "mark.typ"} <= set(record["files"])
    assert "-M" not in record["arguments"]
    _, front, body = record["front"].split("---\n", 2)
    formats = yaml.safe_load(front)["format"]
    assert formats["html"] == {
        "number-sections": True, "include-in-header": "mark-style.html",
        "include-before-body": "mark.html",
    }  # fmt: skip
    assert formats["typst"] == {"include-in-header": "mark.typ"}
    assert body == path.read_text().split("---\n", 2)[2]
    assert header_of(read(written["docx"]), "default") == MARK


@needs_poppler
def test_quartos_typst_has_the_mark_on_every_page(tmp_path: Path) -> None:
    copy = tmp_path / EVERYTHING.name
    copy.write_bytes(EVERYTHING.read_bytes())
    mark = 'A "quoted" \\ mark'
    write_marked(parse_document(EVERYTHING), tmp_path, mark)
    # As in Quarto's template: the header's includes, then the page, then the text.
    text = (tmp_path / "mark.typ").read_text() + '#set page(numbering: "1")\n' + THREE_PAGES
    pages = pages_of(typst.compile(text.encode(), format="pdf"), tmp_path)
    assert len(pages) > 2
    assert all(mark in page for page in pages)
