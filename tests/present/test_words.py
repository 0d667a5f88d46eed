"""Numbers and words as readers see them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from helpers.present import numbers, wording
from helpers.results import Estimate, Results, collect
from helpers.units import round_half_up

BASE = Estimate(
    key="retrospective.short_term.nrs_reduction.mean", label="Reduction", part="retrospective",
    population="eligible", n=21, n_unit="patients", n_missing=1, estimate=2.595, unit="points",
    method="mean", lower=1.877, upper=3.314, level=0.95, p_value=2.9e-7, sd=1.578,
)  # fmt: skip


def results(*estimates: Estimate) -> Results:
    return Results({}, (), collect(estimates or (BASE,)), {}, {})


@pytest.mark.parametrize(
    ("value", "decimals", "text"),
    [(2.595, 1, "2.6"), (-0.04, 1, "0.0"), (-1.25, 1, "−1.3"),
        (138.5, 0, "139"), (None, 1, "–"),
     (float("nan"), 1, "–")],
)  # fmt: skip
def test_numbers(value: float | None, decimals: int, text: str) -> None:
    assert numbers.format_number(value, decimals) == text


@pytest.mark.parametrize(
    ("p_value", "text"),
    [(0.0004, "p < 0.001"), (0.0312, "p = 0.031"), (0.42, "p = 0.42"), (None, "no p-value")],
)
def test_p_values(p_value: float | None, text: str) -> None:
    assert numbers.format_p(p_value) == text


def test_an_estimate_with_its_interval() -> None:
    assert numbers.format_with_interval(BASE) == "2.6\u00a0points (95% CI 1.9 to 3.3)"
    share = replace(BASE, unit="proportion", estimate=0.619, lower=0.409, upper=0.792, level=0.9)
    assert numbers.format_with_interval(share) == "62% (90% CI 41 to 79)"


def test_limits_that_do_not_exist() -> None:
    assert numbers.format_interval(replace(BASE, upper=None)) == "1.9 to not reached"
    assert numbers.format_with_interval(replace(BASE, lower=None, upper=None)) == "2.6\u00a0points"


def test_no_number_says_why() -> None:
    none = replace(BASE, estimate=None, lower=None, upper=None, status="not reached")
    assert numbers.format_with_interval(none) == "no number (not reached)"


@pytest.mark.parametrize(
    ("lower", "upper", "verb"),
    [(0.1, 2, "fell"), (-2, -0.1, "rose"), (-1, 1, "did not clearly change"),
     (0, 1, "did not clearly change"), (None, None, "could not be compared")],
)  # fmt: skip
def test_the_verb_follows_from_the_interval(
    lower: float | None, upper: float | None, verb: str
) -> None:
    assert wording.direction(replace(BASE, lower=lower, upper=upper)) == verb


def test_a_text_looks_its_numbers_up() -> None:
    text = "Pain {short_term.nrs_reduction.mean:direction} by\n  {short_term.nrs_reduction.mean}"
    assert wording.fill(results(), "retrospective", text) == "Pain fell by 2.6\u00a0points"


@pytest.mark.parametrize(
    ("text", "error"),
    [("{short_term.nothing}", KeyError), ("{short_term.nrs_reduction.mean:x}", ValueError)],
)
def test_a_text_with_an_unknown_key_or_display_fails(text: str, error: type[Exception]) -> None:
    with pytest.raises(error):
        wording.fill(results(), "retrospective", text)


@pytest.mark.parametrize(
    ("words", "text"),
    [([], ""), (["a"], "a"), (["a", "b"], "a and b"), (["a", "b", "c"], "a, b and c")],
)
def test_lists(words: list[str], text: str) -> None:
    assert wording.name_list(words) == text


def test_two_estimates_of_one_key_are_a_defect() -> None:
    with pytest.raises(ValueError, match="two estimates"):
        collect([BASE, BASE])


@pytest.mark.parametrize(
    ("value", "text"),
    [(8.292e29, "8.3×10²⁹"), (-1.5e7, "−1.5×10⁷"), (9_999_999.0, "9999999.00"),
     (1.7e308, "1.7×10³⁰⁸")],
)  # fmt: skip
def test_a_number_of_any_size_can_be_told(value: float, text: str) -> None:
    assert numbers.format_value(value, "odds ratio") == text
    assert round_half_up(value, 2) == pytest.approx(value)
