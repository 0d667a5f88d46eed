"""Where the report meets STROBE and RECORD: marks in its text, read and shown."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path

import pytest

from helpers.checklists import (
    INVESTIGATORS,
    NOT_APPLICABLE,
    Item,
    Mark,
    Place,
    parse_marks,
    read_items,
)
from helpers.checkout import find_document
from helpers.errors import DocumentError
from helpers.present.tables_checklists import NOT_MARKED, write_checklist
from tests.checklist_problems import find_problems
from tests.pages import Page

STROBE = [
    "1a", "1b", "2", "3", "4", "5", "6a", "6b", "7", "8", "9", "10", "11", "12a", "12b", "12c",
    "12d", "12e", "13a", "13b", "13c", "14a", "14b", "14c", "15", "16a", "16b", "16c", "17", "18",
    "19", "20", "21", "22",
]  # fmt: skip
RECORD = [
    "1.1", "1.2", "1.3", "6.1", "6.2", "6.3", "7.1", "12.1", "12.2", "12.3", "13.1", "19.1", "22.1",
]  # fmt: skip
METHODS = Place("sec-methods", "Methods", numbered=True)
ABSTRACT = Place("sec-abstract", "Abstract", numbered=False)
ITEMS = (Item("STROBE", "1", "Title", "A title."), Item("STROBE", "2", "Title", "A reason."))


@pytest.fixture(scope="module")
def document() -> str:
    return find_document().read_text(encoding="utf-8")


# the report's own marks


def test_both_checklists_are_whole() -> None:
    numbers = {name: [item.number for item in read_items() if item.checklist == name]
               for name in ("STROBE", "RECORD")}  # fmt: skip
    assert numbers == {"STROBE": STROBE, "RECORD": RECORD}


def test_every_item_is_marked_in_the_report_and_no_mark_is_idle(document: str) -> None:
    assert find_problems(read_items(), parse_marks(document)) == []


def test_what_investigators_must_fill_in_has_a_visible_place(document: str) -> None:
    prose = re.sub(r"<!--.*?-->", "", document)
    for mark in parse_marks(document):
        if mark.status == INVESTIGATORS:
            section = re.search(
                rf"\{{#{mark.place.anchor}\b.*?(?=^#{{1,2}} |\Z)", prose, re.DOTALL | re.MULTILINE
            )
            assert section and "o be filled in by the investigators" in section[0], mark


def test_items_of_this_design_are_answered_as_it_needs(document: str) -> None:
    status = {(mark.checklist, mark.number): mark.status for mark in parse_marks(document)}
    assert status["STROBE", "6b"] == status["RECORD", "12.3"] == NOT_APPLICABLE
    assert status["STROBE", "22"] == status["RECORD", "1.2"] == INVESTIGATORS


# reading marks


def test_a_mark_belongs_to_the_section_in_which_it_stands() -> None:
    text = (
        "# Abstract {#sec-abstract .unnumbered}\n\nWords. <!-- STROBE 1a, 1b; RECORD 1.1 -->\n\n"
        "## Methods {#sec-methods}\n<!-- STROBE 22 (investigators: source of funding) -->\n"
        "<!-- a remark -->\n"
    )
    assert parse_marks(text) == (
        Mark("STROBE", "1a", ABSTRACT),
        Mark("STROBE", "1b", ABSTRACT),
        Mark("RECORD", "1.1", ABSTRACT),
        Mark("STROBE", "22", METHODS, INVESTIGATORS, "source of funding"),
    )


def test_code_holds_no_heading_and_no_mark() -> None:
    code = "```{python}\n# Not a heading\n<!-- STROBE 2 -->\n```\n"
    assert parse_marks(f"# Methods {{#sec-methods}}\n{code}<!-- STROBE 3 -->\n") == (
        Mark("STROBE", "3", METHODS),
    )


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("<!-- STROBE 1a -->", "line 1: the mark 'STROBE 1a' needs a heading"),
        ("# Methods\n<!-- STROBE 1a -->", "line 2: .* needs a heading"),
        ("# A {#sec-a}\n<!-- STROBE -->", "'STROBE' cannot be read"),
        ("# A {#sec-a}\n<!-- STROBE 1a, RECORD 1.1 -->", "cannot be read"),
        ("# A {#sec-a}\n<!-- STROBE 1a (later: funding) -->", "cannot be read"),
        ("# A {#sec-a}\n<!-- STROBE 1a; CONSORT 2 -->", "'CONSORT 2' cannot be read"),
    ],
)
def test_a_mark_that_cannot_be_read_is_refused(text: str, reason: str) -> None:
    with pytest.raises(DocumentError, match=reason):
        parse_marks(text)


@pytest.mark.parametrize(
    ("marks", "problem"),
    [
        ([Mark("STROBE", "1", METHODS)], "STROBE 2: not marked in the text"),
        ([Mark("STROBE", "3", METHODS)], "STROBE 3: no such item"),
        ([Mark("RECORD", "1", METHODS)], "RECORD 1: no such item"),
        ([Mark("STROBE", "1", METHODS)] * 2, "STROBE 1: marked twice in 'Methods'"),
        (
            [Mark("STROBE", "1", METHODS), Mark("STROBE", "1", ABSTRACT, NOT_APPLICABLE, "why")],
            "STROBE 1: marked as not applicable and otherwise",
        ),
    ],
)
def test_problems_are_named(marks: list[Mark], problem: str) -> None:
    assert problem in find_problems(ITEMS, marks)


def test_an_item_may_be_met_in_two_sections_and_wait_for_more() -> None:
    marks = [
        Mark("STROBE", "1", METHODS),
        Mark("STROBE", "1", ABSTRACT),
        Mark("STROBE", "1", METHODS, INVESTIGATORS, "dates"),
        Mark("STROBE", "2", METHODS),
    ]
    assert find_problems(ITEMS, marks) == []


# showing them


def test_the_table_refers_to_sections_by_number_or_by_name() -> None:
    marks = [Mark("STROBE", "1", ABSTRACT), Mark("STROBE", "1", METHODS),
             Mark("STROBE", "1", METHODS, INVESTIGATORS, "dates")]  # fmt: skip
    assert write_checklist(ITEMS, marks).splitlines()[2:] == [
        "| | **Title** | |",
        "| 1 | A title. | [Abstract](#sec-abstract); @sec-methods, Methods; "
        "**To be filled in by the investigators:** dates (@sec-methods, Methods) |",
        f"| 2 | A reason. | {NOT_MARKED} |",
    ]


def test_the_report_shows_every_item_and_no_mark(page: Page, sample_report: Path) -> None:
    assert set(STROBE) | set(RECORD) <= set(page.cells)
    html = (sample_report / "report.html").read_text(encoding="utf-8")
    with zipfile.ZipFile(sample_report / "report.docx") as archive:
        word = archive.read("word/document.xml").decode("utf-8")
    for text in (html, word):
        assert "not found in this report" not in text
        assert not re.search(r"STROBE 1a|(--|&lt;!--) ?(STROBE|RECORD)", text)
