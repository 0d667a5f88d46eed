"""Writes PDF through Typst: tagged, bookmarked, with vector figures."""

from __future__ import annotations

import importlib.util
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from helpers.errors import RenderError
from helpers.render.metadata import now
from helpers.render.pandoc import run_pandoc
from helpers.render.source import ASSETS, Source, shared_arguments

_MARGIN: Final = {"x": "2.5cm", "y": "2.3cm"}


def write_pdf(source: Source) -> Path:
    """Write the report as PDF and return its path.

    Raises
    ------
    RenderError
        When pandoc or typst refuses the text.
    """
    arguments = [
        *shared_arguments(source, "typst", "svg"),
        "--to", "typst", "--template", str(ASSETS / "report.typ"),
        "--syntax-highlighting", "idiomatic",
    ]  # fmt: skip
    for name, value in _variables(source):
        arguments += ["--variable", f"{name}={value}"]
    text = run_pandoc(arguments, source.folder, source.markdown)
    file = source.output("typ")
    file.write_bytes(text)
    output = source.output("pdf")
    output.write_bytes(_compile(file))
    return output


def _variables(source: Source) -> list[tuple[str, str]]:
    """Return what the template takes as Typst code, not as text."""
    front_matter = source.document.front_matter
    code, _, region = str(front_matter.get("lang", "en")).partition("-")
    margin: Mapping[str, str] = source.option("typst", "margin", _MARGIN)
    lengths = ", ".join(f"{side}: {length}" for side, length in margin.items())
    return [
        ("papersize", source.option("typst", "papersize", "a4")),
        ("margin", f"({lengths})"),
        ("mainfont", source.option("typst", "mainfont", "Libertinus Serif")),
        ("fontsize", source.option("typst", "fontsize", "10.5pt")),
        ("toc-depth", str(source.option("typst", "toc-depth", 3))),
        ("lang-code", code),
        ("lang-region", region),
        *(("author-plain", _quote(name)) for name in _author_names(front_matter.get("author"))),
    ]


def _author_names(author: Any) -> list[str]:
    listed = author if isinstance(author, list) else [author] if author else []
    return [person if isinstance(person, str) else person["name"] for person in listed]


def _quote(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _compile(file: Path) -> bytes:
    """Compile to archival, accessible PDF; plainly where the document does not allow for that."""
    import typst

    try:
        return _compile_as(file, accessible=True)
    except typst.TypstError:  # as a heading that skips a level
        pass
    try:
        return _compile_as(file, accessible=False)
    except typst.TypstError as error:
        raise RenderError(f"the PDF cannot be made: typst: {error.message}.") from None


def _compile_as(file: Path, *, accessible: bool) -> bytes:
    import typst

    made = typst.compile(
        file, root=file.parent, font_paths=[_font_folder()], ignore_system_fonts=True, format="pdf",
        timestamp=int(now().timestamp()), pdf_standards=["ua-1", "a-2a"] if accessible else [],
    )  # fmt: skip
    return bytes(made)


def _font_folder() -> Path:
    """Return matplotlib's folder of fonts, without the quarter second of importing it."""
    found = importlib.util.find_spec("matplotlib")
    if found is None or found.origin is None:
        raise RenderError("matplotlib is missing from the environment; its fonts are needed.")
    return Path(found.origin).parent / "mpl-data" / "fonts" / "ttf"
