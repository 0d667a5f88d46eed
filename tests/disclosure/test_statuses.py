"""Why there is no number is told in words that stand for no small count."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from helpers.disclosure.cells import WITHHELD
from helpers.report import open_report
from helpers.results import Estimate
from tests.disclosure.releases import (
    FOLDERS,
    SYNTHETIC,
    plain,
    shown,
    unreleased,
    with_estimates,
)

PART = "prospective"
NO_NUMBER = {"estimate": None, "lower": None, "upper": None, "p_value": None, "level": None}


def released(key: str, **fields: Any) -> Estimate:
    """Return one estimate of Part 2 as a release of the synthetic study tells it, once changed."""
    results, settings = unreleased(SYNTHETIC)
    changed = with_estimates(results, **{f"{PART}.{key}".replace(".", "__"): fields})
    return shown(changed, settings)[f"{PART}.{key}"]


@pytest.mark.parametrize(
    ("key", "status"),
    [
        ("responders.sustained_14.sex.difference", "not estimable: neither group varies"),
        ("predictors.sustained_14.sex.odds_ratio", "not estimable: the predictor does not vary"),
        ("predictors.responder_30.age.odds_ratio", "not enough data: 3 of at least 5 events each"),
        ("long_term.relief_days.weibull_shape", "not enough data: 2 of at least 3 not censored"),
        ("long_term.relief_days.weibull_shape",
         "not estimable: all may have ended at one time, so the shape has no upper limit"),
    ],
)  # fmt: skip
def test_a_reason_that_tells_a_count_is_withheld(key: str, status: str) -> None:
    assert released(key, status=status, **NO_NUMBER).status == WITHHELD


def test_a_reason_that_tells_none_is_told() -> None:
    status = "not estimable: the likelihood has no maximum (shape near 0)"
    assert released("long_term.relief_days.weibull_shape", status=status, **NO_NUMBER).status == (
        status
    )
    nobody = released("safety.cadss_change.mean", status="not enough data: 0 of at least 1", n=0,
                      n_missing=0, **NO_NUMBER)  # fmt: skip
    assert nobody.status == "not enough data"


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_that_nobody_differs_is_told_only_where_the_count_is(folder: Path) -> None:
    release = plain(*unreleased(folder))
    for each in release["estimates"]:
        found = "vary" in each["status"] or "varies" in each["status"]
        if not found or (".responders." not in each["key"] and ".predictors." not in each["key"]):
            continue
        name = each["key"].split(".")[-2]
        rows = [row for row in release["tables"]["baseline"][each["part"]]
                if row["name"] == {"sex": "female"}.get(name, name)]  # fmt: skip
        assert all(row.get("count", row.get("mean")) is not None for row in rows), each["key"]


def test_that_no_score_was_imputed_is_told_only_beside_their_number() -> None:
    key = "sensitivity.delta_adjusted.nrs_reduction.crosses_0"
    status = "none up to 10: no score after was imputed"
    assert unreleased(SYNTHETIC)[0].get(f"{PART}.short_term.nrs_reduction.mean").n_missing == 1
    assert released(key, status=status).status == "none up to 10"
    results, settings = unreleased(SYNTHETIC)
    whole = {"n": 30, "n_missing": 0}
    changed = with_estimates(results, **{
        f"{PART}__short_term__nrs_reduction__mean": whole,
        f"{PART}.{key}".replace(".", "__"): {"status": status},
    })  # fmt: skip
    assert shown(changed, settings)[f"{PART}.{key}"].status == status


@pytest.mark.parametrize(("durations", "told"), [(28, True), (27, False)])
def test_who_had_relief_is_told_by_no_model_where_their_share_is_not(
    durations: int, told: bool
) -> None:
    # 23 of 27 leave four without any; 23 is shown, apart from the 30 who are eligible.
    results, settings = unreleased(SYNTHETIC)
    prefix = f"{PART}__long_term__relief_days__"
    share = {"n": durations, "n_missing": 30 - durations, "estimate": 23 / durations,
             "further": {"events": 23}}  # fmt: skip
    changed = with_estimates(results, **{
        f"{prefix}any_relief__proportion": share,
        **{f"{prefix}weibull_{name}": {"n": 23}
           for name in ("shape", "scale", "median_given_relief")},
    })  # fmt: skip
    found = shown(changed, settings)
    shape = found[f"{PART}.long_term.relief_days.weibull_shape"]
    any_relief = found[f"{PART}.long_term.relief_days.any_relief.proportion"]
    assert (any_relief.estimate is not None) == told
    assert (shape.n is not None) == told
    assert shape.estimate is not None


def test_the_report_does_not_tell_how_many_odds_ratios_there_are() -> None:
    texts = {}
    for profile in ("internal", "release"):
        report = open_report(str(SYNTHETIC), n_boot=100, profile=profile)
        texts[profile] = report.responders.predictors_table().data
    assert "odds ratios were estimated" in texts["internal"]
    assert "odds ratios were estimated" not in texts["release"]
