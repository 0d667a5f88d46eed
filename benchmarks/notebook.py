"""The cells of the report as a notebook that nbconvert executes and converts."""

from __future__ import annotations

import subprocess
from pathlib import Path

from helpers.checkout import ROOT, SYNTHETIC
from helpers.render.subset import Cell, Document

_PACKAGES = ("jupyterlab", "nbconvert", "nbclient", "ipykernel")


def write_notebook(document: Document, file: Path) -> None:
    """Write the cells and the prose of a document as a notebook; inline values are displayed."""
    import nbformat.v4 as nb

    cells = []
    for block in document.blocks:
        if isinstance(block, Cell):
            source = block.source.replace('"data/synthetic"', repr(str(SYNTHETIC)))
            cells.append(nb.new_code_cell(source))
            continue
        cells.append(nb.new_markdown_cell(block.text))
        if block.expressions:
            shown = "\n".join(f"display({item.code})" for item in block.expressions)
            cells.append(nb.new_code_cell(shown))
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    notebook = nb.new_notebook(cells=cells, metadata={"kernelspec": kernel})
    file.write_text(nb.writes(notebook), encoding="utf-8")


def convert_notebook(lab: Path, notebook: Path, environment: dict[str, str]) -> None:
    """Execute and convert a notebook with nbconvert; raises CalledProcessError when it fails."""
    call = [str(lab / "jupyter"), "nbconvert", "--to", "html", "--execute", str(notebook)]
    subprocess.run(call, env=environment, cwd=ROOT, check=True, capture_output=True)


def versions(lab: Path) -> str:
    """Return the versions of the peer's packages."""
    told = f"from importlib.metadata import version as v; print(*(v(n) for n in {_PACKAGES!r}))"
    done = subprocess.run([str(lab / "python"), "-c", told], check=True, capture_output=True,
                          text=True)  # fmt: skip
    return ", ".join(f"{name} {v}" for name, v in zip(_PACKAGES, done.stdout.split(), strict=True))
