"""Responders beside the others do not give back how many they are, where that is withheld."""

from __future__ import annotations

import itertools
from pathlib import Path
from typing import Any

import pytest
import scipy

from helpers.results import Results
from helpers.settings import Settings
from tests.disclosure.releases import (
    FOLDERS,
    SYNTHETIC,
    made_study,
    plain,
    shown,
    unreleased,
    with_estimates,
)

PART = "prospective"
Z = float(scipy.stats.norm.ppf(0.975))


def sizes_that_fit(each: dict[str, Any]) -> list[tuple[int, int]]:
    """Return the sizes of both groups that fit a standardised difference with its limits."""
    n, found = each["n"], []
    for one in range(1, n):
        other = n - one
        for d in (each["estimate"] + step / 2000 for step in range(-10, 11)):
            half = Z * (n / (one * other) + d * d / (2 * n)) ** 0.5
            if abs(d - half - each["lower"]) <= 0.0051 and abs(d + half - each["upper"]) <= 0.0051:
                found.append((one, other))
                break
    return found


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_limits_of_a_difference_give_back_no_size_that_is_withheld(folder: Path) -> None:
    check_differences(*unreleased(folder))


def test_nor_do_they_where_sustained_relief_is_withheld() -> None:
    check_differences(*made_study(20, 30, 1))


def check_differences(results: Results, settings: Settings) -> None:
    for each in plain(results, settings)["estimates"]:
        if ".responders." not in each["key"] or each["lower"] is None:
            continue
        true = results.get(each["key"]).further
        assert each["n"] is not None and "n_responders" in each, each["key"]
        assert (true["n_responders"], true["n_non_responders"]) in sizes_that_fit(each)


def with_outcome(responders: int, others: int) -> tuple[Results, Settings]:
    """Return the synthetic study with other groups by response, for age and depression."""
    results, settings = unreleased(SYNTHETIC)
    n = responders + others
    sizes = {"n_responders": responders, "n_non_responders": others}
    changes: dict[str, dict[str, Any]] = {}
    for outcome, name in itertools.product(("responder_30", "sustained_14"), ("age", "depression")):
        key = f"{PART}.responders.{outcome}.{name}.difference"
        further = dict(results.get(key).further) | sizes
        if name == "depression":
            further |= {"count_responders": responders // 2, "count_non_responders": others // 2}
        fields = {"n": n, "n_missing": 30 - n}
        changes[key] = fields | {"further": further}
        changes[f"{PART}.predictors.{outcome}.{name}.odds_ratio"] = fields
    return with_estimates(
        results, **{key.replace(".", "__"): fields for key, fields in changes.items()}
    ), settings


@pytest.mark.parametrize("groups", [(3, 27), (28, 2), (3, 20)])
def test_an_odds_ratio_is_withheld_where_a_group_is_small(groups: tuple[int, int]) -> None:
    found = shown(*with_outcome(*groups))
    for name in ("age", "depression"):
        assert found[f"{PART}.predictors.responder_30.{name}.odds_ratio"].estimate is None


def test_an_odds_ratio_has_limits_where_the_groups_are_told() -> None:
    ratio = shown(*with_outcome(14, 16))[f"{PART}.predictors.responder_30.age.odds_ratio"]
    assert ratio.n == 30
    assert ratio.lower is not None and ratio.p_value is not None


def test_it_has_none_where_they_are_not_but_their_sum_is() -> None:
    results, settings = with_outcome(10, 13)  # 23 is shown, of 30 who are eligible
    found = shown(results, settings)
    for outcome in ("responder_30", "sustained_14"):
        ratio = found[f"{PART}.predictors.{outcome}.age.odds_ratio"]
        assert ratio.n == 23
        assert ratio.estimate is not None
        assert ratio.lower is ratio.upper is ratio.p_value is ratio.p_adjusted is None
        assert "interval withheld" in ratio.status


@pytest.mark.parametrize(("name", "events"), [("hazard_ratio", 3), ("any_relief_odds_ratio", 102)])
def test_a_model_of_the_dose_is_withheld_where_it_rests_on_few(name: str, events: int) -> None:
    results, settings = unreleased(SYNTHETIC)
    key = f"retrospective.all_infusions.dose.{name}"
    further = dict(results.get(key).further) | {"n_events": events}
    changed = with_estimates(results, **{key.replace(".", "__"): {"further": further}})
    assert shown(results, settings)[key].estimate is not None
    assert shown(changed, settings)[key].estimate is None


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_a_c_statistic_is_a_multiple_of_too_little_to_tell_the_groups(folder: Path) -> None:
    # It is k/(n1 n0), in halves where scores tie: from ten in each group on, any two decimals are.
    for each in unreleased(folder)[0].estimates.values():
        if each.key.endswith(".model.c_statistic") and each.estimate is not None:
            assert min(each.further["n_events"], each.further["n_non_events"]) >= 10, each.key
