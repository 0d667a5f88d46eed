"""Reads a document that stays inside the supported subset of Quarto, and refuses any other.

The subset, written down once; ``front_matter.py`` lists the front-matter keys, ``cell_options.py``
the cell options:

- YAML front matter between ``---`` lines, of plain values; no inline expression in it.
- Exactly one cell tagged ``parameters``, of assignments.
- Cells: a fence ``{python}`` at the left margin. Options stand first, one ``#| name: value`` a
  line: ``label, fig-cap, fig-alt, tbl-cap, echo, include, output, tags``. A ``fig-`` or ``tbl-``
  label with its caption makes a numbered figure or table.
- Inline values in prose: ```{python} expression```, one Python expression.
- Headings ``#`` to ``######``, with ``{#sec-…}``, ``.unnumbered`` and ``.unlisted``.
- References ``@fig-… @tbl-… @sec-…``, also in brackets and as ``-@fig-…`` (the number alone);
  ``@sec-…`` needs ``number-sections: true``.
- Citations ``[@key]`` of the bibliography; ``::: {#refs}`` says where the list goes.
- Callouts ``::: {.callout-note}``: note, warning, important, tip, caution; the title is the
  attribute ``title`` or a heading inside.
- Tabsets ``::: {.panel-tabset}``: headings of one level name the tabs; plain sections in DOCX
  and PDF.
- Footnotes, lists, quotations, links, Markdown tables (``: Caption {#tbl-…}``), local images
  (``![Caption](file){#fig-…}``), ``$math$``, plain fenced code, HTML comments (dropped; the marks
  that ``checklists.py`` reads are such comments).

In HTML the title is the heading of the first level and every other heading stands one level lower
(the sixth on the sixth), the first cell of a row in a cell's table is the heading of the row, and
what may be wider than the page scrolls in a region of its own.

Outside: other engines, raw HTML, LaTeX or Typst, shortcodes, other divs, spans with attributes,
sub-figures, includes, ``_quarto.yml``. What a cell shows is text, Markdown or an image; Markdown
from a cell may hold a block ```{=html}`` with one HTML table.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from helpers.errors import DocumentError
from helpers.render.cell_options import CellOptions, parse_options
from helpers.render.expressions import Expression, find_expressions
from helpers.render.front_matter import parse_front_matter
from helpers.render.parameters import parameter_names
from helpers.render.prose_rules import check_fence, check_prose, find_images
from helpers.render.references import check_references
from helpers.render.refusal import refuse
from helpers.render.segments import Segment, split_segments

PARAMETERS_TAG = "parameters"


@dataclass(frozen=True, slots=True)
class Cell:
    """A code cell; ``line`` is that of its first source line, and options count as source."""

    source: str
    line: int
    options: CellOptions

    @property
    def name(self) -> str:
        """The label, or the line where there is none."""
        return self.options.label or f"line {self.line}"


@dataclass(frozen=True, slots=True)
class Prose:
    """Markdown between two cells, with the inline expressions in their order."""

    text: str
    line: int
    expressions: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Document:
    """A parsed document: its front matter, and cells and prose in order."""

    path: Path
    front_matter: Mapping[str, Any]
    blocks: tuple[Cell | Prose, ...]

    @property
    def parameters(self) -> Cell:
        """The cell tagged ``parameters``."""
        return next(cell for cell in self.cells if PARAMETERS_TAG in cell.options.tags)

    @property
    def images(self) -> tuple[str, ...]:
        """The local image files that the text names."""
        texts = [block.text for block in self.blocks if isinstance(block, Prose)]
        return tuple(name for text in texts for name in find_images(text))

    @property
    def cells(self) -> tuple[Cell, ...]:
        """The code cells in order."""
        return tuple(block for block in self.blocks if isinstance(block, Cell))


def parse_document(path: Path) -> Document:
    """Read a document and check that it stays inside the subset.

    Raises
    ------
    DocumentError
        When it does not; the message names file, line and reason.
    """
    lines = _read_lines(path)
    front_matter, first = parse_front_matter(path, lines)
    segments = split_segments(path, lines[first:], first + 1)
    blocks: list[Cell | Prose] = []
    prose: list[Segment] = []
    for segment in segments:
        if segment.engine != "python":
            prose.append(segment)
            continue
        blocks += _prose(path, prose)
        blocks.append(_cell(path, segment))
        prose = []
    blocks += _prose(path, prose)
    check_prose(path, segments)
    document = Document(path, front_matter, tuple(blocks))
    _check_parameters(document, first + 1)
    labels = [(cell.options.label, cell.line) for cell in document.cells if cell.options.label]
    check_references(path, front_matter, segments, labels)
    return document


def _read_lines(path: Path) -> list[str]:
    try:
        return path.read_text(encoding="utf-8-sig").splitlines()
    except OSError as error:
        raise DocumentError(f"{path}: cannot be read: {error.strerror}.") from None
    except UnicodeDecodeError as error:
        raise DocumentError(f"{path}: not UTF-8 (byte {error.start}); save it as UTF-8.") from None


def _cell(path: Path, segment: Segment) -> Cell:
    source = "\n".join(segment.lines)
    return Cell(source, segment.line + 1, parse_options(path, segment.lines, segment.line + 1))


def _prose(path: Path, segments: list[Segment]) -> list[Prose]:
    if not segments:
        return []
    for segment in segments:
        check_fence(path, segment)
    text = "\n".join(segment.markdown for segment in segments)
    searched = "\n".join(segment.without_code for segment in segments)
    line = segments[0].line
    return [Prose(text, line, find_expressions(path, searched, line))] if text.strip() else []


def _check_parameters(document: Document, line: int) -> None:
    tagged = [cell for cell in document.cells if PARAMETERS_TAG in cell.options.tags]
    if not tagged:
        refuse(document.path, line, "no cell is tagged 'parameters' (#| tags: [parameters])")
    if len(tagged) > 1:
        refuse(document.path, tagged[1].line, "a second cell is tagged 'parameters'; one is needed")
    parameter_names(document.path, tagged[0].source, tagged[0].line)
