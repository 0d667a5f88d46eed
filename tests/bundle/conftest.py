"""Bundles made once by the real command; what takes longest is shared, or made in one format."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from helpers import cli, notebooks
from helpers.bundle import certify, check, layout, make
from helpers.checkout import SYNTHETIC
from helpers.study import DATA_FILES
from helpers.verify import run
from helpers.verify.run import Verification
from tests.bundle.bundles import CONSENT, ONE_PART, Made
from tests.canaries import plant_canaries
from tests.studies import SAMPLE

_VERIFIED: dict[tuple[str, ...], Verification] = {}


def verify_once(file: Path, data: Path, *rest: Any, **named: Any) -> Verification:
    """Verify as the program does, but equal results of equal data only once."""
    files = [data / name for name in DATA_FILES if (data / name).is_file()]
    contents = (file.read_bytes(), *(path.read_bytes() for path in files))
    key = tuple(hashlib.sha256(content).hexdigest() for content in contents)
    if key not in _VERIFIED:
        _VERIFIED[key] = run.verify_results(file, data, *rest, **named)
    return replace(_VERIFIED[key], file=file, data=data)


@pytest.fixture(scope="session", autouse=True)
def quick() -> Iterator[None]:
    """Make the page alone of the report, one notebook of the seven, and verify equals once."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(layout, "REPORT_FORMATS", ("html",))
        patch.setattr(make, "list_notebooks", lambda: notebooks.list_notebooks()[2:3])
        patch.setattr(make, "render_notebook", cache(notebooks.render_notebook))
        patch.setattr(certify, "verify_results", verify_once)
        patch.setattr(check, "verify_results", verify_once)
        patch.setenv("SOURCE_DATE_EPOCH", "1700000000")
        yield


@pytest.fixture(scope="session")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Made]:
    """Return a call that makes a bundle of a study folder by the command."""

    def make_one(data: Path, *arguments: str) -> Made:
        out = tmp_path_factory.mktemp("bundle") / "bundle.zip"
        call = ["bundle", str(data), "--out", str(out), "-P", "n_boot=100", *arguments]
        return Made(out, cli.main(call))

    return make_one


@pytest.fixture(scope="session")
def of_synthetic(bundle: Callable[..., Made]) -> Made:
    return bundle(SYNTHETIC, *ONE_PART)


@pytest.fixture(scope="session")
def planted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return plant_canaries(tmp_path_factory.mktemp("clinic") / "study")


@pytest.fixture(scope="session")
def without_data(bundle: Callable[..., Made], planted: Path) -> Made:
    return bundle(planted)


@pytest.fixture(scope="session")
def with_data(bundle: Callable[..., Made], tmp_path_factory: pytest.TempPathFactory) -> Made:
    folder = tmp_path_factory.mktemp("clinic") / "study"
    folder.mkdir()
    for name in ("redcap_records.csv", "redcap_dictionary.csv"):
        (folder / name).write_bytes((SAMPLE / name).read_bytes())
    (folder / "letters.txt").write_text("of another patient")
    return bundle(folder, *CONSENT)
