"""The cells and the prose of the report as an R Markdown document, where R can render one.

``rmarkdown::render`` knits it into one self-contained HTML page: reticulate runs every chunk in
one session of this Python, the interpreter that our own report runs in, inside the process of R.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from helpers.checkout import ROOT, SYNTHETIC
from helpers.render.subset import Cell, Document, Prose

R_SCRIPT = Path(__file__).with_suffix(".R")
_NAME = "rmarkdown.html"  # not report.html, which nbconvert's page is called


@dataclass(frozen=True)
class Peer:
    """R Markdown with a document to render: its versions, and the HTML page it writes."""

    version: str
    page: Path

    def render(self, environment: Mapping[str, str], *, mended: bool = False) -> None:
        """Execute and render the document; raises CalledProcessError when it fails.

        Parameters
        ----------
        environment
            Environment variables, ``PYTHONPATH`` among them.
        mended
            Whether reticulate is spared what takes most of its time before every chunk, and has
            nothing to do with the report; see ``mend()`` in ``rmarkdown.R``.
        """
        how = ["mended"] if mended else []
        _call_r(environment, str(self.page.with_suffix(".Rmd")), *how).check_returncode()


def prepare(document: Document, folder: Path) -> Peer | str:
    """Return the R Markdown peer of a document, or in words why there is none here.

    Parameters
    ----------
    document
        The report.
    folder
        Where the R Markdown document and its page are written.
    """
    if shutil.which("Rscript") is None:
        return "R is not installed"
    found = _call_r(os.environ | {"PYTHONPATH": str(ROOT / "src")})
    told = found.stdout.strip()
    if found.returncode:
        return told or f"R ended with code {found.returncode} before it could tell what it has"
    page = folder / _NAME
    write_rmarkdown(document, page.with_suffix(".Rmd"))
    return Peer(told, page)


def write_rmarkdown(document: Document, file: Path) -> None:
    """Write the cells of a document as chunks, and its prose with the inline values in place."""
    blocks = [
        _chunk(block) if isinstance(block, Cell) else _prose(block) for block in document.blocks
    ]
    file.write_text("\n\n".join(blocks) + "\n", encoding="utf-8")


def _chunk(cell: Cell) -> str:
    source = cell.source.replace('"data/synthetic"', repr(str(SYNTHETIC)))
    return f"```{{python}}\n{source}\n```"


def _prose(prose: Prose) -> str:
    text = prose.text
    for expression in prose.expressions:
        # As text, because knitr would round a number. JSON's strings are R's too.
        code = json.dumps(f"str({expression.code})".replace("\n", " "), ensure_ascii=False)
        markup = rf"`\{{python\}}\s+{re.escape(expression.code)}\s*`"
        before, after = re.split(markup, text, maxsplit=1)
        text = f"{before}`r reticulate::py_eval({code})`{after}"
    return text


def _call_r(environment: Mapping[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the R script beside this file, its Python being this one."""
    # A figure is a file here, whatever screen there is.
    own = {"RETICULATE_PYTHON": sys.executable, "MPLBACKEND": "agg"}
    call = ["Rscript", str(R_SCRIPT), *arguments]
    return subprocess.run(
        call, env={**environment, **own}, cwd=ROOT, check=False, capture_output=True, text=True
    )
