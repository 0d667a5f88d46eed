"""The report as text: ``report.qmd`` run in this process, without a kernel and without pandoc."""

from __future__ import annotations

import ast
import html
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from IPython.display import Markdown
from matplotlib.figure import Figure

from helpers.checkout import find_document
from helpers.render.parameters import injected_source, parameter_names
from helpers.render.subset import PARAMETERS_TAG, Document, Prose, parse_document


@dataclass(frozen=True, slots=True)
class ReportText:
    """What a reader reads: the text in order, with tables as lines, and the figures by label."""

    text: str
    figures: dict[str, Figure]


@cache
def _document() -> Document:
    return parse_document(find_document())


def run_report(data: Path, **parameters: Any) -> ReportText:
    """Run the report's cells and inline expressions with parameters, as the renderer does."""
    document = _document()
    cell = document.parameters
    names = parameter_names(document.path, cell.source, cell.line)
    injected = injected_source(names, {"data": str(data.resolve())} | parameters)
    names_here: dict[str, Any] = {}
    texts: list[str] = []
    figures: dict[str, Figure] = {}
    with working_folder(document.path.parent):
        for block in document.blocks:
            if isinstance(block, Prose):
                texts.append(_fill(block, names_here))
                continue
            value = _run(block.source, names_here)
            if PARAMETERS_TAG in block.options.tags:
                exec(injected, names_here)
            if isinstance(value, Figure):
                figures[block.options.label or ""] = value
            elif isinstance(value, Markdown):
                texts.append(as_lines(value.data))
    return ReportText("\n\n".join(texts), figures)


@contextmanager
def working_folder(folder: Path) -> Iterator[None]:
    before = Path.cwd()
    os.chdir(folder)
    try:
        yield
    finally:
        os.chdir(before)


def _run(source: str, names: dict[str, Any]) -> object:
    """Run a cell and return the value of its last line, where that is an expression."""
    tree = ast.parse(source)
    last = tree.body[-1] if tree.body else None
    if not isinstance(last, ast.Expr):
        exec(compile(tree, "cell", "exec"), names)
        return None
    exec(compile(ast.Module(tree.body[:-1], []), "cell", "exec"), names)
    return eval(compile(ast.Expression(last.value), "cell", "eval"), names)


def _fill(prose: Prose, names: dict[str, Any]) -> str:
    text = prose.text
    for expression in reversed(prose.expressions):
        value = str(eval(expression.code, names))
        text = text[: expression.start] + value + text[expression.end :]
    return text


def as_lines(markdown: str) -> str:
    """Return Markdown with the HTML of a table as one line per row, its cells between bars."""
    if not markdown.startswith("```{=html}"):
        return markdown
    found = re.search(r"<table.*</table>", markdown, re.DOTALL)
    rows = re.split(r"</tr>", found[0] if found else "")
    cells = [[_bare(cell) for cell in re.split(r"</t[dh]>", row)] for row in rows]
    return "\n".join(" | ".join(filter(None, row)) for row in cells if any(row))


def _bare(cell: str) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]+>", "", cell)).split())
