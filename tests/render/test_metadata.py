"""Titles, authors and dates, as the templates take them."""

from __future__ import annotations

import pytest

from helpers.render.escape import escape_markdown
from helpers.render.metadata import format_date, pandoc_metadata


@pytest.mark.parametrize(
    ("date", "style", "lang", "shown"),
    [
        ("2026-03-05", "long", "en-GB", "5 March 2026"),
        ("2026-03-05", "long", "en", "March 5, 2026"),
        ("2026-03-05", "iso", "en-GB", "2026-03-05"),
        ("Spring 2026", "long", "en", "Spring 2026"),
        ("", "long", "en", ""),
    ],
)
def test_dates(date: str, style: str, lang: str, shown: str) -> None:
    assert format_date(date, style, lang) == shown


def test_today_is_the_day_of_the_source_date(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    assert format_date("today", "iso", "en") == "2023-11-14"


def test_authors_share_affiliations() -> None:
    people = [
        {"name": "A", "affiliations": ["X", "Y"]}, "B",
        {"name": "C", "affiliation": "Y", "orcid": "0000"},
    ]  # fmt: skip
    found = pandoc_metadata({"title": "T", "author": people}, "html", {})
    assert found["author"] == ["A^1,2^", "B", "C^2^ (0000)"]
    assert found["affiliation"] == ["^1^ X", "^2^ Y"]


def test_one_affiliation_needs_no_mark() -> None:
    people = [{"name": "A", "affiliation": "X"}, {"name": "B", "affiliation": "X"}]
    found = pandoc_metadata({"title": "T", "author": people}, "html", {})
    assert (found["author"], found["affiliation"]) == (["A", "B"], ["X"])


def test_changes_are_literal_and_the_rest_is_markdown() -> None:
    found = pandoc_metadata({"title": "T", "subtitle": "*S*"}, "html", {"title": "a_b"})
    assert (found["title"], found["subtitle"]) == (r"a\_b", "*S*")


@pytest.mark.parametrize(
    ("text", "escaped"),
    [
        ("5.2 (95% CI 1 to 9)", "5.2 (95% CI 1 to 9)"),
        ("- a", r"\- a"),
        ("2) b", r"2\) b"),
        ("-5", "-5"),
        ("a...b", r"a\...b"),
        ("$x$ @y ^z^ ~w~ |", r"\$x\$ \@y \^z\^ \~w\~ \|"),
    ],
)
def test_values_are_escaped_where_markdown_would_read_them(text: str, escaped: str) -> None:
    assert escape_markdown(text) == escaped
