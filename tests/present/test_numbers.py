"""Numbers as a table shows them."""

from __future__ import annotations

from dataclasses import replace

from helpers.present.numbers import NO_NUMBER, WITHHELD, bare_adjusted_p
from helpers.results import Estimate

ESTIMATE = Estimate(
    "prospective.course.nrs.week_1", "Change", "prospective", "eligible", 30, "patients", 0, -1.0,
    "points", "mixed model", p_value=0.01, p_adjusted=0.04,
)  # fmt: skip


def test_an_adjusted_p_value_is_shown_or_said_to_be_withheld() -> None:
    assert bare_adjusted_p(ESTIMATE) == "0.04"
    assert bare_adjusted_p(replace(ESTIMATE, p_adjusted=None)) == WITHHELD
    assert bare_adjusted_p(replace(ESTIMATE, p_value=None, p_adjusted=None)) == NO_NUMBER
