"""Numbers of infusions and observations do not give back who came to one of them."""

from __future__ import annotations

import itertools
from pathlib import Path
from typing import Any

import pytest

from helpers.results import Results
from helpers.settings import Settings
from tests.disclosure.releases import (
    FOLDERS,
    SYNTHETIC,
    plain,
    unreleased,
    with_estimates,
    with_rows,
)

COLUMNS = ("patients", "attended", "scores", "percentages", "durations")


def totals(release: dict[str, Any], part: str) -> set[int]:
    """Return the numbers of infusions and observations that are told."""
    return {each["n"] for each in release["estimates"]
            if each["part"] == part and each["n_unit"] != "patients" and each["n"]}  # fmt: skip


def possible_cells(
    cells: list[int | None], total: int, told: set[int], most: int
) -> list[set[int]]:
    """Return what each withheld cell of a column may be, as an attacker counts."""
    rest = total - sum(cell for cell in cells if cell is not None)
    free = [n for n in range(1, most + 1) if n not in told]
    ways = [way for way in itertools.product(free, repeat=cells.count(None)) if sum(way) == rest]
    return [set(each) for each in zip(*ways, strict=True)]


def attack(release: dict[str, Any], results: Results, part: str) -> list[tuple[str, int]]:
    """Return the columns, with the total, of which some withheld cell is determined."""
    most = int(results.get(f"{part}.flow.eligible").estimate or 0)
    told = {each["n"] for each in release["estimates"]
            if each["part"] == part and each["n_unit"] == "patients" and each["n"]}  # fmt: skip
    found = []
    true = results.tables["attendance"][part]
    for name, rows in itertools.product(COLUMNS, (slice(None), slice(0, 4))):
        shown = [row.get(name) for row in release["tables"]["attendance"][part][rows]]
        total = sum(row.get(name) or 0 for row in true[rows])
        if total in totals(release, part) and 0 < shown.count(None) <= 3:
            ways = possible_cells(shown, total, told, most)
            found += [(name, total)] if any(len(each) == 1 for each in ways) else []
    return found


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_no_cell_of_attendance_follows_from_a_total(folder: Path) -> None:
    results, settings = unreleased(folder)
    release = plain(results, settings)
    for part in release["provenance"]["parts"]:
        assert attack(release, results, part) == []


def with_a_fifth_infusion_of(patients: int) -> tuple[Results, Settings]:
    """Return the synthetic study with 22 patients at four infusions, and few at a fifth."""
    results, settings = unreleased(SYNTHETIC)
    row = results.tables["attendance"]["retrospective"][0]
    rows = [row | {"occasion": f"infusion_{number}", "patients": count, "scores": count}
            for number, count in enumerate((22, 22, 22, 22, patients), 1)]  # fmt: skip
    results = with_rows(results, "attendance", "retrospective", rows)
    infusions = {"n": 88 + patients, "n_missing": 0}
    return with_estimates(results, retrospective__safety__ae_per_infusion__rate=infusions), settings


def test_who_came_to_one_infusion_does_not_follow_from_all_infusions() -> None:
    release = plain(*with_a_fifth_infusion_of(1))
    rate = next(each for each in release["estimates"] if ".ae_per_infusion." in each["key"])
    assert release["tables"]["attendance"]["retrospective"][4]["patients"] is None
    assert rate["n"] is None and rate["estimate"] is None  # events over rate give infusions
    assert {row["rows"] for row in release["accounting"] if row["sheet"] == "Infusions"} == {None}


def with_scores(*scores: int) -> tuple[Results, Settings]:
    """Return the synthetic study with other numbers of scores at the visits of Part 2."""
    results, settings = unreleased(SYNTHETIC)
    part = "prospective"
    rows = [row | {"scores": count} for row, count in
            zip(results.tables["attendance"][part], scores, strict=True)]  # fmt: skip
    counts = {"n": sum(scores), "n_missing": 210 - sum(scores)}
    course = {key.replace(".", "__"): counts for key in results.keys(f"{part}.course.nrs.")}
    return with_estimates(with_rows(results, "attendance", part, rows), **course), settings


def test_two_visits_do_not_follow_from_all_scores() -> None:
    release = plain(*with_scores(30, 30, 29, 30, 29, 30, 23))
    scores = [row["scores"] for row in release["tables"]["attendance"]["prospective"]]
    assert scores == [30, 30, None, 30, None, 30, 23]
    assert not totals(release, "prospective")  # 58 would be 29 and 29


def test_all_scores_are_told_where_they_leave_the_visits_open() -> None:
    release = plain(*with_scores(30, 29, 28, 26, 26, 27, 23))
    assert totals(release, "prospective") == {189}
