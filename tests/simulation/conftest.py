"""One whole run of the small grid, which every other run must equal."""

from __future__ import annotations

from pathlib import Path

import pytest

from helpers import cli
from tests.simulation.runs import simulate


@pytest.fixture(scope="session")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("simulation") / "whole"
    assert cli.main(simulate(out, "--jobs", "1")) == 0
    return out
