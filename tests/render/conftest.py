"""The document that holds everything, rendered once; a script in Quarto's place; a browser."""

from __future__ import annotations

import os
import sys
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from xml.etree import ElementTree

import pytest
from playwright.sync_api import Browser, sync_playwright
from playwright.sync_api import Page as Tab

from helpers.build import build_report
from helpers.checkout import SYNTHETIC
from helpers.render import render_document
from tests.render.browser import ARGUMENTS, CHROMIUM, WIDE
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


@pytest.fixture(scope="module")  # no longer: its event loop would stand in the way of others
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield started
        started.close()


@pytest.fixture
def visit(browser: Browser) -> Iterator[Callable[..., Tab]]:
    """Return a function that opens a file at a width; what the page does wrong fails the test."""
    contexts, wrong = [], []

    def open_file(file: Path, width: int = WIDE, *, scripts: bool = True, begin: str = "") -> Tab:
        context = browser.new_context(
            viewport={"width": width, "height": 850}, java_script_enabled=scripts,
            reduced_motion="reduce", offline=True,
        )  # fmt: skip
        contexts.append(context)
        tab = context.new_page()
        tab.add_init_script(begin)
        address = file.resolve().as_uri()
        tab.on("console", lambda message: wrong.append(f"{message.type}: {message.text}"))
        tab.on("pageerror", lambda error: wrong.append(str(error)))
        tab.on("request", lambda request: wrong.append(request.url)
               if not request.url.startswith(("data:", address)) else None)  # fmt: skip
        tab.goto(address)
        return tab

    yield open_file
    for context in contexts:
        context.close()
    assert wrong == []


@pytest.fixture(scope="session")
def one_part(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a page that covers one part, and whose data are synthetic."""
    out = tmp_path_factory.mktemp("one_part")
    parameters = {"part": "prospective", "n_boot": 100}
    build_report(SYNTHETIC, out, ("html",), "embedded", parameters, lambda message: None)
    return out / "report.html"


@pytest.fixture(scope="session")
def study(sample_report: Path) -> Path:
    return sample_report / "report.html"


@pytest.fixture(scope="session")
def document(rendered: dict[str, Path]) -> Path:
    return rendered["html"]
