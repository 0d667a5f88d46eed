"""Calls the pandoc inside the pypandoc wheel, and turns its complaints into one message."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Final

from helpers.errors import RenderError

# Raw HTML and LaTeX typed into the text show as typed; a cell's ```{=html} block still passes.
MARKDOWN: Final = (
    "markdown-raw_html-raw_tex-native_divs-native_spans-markdown_in_html_blocks"
    "-yaml_metadata_block-pandoc_title_block-latex_macros"
)
_FROM_FILTER = re.compile(r"@@(.*?)@@", re.DOTALL)


@cache
def pandoc_path() -> str:
    """Return the path of the pandoc inside the wheel.

    Raises
    ------
    RenderError
        When the wheel holds none.
    """
    import pypandoc

    path = Path(pypandoc.__file__).parent / "files" / "pandoc"
    found = next((p for p in (path, path.with_suffix(".exe")) if p.is_file()), None)
    if found is None:
        raise RenderError("pandoc is missing from the environment: install pypandoc_binary.")
    return str(found)


def run_pandoc(arguments: Sequence[str], folder: Path, text: str = "") -> bytes:
    """Run pandoc in a folder and return what it printed.

    Raises
    ------
    RenderError
        When pandoc fails; the message is its own, or the filter's.
    """
    done = subprocess.run(
        [pandoc_path(), *arguments], cwd=folder, input=text.encode(), capture_output=True,
        check=False,
    )  # fmt: skip
    if done.returncode:
        raise RenderError(_message(done.stderr.decode("utf-8", "replace")))
    return done.stdout


def _message(stderr: str) -> str:
    told = _FROM_FILTER.search(stderr)
    text = told[1] if told else next(iter(stderr.strip().splitlines()), "no message")
    return f"the report cannot be converted: {text.strip().rstrip('.')}."
