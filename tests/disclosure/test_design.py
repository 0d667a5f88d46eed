"""What is computed from estimates gives back no more of them than they tell themselves."""

from __future__ import annotations

from pathlib import Path

import pytest

from helpers.regression import ASSUMED_MEANS, ICC_KEY
from helpers.units import round_half_up
from tests.disclosure.releases import FOLDERS, plain, unreleased


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_regression_to_the_mean_follows_from_the_rounded_estimates(folder: Path) -> None:
    # From the full mean, a score for each assumed mean gave it back to a hundredth of a point, and
    # so, in ten of 47 parts of studies, the number of patients that it is a mean of.
    release = plain(*unreleased(folder))
    found = {each["key"]: each for each in release["estimates"]}
    rows = release["tables"]["regression_to_the_mean"]
    for part in {row["part"] for row in rows}:
        before = found[f"{part}.short_term.nrs_pre.mean"]["estimate"]
        mine = [row for row in rows if row["part"] == part]
        assert [row["assumed_mean"] for row in mine] == [mu for mu in ASSUMED_MEANS if mu <= before]
        for row in mine:
            expected = (1 - found[ICC_KEY]["estimate"]) * (before - row["assumed_mean"])
            assert row["expected"] == round_half_up(expected, 1), row
