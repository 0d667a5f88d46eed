"""Writes the typed tables of study folders as CSV, for the R scripts in ``tests/reference/plan``.

    python -m tests.reference.plan_export OUT FOLDER [FOLDER …]

What the reader makes of a folder is compared with what was planted in it elsewhere
(``tests/test_against_r.py``); R starts from the tables, so that it checks the estimates alone.
"""

from __future__ import annotations

import sys
from pathlib import Path

from helpers.ingest.folder import read_study
from helpers.settings import resolve_settings
from helpers.verify.with_r import write_typed_tables


def export(out: Path, folder: Path) -> None:
    """Write every typed table of one study folder below ``out/<folder name>``."""
    data = read_study(folder, resolve_settings(folder))
    write_typed_tables(data, out / folder.name)


if __name__ == "__main__":
    for argument in sys.argv[2:]:
        export(Path(sys.argv[1]), Path(argument))
