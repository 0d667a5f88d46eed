"""Renders a document of the supported subset of Quarto, with Quarto or without it."""

from __future__ import annotations

from helpers.errors import DocumentError, RenderError
from helpers.render.document import FORMATS, render_document
from helpers.render.engine import ENGINES, render_report
from helpers.render.quarto import find_quarto, render_with_quarto
from helpers.render.subset import parse_document

__all__ = [
    "ENGINES",
    "FORMATS",
    "DocumentError",
    "RenderError",
    "find_quarto",
    "parse_document",
    "render_document",
    "render_report",
    "render_with_quarto",
]
