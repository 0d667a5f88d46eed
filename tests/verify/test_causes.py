"""What changed is named, and given as the cause of those values alone that it can reach."""

from __future__ import annotations

from typing import Any

import pytest

from helpers.verify.causes import Change, find_changes, likely_cause
from helpers.verify.compare import Comparison
from helpers.verify.numbers import CLOSED

HASH, OTHER_HASH = "a" * 64, "b" * 64


def provenance(**changes: Any) -> dict[str, Any]:
    plain = {
        "code_version": "0.1.0 (abc)", "code": HASH, "lock": HASH, "python": "3.11.7",
        "platform": "Linux x86_64", "data": {"chart_review.xlsx": HASH, "study.toml": HASH},
        "parameters": {"ci_level": 0.95, "seed": 1, "title": "T", "missing_words": ["x"]},
        "packages": {"numpy": "2.4.6"},
    }  # fmt: skip
    for name, value in changes.items():
        held = plain.get(name)
        plain[name] = held | value if isinstance(held, dict) else value
    return plain


def differing(
    part: str = "retrospective", *, drawn: bool = False, difference: float | None = 0.1
) -> Comparison:
    return Comparison("name", CLOSED, 1.0, 1.1, difference, False, part, drawn)


def changes(**changed: Any) -> tuple[Change, ...]:
    return find_changes(provenance(), provenance(**changed))


CAUSES = {
    "a changed byte in a data file": (
        {"data": {"chart_review.xlsx": OTHER_HASH}},
        "data file chart_review.xlsx: aaaaaaaaaaaa… → bbbbbbbbbbbb…",
    ),
    "a data file that is absent": (
        {"data": {"chart_review.xlsx": None}},
        "data file chart_review.xlsx: aaaaaaaaaaaa… → absent",
    ),
    "a changed parameter": (
        {"parameters": {"ci_level": 0.9}},
        "parameter ci_level: 0.95 → 0.9",
    ),
    "a changed package version": (
        {"packages": {"numpy": "2.5.0"}},
        "package numpy: 2.4.6 → 2.5.0",
    ),
    "a changed code version": (
        {"code": OTHER_HASH, "code_version": "0.1.0 (def)"},
        "code: 0.1.0 (abc) → 0.1.0 (def)",
    ),
    "modified code": (
        {"code": OTHER_HASH, "code_version": "0.1.0 (abc, modified)"},
        "code: 0.1.0 (abc) → 0.1.0 (abc, modified)",
    ),
    "other code of one version": (
        {"code": OTHER_HASH},
        "code: 0.1.0 (abc), source aaaaaaaaaaaa → 0.1.0 (abc), source bbbbbbbbbbbb",
    ),
    "a changed lock": ({"lock": OTHER_HASH}, "lock file: aaaaaaaaaaaa… → bbbbbbbbbbbb…"),
    "another Python": ({"python": "3.12.1"}, "Python: 3.11.7 → 3.12.1"),
    "another platform": ({"platform": "Darwin arm64"}, "platform: Linux x86_64 → Darwin arm64"),
}


@pytest.mark.parametrize("what", CAUSES)
def test_each_is_named_as_the_cause(what: str) -> None:
    changed, words = CAUSES[what]
    assert likely_cause(differing(), changes(**changed)) == words


def test_the_likelier_cause_comes_first_and_others_are_told() -> None:
    found = changes(data={"chart_review.xlsx": OTHER_HASH}, packages={"numpy": "3"}, lock=None)
    assert likely_cause(differing(), found) == (
        "data file chart_review.xlsx: aaaaaaaaaaaa… → bbbbbbbbbbbb… (also changed: package, "
        "lock file)"
    )


def test_the_file_of_one_part_is_no_cause_in_the_other() -> None:
    found = changes(data={"chart_review.xlsx": OTHER_HASH})
    assert likely_cause(differing("prospective"), found).startswith("none of the recorded changes")
    assert likely_cause(differing(""), found).startswith("data file chart_review.xlsx")
    everywhere = changes(data={"study.toml": OTHER_HASH})
    assert likely_cause(differing("prospective"), everywhere).startswith("data file study.toml")


def test_a_seed_is_the_cause_of_what_is_drawn_alone() -> None:
    found = changes(parameters={"seed": 2})
    assert likely_cause(differing(drawn=True), found) == "parameter seed: 1 → 2"
    assert likely_cause(differing(), found).startswith("none of the recorded changes")


def test_a_title_is_the_cause_of_nothing() -> None:
    found = changes(parameters={"title": "U"})
    assert [change.describe() for change in found] == ["parameter title: T → U"]
    assert likely_cause(differing(), found).startswith("none of the recorded changes")


def test_with_nothing_changed_it_says_so() -> None:
    assert changes() == ()
    large, small = (likely_cause(differing(difference=size), ()) for size in (0.1, 1e-6))
    assert large.startswith("nothing that is recorded has changed")
    assert large.endswith("may have been edited after it was written")
    assert small.endswith("or the two processors compute differently")


def test_another_commit_with_the_same_source_is_no_change() -> None:
    assert changes(code_version="0.1.0 (def)") == ()


def test_a_provenance_of_old_is_compared_by_what_it_holds() -> None:
    old = {name: value for name, value in provenance().items() if name not in {"code", "lock"}}
    assert find_changes(old, provenance()) == ()
    found = find_changes(old, provenance(code_version="0.2.0"))
    assert [change.describe() for change in found] == ["code: 0.1.0 (abc) → 0.2.0"]


def test_the_clinics_own_words_are_not_shown() -> None:
    found = changes(parameters={"missing_words": ["canary"]})
    assert likely_cause(differing(), found) == (
        "parameter missing_words: changed (the clinic's own words, not shown)"
    )
    assert "canary" not in str(found)


def test_what_is_told_of_a_value_is_short() -> None:
    [change] = changes(packages={"numpy": "9" * 5000})
    assert len(change.describe()) < 200
