"""Chooses between Quarto and the embedded renderer."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Final

from helpers.errors import CallError
from helpers.render.document import render_document
from helpers.render.quarto import find_quarto, render_with_quarto

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

    Raises
    ------
    StudyError
        As ``render_document``.
    """
    if engine not in ENGINES:
        raise CallError(f"unknown engine '{engine}'; allowed: {', '.join(ENGINES)}.")
    tell = progress or (lambda line: None)
    stated = {"title": title, "mark": mark, "origin": origin}
    changes = {key: text for key, text in stated.items() if text}
    if engine == "quarto" or (engine == "auto" and find_quarto()):
        tell("Rendering with Quarto")
        return render_with_quarto(
            qmd, parameters=parameters, formats=formats, out_dir=out_dir, metadata=changes
        )
    return render_document(
        qmd, parameters=parameters, formats=formats, out_dir=out_dir, metadata=changes,
        progress=lambda done, total, label: tell(f"Rendering {done}/{total}: {label}"),
    )  # fmt: skip
