"""What the tests of the page share: a browser without a network, and axe to look for barriers."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import axe_playwright_python
import pytest
from playwright.sync_api import Page

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser"))), None)
needs_browser = pytest.mark.skipif(
    CHROMIUM is None, reason="needs a browser: Debian's package chromium"
)
ARGUMENTS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
             "--disable-background-networking", "--disable-component-update",
             "--disable-sync"]  # fmt: skip
WIDE, NARROW = 1400, 400
A4_TEXT = 642  # the width of an A4 page in CSS pixels, less two margins of 2 cm
AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text(encoding="utf-8")
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


def barriers(page: Page) -> list[str]:
    """Return what axe finds, a line for each rule with the first element that breaks it."""
    page.evaluate(AXE + ";0")
    found: dict[str, Any] = page.evaluate(
        "rules => axe.run(document, {runOnly: rules, resultTypes: ['violations']})", RULES
    )
    return [
        f"{rule['id']} ({len(rule['nodes'])}): {rule['nodes'][0]['html'][:200]}"
        for rule in found["violations"]
    ]


def active(page: Page) -> dict[str, Any]:
    """Return what the focused element is, and whether one sees that it has the focus."""
    state: dict[str, Any] = page.evaluate(
        """() => {
          const element = document.activeElement;
          const box = element.getBoundingClientRect();
          const style = getComputedStyle(element);
          return {
            tag: element.tagName, id: element.id, text: element.textContent.trim().slice(0, 60),
            role: element.getAttribute("role"), href: element.getAttribute("href"),
            name: element.getAttribute("aria-label"),
            outlined: style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2,
            seen: box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth,
          };
        }"""
    )
    return state
