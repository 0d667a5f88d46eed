"""Keeps a release apart from what an internal run leaves: they never share a folder."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from helpers.errors import InputError
from helpers.settings import Settings

QUERY_FILES: Final = ("data_queries.csv", "data_queries.xlsx")
INTERNAL_FILE: Final = "INTERNAL.txt"  # stands beside datasets that hold rows of patients


def refuse_mixed(settings: Settings, out: Path) -> None:
    """Raise InputError when a release would lie beside what must not leave the clinic."""
    if not settings.for_release:
        return
    for name in (*QUERY_FILES, INTERNAL_FILE):
        if (out / name).exists():
            raise InputError(
                f"{out}: holds {name} of an internal run, which must not leave the clinic; give "
                "the release a folder of its own (--out, or OUT= with make)."
            )
