"""PDF: tagged, with vector figures, the same words and numbers as the page."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from helpers.errors import RenderError
from helpers.render import render_document
from tests.render.documents import FRONT, PARAMETERS, write_document

needs_poppler = pytest.mark.skipif(
    shutil.which("pdftotext") is None, reason="needs Debian's package poppler-utils"
)


def words(file: Path) -> str:
    done = subprocess.run(["pdftotext", str(file), "-"], capture_output=True, check=True)
    return " ".join(done.stdout.decode("utf-8").replace("\u00a0", " ").split())


def test_pdf_is_tagged_and_claims_its_standards(rendered: dict[str, Path]) -> None:
    made = rendered["pdf"].read_bytes()
    assert made.startswith(b"%PDF-")
    assert b"pdfuaid" in made
    assert b"pdfaid" in made
    assert b"/Outlines" in made


def test_figures_are_vectors(rendered: dict[str, Path]) -> None:
    assert not re.search(rb"/Subtype\s*/Image", rendered["pdf"].read_bytes())


@needs_poppler
def test_words_numbers_and_references(rendered: dict[str, Path]) -> None:
    shown = words(rendered["pdf"])
    for expected in (
        "There are 5 patients, the label is a_b*c, and an object is bold. Figure 1 shows a line,",
        "Table 1 a table, Table 2 words, and Section 2 the methods (Doe and Roe 2020; see Roe",
        "Important: Synthetic data",
        "Note: A title of its own",
        "Figure 1: A line of",
        "Table 1: Characteristics of the patients, with a spanner and groups",
        "Mean (standard deviation).",
        "Table 2: Words and what they mean",
        "A footnote with code and a link.",
        "Jane Doe, Richard Roe Clinic of Examples 24 November 2026",
    ):
        assert expected in shown
    assert shown.count("References") == 2  # in the contents and as a heading


@needs_poppler
def test_cells_of_a_table_are_there(rendered: dict[str, Path]) -> None:
    shown = words(rendered["pdf"])
    for cell in ("All patients", "Mean (SD)", "48.2 (11.3)", "79.1 (16.0)", "One", "Two"):
        assert cell in shown


def test_document_that_cannot_be_accessible_is_still_made(tmp_path: Path) -> None:
    path = write_document(tmp_path, "# A\n\n### B\n\nText.\n")  # a level is skipped
    written = render_document(path, parameters={}, formats=["pdf"], out_dir=tmp_path)
    assert written["pdf"].read_bytes().startswith(b"%PDF-")


def test_letters_that_typst_would_read_are_text(tmp_path: Path) -> None:
    body = "A \\# b \\$ c \\* d \\_ e `f#g` \\<h\\> i@j.k // l /* m */ ~ \\[n\\] = o - p.\n"
    path = write_document(tmp_path, body)
    made = render_document(
        path, parameters={}, formats=["pdf"], out_dir=tmp_path, metadata={"title": '#a "b" \\ $c'}
    )
    assert made["pdf"].read_bytes().startswith(b"%PDF")


@pytest.mark.parametrize(
    ("font", "name"),
    [
        ("New Computer Modern", b"NewCM"),
        ("DejaVu Sans", b"DejaVuSans"),
        ("DejaVu Serif", b"DejaVuSerif"),
    ],
)
def test_fonts_that_are_allowed_are_there(tmp_path: Path, font: str, name: bytes) -> None:
    options = f"  typst: {{mainfont: {font}, papersize: us-letter, margin: {{x: 3cm}}}}\n"
    front = FRONT.replace("bibliography", options + "bibliography") + PARAMETERS
    path = write_document(tmp_path, "Text.\n", head=front)
    written = render_document(path, parameters={}, formats=["pdf"], out_dir=tmp_path)
    assert name in written["pdf"].read_bytes()


def test_what_typst_refuses_is_told_in_a_line(tmp_path: Path) -> None:
    (tmp_path / "broken.svg").write_text("<svg")
    path = write_document(tmp_path, "![A](broken.svg)\n")
    with pytest.raises(RenderError, match="the PDF cannot be made: typst: ") as failed:
        render_document(path, parameters={}, formats=["pdf"], out_dir=tmp_path / "out")
    assert "\n" not in str(failed.value)
