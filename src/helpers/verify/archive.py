"""The archived results of the synthetic study, with which every version is compared."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from helpers.checkout import ROOT
from helpers.errors import InputError

ARCHIVE: Final = ROOT / "data" / "archive" / "synthetic_results.json"


def find_archive() -> Path:
    """Return the file of the archived results of the synthetic study.

    Raises
    ------
    InputError
        When the package does not run from a checkout, which alone holds them.
    """
    if not ARCHIVE.is_file():
        raise InputError(
            f"{ARCHIVE}: missing; the archived results are in a checkout of the project. Name "
            "another results.json, and its study folder with --data."
        )
    return ARCHIVE
