"""The search box of the page: what it finds, and that it leaves the page alone."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests.render.browser import NARROW, WIDE, active, needs_browser

Visit = Callable[..., Page]
pytestmark = needs_browser
HERE = """() => {
  const hit = [...CSS.highlights.get("here")][0];
  const box = hit.getBoundingClientRect();
  const strip = document.querySelector(".mark")?.getBoundingClientRect().bottom ?? 0;
  return {
    text: hit.toString(),
    within: hit.startContainer.parentElement.closest("th, td, p, figcaption").tagName,
    seen: box.top >= strip && box.bottom <= innerHeight && box.left >= 0 && box.right <= innerWidth,
  };
}"""


def search(tab: Page, words: str) -> str:
    """Type words and return what the box says once it has looked."""
    tab.get_by_role("searchbox", name="Find in the report").fill(words)
    tab.wait_for_timeout(300)
    return tab.locator(".search output").inner_text()


@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_hits_are_gone_through_by_keyboard(visit: Visit, study: Path, width: int) -> None:
    tab = visit(study, width)
    before = tab.evaluate("document.querySelector('main').innerHTML")
    assert search(tab, "Hodges-Lehmann").endswith(" hits")
    count = tab.evaluate("CSS.highlights.get('found').size")
    assert count > 1
    told, places = [], []
    for key in ("Enter", "Enter", "Shift+Enter", "Shift+Enter"):
        tab.keyboard.press(key)
        told.append(tab.locator(".search output").inner_text())
        here = tab.evaluate(HERE)
        assert here["text"].replace("–", "-").replace("\n", " ") == "Hodges-Lehmann"
        assert here["seen"]
        places.append(here["within"])
    assert told == [f"{at} of {count}" for at in (1, 2, 1, count)]
    assert "P" in places and "TH" in places
    assert active(tab)["tag"] == "INPUT"
    tab.keyboard.press("Escape")
    assert tab.locator(".search output").inner_text() == ""
    assert tab.evaluate("CSS.highlights.get('found').size + CSS.highlights.get('here').size") == 0
    assert tab.get_by_role("searchbox").input_value() == ""
    assert tab.evaluate("document.querySelector('main').innerHTML") == before


def test_buttons_do_the_same(visit: Visit, study: Path) -> None:
    tab = visit(study)
    search(tab, "Hodges-Lehmann")
    tab.get_by_role("button", name="Next hit").click()
    assert tab.locator(".search output").inner_text().startswith("1 of ")
    tab.get_by_role("button", name="Previous hit").click()
    first, last = tab.locator(".search output").inner_text().split(" of ")
    assert first == last
    tab.keyboard.press("Escape")
    assert active(tab)["tag"] == "INPUT"


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("GROUPS", "1 hit"),  # in a caption, in other letters
        ("79.1 (16.0)", "1 hit"),  # in a cell; characters that a pattern would read
        ("are  5 patients", "1 hit"),  # over marks and white space
        ("words what", "No hit"),
        ("7921", "No hit"),
        ("x", "Type two characters or more"),
        ("\\d+", "No hit"),
        ("1 two", "No hit"),  # not over two cells
        ("theta", "No hit"),  # the source of a formula is not shown
    ],
)
def test_what_is_found(visit: Visit, document: Path, words: str, told: str) -> None:
    assert search(visit(document), words) == told


def test_a_hit_in_a_tab_opens_it(visit: Visit, document: Path) -> None:
    tab = visit(document)
    assert search(tab, "second panel") == "1 hit"
    assert not tab.get_by_text("The second panel.").is_visible()
    tab.keyboard.press("Enter")
    assert tab.get_by_text("The second panel.").is_visible()
    assert tab.evaluate(HERE)["seen"]


def test_the_count_is_told_to_those_who_do_not_see_it(visit: Visit, document: Path) -> None:
    tab = visit(document)
    assert tab.get_by_role("search", name="In this report").is_visible()
    assert tab.locator(".search output").get_attribute("aria-live") == "polite"


def test_a_browser_without_highlights_selects_the_hit(visit: Visit, document: Path) -> None:
    tab = visit(document, begin="delete window.Highlight")
    assert search(tab, "79.1 (16.0)") == "1 hit"
    tab.keyboard.press("Enter")
    assert tab.evaluate("getSelection().toString()") == "79.1 (16.0)"
