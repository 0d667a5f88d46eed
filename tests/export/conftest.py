"""One export per study folder for all tests of exports."""

from __future__ import annotations

import pytest

from tests.export.exported import Exports


@pytest.fixture(scope="session")
def exports(tmp_path_factory: pytest.TempPathFactory) -> Exports:
    return Exports(tmp_path_factory.mktemp("exports"))
