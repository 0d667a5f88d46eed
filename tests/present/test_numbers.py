"""Numbers as a table shows them."""

from __future__ import annotations

from dataclasses import replace

from helpers.present.numbers import (
    NO_NUMBER,
    WITHHELD,
    format_p,
    format_with_interval,
    told_adjusted_p,
    told_p,
)
from helpers.results import Estimate

ESTIMATE = Estimate(
    "prospective.course.nrs.week_1", "Change", "prospective", "eligible", 30, "patients", 0, -1.0,
    "points", "mixed model", p_value=0.01, p_adjusted=0.04,
)  # fmt: skip


def test_an_adjusted_p_value_is_shown_or_said_to_be_withheld() -> None:
    assert told_adjusted_p(ESTIMATE) == "0.04"
    assert told_adjusted_p(replace(ESTIMATE, p_adjusted=None)) == WITHHELD
    assert told_adjusted_p(replace(ESTIMATE, p_value=None, p_adjusted=None)) == NO_NUMBER


def test_a_withheld_interval_is_said_to_be_so_with_its_p_value() -> None:
    hidden = replace(ESTIMATE, p_value=None, p_adjusted=None,
                     status="ok, interval withheld (small numbers)")  # fmt: skip
    assert format_with_interval(hidden) == "−1.0\u00a0points (interval withheld)"
    assert told_p(hidden) == told_adjusted_p(hidden) == WITHHELD


def test_a_rounded_p_value_is_told_with_the_decimals_it_has() -> None:
    assert [format_p(p) for p in (0.05, 0.01, 0.003, 0.0132, 0.21)] == [
        "p = 0.05", "p = 0.01", "p = 0.003", "p = 0.013", "p = 0.21"
    ]  # fmt: skip
