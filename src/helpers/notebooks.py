"""Executes the notebooks and writes each as one HTML page."""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from helpers.errors import RenderError
from helpers.interruption import check_interruption, stoppable
from helpers.notebook_kernel import run_notebook
from helpers.program import exit_code_of
from helpers.render.pandoc import run_pandoc
from helpers.replacing import open_staging, replace_outputs

if TYPE_CHECKING:
    from nbformat import NotebookNode

Progress = Callable[[str], None]
ROOT = Path(__file__).resolve().parents[2]
NOTEBOOKS = ROOT / "notebooks"
_ASSETS = Path(__file__).parent / "render" / "assets"
_STYLES = (_ASSETS / "report.css", _ASSETS / "notebook.css")


def list_notebooks() -> list[Path]:
    """Return the notebooks in the order of the flow."""
    return sorted(NOTEBOOKS.glob("[0-9][0-9]_*.ipynb"))


def execute_notebook(notebook: Path, data: Path | None = None) -> NotebookNode:
    """Execute a notebook, on another study folder when one is given, and return it with outputs.

    Raises
    ------
    RenderError
        When a cell fails; the message names the notebook and the error.
    """
    import nbformat
    from nbclient.exceptions import CellExecutionError

    node: NotebookNode = nbformat.read(notebook, as_version=4)
    if data is not None:
        set_data(node, data)
    try:
        run_notebook(node, notebook.parent)
    except CellExecutionError as error:
        raise RenderError(f"{notebook.name}: {error.ename}: {error.evalue}") from None
    return node


def set_data(node: NotebookNode, data: Path) -> None:
    """Change the study folder in the one cell that names it; no page tells where a project lies."""
    cell = next(cell for cell in node.cells if "parameters" in cell.metadata.get("tags", []))
    place = data.resolve()
    inside = place.is_relative_to(ROOT)
    told = f"../{place.relative_to(ROOT).as_posix()}" if inside else str(place)
    cell.source = f"data = {told!r}"


def told_as_prose(node: NotebookNode) -> None:
    """Turn every output that is Markdown into a cell of its own: pandoc shows no such output."""
    from nbformat.v4 import new_markdown_cell

    cells = []
    for cell in node.cells:
        cells.append(cell)
        texts = [output.data["text/markdown"] for output in cell.get("outputs", [])
                 if "text/markdown" in output.get("data", {})]  # fmt: skip
        cells += [new_markdown_cell(text) for text in texts]
        if texts:
            cell.outputs = []
    node.cells = cells


def forget_the_moment(node: NotebookNode) -> None:
    """Take out what differs from one execution to the next: times, and identifiers drawn anew."""
    for number, cell in enumerate(node.cells):
        cell.id = f"cell-{number:03d}"
        cell.metadata.pop("execution", None)


def render_notebook(notebook: Path, data: Path | None = None) -> bytes:
    """Execute a notebook and return it as one self-contained HTML page."""
    import nbformat

    node = execute_notebook(notebook, data)
    told_as_prose(node)
    forget_the_moment(node)
    with tempfile.TemporaryDirectory() as scratch:
        executed = Path(scratch) / notebook.name
        nbformat.write(node, executed)
        return run_pandoc(
            [str(executed), "--from", "ipynb", "--to", "html5", "--standalone",
             "--embed-resources", *(f"--css={style}" for style in _STYLES),
             "--metadata", f"pagetitle={notebook.stem}", "--metadata", "lang=en"],
            Path(scratch),
        )  # fmt: skip


def write_notebooks(
    out: Path, data: Path | None = None, progress: Progress = lambda name: None
) -> list[Path]:
    """Execute the notebooks and write ``<name>.html`` of each into a folder, all or none."""
    with open_staging(out) as staging:
        for notebook in list_notebooks():
            progress(notebook.name)
            staging.write({f"{notebook.stem}.html": render_notebook(notebook, data)})
        names = [f"{notebook.stem}.html" for notebook in list_notebooks()]
        replace_outputs((staging, names))
    return [out / name for name in names]


def main(
    arguments: list[str] | None = None, tell: Callable[[str], None] = lambda line: print(line)
) -> int:
    """Render every notebook; the exit code is that of the `study` command."""
    with stoppable(ends=arguments is None):
        try:
            return _main(arguments, tell)
        except BaseException as error:
            return exit_code_of(error, "notebooks")


def _main(arguments: list[str] | None, tell: Callable[[str], None]) -> int:
    parser = argparse.ArgumentParser(description="Execute the notebooks into HTML pages.")
    parser.add_argument("--out", type=Path, default=Path("_output") / "notebooks")
    parser.add_argument("--data", type=Path, help="another study folder for all of them")
    options = parser.parse_args(arguments)
    for page in write_notebooks(options.out, options.data, _tell_progress):
        tell(str(page))
    return 0


def _tell_progress(name: str) -> None:
    check_interruption()
    print(f"executing {name} …", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
