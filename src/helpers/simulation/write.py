"""Writes what a simulation found: the numbers, a table, a page to read and its figure."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Final

from helpers.simulation.coverage_figure import plot_coverage
from helpers.simulation.words import as_markdown
from helpers.write import write_files

FIGURE_DPI: Final = 150


def write_simulation(content: Mapping[str, Any], out: Path) -> list[Path]:
    """Write ``simulation.json``, ``.csv``, ``.md`` and ``coverage.png``: all of them, or none.

    Args:
        content: of ``simulation.json``.
        out: the output folder.

    Raises:
        InputError: when a folder stands where a file belongs.
    """
    text = json.dumps(content, indent=1, ensure_ascii=False, allow_nan=False)
    files = {
        "simulation.json": f"{text}\n".encode(),
        "simulation.csv": as_csv(content["rows"]),
        "simulation.md": as_markdown(content).encode(),
        "coverage.png": _picture(content),
    }
    return write_files(files, out)


def as_csv(rows: Iterable[Mapping[str, Any]]) -> bytes:
    """Return rows as CSV, a column per name of the first; None is an empty cell.

    Args:
        rows: at least one, all with the same names.
    """
    rows = list(rows)
    stream = io.StringIO()
    writer = csv.DictWriter(stream, list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return stream.getvalue().encode()


def _picture(content: Mapping[str, Any]) -> bytes:
    stream = io.BytesIO()
    plot_coverage(content).savefig(stream, format="png", dpi=FIGURE_DPI)
    return stream.getvalue()
