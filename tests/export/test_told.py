"""Numbers as registry fields tell them, and the registry's words."""

from __future__ import annotations

from dataclasses import replace

import pytest

from helpers.export.registry.told import (
    Number,
    Words,
    plain,
    tell_difference,
    tell_estimate,
    tell_level,
    tell_p,
    tell_row,
    text_of,
)
from helpers.export.registry.vocabulary import (
    method_of,
    outcome_type,
    parameter_of,
    unit_of,
)
from helpers.export.registry.xml_tree import XmlTree
from helpers.registered import keys_of_outcome
from helpers.results import Estimate, Results

KEY = "prospective.short_term.nrs_reduction.mean"
ESTIMATE = Estimate(
    KEY, "Reduction", "prospective", "eligible", 30, "patients", 0, 2.5, "points", "t",
    lower=1.5, upper=None, level=0.975, p_value=0.0, further={"events": 7},
)  # fmt: skip


def results(*estimates: Estimate) -> Results:
    tables = {"baseline": {"prospective": [{"name": "age", "mean": 43.25, "sd": None}]}}
    return Results({}, (), {each.key: each for each in estimates}, tables, {})


@pytest.mark.parametrize(
    ("value", "text"),
    [(7.2, "7.2"), (22.0, "22"), (100.0, "100"), (-0.5, "-0.5"), (-0.0, "0"), (0.05, "0.05"),
     (1e-05, "0.00001"), (12345.678, "12345.678")],
)  # fmt: skip
def test_a_number_has_as_many_decimals_as_it_has(value: float, text: str) -> None:
    assert plain(value) == text
    assert float(text) == value


def test_a_number_names_its_place() -> None:
    found = results(ESTIMATE)
    assert tell_estimate(found, KEY) == Number("2.5", (f"estimates/{KEY}/estimate",))
    assert tell_estimate(found, KEY, "events") == Number("7", (f"estimates/{KEY}/events",))
    assert tell_row(found, "baseline", "prospective", "age", "mean") == Number(
        "43.25", ("tables/baseline/prospective/age/mean",)
    )


def test_what_is_not_told_is_none() -> None:
    found = results(ESTIMATE)
    assert tell_estimate(found, KEY, "upper") is None
    assert tell_estimate(found, KEY, "n_at_least") is None
    assert tell_estimate(found, "prospective.nothing") is None
    assert tell_row(found, "baseline", "prospective", "age", "sd") is None
    assert tell_row(found, "baseline", "prospective", "height", "mean") is None
    assert tell_difference(Number("3", ()), None) is None


def test_a_level_is_a_percentage_and_a_small_p_value_a_bound() -> None:
    found = results(ESTIMATE)
    level = tell_level(found, KEY)
    assert level and level.text == "97.5"
    p_value = tell_p(found, KEY)
    assert p_value and p_value.text == "<0.001"
    exact = tell_p(results(replace(ESTIMATE, p_value=0.0312)), KEY)
    assert exact and exact.text == "0.0312"


def test_words_hold_their_numbers() -> None:
    words = Words("{} of {}", (Number("3", ("a",)), Number("7", ("b",))))
    assert text_of(words) == "3 of 7"


@pytest.mark.parametrize(
    ("words", "entry"),
    [("primary", "PRIMARY"), (" Secondary ", "SECONDARY"), ("Post-Hoc", "POST_HOC"),
     ("post_hoc", "POST_HOC"), ("Other Pre-specified", "OTHER_PRE_SPECIFIED"), ("main", None),
     ("", None)],
)  # fmt: skip
def test_the_type_of_an_outcome_is_one_of_the_registry(words: str, entry: str | None) -> None:
    found = outcome_type(words)
    assert (found and found.api) == entry


@pytest.mark.parametrize(
    ("key", "entry"),
    [
        ("prospective.short_term.nrs_reduction.mean", "MEAN"),
        ("prospective.long_term.relief_days.rmst", "MEAN"),
        ("prospective.long_term.relief_days.npmle_median", "MEDIAN"),
        ("prospective.long_term.relief_days.weibull_median_given_relief", "MEDIAN"),
        ("prospective.course.nrs.week_1", "LEAST_SQUARES_MEAN"),
        ("prospective.safety.any_ae.proportion", "NUMBER"),
        ("prospective.long_term.relief_days.rmst_84_lower_bound", "NUMBER"),
    ],
)
def test_a_key_says_what_kind_of_number_it_is(key: str, entry: str) -> None:
    assert parameter_of(key).api == entry


def test_a_test_without_a_name_in_the_registry_keeps_its_own() -> None:
    named = method_of("prospective.x.spearman", "Spearman's rank correlation")
    assert (named.upload, named.other) == ("Other", "Spearman's rank correlation")
    assert unit_of("points, 0–10") == "score on a scale"
    assert unit_of("mmHg") == "mmHg"


def test_a_key_stands_for_its_part_or_for_every_part_that_has_it() -> None:
    other = replace(ESTIMATE, key=KEY.replace("prospective", "retrospective"))
    both = results(other, ESTIMATE)
    short = "short_term.nrs_reduction.mean"
    assert keys_of_outcome(both, KEY) == {"prospective": KEY}
    assert keys_of_outcome(both, short) == {"retrospective": other.key, "prospective": KEY}
    assert keys_of_outcome(results(ESTIMATE), short) == {"prospective": KEY}
    for unknown in ("", "prospective.", "prospective.nothing", "nothing", "short_term"):
        assert keys_of_outcome(both, unknown) == {}


def test_a_comment_holds_no_double_hyphen_and_texts_are_escaped() -> None:
    tree = XmlTree("a", {})
    tree.add(tree.root, "b", "x < y & z")
    tree.comment(["1--2---3"])
    text = tree.to_bytes().decode()
    assert "<b>x &lt; y &amp; z</b>" in text
    assert "--" not in text.partition("<!--")[2].partition("-->")[0]
