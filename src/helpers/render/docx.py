"""Writes DOCX: native tables, captions that Word can list, references that Word can update."""

from __future__ import annotations

from pathlib import Path

from helpers.render.docx_finish import finish_docx
from helpers.render.docx_reference import write_reference
from helpers.render.pandoc import run_pandoc
from helpers.render.source import ASSETS, Source, shared_arguments


def write_docx(source: Source) -> Path:
    """Write the report as DOCX and return its path.

    The front matter's ``reference-doc`` replaces the report's own styles and page.

    Raises
    ------
    RenderError
        When pandoc refuses the text.
    """
    output = source.output("docx")
    arguments = [
        *shared_arguments(source, "docx", "png"),
        "--to", "docx", "--output", str(output), "--template", str(ASSETS / "report.openxml"),
        "--reference-doc", str(_reference(source)),
    ]  # fmt: skip
    run_pandoc(arguments, source.folder, source.markdown)
    finish_docx(output, int(source.option("docx", "toc-depth", 3)), source.mark)
    return output


def _reference(source: Source) -> Path:
    named = source.option("docx", "reference-doc")
    file = source.folder / "reference.docx"
    write_reference(file, source.document.path.parent / str(named) if named else None)
    return file
