"""Further endpoints, each on a table small enough to count by hand."""

from __future__ import annotations

from pathlib import Path

import pytest

from helpers.analysis.study import analyse
from tests.studies import record, save_redcap


def test_the_share_with_mild_pain(tmp_path: Path) -> None:
    """Two of four who were asked are at most at 3; limits: R's prop.test(2, 4, correct = FALSE)."""
    after = {"1": "3", "2": "4", "3": "0", "4": "10", "5": ""}
    rows = [row for name, nrs in after.items()
            for row in record(("post_40min", {"nrs": nrs}), name=name)]  # fmt: skip
    results = analyse(save_redcap(rows, tmp_path), {"n_boot": "100"}).results
    found = results.get("prospective.short_term.nrs_post_mild.proportion")
    assert (found.estimate, found.n, found.n_missing) == (0.5, 4, 1)
    assert (found.lower, found.upper) == pytest.approx((0.1500390, 0.8499610), abs=1e-7)
    assert found.further == {"events": 2}
