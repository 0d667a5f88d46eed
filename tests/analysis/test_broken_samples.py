"""Small and broken samples: every key comes back, with a number or with the reason for none."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from helpers.analysis.study import analyse
from helpers.results import Results, check_results
from helpers.study import PROSPECTIVE, RETROSPECTIVE, WEEK_VISITS
from tests.studies import SAMPLE, infusions, record, save, save_redcap, workbook

FEW = {"n_boot": 100}


def keys_of(results: Results, part: str) -> set[str]:
    """Return the keys of a part; those of adverse events exist only for terms that occur."""
    return {key for key in results.keys(f"{part}.") if ".safety.ae." not in key}


@pytest.fixture(scope="module")
def plan_keys() -> dict[str, set[str]]:
    results = analyse(SAMPLE, FEW).results
    return {part: keys_of(results, part) for part in (RETROSPECTIVE, PROSPECTIVE)}


def check(folder: Path, part: str, plan_keys: dict[str, set[str]]) -> Results:
    """Analyse a folder and hold every estimate to the shape of the results."""
    results = analyse(folder, FEW).results
    content = results.as_json()
    check_results(content)
    json.dumps(content, allow_nan=False)
    assert keys_of(results, part) == plan_keys[part]
    for estimate in results.estimates.values():
        assert (estimate.estimate is None) == (not estimate.status.startswith("ok")), estimate
    return results


def chart(patients: int, relief: Any = "2 weeks", **scores: Any) -> dict[str, list[dict[str, Any]]]:
    """Return the rows of a chart review: so many patients, four infusions and follow-ups each."""
    names = [f"R{number:03d}" for number in range(1, patients + 1)]
    rows = [row for name in names for row in infusions(name, 4, **scores)]
    return {
        "patients": [{"Patient ID": name} for name in names],
        "infusions": rows,
        "follow_ups": [
            {"Patient ID": row["Patient ID"], "Infusion #": row["Infusion #"],
             "Follow-up date": row["Date"].replace(year=2023), "Duration of relief": relief}
            for row in rows
        ],
    }  # fmt: skip


CHARTS = {
    "nobody": chart(0),
    "one patient": chart(1),
    "two patients": chart(2),
    "all censored": chart(5, ">3 weeks"),
    "all without relief": chart(5, "no relief"),
    "all left-censored": chart(5, "<1 week"),
    "all until the next infusion": chart(5, "until next infusion"),
    "all the same score": chart(5, **{"NRS before": 7, "NRS after": 7}),
    "all without pain": chart(5, **{"NRS before": 0, "NRS after": 0}),
    "no score after": chart(5, **{"NRS after": None}),
    "nobody eligible": chart(4) | {"infusions": infusions("R001", 3)},
}


@pytest.mark.parametrize("name", CHARTS)
def test_every_key_of_part_1_comes_back(
    name: str, tmp_path: Path, plan_keys: dict[str, set[str]]
) -> None:
    results = check(save(workbook(**CHARTS[name]), tmp_path), RETROSPECTIVE, plan_keys)
    unreached = results.get("retrospective.long_term.relief_days.median")
    if name == "all censored":
        assert (unreached.estimate, unreached.status) == (None, "not reached")
    if name == "all without relief":
        assert unreached.estimate == 0
    if name == "nobody":
        assert results.get("retrospective.flow.screened").estimate == 0


def cohort(patients: int, **week: str) -> list[dict[str, str]]:
    """Return the records of so many patients, each with the same answers at every visit."""
    return [
        row
        for number in range(1, patients + 1)
        for row in record(
            ("post_40min", {"nrs": "5", "cadss_total": "10"}),
            *((visit, {"fu_date": f"2022-0{3 + place}-08", **week})
              for place, visit in enumerate(WEEK_VISITS)),
            name=str(number), cadss_total="0",
        )
    ]  # fmt: skip


COHORTS = {
    "nobody": [],
    "one patient": cohort(1, nrs="6", relief_pct="40", relief_ongoing="1"),
    "all ongoing": cohort(5, nrs="6", relief_pct="40", relief_ongoing="1"),
    "all without relief": cohort(5, nrs="8", relief_pct="0", relief_ongoing="0", relief_days="0"),
    "nobody came": [row for number in range(1, 6) for row in record(name=str(number))],
    "no infusion received": [
        row for number in range(1, 6) for row in record(("infusion", {"inf_date": ""}),
                                                        name=str(number))
    ],
}  # fmt: skip


@pytest.mark.parametrize("name", COHORTS)
def test_every_key_of_part_2_comes_back(
    name: str, tmp_path: Path, plan_keys: dict[str, set[str]]
) -> None:
    check(save_redcap(COHORTS[name], tmp_path), PROSPECTIVE, plan_keys)


def test_one_event_among_many_has_a_status_where_a_model_needs_more(
    tmp_path: Path, plan_keys: dict[str, set[str]]
) -> None:
    rows = cohort(12, nrs="6", relief_pct="10", relief_ongoing="0", relief_days="3")
    rows[2] = rows[2] | {"nrs": "1"}  # the only responder
    results = check(save_redcap(rows, tmp_path), PROSPECTIVE, plan_keys)
    odds = results.get("prospective.predictors.responder_30.age.odds_ratio")
    assert odds.estimate is None
    assert "at least 5" in odds.status
    assert (
        "at least 10" in results.get("prospective.predictors.responder_30.model.c_statistic").status
    )
