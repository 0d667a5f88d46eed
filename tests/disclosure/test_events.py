"""The events of a release, as an attacker adds them up."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from helpers.disclosure.cells import hide_each_other, withhold_cells
from helpers.results import Results
from helpers.settings import MIN_CELL, Settings
from tests.disclosure.releases import (
    FOLDERS,
    SMALL,
    SYNTHETIC,
    plain,
    unreleased,
    with_estimates,
    with_rows,
)

PART = "prospective"


def with_events(terms: dict[str, tuple[int, int]], *, any_event: int) -> tuple[Results, Settings]:
    """Return the synthetic study with other events: patients and events by term, of 30 patients."""
    results, settings = unreleased(SYNTHETIC)
    row = results.tables["adverse_events"][PART][0]
    rows = [row | {"term_key": term, "term": term, "patients": patients, "events": events}
            for term, (patients, events) in terms.items()]  # fmt: skip
    total = sum(events for _, events in terms.values())
    severity = {"worst": {"no_event": 30 - any_event, "mild": any_event, "moderate": 0,
                          "severe": 0, "not_stated": 0},
                "related": {"yes": total, "possible": 0, "no": 0, "not_stated": 0}}  # fmt: skip
    like = results.get(f"{PART}.safety.any_ae.proportion")
    counts = {"any_ae": any_event} | {f"ae.{term}": n for term, (n, _) in terms.items()}
    added = {
        f"{PART}.safety.{name}.proportion": replace(
            like, key=f"{PART}.safety.{name}.proportion", estimate=n / 30, n=30, n_missing=0,
            further={"events": n})
        for name, n in counts.items()
    }  # fmt: skip
    results = replace(results, estimates={**results.estimates, **added})
    results = with_rows(results, "adverse_events", PART, rows)
    return with_rows(results, "severity", PART, severity), settings


def events_of(release: dict[str, Any]) -> dict[str, tuple[int | None, int | None]]:
    return {row["term_key"]: (row["patients"], row["events"])
            for row in release["tables"]["adverse_events"][PART]}  # fmt: skip


def all_events(release: dict[str, Any]) -> int | None:
    related = release["tables"]["severity"][PART]["related"].values()
    return None if None in related else sum(related)


def slack(release: dict[str, Any]) -> int | None:
    """Return how many of the withheld events belong to no term for certain; None: nobody knows."""
    total, terms = all_events(release), events_of(release)
    hidden = [patients or 1 for patients, events in terms.values() if events is None]
    if total is None or not hidden:
        return None
    return total - sum(events or 0 for _, events in terms.values()) - sum(hidden)


def test_the_table_tells_no_term_that_nearly_all_had() -> None:
    release = plain(*with_events({"nausea": (16, 20), "headache": (5, 9)}, any_event=18))
    assert events_of(release)["nausea"][0] is None
    assert events_of(release)["headache"][0] == 5


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_the_table_tells_the_patients_that_the_estimates_tell(folder: Path) -> None:
    release = plain(*unreleased(folder))
    found = {each["key"]: each for each in release["estimates"]}
    for part, rows in release["tables"]["adverse_events"].items():
        for row in rows:
            share = found[f"{part}.safety.ae.{row['term_key']}.proportion"]
            assert row["patients"] == share.get("events"), (part, row["term_key"])


def test_the_events_of_a_withheld_term_do_not_follow_from_the_patients_of_another() -> None:
    terms = {"dizziness": (16, 31), "nausea": (5, 5), "headache": (1, 1)}
    release = plain(*with_events(terms, any_event=18))
    shown = events_of(release)
    assert shown["headache"] == (None, None)
    left = slack(release)
    assert left is None or left >= MIN_CELL - 1


def test_where_nothing_hides_a_term_the_sum_of_all_events_is_withheld() -> None:
    terms = {"dizziness": (10, 10), "nausea": (8, 8), "headache": (2, 2)}
    release = plain(*with_events(terms, any_event=20))
    assert all_events(release) is None
    assert events_of(release) == {
        "dizziness": (10, 10), "nausea": (8, 8), "headache": (None, None)
    }  # fmt: skip


def test_a_rate_is_withheld_with_the_sum_that_it_gives_back() -> None:
    results, settings = unreleased(SYNTHETIC)
    part, key = "retrospective", "retrospective.safety.ae_per_infusion.rate"
    assert any(each["key"] == key and each["estimate"] is not None
               for each in plain(results, settings)["estimates"])  # fmt: skip
    kept = [row | {"events": row["patients"]} for row in results.tables["adverse_events"][part]
            if row["term_key"] in ("dissociation", "sedation", "hallucination")]  # fmt: skip
    related = {"yes": sum(row["events"] for row in kept), "possible": 0, "no": 0, "not_stated": 0}
    severity = results.tables["severity"][part] | {"related": related}
    changed = with_rows(
        with_rows(results, "adverse_events", part, kept), "severity", part, severity
    )
    release = plain(changed, settings)
    rate = next(each for each in release["estimates"] if each["key"] == key)
    assert rate["estimate"] is None
    rows = {row["sheet"]: row["rows"] for row in release["accounting"]}
    assert rows["Adverse events"] is None and rows["Infusions"] is not None


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_no_cell_of_a_sum_that_is_told_stands_for_few(folder: Path) -> None:
    results, settings = unreleased(folder)
    release = plain(results, settings)
    for part, tables in release["tables"]["severity"].items():
        true = results.tables["severity"][part]["worst"]
        check_sums(tables["worst"], true, "no_event")
        kinds = release["tables"]["durations"][part]["kinds"]
        check_sums(kinds, results.tables["durations"][part]["kinds"], "none")


def check_sums(shown: dict[str, int | None], true: dict[str, int], apart: str) -> None:
    """Hold what is withheld to be more than few; who has none is told elsewhere if safe."""
    if set(shown.values()) == {None}:
        return
    hidden = [name for name, count in shown.items() if count is None and name != apart]
    if shown[apart] is not None:
        assert sum(true[name] for name in hidden) not in SMALL, shown
        assert len(hidden) != 1, shown
    else:
        assert sum(true[name] for name in [*hidden, apart]) not in SMALL, shown
        assert hidden, shown


def test_who_had_no_event_does_not_follow_from_those_who_had_one() -> None:
    results, settings = with_events({"nausea": (12, 14)}, any_event=29)
    worst = {"no_event": 1, "mild": 0, "moderate": 18, "severe": 11, "not_stated": 0}
    severity = results.tables["severity"][PART] | {"worst": worst}
    release = plain(with_rows(results, "severity", PART, severity), settings)
    check_sums(release["tables"]["severity"][PART]["worst"], worst, "no_event")


def test_kinds_of_durations_do_not_follow_from_who_had_any_relief() -> None:
    results, settings = unreleased(SYNTHETIC)
    durations = results.tables["durations"][PART]
    kinds = {"none": 8, "exact": 11, "interval": 2, "left": 0, "right": 9}
    assert sum(kinds.values()) == durations["n"]
    changed = with_rows(results, "durations", PART, durations | {"kinds": kinds})
    release = plain(changed, settings)
    check_sums(release["tables"]["durations"][PART]["kinds"], kinds, "none")
    heaping = release["tables"]["heaping"][PART]
    shown = release["tables"]["durations"][PART]["kinds"]
    if heaping["n"] is not None:
        assert heaping["between_two_days"] is None or None not in (shown["interval"], shown["left"])


def test_few_whose_seriousness_is_stated_do_not_follow() -> None:
    results, settings = with_events({"nausea": (12, 14)}, any_event=12)
    tables = dict(results.tables)
    tables["seriousness_not_stated"] = {**tables["seriousness_not_stated"], PART: 10}
    release = plain(replace(results, tables=tables), settings)
    assert release["tables"]["seriousness_not_stated"][PART] is None


def test_imputed_responders_are_withheld_with_those_counted() -> None:
    results, settings = unreleased(SYNTHETIC)
    main = f"{PART}.short_term.responders_50.proportion"
    few = {"estimate": 4 / 29, "further": {"events": 4}}
    imputed = {"estimate": 4.6 / 30}
    changed = with_estimates(results, **{
        main.replace(".", "__"): few,
        f"{PART}__sensitivity__multiple_imputation__responders_50__proportion": imputed,
    })  # fmt: skip
    found = {each["key"]: each for each in plain(changed, settings)["estimates"]}
    key = f"{PART}.sensitivity.multiple_imputation.responders_50.proportion"
    assert found[main]["estimate"] is None and found[key]["estimate"] is None


def test_what_a_cell_is_told_to_be_at_least_hides_no_other() -> None:
    counts, floors = {"a": 1, "b": 5, "c": 31}, {"b": 5}
    assert withhold_cells(counts, 5, floors) == {"a": None, "b": 5, "c": None}
    assert not hide_each_other({"a": 1, "b": 5}, 5, floors)
    assert hide_each_other({"a": 1, "c": 31}, 5, floors)
