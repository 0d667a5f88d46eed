"""The page on paper: nothing is cut, heads are repeated, every sheet is marked."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests.render.browser import A4_TEXT, needs_browser

Visit = Callable[..., Page]
pytestmark = needs_browser
needs_poppler = pytest.mark.skipif(
    shutil.which("pdftotext") is None, reason="needs Debian's package poppler-utils"
)


@pytest.fixture(params=["study", "one_part", "document"])
def file(request: pytest.FixtureRequest) -> Path:
    found: Path = request.getfixturevalue(request.param)
    return found


def sheets(tab: Page, folder: Path) -> list[str]:
    """Print to A4 and return the text of each sheet."""
    tab.pdf(path=folder / "page.pdf", format="A4", print_background=True)
    done = subprocess.run(
        ["pdftotext", "-layout", str(folder / "page.pdf"), "-"],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    return done.stdout.rstrip("\f").split("\f")


def bare(text: str) -> str:
    return re.sub(r"\s", "", text)


def test_nothing_is_wider_than_the_sheet(visit: Visit, file: Path) -> None:
    tab = visit(file, A4_TEXT)
    tab.emulate_media(media="print")
    wide = tab.evaluate(
        """() => [...document.querySelectorAll("main :is(table, td, th, img, pre, math)")]
          .filter(e => e.getBoundingClientRect().right > innerWidth + 1)
          .map(e => e.outerHTML.slice(0, 200))"""
    )
    assert wide == []
    assert tab.evaluate("document.documentElement.scrollWidth") <= A4_TEXT


def test_heads_are_repeated_and_rows_are_whole(visit: Visit, file: Path) -> None:
    tab = visit(file, A4_TEXT)
    tab.emulate_media(media="print")
    styles = """selector => [...new Set([...document.querySelectorAll(selector)].map(e => {
      const style = getComputedStyle(e);
      return selector.endsWith("tr") ? style.breakInside : style.display;
    }))]"""
    assert tab.evaluate(styles, "main thead") == ["table-header-group"]
    assert tab.evaluate(styles, "main tr") == ["avoid"]
    assert "table-footer-group" not in tab.evaluate(styles, "main tfoot")
    sheet = 970  # CSS pixels of an A4 page, less the margins
    tall = """sheet => [...document.querySelectorAll("main tr, main img")]
      .filter(e => e.getBoundingClientRect().height > sheet).length"""
    assert tab.evaluate(tall, sheet) == 0


def test_what_serves_the_screen_is_not_printed(visit: Visit, document: Path) -> None:
    tab = visit(document)
    tab.emulate_media(media="print")
    for hidden in ("form.search", "nav", "[role=tablist]", ".skip"):
        assert not tab.locator(hidden).is_visible()
    assert tab.get_by_text("The second panel.").is_visible()


@needs_poppler
def test_the_last_column_of_every_table_is_on_paper(
    visit: Visit, study: Path, tmp_path: Path
) -> None:
    tab = visit(study)
    last = tab.evaluate(
        """[...document.querySelectorAll("main tr > :last-child")].map(cell => cell.textContent)"""
    )
    printed = bare("".join(sheets(tab, tmp_path)))
    # The middle of a word that is broken over two lines may stand between them on paper.
    words = {word[:40] for cell in last for word in cell.split()}
    assert len(words) > 100
    assert {word for word in words if word not in printed} == set()


@needs_poppler
@pytest.mark.parametrize("name", ["study", "one_part"])
def test_every_sheet_is_marked(
    visit: Visit, request: pytest.FixtureRequest, name: str, tmp_path: Path
) -> None:
    mark = {"study": "Internal: not for release", "one_part": "SYNTHETIC DATA: no patient stands"}
    printed = sheets(visit(request.getfixturevalue(name)), tmp_path)
    assert len(printed) > 10
    without = [at for at, sheet in enumerate(printed, 1) if bare(mark[name]) not in bare(sheet)]
    assert without == []
