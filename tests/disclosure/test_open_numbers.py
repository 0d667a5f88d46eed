"""Means of whole scores do not give back how many patients they are means of."""

from __future__ import annotations

import math

import pytest

from helpers.results import Estimate, Results
from helpers.settings import MIN_CELL, Settings
from tests.disclosure.releases import SYNTHETIC, made_study, shown, unreleased
from tests.disclosure.test_shares import coarse_shares, fits

STUDIES = {
    "synthetic": lambda: unreleased(SYNTHETIC),
    "fourteen": lambda: made_study(12, 15, 4),  # three means and a share fitted 14 alone
    "eleven": lambda: made_study(10, 12, 31),  # three means of 10 or 11 patients fitted 11 alone
}
NAMES = ("nrs_pre", "nrs_post", "nrs_reduction")


@pytest.fixture(params=STUDIES, ids=str)
def study(request: pytest.FixtureRequest) -> tuple[Results, Settings]:
    results: tuple[Results, Settings] = STUDIES[request.param]()
    return results


def sums_of(mean: Estimate, number: int) -> list[int]:
    """Return the sums of so many whole scores that fit a mean and the middle of its limits."""
    low, high = (mean.estimate or 0.0) - 0.05, (mean.estimate or 0.0) + 0.05
    if mean.lower is not None and mean.upper is not None:
        low = max(low, (mean.lower + mean.upper) / 2 - 0.05)
        high = min(high, (mean.lower + mean.upper) / 2 + 0.05)
    return list(range(math.ceil(low * number - 1e-6), math.floor(high * number + 1e-6) + 1))


def possible_numbers(found: dict[str, Estimate], part: str) -> list[int]:
    """Return the numbers that fit all means, and all shares, at the index infusion of a part."""
    means = {name: found[f"{part}.short_term.{name}.mean"] for name in NAMES}
    told = {each.n for each in found.values() if each.part == part and each.n_unit == "patients"}
    eligible = int(found[f"{part}.flow.eligible"].estimate or 0)
    shares = [each.estimate for each in coarse_shares(found)
              if f"{part}.short_term." in each.key and each.estimate is not None]  # fmt: skip
    fitting = []
    for number in range(max(2 * MIN_CELL, eligible - MIN_CELL + 1), eligible):
        sums = {name: sums_of(mean, number) if mean.estimate is not None else None
                for name, mean in means.items()}  # fmt: skip
        if number in told or not all(fits(share, number) for share in shares):
            continue
        if adds_up(*(sums[name] for name in NAMES)):
            fitting.append(number)
    return fitting


def adds_up(before: list[int] | None, after: list[int] | None, reduced: list[int] | None) -> bool:
    """Return whether there are such sums; None stands for one that is withheld."""
    if None in (before, after, reduced):
        return [] not in (before, after, reduced)
    return any(one - other in (reduced or []) for one in before or [] for other in after or [])


def test_whole_scores_leave_several_numbers_open(study: tuple[Results, Settings]) -> None:
    results, settings = study
    found = shown(results, settings)
    judged = 0
    for part in results.provenance["parts"]:
        mean = found[f"{part}.short_term.nrs_reduction.mean"]
        if mean.n is None and mean.estimate is not None:
            judged += 1
            true = results.get(mean.key).n
            possible = possible_numbers(found, part)
            assert true not in possible or len(possible) > 1, (part, possible)
    assert judged


def test_a_variance_between_patients_is_no_share_of_them() -> None:
    results, settings = unreleased(SYNTHETIC)
    key = "retrospective.regression_to_the_mean.icc"
    found = shown(results, settings)[key]
    before = results.get(key).estimate
    assert found.estimate is not None and before is not None
    assert abs(found.estimate - before) <= 0.005 + 1e-9
