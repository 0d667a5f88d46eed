"""Each registry field holds the number of its own key: the mapping, written down a second time."""

from __future__ import annotations

import tomllib
from typing import Any

import pytest

from helpers.study import PARTS
from tests.export.exported import SYNTHETIC, Exported, Exports, Facts, facts_of_json, facts_of_xml

GROUPS = {"000": "retrospective", "001": "prospective"}


@pytest.fixture(params=["sample", "synthetic"])
def exported(request: pytest.FixtureRequest, exports: Exports) -> Exported:
    return exports.named(request.param)


@pytest.fixture(params=[facts_of_json, facts_of_xml], ids=["json", "xml"])
def facts(request: pytest.FixtureRequest, exported: Exported) -> Facts:
    found: Facts = request.param(exported.json if request.param is facts_of_json else exported.xml)
    return found


def estimates(exported: Exported) -> dict[str, dict[str, Any]]:
    return {each["key"]: each for each in exported.results["estimates"]}


def same(text: str | None, value: float | None) -> bool:
    """Return whether a field shows a number, or nothing where there is none."""
    return text in (None, "", "NA") if value is None else float(text or "nan") == value


def test_the_participant_flow(exported: Exported, facts: Facts) -> None:
    found = estimates(exported)
    for group, part in GROUPS.items():
        for step, key, field in (
            ("started", "flow.eligible", "estimate"),
            ("Received an infusion", "safety.any_ae.proportion", "n"),
            ("Pain scored before and after the infusion", "flow.analysed_short_term", "estimate"),
            ("Duration of relief known", "flow.analysed_duration", "estimate"),
        ):
            value = found[f"{part}.{key}"][field]
            assert same(facts.get(("flow", step, group)), value), (part, step)
    attendance = exported.results["tables"]["attendance"]["prospective"]
    visits = {row["occasion"]: row for row in attendance}
    assert same(facts.get(("flow", "completed", "001")), visits["week_12"]["attended"])
    assert facts["flow", "completed", "000"] == facts["flow", "started", "000"]


def test_who_did_not_complete_is_who_started_less_who_completed(exported: Exported) -> None:
    facts = facts_of_json(exported.json)
    steps = exported.json["resultsSection"]["participantFlowModule"]["periods"][0]["milestones"]
    rest = next(step for step in steps if step["type"] == "NOT COMPLETED")
    for group, achieved in zip(GROUPS, rest["achievements"], strict=True):
        started, completed = (int(facts["flow", name, group]) for name in ("started", "completed"))
        assert int(achieved["numSubjects"]) == started - completed


def test_the_screening_in_words(exported: Exported, facts: Facts) -> None:
    found = estimates(exported)
    for part, text in zip(PARTS, facts["flow", "before"].split("Part 2"), strict=True):
        assert f"screened: {found[f'{part}.flow.screened']['estimate']:.0f};" in text
        withheld = [key for key in found if key.startswith(f"{part}.flow.excluded.")
                    and found[key]["estimate"] is None]  # fmt: skip
        assert text.count("number withheld") == len(withheld)


def test_the_baseline_characteristics(exported: Exported, facts: Facts) -> None:
    for group, part in GROUPS.items():
        assert facts["baseline", "all", group] == facts["flow", "started", group]
        for row in exported.results["tables"]["baseline"][part]:
            name = {"Age": "Age, Continuous"}.get(row["label"], row["label"])
            where = ("baseline", name, "")
            if row["name"] == "female":
                where = ("baseline", "Sex: Female, Male", "Female")
            assert same(facts[*where, "value", group], row.get("count", row.get("mean"))), row
            if "sd" in row:
                assert same(facts[*where, "spread", group], row["sd"]), row
            assert same(facts.get((*where[:2], "n", group)), row["n"]), row


def test_the_outcomes(exported: Exported, facts: Facts) -> None:
    found = estimates(exported)
    registered = exported.results["tables"]["registered_outcomes"]
    shown = 0
    for number, outcome in enumerate(registered):
        for group, part in zip(GROUPS, groups_of(outcome.get("key", ""), found), strict=False):
            estimate = found[f"{part}.{outcome['key'].removeprefix(f'{part}.')}"]
            where = ("outcome", str(number), "")
            for name, field in (("value", "estimate"), ("lowerLimit", "lower"),
                                ("upperLimit", "upper")):  # fmt: skip
                assert same(facts.get((*where, name, group)), estimate[field]), estimate
            what = "n" if estimate["n_unit"] == "patients" else "units"
            assert same(facts.get((*where[:2], what, group)), estimate["n"]), estimate
            shown += 1
    assert shown > 8


def groups_of(key: str, found: dict[str, Any]) -> list[str]:
    """Return the parts whose numbers an outcome shows, in the order of its groups."""
    return [part for part in PARTS
            if f"{part}.{key}" in found or (key in found and key.startswith(part))]  # fmt: skip


def test_the_analyses_of_the_primary_outcome(exported: Exported, facts: Facts) -> None:
    found = estimates(exported)
    names = ("mean", "wilcoxon", "hedges_g")
    every = [(group, found[f"{part}.short_term.nrs_reduction.{name}"])
             for group, part in GROUPS.items() for name in names]  # fmt: skip
    expected = [(group, estimate) for group, estimate in every if estimate["estimate"] is not None]
    for number, (group, estimate) in enumerate(expected):
        where = ("outcome", "0", str(number))
        assert facts[*where, "group"] == group
        assert same(facts[*where, "paramValue"], estimate["estimate"])
        assert same(facts[*where, "ciLowerLimit"], estimate["lower"])
        assert same(facts[*where, "ciUpperLimit"], estimate["upper"])
        assert float(facts[*where, "ciPctValue"]) == 100 * estimate["level"]
        p_value = estimate["p_value"]
        below = p_value is not None and p_value < 0.001  # the precision of a release
        text = facts[*where, "pValue"]
        assert text == "<0.001" if below else same(text, p_value)
    assert ("outcome", "0", str(len(expected)), "group") not in facts


def test_the_adverse_events(exported: Exported, facts: Facts) -> None:
    found = estimates(exported)
    for group, part in GROUPS.items():
        serious = found[f"{part}.safety.any_serious_ae.proportion"]
        any_event = found[f"{part}.safety.any_ae.proportion"]
        none_serious = serious.get("events") == 0
        assert same(facts["events", group, "seriousNumAffected"], serious.get("events"))
        assert same(facts["events", group, "seriousNumAtRisk"], serious["n"])
        told = any_event.get("events") if none_serious else None
        assert same(facts["events", group, "otherNumAffected"], told)
        for row in exported.results["tables"]["adverse_events"][part]:
            where = ("events", row["term"].capitalize(), group)
            for name, field in (("numAffected", "patients"), ("numEvents", "events")):
                assert same(facts[*where, name], row[field] if none_serious else None), row
            assert same(facts[*where, "numAtRisk"], any_event["n"])


def test_the_outcomes_of_the_synthetic_study_all_have_their_numbers(exports: Exports) -> None:
    exported = exports.named("synthetic")
    stated = tomllib.loads((SYNTHETIC / "study.toml").read_text("utf-8"))["registered_outcome"]
    assert exported.results["tables"]["registered_outcomes"] == stated
    outcomes = exported.json["resultsSection"]["outcomeMeasuresModule"]["outcomeMeasures"]
    assert [o["reportingStatus"] for o in outcomes] == ["POSTED"] * len(stated)
