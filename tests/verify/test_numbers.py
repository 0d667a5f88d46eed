"""Every value has a name and a kind, and each kind its tolerance."""

from __future__ import annotations

import json
from typing import Any

import pytest

from helpers.verify.archive import find_archive
from helpers.verify.compare import Comparison, compare_results, tally
from helpers.verify.numbers import (
    CLOSED,
    EXACT,
    ITERATED,
    KINDS,
    NPMLE,
    RESAMPLED,
    Kind,
    kind_of,
    name_values,
)


def results(method: str = "mean, t interval", **fields: Any) -> dict[str, Any]:
    estimate = {"key": "retrospective.x.mean", "part": "retrospective", "method": method} | fields
    return {"estimates": [estimate], "accounting": [], "tables": {}, "curves": {}}


def compare_one(before: Any, now: Any, method: str, field: str = "estimate") -> Comparison:
    compared = compare_results(results(method, **{field: before}), results(method, **{field: now}))
    return next(each for each in compared if each.name.endswith(field))


METHODS = (
    ("mean, t interval", "estimate", CLOSED),
    ("Kaplan–Meier median; percentile bootstrap interval, 2000 resamples", "estimate", CLOSED),
    ("Kaplan–Meier median; percentile bootstrap interval, 2000 resamples", "lower", RESAMPLED),
    ("odds ratio, Firth logistic regression on one predictor", "upper", ITERATED),
    ("hazard ratio, Cox model, Efron ties", "estimate", ITERATED),
    ("linear mixed model, random intercept per patient", "gee_lower", ITERATED),
    ("Turnbull estimate (NPMLE), median; percentile bootstrap interval", "estimate", NPMLE),
    ("Turnbull estimate (NPMLE), median; percentile bootstrap interval", "lower_identified", NPMLE),
    ("Turnbull estimate (NPMLE), median; percentile bootstrap interval", "upper", RESAMPLED),
    ("mean, t interval, pooled over 50 imputations", "estimate", RESAMPLED),
    ("c-statistic of a ridge model; corrected by the bootstrap's mean optimism", "apparent",
     RESAMPLED),
)  # fmt: skip


@pytest.mark.parametrize(("method", "field", "kind"), METHODS)
def test_the_method_says_the_kind(method: str, field: str, kind: Kind) -> None:
    assert kind_of(method, field) is kind


@pytest.mark.parametrize(
    ("method", "field", "kind"), [METHODS[0], METHODS[2], METHODS[3], METHODS[6]]
)
@pytest.mark.parametrize("size", [40.0, 0.5, 0.01])
def test_a_number_agrees_within_the_tolerance_of_its_kind_and_not_beyond(
    method: str, field: str, kind: Kind, size: float
) -> None:
    within = compare_one(size, size * (1 + 0.9 * kind.tolerance), method, field)
    beyond = compare_one(size, size * (1 + 1.1 * kind.tolerance), method, field)
    assert (within.kind, within.agrees) == (kind, True)
    assert (beyond.kind, beyond.agrees) == (kind, False)


def test_a_small_p_value_is_compared_and_a_zero_with_rounding_is_zero() -> None:
    assert not compare_one(1e-9, 2e-9, "mean, t interval", "p_value").agrees
    assert compare_one(0.0, 3e-16, "mean, t interval").agrees


@pytest.mark.parametrize(
    ("before", "now", "agrees"),
    [
        (20, 20, True), (20, 21, False), (10**15, 10**15 + 1, False), ("ok", "ok", True),
        ("ok", "ok ", False), (None, None, True), (None, 0, False), (1, True, False),
        (1, "1", False), (20, 20.0, True), (20, 20.1, False),
    ],
)  # fmt: skip
def test_counts_texts_and_absent_values_are_exact(before: Any, now: Any, agrees: bool) -> None:
    compared = compare_one(before, now, "count")
    assert compared.agrees == agrees
    if not isinstance(now, float):
        assert compared.kind is EXACT


def test_a_value_on_one_side_only_is_a_difference() -> None:
    compared = compare_results(results(estimate=1.0), results(estimate=1.0, sd=2.0))
    assert [(e.name, e.only) for e in compared if not e.agrees] == [
        ("retrospective.x.mean.sd", "recomputed")
    ]
    compared = compare_results(results(estimate=1.0), results() | {"estimates": []})
    assert {e.only for e in compared} == {"archived"}


def test_every_value_of_the_archive_is_named_and_has_a_kind() -> None:
    archived = json.loads(find_archive().read_text(encoding="utf-8"))
    values = name_values(archived)
    leaves = count_leaves(archived) - count_leaves(archived["provenance"])
    keys = len(archived["estimates"])
    assert len(values) == leaves - 1 - keys  # less the version of the schema and the keys
    assert {value.kind for value in values.values()} == set(KINDS) - {EXACT}
    assert {each.kind for each in tally(compare_results(archived, archived))} == set(KINDS)
    assert values["curves.prospective.relief_days.times[1]"].part == "prospective"
    assert values["tables.heaping.retrospective.n"].part == "retrospective"
    assert values["tables.precision[0].n"].part == ""
    assert values["accounting.redcap_records.csv..rows"].part == "prospective"


def count_leaves(content: Any) -> int:
    if isinstance(content, dict):
        return sum(map(count_leaves, content.values()))
    return sum(map(count_leaves, content)) if isinstance(content, list) else 1


def test_two_values_of_one_name_are_refused() -> None:
    twice = results(estimate=1.0)
    twice["estimates"] *= 2
    with pytest.raises(ValueError, match=r"two values are named 'retrospective\.x\.mean\.part'"):
        name_values(twice)
