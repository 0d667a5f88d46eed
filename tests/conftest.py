"""What many tests share: one rendered report per study folder."""

from __future__ import annotations

from pathlib import Path

import pytest

from helpers.build import build_report
from tests.studies import SAMPLE


@pytest.fixture(scope="session")
def sample_report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of the sample's report, made by the embedded renderer."""
    out = tmp_path_factory.mktemp("sample_report")
    build_report(SAMPLE, out, ("html",), "embedded", {}, lambda message: None)
    return out
