"""Reads the archived tables that the R scripts in tests/reference/estimate wrote."""

import csv
from collections import defaultdict
from pathlib import Path

import pytest

from helpers.estimate.value import Value

FOLDER = Path(__file__).parent.parent / "reference" / "estimate"
Row = dict[str, float | str | None]


def rows(name: str) -> list[Row]:
    """Read one table: numbers as floats, NA as None, the first line (what made it) left out."""
    with (FOLDER / name).open(encoding="utf-8", newline="") as file:
        assert file.readline().startswith("# Rscript "), "the command that made it stands first"
        return [{key: _cell(text) for key, text in row.items()} for row in csv.DictReader(file)]


def columns(name: str, *keys: str) -> dict[str, dict[str, list]]:
    """Read a table of data sets: for each value of `set` (and role), its columns."""
    sets: dict[str, dict[str, list]] = defaultdict(lambda: defaultdict(list))
    for row in rows(name):
        for key in keys:
            sets[row["set"]][key].append(row[key])
    return sets


def numbers(value: Value) -> dict[str, float | None]:
    """Give the numbers of a Value under the names the archived tables use."""
    return {
        "estimate": value.estimate,
        "lower": value.lower,
        "upper": value.upper,
        "sd": value.sd,
        "p_value": value.p_value,
        "n": value.n,
    }


def close(number: float | None, rel: float = 1e-12, absolute: float = 0.0) -> object:
    """Give what a number must equal: itself to a tolerance, or None."""
    return None if number is None else pytest.approx(number, rel=rel, abs=absolute)


def _cell(text: str) -> float | str | None:
    if text == "NA":
        return None
    try:
        return float(text)
    except ValueError:
        return text
