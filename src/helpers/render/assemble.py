"""Writes an executed document as one Markdown text for pandoc, with its figures as files."""

from __future__ import annotations

import base64
import re
import shutil
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Final

from helpers.errors import RenderError
from helpers.render.execute import Shown, ShownCell, ShownProse
from helpers.render.replies import Output
from helpers.render.subset import Cell, Document

FIGURES: Final = "figures"
_MIME: Final = {"svg": "image/svg+xml", "png": "image/png"}


def assemble_markdown(
    document: Document, shown: Iterable[Shown], folder: Path, images: Sequence[str]
) -> str:
    """Return the text of a report; write its figures into ``folder``.

    A figure's name in the text has no extension: each format takes its own (SVG or PNG).

    Raises
    ------
    RenderError
        When a cell shows what lies outside the subset, or a numbered cell shows nothing.
    """
    (folder / FIGURES).mkdir(exist_ok=True)
    for name in document.images:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(document.path.parent / name, folder / name)
    writer = _Writer(document, folder, images)
    texts = [
        block.text if isinstance(block, ShownProse) else writer.write_cell(block) for block in shown
    ]
    return "\n\n".join(text for text in texts if text) + "\n"


class _Writer:
    """Writes the cells of one document."""

    def __init__(self, document: Document, folder: Path, images: Sequence[str]) -> None:
        self.images = images
        execute = document.front_matter.get("execute") or {}
        self.path = document.path
        self.folder = folder
        self.echo = execute.get("echo", True)
        self.warning = execute.get("warning", True)

    def write_cell(self, block: ShownCell) -> str:
        options = block.cell.options
        if not options.include:
            return ""
        echo = self.echo if options.echo is None else options.echo
        code = _fence(_code(block.cell), ".python .cell-code") if echo else ""
        outputs = self._outputs(block) if options.output else []
        body = "\n\n".join(outputs)
        if options.kind:
            if not body:
                raise self._error(block.cell, "is numbered and shows nothing")
            body = _float(block.cell, body)
        return "\n\n".join(text for text in (code, body) if text)

    def _outputs(self, block: ShownCell) -> list[str]:
        outputs = list(block.outputs)
        if any(_is_image(output.data) for output in outputs):  # ax.plot(…) shows a list of lines
            outputs = [output for output in outputs if set(output.data) != {"text/plain"}]
        texts = [self._output(block.cell, output, number) for number, output in enumerate(outputs)]
        return [text for text in texts if text]

    def _output(self, cell: Cell, output: Output, number: int) -> str:
        data = output.data
        plain = cell.options.output == "asis"
        if "text/markdown" in data:
            return data["text/markdown"].strip()
        if _is_image(data):
            return self._image(cell, data, number)
        if "text/html" in data:
            raise self._error(
                cell, "shows HTML, for which Quarto loads scripts from the network; show "
                "Markdown that holds it (IPython.display.Markdown)",
            )  # fmt: skip
        if "stderr" in data:
            return _fence(data["stderr"], ".cell-output .cell-warning") if self.warning else ""
        text = data.get("stdout") or data.get("text/plain") or ""
        return text.strip("\n") if plain else _fence(text, ".cell-output")

    def _image(self, cell: Cell, data: Mapping[str, str], number: int) -> str:
        files = {kind: data[mime] for kind, mime in _MIME.items() if mime in data}
        if "png" not in files and ("png" in self.images or "svg" not in files):
            raise self._error(cell, "shows an image that is not PNG, which DOCX needs")
        label = cell.options.label or f"cell-{cell.line}"
        name = f"{FIGURES}/{label}-{number + 1}"
        if "png" in files:
            (self.folder / f"{name}.png").write_bytes(base64.b64decode(files["png"]))
        if "svg" in files:
            (self.folder / f"{name}.svg").write_text(files["svg"], encoding="utf-8")
        elif "svg" in self.images:
            name += ".png"
        alt = cell.options.fig_alt
        attributes = f'{{fig-alt="{_quote(alt)}"}}' if alt else ""
        return f"![]({name}){attributes}"

    def _error(self, cell: Cell, reason: str) -> RenderError:
        name = f"cell '{cell.options.label}'" if cell.options.label else "a cell"
        return RenderError(f"{self.path}, line {cell.line}: {name} {reason}.")


def _is_image(data: Mapping[str, str]) -> bool:
    return any(kind.startswith("image/") for kind in data)


def _code(cell: Cell) -> str:
    return re.sub(r"\A(?:#\|.*(?:\n|\Z))*", "", cell.source)


def _fence(text: str, classes: str) -> str:
    """Return text as a code block whose fence is longer than any inside."""
    body = text.strip("\n")
    if not body.strip():
        return ""
    longest = max((len(run) for run in re.findall(r"`+", body)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence} {{{classes}}}\n{body}\n{fence}"


def _float(cell: Cell, body: str) -> str:
    """Return a numbered figure or table: its content, then its caption."""
    caption = " ".join(cell.options.caption.split())
    return (
        f"::: {{#{cell.options.label} .float}}\n\n{body}\n\n"
        f"::: {{.float-caption}}\n{caption}\n:::\n\n:::"
    )


def _quote(text: str) -> str:
    return " ".join(text.split()).replace("\\", "\\\\").replace('"', '\\"')
