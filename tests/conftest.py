"""What many tests share: one rendered report per study folder."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from threadpoolctl import threadpool_limits

from helpers.build import build_report
from helpers.store import FOLDER_NAME
from tests.pages import Page
from tests.studies import SAMPLE

# No test finds what another one, or a person, computed; that of the store names its own folder.
os.environ[FOLDER_NAME] = ""

# Small matrices: threads of several test processes would only wait for each other.
threadpool_limits(limits=1, user_api="blas")


@pytest.fixture(scope="session")
def sample_report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of the sample's report in three formats, by the embedded renderer."""
    out = tmp_path_factory.mktemp("sample_report")
    build_report(SAMPLE, out, ("html", "docx", "pdf"), "embedded", {}, lambda message: None)
    return out


@pytest.fixture(scope="session")
def page(sample_report: Path) -> Page:
    return Page((sample_report / "report.html").read_text(encoding="utf-8"))
