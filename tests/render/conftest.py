"""The document that holds everything, rendered once for all tests; a script in Quarto's place."""

from __future__ import annotations

import os
import sys
import zipfile
from pathlib import Path
from xml.etree import ElementTree

import pytest

from helpers.render import render_document
from tests.render.documents import EVERYTHING, RECORDER

EPOCH = "1700000000"


@pytest.fixture(scope="session")
def rendered(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SOURCE_DATE_EPOCH", EPOCH)
        return render_document(
            EVERYTHING, parameters={"n": 5}, formats=["html", "docx", "pdf"],
            out_dir=tmp_path_factory.mktemp("rendered"),
        )  # fmt: skip


@pytest.fixture(scope="session")
def page(rendered: dict[str, Path]) -> str:
    return rendered["html"].read_text(encoding="utf-8")


@pytest.fixture(scope="session")
def word(rendered: dict[str, Path]) -> ElementTree.Element:
    with zipfile.ZipFile(rendered["docx"]) as archive:
        return ElementTree.fromstring(archive.read("word/document.xml"))


@pytest.fixture
def quarto(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setenv("RECORD", str(tmp_path / "record.json"))
    script = folder / "quarto"
    script.write_text(RECORDER.replace("{python}", sys.executable).replace("{action}", ""))
    script.chmod(0o755)
    return script
