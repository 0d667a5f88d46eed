"""Runs the cells and inline expressions of a document in one kernel, in their order."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from helpers.errors import RenderError
from helpers.render.escape import value_as_markdown
from helpers.render.kernel import Kernel, start_kernel
from helpers.render.parameters import injected_source, parameter_names
from helpers.render.replies import Failure, Output
from helpers.render.subset import PARAMETERS_TAG, Cell, Document, Prose

Step = Callable[[str], None]
_FAILED_LINE = re.compile(r"\bCell In\[\d+\], line (\d+)")


@dataclass(frozen=True, slots=True)
class ShownCell:
    """A cell with what it showed."""

    cell: Cell
    outputs: tuple[Output, ...]


@dataclass(frozen=True, slots=True)
class ShownProse:
    """Prose with its inline expressions replaced by their values."""

    text: str


Shown = ShownCell | ShownProse


def execute_document(
    document: Document,
    parameters: Mapping[str, object],
    images: Sequence[str],
    step: Step,
    kernel: Kernel | None = None,
) -> tuple[Shown, ...]:
    """Run a document and return its blocks with what they show.

    Parameters
    ----------
    document
        The document; its folder is the working directory of its code.
    parameters
        Values for names of the parameters cell, set directly after it.
    images
        What figures are shown as: ``svg``, ``png`` or both.
    step
        Called with a name before each block that runs.
    kernel
        One that ``prepare_kernel`` started for this document, and that ends with it; None: one is
        started now.

    Raises
    ------
    CallError
        When a parameter does not exist or cannot be passed on.
    RenderError
        When a cell or an inline expression fails, or the kernel dies.
    """
    cell = document.parameters
    names = parameter_names(document.path, cell.source, cell.line)
    injected = injected_source(names, parameters)
    with ExitStack() as started:
        used = kernel or started.enter_context(prepare_kernel(document, images))
        used.connect()
        shown = tuple(_run(used, document, block, injected, step) for block in document.blocks)
        used.stop()  # what converts them needs its memory and its processor
    return shown


def prepare_kernel(
    document: Document, images: Sequence[str], imports: Sequence[str] = ()
) -> AbstractContextManager[Kernel]:
    """Start a kernel for one execution of a document; it imports modules until it is needed."""
    folder = document.path.resolve().parent
    return start_kernel(folder, images, _rc(document.front_matter), imports)


def count_steps(document: Document) -> int:
    """Return how often ``execute_document`` calls ``step``."""
    return sum(isinstance(block, Cell) or bool(block.expressions) for block in document.blocks)


def _rc(front_matter: Mapping[str, Any]) -> dict[str, str]:
    size = f"{front_matter.get('fig-width', 7)}, {front_matter.get('fig-height', 5)}"
    return {"figure.figsize": size, "figure.dpi": "96", "svg.hashsalt": "report",
            "svg.fonttype": "path"}  # fmt: skip


def _run(
    kernel: Kernel, document: Document, block: Cell | Prose, injected: str, step: Step
) -> Shown:
    if isinstance(block, Prose):
        return _run_prose(kernel, document.path, block, step)
    step(block.name)
    outputs = _run_cell(kernel, document.path, block)
    if PARAMETERS_TAG in block.options.tags and injected:
        _run_injected(kernel, injected)
    return ShownCell(block, outputs)


def _run_cell(kernel: Kernel, path: Path, cell: Cell) -> tuple[Output, ...]:
    reply = kernel.run(cell.source)
    if reply.failure:
        inside = _FAILED_LINE.search(reply.failure.frames)
        line = cell.line + int(inside[1]) - 1 if inside else cell.line
        name = f"cell '{cell.options.label}'" if cell.options.label else "a cell"
        raise _error(path, line, name, reply.failure)
    return reply.outputs


def _run_injected(kernel: Kernel, injected: str) -> None:
    failure = kernel.run(injected).failure
    if failure:
        raise RenderError(f"the parameters cannot be set: {failure.name}: {failure.message}.")


def _run_prose(kernel: Kernel, path: Path, prose: Prose, step: Step) -> ShownProse:
    if not prose.expressions:
        return ShownProse(prose.text)
    step(f"text at line {prose.line}")
    values = kernel.run("", [f"({item.code}\n)" for item in prose.expressions]).values
    texts: list[str] = []
    end = 0
    for expression, value in zip(prose.expressions, values, strict=True):
        if isinstance(value, Failure):
            raise _error(path, expression.line, f"inline `{expression.code}`", value)
        texts += [prose.text[end : expression.start], value_as_markdown(value)]
        end = expression.end
    return ShownProse("".join([*texts, prose.text[end:]]))


def _error(path: Path, line: int, what: str, failure: Failure) -> RenderError:
    reason = f"{failure.name}: {failure.message}" if failure.message else failure.name
    return RenderError(f"{path}, line {line}: {what} failed: {reason.rstrip('.')}.")
