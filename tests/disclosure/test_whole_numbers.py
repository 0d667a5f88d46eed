"""How many patients had a score, or so many comorbidities, does not follow from what is told."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import pytest

from helpers.disclosure.whole_numbers import Described, release_number
from helpers.results import Estimate, Results
from helpers.settings import MIN_CELL, Settings
from helpers.units import round_half_up
from tests.disclosure.multisets import all_sums, determines_few
from tests.disclosure.releases import (
    FOLDERS,
    SYNTHETIC,
    made_study,
    plain,
    shown,
    unreleased,
    with_estimates,
    with_rows,
)

PART = "prospective"
SCORE = "points, 0–10"


def describe(n: int, total: int, squares: int, unit: str = SCORE) -> Described:
    """Return n whole numbers as their sums describe them."""
    spread = max(squares - total * total / n, 0) / (n - 1)
    return Described(n, total / n, math.sqrt(spread), unit)


def row_of(described: Described, name: str, top: int) -> dict[str, Any]:
    return {"name": name, "unit": described.unit, "n": described.n, "total": described.n,
            "mean": described.mean, "sd": described.sd, "minimum": 0, "maximum": top}  # fmt: skip


@pytest.mark.parametrize("n", [10, 12])
def test_mean_and_spread_of_scores_leave_every_small_count_open(n: int) -> None:
    told = 0
    for total, squares in all_sums(n, 10):
        described = describe(n, total, squares)
        mean, sd = release_number(row_of(described, "nrs_pre", 10), MIN_CELL)
        if mean is not None and sd:
            told += 1
            assert not determines_few(n, 10, [(total, squares)], MIN_CELL), described
    assert told > 1000


def test_the_solver_finds_what_would_be_told() -> None:
    flat = describe(20, 141, 995)  # 19 patients with 7 and one with 8: no other way
    assert determines_few(20, 10, [(141, 995)], MIN_CELL)
    assert flat.is_flat()
    assert release_number(row_of(flat, "nrs_pre", 10), MIN_CELL) == (flat.mean, None)


@pytest.mark.parametrize("n", [10, 15])
def test_the_mean_of_few_comorbidities_leaves_every_small_count_open(n: int) -> None:
    alike: dict[float, list[tuple[int, int]]] = {}
    told = set()
    for total, squares in all_sums(n, 5):
        described = describe(n, total, squares, "number")
        mean, sd = release_number(row_of(described, "comorbidities", 5), MIN_CELL)
        alike.setdefault(round_half_up(total / n, 1), []).append((total, squares))
        told |= {round_half_up(mean, 1)} if mean is not None and described.sd else set()
        assert sd is None
    assert len(told) > 30
    for mean in told:
        assert not determines_few(n, 5, alike[mean], MIN_CELL), mean


def test_two_patients_with_a_comorbidity_do_not_follow_from_the_mean() -> None:
    # 28 of 30 patients have none: 0.1 with 0.3 means two of them, 0.1 alone two or more.
    few = row_of(describe(30, 2, 2, "number"), "comorbidities", 1)
    assert release_number(few, MIN_CELL) == (None, None)
    results, settings = unreleased(SYNTHETIC)
    rows = [row | few if row["name"] == "comorbidities" else row
            for row in results.tables["baseline"][PART]]  # fmt: skip
    release = plain(with_rows(results, "baseline", PART, rows), settings)
    told = next(row for row in release["tables"]["baseline"][PART]
                if row["name"] == "comorbidities")  # fmt: skip
    assert told["mean"] is told["sd"] is None
    for each in release["estimates"]:
        if each["part"] == PART and ".comorbidities." in each["key"]:
            assert each["estimate"] is None, each["key"]


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_no_mean_of_fewer_than_ten_and_no_spread_of_what_is_counted(folder: Path) -> None:
    results, settings = unreleased(folder)
    release = plain(results, settings)
    for part, rows in release["tables"]["baseline"].items():
        for row, true in zip(rows, results.tables["baseline"][part], strict=True):
            if "mean" in row:
                assert row["mean"] is None or true["n"] >= 2 * MIN_CELL, row
                assert row["unit"] != "number" or row["sd"] is None, row
    for each in release["estimates"]:
        check_groups(each)


def check_groups(each: dict[str, Any]) -> None:
    """Hold means of groups to be those of ten patients or more, and of no small counts."""
    for group in ("responders", "non_responders"):
        if f"mean_{group}" in each or f"sd_{group}" in each:
            assert each[f"n_{group}"] >= 2 * MIN_CELL, each["key"]
            assert ".comorbidities." not in each["key"]


def test_groups_of_five_to_nine_keep_their_means() -> None:
    for each in plain(*made_study(20, 30, 1))["estimates"]:
        check_groups(each)


def with_mean(key: str, **fields: Any) -> tuple[Results, Settings]:
    results, settings = unreleased(SYNTHETIC)
    return with_estimates(results, **{f"{PART}.{key}".replace(".", "__"): fields}), settings


def released_mean(key: str, **fields: Any) -> Estimate:
    return shown(*with_mean(key, **fields))[f"{PART}.{key}"]


def test_a_spread_below_a_step_is_withheld_with_what_gives_it_back() -> None:
    key = "short_term.nrs_reduction.mean"
    flat = released_mean(key, n=30, n_missing=0, estimate=2.05, sd=0.22, p_value=0.03)
    assert flat.estimate == 2.1
    assert flat.sd is flat.lower is flat.upper is flat.p_value is None
    assert released_mean(key, n=30, n_missing=0, estimate=2.05, sd=1.9, p_value=0.03).sd == 1.9


def test_a_percentage_that_few_have_is_withheld() -> None:
    key = "long_term.relief_pct.week_4.mean"
    few = {"n": 15, "n_missing": 15, "estimate": 4 * 50 / 15, "sd": 22.9}  # four with 50%
    assert few["sd"] < 2 * few["estimate"]
    assert released_mean(key, **few).estimate is None
    nobody = released_mean(key, n=23, n_missing=7, estimate=0.0, sd=0.0, lower=0.0, upper=0.0)
    assert nobody.estimate == 0.0


def test_an_effect_size_is_withheld_with_the_spread_it_is_made_of() -> None:
    results, settings = with_mean("short_term.nrs_post.mean", n=30, n_missing=0, sd=0.2)
    key = f"{PART}.short_term.nrs_reduction.hedges_g"
    assert shown(*unreleased(SYNTHETIC))[key].estimate is not None
    assert shown(results, settings)[key].estimate is None


@pytest.mark.parametrize(("n", "told"), [(19, False), (20, False), (30, True)])
def test_ranks_of_few_scores_are_withheld(n: int, told: bool) -> None:
    # Nor those of a withheld number: that they are told would say that it is 20 or more.
    found = released_mean("short_term.nrs_reduction.wilcoxon", n=n, n_missing=30 - n)
    assert (found.estimate is not None) == told


@pytest.mark.parametrize(
    ("p_value", "told"),
    [(0.2149, 0.21), (0.0496, 0.05), (0.0132, 0.01), (0.00941, 0.009), (0.0021, 0.002), (4e-4, 0)],
)  # fmt: skip
def test_a_p_value_is_told_with_two_decimals_or_one_digit(p_value: float, told: float) -> None:
    # With four decimals it gives back the sum of squares, and ranks one set of 20 scores.
    key = "sensitivity.multiple_imputation.nrs_reduction.mean"
    assert released_mean(key, p_value=p_value).p_value == told
