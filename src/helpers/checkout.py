"""Where the project lies: its root, and the document that is its report."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from helpers.errors import InputError

PACKAGE: Final = Path(__file__).resolve().parent
ROOT: Final = PACKAGE.parents[1]
SYNTHETIC: Final = ROOT / "data" / "synthetic"


def find_document() -> Path:
    """Return ``report.qmd`` of this checkout.

    Raises
    ------
    InputError
        When the package does not run from a checkout.
    """
    document = ROOT / "report.qmd"
    if not document.is_file():
        raise InputError(
            f"{document}: missing; `study report` runs from a checkout of the project."
        )
    return document
