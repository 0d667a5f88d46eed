"""The certificate in the report: this run beside the archived results, where it can be compared."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from helpers.present.certificate import (
    describe_certificate,
    format_power,
    tabulate_fingerprints,
    tabulate_tolerances,
)
from helpers.results import Estimate, Results
from helpers.verify import this_run
from helpers.verify.archive import ARCHIVE
from helpers.verify.numbers import KINDS

_FIELDS = {name for name in Estimate.__dataclass_fields__ if name != "further"}


def archived() -> Results:
    """Return the archived results as a run would hold them."""
    content = json.loads(ARCHIVE.read_text(encoding="utf-8"))
    estimates = {}
    for plain in content["estimates"]:
        further = {name: value for name, value in plain.items() if name not in _FIELDS}
        known = {name: value for name, value in plain.items() if name in _FIELDS}
        estimates[plain["key"]] = Estimate(**known, further=further)
    return Results(content["provenance"], tuple(content["accounting"]), estimates,
                   content["tables"], content["curves"])  # fmt: skip


def with_parameters(results: Results, **parameters: Any) -> Results:
    changed = results.provenance["parameters"] | parameters
    return replace(results, provenance={**results.provenance, "parameters": changed})


def told(results: Results) -> str:
    return describe_certificate(this_run.compare_this_run(results))


def test_a_run_on_the_archived_data_is_compared_on_any_day() -> None:
    results = with_parameters(archived(), report_date="2031-01-01")
    found = this_run.compare_this_run(results)
    assert found
    total = len(found.compared)
    assert f"{total} of {total} agree with them, to the last digit." in told(results)
    table = tabulate_tolerances(found)
    assert table["Agree"].tolist() == table["Compared"].tolist()
    prints = tabulate_fingerprints(results, found)["Value"].tolist()
    assert prints[0] == prints[1] and len(prints[0]) == 64


def test_values_that_differ_are_named() -> None:
    results = archived()
    key = next(key for key, e in results.estimates.items() if isinstance(e.estimate, float))
    changed = replace(results.estimates[key], estimate=results.estimates[key].estimate + 0.1)
    moved = replace(results, estimates={**results.estimates, key: changed})
    assert f"these differ: `{key}.estimate`." in told(moved)
    assert "to the last digit" not in told(moved)
    close = replace(changed, estimate=results.estimates[key].estimate * (1 + 1e-13))
    assert "agree with them, within the tolerances." in told(
        replace(results, estimates={**results.estimates, key: close})
    )


def test_other_parameters_and_other_data_are_not_compared() -> None:
    other = with_parameters(archived(), ci_level=0.9)
    assert "(parameter ci_level: 0.95 → 0.9): the values are not compared." in told(other)
    files = archived().provenance["data"] | {"redcap_records.csv": "0" * 64}
    elsewhere = replace(archived(), provenance={**archived().provenance, "data": files})
    assert told(elsewhere).startswith("The project keeps archived results of its synthetic study")
    assert "Agree" not in tabulate_tolerances(this_run.compare_this_run(elsewhere))


def test_without_an_archive_it_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(this_run, "ARCHIVE", ARCHIVE.with_name("absent.json"))
    assert "not at hand here. Whoever holds the study folder can recompute" in told(archived())
    assert len(tabulate_tolerances(None)) == len(KINDS)
    assert len(tabulate_fingerprints(archived(), None)) == 1


@pytest.mark.parametrize(("number", "text"), [(1e-9, "1e−9"), (0, "none"), (2.1e-14, "2e−14")])
def test_small_numbers_are_told_by_their_power(number: float, text: str) -> None:
    assert format_power(number) == text
