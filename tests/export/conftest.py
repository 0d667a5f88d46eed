"""One export per study folder for all tests of exports, and the datasets of the sample."""

from __future__ import annotations

import io
from pathlib import Path

import pandas as pd
import pytest

from helpers.analysis.study import analyse
from helpers.cli import main
from helpers.results import Results
from tests.export.exported import Exports
from tests.studies import SAMPLE


@pytest.fixture(scope="session")
def exports(tmp_path_factory: pytest.TempPathFactory) -> Exports:
    return Exports(tmp_path_factory.mktemp("exports"))


@pytest.fixture(scope="session")
def exported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("datasets")
    assert main(["export", "datasets", str(SAMPLE), "--out", str(out), "-P", "n_boot=100"]) == 0
    return out


@pytest.fixture(scope="session")
def results() -> Results:
    return analyse(SAMPLE, {"n_boot": "100"}).results


def read_csv(path: Path) -> pd.DataFrame:
    """Read an exported CSV as someone would who has only the file: codes as text."""
    text = path.read_text(encoding="utf-8-sig")
    return pd.read_csv(
        io.StringIO(text),
        dtype={"patient": str},
        keep_default_na=False,
        na_values=[""],
        float_precision="round_trip",
    )
