"""The same document through Quarto: it must say the same. Skipped where Quarto is not installed."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from helpers.build import build_report
from helpers.render import find_quarto
from tests.pages import Page, numbers
from tests.studies import SAMPLE

pytestmark = pytest.mark.skipif(find_quarto() is None, reason="quarto is not on the PATH")


@pytest.fixture(scope="module")
def quarto_page(tmp_path_factory: pytest.TempPathFactory) -> Page:
    out = tmp_path_factory.mktemp("quarto")
    build_report(SAMPLE, out, ("html",), "quarto", {}, lambda message: None)
    return Page((out / "report.html").read_text(encoding="utf-8"))


def test_captions_agree(quarto_page: Page, page: Page) -> None:
    assert sorted(quarto_page.captions) == sorted(page.captions)


def test_table_cells_agree(quarto_page: Page, page: Page) -> None:
    assert Counter(quarto_page.cells) == Counter(page.cells)


def test_references_agree(quarto_page: Page, page: Page) -> None:
    assert set(quarto_page.references) == set(page.references)


def test_numbers_agree(quarto_page: Page, page: Page) -> None:
    missing = numbers(" ".join(page.body)) - numbers(" ".join(quarto_page.body))
    assert missing == Counter()


def test_every_format_is_made(tmp_path: Path) -> None:
    built = build_report(SAMPLE, tmp_path, ("html", "docx", "pdf"), "quarto",
                         {"part": "prospective"}, lambda message: None)  # fmt: skip
    assert all(path.stat().st_size > 1000 for path in built.paths)
