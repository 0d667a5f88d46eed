"""Study folders that went wrong: number k of seed s is made from (s, k) alone."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from random import Random
from typing import Any, Final

from helpers.study import (
    CHART_REVIEW_FILE,
    REDCAP_DICTIONARY_FILE,
    REDCAP_RECORDS_FILE,
    STUDY_FILE,
)
from helpers.synthetic import write_synthetic_study
from tests.fuzzing import csv_files, packages, settings_files, workbooks
from tests.fuzzing.values import awkward_value
from tests.studies import SAMPLE

# Eligible patients of Part 1 and of Part 2, and the seed; the last folder is the sample.
_SYNTHETIC: Final = ((3, 3, 11), (6, 0, 12), (0, 6, 13), (6, 6, 14), (1, 1, 15), (5, 4, 16))
SAMPLE_BASE: Final = len(_SYNTHETIC)
_NAMES = (CHART_REVIEW_FILE, REDCAP_RECORDS_FILE, REDCAP_DICTIONARY_FILE, STUDY_FILE)


@dataclass(frozen=True)
class OneCell:
    """The one cell that differs from the base: its place, and what it held and holds."""

    file: str
    sheet: str
    row: int
    column: str
    before: Any
    after: Any
    number_format: str = "General"


@dataclass
class Made:
    """A folder in memory: the files, what was done to them, and whether rows can be counted."""

    seed: int
    number: int
    base: int
    files: dict[str, bytes]
    changes: list[str] = field(default_factory=list)
    one_cell: OneCell | None = None
    damaged: set[str] = field(default_factory=set)

    def write(self, folder: Path) -> Path:
        """Write the files into a folder, which is made."""
        folder.mkdir(parents=True)
        for name, content in self.files.items():
            (folder / name).write_bytes(content)
        return folder


@cache
def base_files(number: int) -> Mapping[str, bytes]:
    """Return the files of an unharmed folder by name."""
    if number == SAMPLE_BASE:
        return {name: (SAMPLE / name).read_bytes() for name in _NAMES if (SAMPLE / name).is_file()}
    retrospective, prospective, seed = _SYNTHETIC[number]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_synthetic_study(
            folder, seed=seed, retrospective=retrospective, prospective=prospective
        )
        return {name: (folder / name).read_bytes() for name in _NAMES if (folder / name).is_file()}


def make_folder(seed: int, number: int) -> Made:
    """Return folder ``number`` of a seed: about half of them with one cell changed."""
    draw = Random(f"{seed}/{number}")
    base = draw.choices(range(SAMPLE_BASE + 1), (5, 3, 4, 1, 6, 2, 1))[0]
    made = Made(seed, number, base, dict(base_files(base)))
    if draw.random() < 0.45:
        _change_one_cell(draw, made)
        return made
    for _ in range(draw.choice((1, 1, 1, 2, 3))):
        kind = draw.choices(list(_CHANGES), [weight for weight, _ in _CHANGES.values()])[0]
        made.changes.append(f"{kind}: {_CHANGES[kind][1](draw, made)}")
    return made


def _change_one_cell(draw: Random, made: Made) -> None:
    names = [name for name in (CHART_REVIEW_FILE, REDCAP_RECORDS_FILE) if name in made.files]
    name = draw.choice(names)
    change = _workbook_cell if name == CHART_REVIEW_FILE else _csv_cell
    made.one_cell = change(draw, made)
    made.changes.append(f"one cell: {made.one_cell}")


def _workbook_cell(draw: Random, made: Made) -> OneCell:
    book = workbooks.load(made.files[CHART_REVIEW_FILE])
    cell = workbooks.pick_cell(draw, book)
    before = cell.value
    workbooks.set_value(cell, awkward_value(draw, before))
    made.files[CHART_REVIEW_FILE] = workbooks.save(book)
    header = str(cell.parent.cell(1, cell.column).value)
    return OneCell(CHART_REVIEW_FILE, cell.parent.title, cell.row, header, before, cell.value,
                   cell.number_format)  # fmt: skip


def _csv_cell(draw: Random, made: Made) -> OneCell:
    table = csv_files.load(made.files[REDCAP_RECORDS_FILE])
    row = draw.randrange(1, len(table))
    filled = [place for place, text in enumerate(table[row]) if text]
    column = draw.choice(filled if draw.random() < 0.8 else range(len(table[row])))
    before = table[row][column]
    table[row][column] = csv_files.awkward(draw, before)
    made.files[REDCAP_RECORDS_FILE] = csv_files.save(table)
    return OneCell(REDCAP_RECORDS_FILE, "", row + 1, table[0][column], before, table[row][column])


def _workbook(draw: Random, made: Made) -> str:
    if CHART_REVIEW_FILE not in made.files or CHART_REVIEW_FILE in made.damaged:
        return "nothing to change"
    try:
        book = workbooks.load(made.files[CHART_REVIEW_FILE])
    except AttributeError:
        return "nothing to change: openpyxl cannot open the chart sheet that it wrote"
    kind = draw.choice(list(workbooks.CHANGES))
    done = workbooks.CHANGES[kind](draw, book)
    made.files[CHART_REVIEW_FILE] = workbooks.save(book)
    return f"{kind}: {done}"


def _package(draw: Random, made: Made) -> str:
    if CHART_REVIEW_FILE not in made.files or CHART_REVIEW_FILE in made.damaged:
        return "nothing to change"
    made.damaged.add(CHART_REVIEW_FILE)
    content = made.files[CHART_REVIEW_FILE]
    made.files[CHART_REVIEW_FILE], done = packages.damage_package(draw, content)
    return done


def _bytes(draw: Random, made: Made) -> str:
    name = draw.choice(list(made.files))
    made.damaged.add(name)
    made.files[name], done = packages.damage_bytes(draw, made.files[name])
    return f"{name}: {done}"


def _csv(name: str) -> Callable[[Random, Made], str]:
    def change(draw: Random, made: Made) -> str:
        if name not in made.files or name in made.damaged:
            return "nothing to change"
        table = csv_files.load(made.files[name])
        if len(table) < 2:
            return "nothing to change"
        if draw.random() < 0.25:
            made.damaged.add(name)
            made.files[name], done = csv_files.rewrite(draw, table)
            return f"{name}: {done}"
        kind = draw.choice(list(csv_files.CHANGES))
        done = csv_files.CHANGES[kind](draw, table)
        made.files[name] = csv_files.save(table)
        return f"{name}: {kind}: {done}"

    return change


def _settings(draw: Random, made: Made) -> str:
    made.files[STUDY_FILE], done = settings_files.draw_settings(draw)
    return done


def _file(draw: Random, made: Made) -> str:
    name = draw.choice(list(made.files))
    if draw.random() < 0.5:
        del made.files[name]
        return f"{name} missing"
    other = draw.choice(list(made.files))
    made.files[name] = made.files[other]
    made.damaged.add(name)
    return f"{name} is {other}"


_CHANGES: Final[Mapping[str, tuple[int, Callable[[Random, Made], str]]]] = {
    "workbook": (34, _workbook),
    "package": (22, _package),
    "bytes": (8, _bytes),
    "records": (20, _csv(REDCAP_RECORDS_FILE)),
    "dictionary": (14, _csv(REDCAP_DICTIONARY_FILE)),
    "settings": (12, _settings),
    "file": (3, _file),
}
