"""Runs the cells of a notebook in this process: fast, and what each cell shows comes back."""

from __future__ import annotations

import ast
import json
from pathlib import Path
from typing import Any

from IPython.core.formatters import DisplayFormatter
from matplotlib.figure import Figure
from matplotlib.text import Text


def code_cells(notebook: Path) -> list[dict[str, Any]]:
    """Return the code cells of a notebook."""
    cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
    return [cell for cell in cells if cell["cell_type"] == "code"]


def run_cells(notebook: Path, data: Path | None = None) -> list[str]:
    """Run a notebook, on another study folder when one is given; return what its cells show."""
    names: dict[str, Any] = {}
    shown = []
    for cell in code_cells(notebook):
        source = "".join(cell["source"])
        if data is not None and "parameters" in cell["metadata"].get("tags", []):
            source = f"data = {str(data)!r}"
        body = ast.parse(source).body
        last = body.pop() if isinstance(body[-1], ast.Expr) else None
        exec(compile(ast.Module(body, []), notebook.name, "exec"), names)
        if last is not None:
            value = eval(compile(ast.Expression(last.value), notebook.name, "eval"), names)
            shown.append(words_of(value))
    return shown


def words_of(value: Any) -> str:
    """Return what a value shows, in every form that it has; of a figure, the words in it."""
    if isinstance(value, Figure):
        return "\n".join(text.get_text() for text in value.findobj(Text))
    bundle, _ = DisplayFormatter().format(value)
    return "\n".join(str(text) for text in bundle.values())
