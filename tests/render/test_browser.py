"""The page in a browser: no barrier, no request, by keyboard, on a phone, without scripts."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

from tests.render.browser import NARROW, WIDE, active, barriers, needs_browser

Visit = Callable[..., Page]
pytestmark = needs_browser
PAGES = ("study", "one_part", "document")


@pytest.fixture(params=PAGES)
def file(request: pytest.FixtureRequest) -> Path:
    found: Path = request.getfixturevalue(request.param)
    return found


@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_axe_finds_no_barrier(visit: Visit, file: Path, width: int) -> None:
    tab = visit(file, width)
    assert barriers(tab) == []
    assert tab.evaluate("document.documentElement.scrollWidth") == width
    assert tab.evaluate("document.documentElement.lang").startswith("en")


def test_every_row_is_named_by_its_first_cell(visit: Visit, study: Path) -> None:
    unnamed = visit(study).evaluate(
        """[...document.querySelectorAll(".gt_table tbody tr")]
           .filter(row => !row.querySelector("th[scope]")).length"""
    )
    assert unnamed == 0


# by keyboard


def stops(tab: Page, limit: int = 400) -> list[dict[str, Any]]:
    """Press Tab through the whole page and return where it stopped."""
    found: list[dict[str, Any]] = []
    while len(found) < limit:
        tab.keyboard.press("Tab")
        state = active(tab)
        if state["tag"] == "BODY":
            return found
        found.append(state)
    raise AssertionError("the keyboard never leaves the page")


@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_tab_reaches_everything_and_one_sees_where_it_is(
    visit: Visit, document: Path, width: int
) -> None:
    tab = visit(document, width)
    found = stops(tab)
    assert found[0]["text"] == "Skip to the text"
    assert [state for state in found if not (state["outlined"] and state["seen"])] == []
    names = {state["name"] for state in found}
    assert {"Previous hit", "Next hit"} <= names
    assert {state["role"] for state in found} >= {"tab", "tabpanel"}
    links = tab.evaluate(
        """[...document.querySelectorAll("main a[href]")]
           .filter(link => link.tabIndex >= 0 && link.checkVisibility()).length"""
    )
    reached = [state for state in found if state["tag"] == "A" and state["text"]]
    assert len(reached) >= links + 1


def test_skip_link_leads_to_the_text(visit: Visit, study: Path) -> None:
    tab = visit(study)
    tab.keyboard.press("Tab")
    assert active(tab)["seen"]
    tab.keyboard.press("Enter")
    tab.keyboard.press("Tab")
    assert tab.evaluate("document.activeElement.closest('main') !== null")


def test_only_what_scrolls_is_a_stop(visit: Visit, study: Path) -> None:
    tab = visit(study, WIDE)
    fits = "[...document.querySelectorAll('[data-scroll][tabindex]')].map(e => e.dataset.scroll)"
    assert tab.evaluate(fits) == []
    tab.set_viewport_size({"width": NARROW, "height": 850})
    tab.wait_for_function("document.querySelectorAll('[data-scroll][tabindex]').length > 5")
    names = tab.evaluate(fits)
    assert {name.split("\u00a0")[0] for name in names} == {"Figure", "Table"}
    region = tab.locator("[data-scroll][tabindex]").first
    region.focus()
    tab.keyboard.press("ArrowRight")
    tab.wait_for_function("document.activeElement.scrollLeft > 0")


def test_arrow_keys_choose_a_tab(visit: Visit, document: Path) -> None:
    tab = visit(document)
    shown = "[...document.querySelectorAll('.tab-panel')].map(e => e.checkVisibility())"
    while active(tab)["role"] != "tab":
        tab.keyboard.press("Tab")
    for key, name, panels in (
        ("ArrowRight", "Second", [False, True]),
        ("ArrowRight", "First", [True, False]),
        ("ArrowLeft", "Second", [False, True]),
        ("Home", "First", [True, False]),
        ("End", "Second", [False, True]),
    ):
        tab.keyboard.press(key)
        assert active(tab)["text"] == name
        assert tab.evaluate(shown) == panels
        assert tab.locator("[aria-selected=true]").inner_text() == name
    tab.keyboard.press("Tab")
    assert active(tab)["role"] == "tabpanel"
    assert "The second panel." in active(tab)["text"]


# where one is


def test_a_jump_leaves_the_heading_below_the_strip(visit: Visit, study: Path) -> None:
    for width in (WIDE, NARROW):
        tab = visit(study, width)
        tab.evaluate("location.hash = '#sec-safety'")
        tab.wait_for_function("scrollY > 1000")
        strip = tab.locator(".mark").bounding_box()
        heading = tab.locator("#sec-safety").bounding_box()
        assert strip and heading
        assert strip["y"] == 0, "the mark stays in sight"
        assert strip["height"] <= heading["y"] < 300
        assert tab.locator(".mark").inner_text() == "Internal: not for release"


def test_the_contents_mark_the_section_being_read(visit: Visit, study: Path) -> None:
    tab = visit(study)
    marked = tab.locator("nav [aria-current=location]")
    assert marked.count() == 0
    for name in ("#sec-safety", "#sec-methods", "#references"):
        tab.locator(f"nav a[href='{name}']").click()
        tab.wait_for_function(
            "name => document.querySelector('nav [aria-current]')?.hash === name", arg=name
        )
        assert marked.count() == 1
        assert marked.is_visible()


def test_the_contents_fold_on_a_phone(visit: Visit, study: Path) -> None:
    assert visit(study).locator("nav a").first.is_visible()
    tab = visit(study, NARROW)
    assert not tab.locator("nav a").first.is_visible()
    tab.locator("nav summary").focus()
    tab.keyboard.press("Enter")
    assert tab.locator("nav a").first.is_visible()


@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_the_page_can_be_read_without_scripts(visit: Visit, document: Path, width: int) -> None:
    tab = visit(document, width, scripts=False)
    for text in ("There are 5 patients", "The first panel.", "The second panel.", "79.1 (16.0)"):
        assert tab.get_by_text(text, exact=False).first.is_visible()
    assert tab.locator("nav a").first.is_visible()
    assert not tab.locator("form.search").is_visible()
    assert not tab.locator("[role=tablist]").is_visible()
    assert tab.locator(".tab-title").all_inner_texts() == ["First", "Second"]
    assert tab.locator("[data-scroll]:not([tabindex='0'])").count() == 0
