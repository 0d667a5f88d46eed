"""Chooses between Quarto and the embedded renderer."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Final

from helpers.errors import CallError
from helpers.render.document import check_formats, render_document, start_early
from helpers.render.quarto import find_quarto, render_with_quarto

if TYPE_CHECKING:
    from helpers.render.kernel import Kernel
    from helpers.render.subset import Document

ENGINES: Final = ("auto", "quarto", "embedded")


def render_report(
    qmd: Path,
    parameters: Mapping[str, object],
    formats: Sequence[str],
    out_dir: Path,
    *,
    engine: str = "auto",
    title: str = "",
    mark: str = "",
    origin: str = "",
    progress: Callable[[str], None] | None = None,
    kernel: Kernel | None = None,
) -> dict[str, Path]:
    """Render a document with the engine asked for and return its outputs by format.

    Parameters
    ----------
    qmd, parameters, formats, out_dir
        As for ``render_document``.
    engine
        ``quarto``, ``embedded``, or ``auto``: Quarto where it is installed.
    title
        Replaces the title of the document; empty: its own.
    mark
        A text that nobody overlooks, on every page of every format; empty: none.
    origin
        Where the document comes from, in one line for its metadata; empty: nothing.
    progress
        Called with a line of text before each step.
    kernel
        What ``start_kernel_early`` started.

    Raises
    ------
    StudyError
        As ``render_document``.
    """
    check_engine(engine)
    tell = progress or (lambda line: None)
    stated = {"title": title, "mark": mark, "origin": origin}
    changes = {key: text for key, text in stated.items() if text}
    if uses_quarto(engine):
        tell("Rendering with Quarto")
        return render_with_quarto(
            qmd, parameters=parameters, formats=formats, out_dir=out_dir, metadata=changes
        )
    return render_document(
        qmd, parameters=parameters, formats=formats, out_dir=out_dir, metadata=changes,
        progress=lambda done, total, label: tell(f"Rendering {done}/{total}: {label}"),
        kernel=kernel,
    )  # fmt: skip


def start_kernel_early(
    document: Document, formats: Sequence[str], engine: str, imports: Sequence[str]
) -> AbstractContextManager[Kernel | None]:
    """Start the kernel that the embedded renderer will need; Quarto starts its own."""
    check_engine(engine)
    check_formats(formats)
    return nullcontext() if uses_quarto(engine) else start_early(document, formats, imports)


def check_engine(engine: str) -> None:
    """Raise CallError unless an engine exists."""
    if engine not in ENGINES:
        raise CallError(f"unknown engine '{engine}'; allowed: {', '.join(ENGINES)}.")


def uses_quarto(engine: str) -> bool:
    """Return whether an engine is Quarto, on this machine."""
    return engine == "quarto" or (engine == "auto" and bool(find_quarto()))
