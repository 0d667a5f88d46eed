"""Who fails a criterion is not given back by what stands beside it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.disclosure.releases import FOLDERS, plain, unreleased


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_who_lacks_an_answer_is_withheld_with_who_fails(folder: Path) -> None:
    # Told as 0 only where nobody fails, it would leave the withheld reasons to the other criteria.
    tables = plain(*unreleased(folder))["tables"]
    for part, rows in tables["eligibility"].items():
        for row in rows:
            hidden = row["failed"] is None
            assert not hidden or row["not_documented"] is None, (part, row["criterion"])
            assert hidden or row["first_failed"] is not None, (part, row["criterion"])
