"""A share of a number that is withheld does not give that number back."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from helpers.disclosure.cells import is_safe_share
from helpers.disclosure.sizes import OPEN, Sizes
from helpers.results import Estimate, Results
from helpers.settings import MIN_CELL, Settings
from helpers.units import round_half_up
from tests.disclosure.releases import (
    SYNTHETIC,
    made_study,
    shown,
    unreleased,
)

STUDIES = {
    "synthetic": lambda: unreleased(SYNTHETIC),
    "seed 1": lambda: made_study(20, 30, 1),  # five steps with limits told all three n of Part 2
    "few": lambda: made_study(12, 15, 2),
    "sixteen": lambda: made_study(16, 20, 34),  # two thirds of 15 fitted no other number
}


def coarse_shares(found: dict[str, Estimate]) -> Iterator[Estimate]:
    """Yield the shares of patients whose number is withheld."""
    for each in found.values():
        hidden = each.n is None and "n_at_least" in each.further
        if each.unit == "proportion" and each.n_unit == "patients" and hidden:
            yield each


def fits(share: float, number: int) -> bool:
    """Return whether a share as it is told may be that of so many patients."""
    return any(
        abs(round_half_up(round_half_up(count / number, 9), 1) - share) < 1e-9
        for count in range(number + 1)
        if is_safe_share(count, number, MIN_CELL)
    )


def possible_numbers(found: dict[str, Estimate], each: Estimate) -> list[int]:
    """Return the numbers that fit every share told of the same patients, as an attacker counts."""
    mine = [other for other in found.values() if other.part == each.part]
    told = {other.n for other in mine if other.n_unit == "patients" and other.n}
    everybody = "screened" if "_consented" in each.key else "eligible"
    most = int(found[f"{each.part}.flow.{everybody}"].estimate or 0)
    told |= {most}
    alike = [other.estimate for other in coarse_shares(found)
             if ".short_term." in other.key and ".short_term." in each.key
             and other.part == each.part and other.estimate is not None]  # fmt: skip
    return [number for number in range(int(each.further["n_at_least"]), most + 1)
            if number not in told and number >= MIN_CELL
            and any(abs(number - other) < MIN_CELL for other in told)
            and all(fits(share, number) for share in [*alike, each.estimate or 0.0])]  # fmt: skip


@pytest.fixture(params=STUDIES, ids=str)
def study(request: pytest.FixtureRequest) -> tuple[Results, Settings]:
    results: tuple[Results, Settings] = STUDIES[request.param]()
    return results


def test_shares_of_one_withheld_number_fit_several(study: tuple[Results, Settings]) -> None:
    results, settings = study
    found = shown(results, settings)
    told = [each for each in coarse_shares(found) if each.estimate is not None]
    assert told
    for each in told:
        possible = possible_numbers(found, each)
        assert results.get(each.key).n in possible, each.key
        assert len(possible) > 1, (each.key, possible)


def test_they_have_no_limits_and_say_why(study: tuple[Results, Settings]) -> None:
    results, settings = study
    for each in coarse_shares(shown(results, settings)):
        assert each.lower is None and each.upper is None and each.level is None, each.key
        before = results.get(each.key)
        if each.estimate is not None and before.lower is not None:
            assert "interval withheld" in each.status, each.key


def test_imputed_responders_are_told_no_finer_than_those_counted() -> None:
    results, settings = unreleased(SYNTHETIC)
    for each in shown(results, settings).values():
        if ".multiple_imputation.responders_" in each.key and each.estimate is not None:
            main = results.get(each.key.replace("sensitivity.multiple_imputation", "short_term"))
            assert main.n != each.n
            assert each.estimate == round_half_up(each.estimate, 1)
            assert each.lower is each.upper is None


def test_no_bound_is_told_that_leaves_one_number() -> None:
    sizes = Sizes(frozenset({6, 30}), MIN_CELL)
    assert sizes.alike(5, 6) == []  # of 6 in all, 5 is the only one that is neither small nor 6
    assert sizes.alike(29, 30) == [26, 27, 28, 29]


def test_numbers_with_one_bound_are_at_least_three_however_few_there_are() -> None:
    for told in ({18}, {18, 13}, {21, 25}, {23}, {11}, {12, 17, 22}, {17, 16, 25}):
        sizes, most = Sizes(frozenset(told), MIN_CELL), max(told)
        hidden = [n for n in set(range(MIN_CELL, most + 1)) - told
                  if any(abs(n - size) < MIN_CELL for size in told)]  # fmt: skip
        groups = [sizes.alike(n, most) for n in hidden]
        assert all(n in group for n, group in zip(hidden, groups, strict=True) if group)
        assert all(len(group) >= OPEN for group in groups) or len(hidden) < OPEN
        bounds = {group[0] // MIN_CELL for group in groups if group}
        assert len(bounds) == len({tuple(group) for group in groups if group})


def test_what_is_told_from_a_number_of_patients_on_is_not_told_where_it_is_withheld() -> None:
    results, settings = unreleased(SYNTHETIC)
    for each in shown(results, settings).values():
        if each.n is None and "n_at_least" in each.further:
            assert each.estimate is None or not each.key.endswith(".wilcoxon"), each.key
            ranked = "rank_lower" in results.get(each.key).further
            assert each.lower is None or not ranked, each.key
