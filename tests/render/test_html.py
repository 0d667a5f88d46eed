"""HTML: one file, nothing from elsewhere, numbered references that lead somewhere."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from helpers.errors import RenderError
from helpers.render import render_document
from tests.render.documents import FRONT, PARAMETERS, write_document


def render(folder: Path, body: str, **options: str) -> str:
    path = write_document(folder, body, **options)
    written = render_document(path, parameters={}, formats=["html"], out_dir=folder / "out")
    return written["html"].read_text(encoding="utf-8")


def plain(page: str) -> str:
    """Return the words of a page."""
    body = re.sub(r"<(style|script|nav|title)\b.*?</\1>", " ", page, flags=re.DOTALL)
    return " ".join(re.sub(r"<[^>]+>", "", body).replace("\u00a0", " ").split())


class Tags(HTMLParser):
    """Collects tags with their attributes, and checks that they nest."""

    VOID = ("meta", "img", "br", "hr", "link", "col", "input", "wbr")

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.feed(page)
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def all(self, name: str) -> list[dict[str, str | None]]:
        return [attributes for tag, attributes in self.found if tag == name]


@pytest.fixture(scope="module")
def tags(page: str) -> Tags:
    return Tags(page)


def test_page_asks_nobody_for_anything(page: str, tags: Tags) -> None:
    for tag, attributes in tags.found:
        for name in ("src", "href", "data", "srcset", "action", "poster"):
            value = attributes.get(name) or ""
            assert tag == "a" or not re.match(r"(https?:)?//", value)
    assert tags.all("link") == []
    assert not re.search(r"@import|url\(\s*['\"]?(https?:)?//", page)


def test_page_says_its_language_title_and_width(page: str, tags: Tags) -> None:
    assert tags.all("html") == [{"lang": "en-GB"}]
    assert {"name": "viewport", "content": "width=device-width, initial-scale=1"} in tags.all(
        "meta"
    )
    assert "<title>A small report</title>" in page


def test_every_link_inside_the_page_has_its_target(tags: Tags) -> None:
    ids = [attributes["id"] for _, attributes in tags.found if "id" in attributes]
    assert len(ids) == len(set(ids))
    inside = [a["href"] for a in tags.all("a") if (a.get("href") or "").startswith("#")]
    assert inside
    assert {href[1:] for href in inside if href} <= set(ids)


def test_references_are_numbered_links(page: str) -> None:
    found = re.findall(r'<a href="#((?:fig|tbl|sec)-[\w-]+)" class="ref">(.*?)</a>', page)
    shown = {label: text.replace("\u00a0", " ") for label, text in found}
    assert shown == {
        "fig-line": "Figure 1", "tbl-gt": "Table 1", "tbl-words": "Table 2",
        "sec-methods": "Section 2",
    }  # fmt: skip


def test_captions_stand_above_tables_and_below_figures(page: str) -> None:
    figure = page[page.index('id="fig-line"') :]
    table = page[page.index('id="tbl-gt"') :]
    assert figure.index("<img") < figure.index("<figcaption")
    assert table.index("<figcaption") < table.index("<table")


def test_inline_values_and_parameters(page: str) -> None:
    assert "There are 5 patients, the label is a_b*c, and an object is bold." in plain(page)
    assert "First, with 6." in plain(page)


def test_echo_and_output_are_honoured(page: str) -> None:
    words = plain(page)
    assert "total = sum(range(n)) # shown, with its output hidden" in words
    assert "text on standard output" in words
    assert "Written by a cell, with Table 2 and emphasis." in words
    assert "import pandas" not in words
    assert "plt.subplots" not in words
    assert "#|" not in words


def test_comments_are_dropped(page: str) -> None:
    assert "fig-nothing" not in page


def test_figures_are_vectors_with_a_description(tags: Tags) -> None:
    images = tags.all("img")
    assert [image["alt"] for image in images] == ["A line that rises from 0 to 2.", "Dots"]
    assert all((image["src"] or "").startswith("data:image/svg+xml;base64,") for image in images)


def test_callouts_say_their_kind(page: str, tags: Tags) -> None:
    callouts = [div for div in tags.all("div") if "callout" in (div.get("class") or "")]
    assert [(div["role"], div["aria-label"]) for div in callouts] == [
        ("note", "Important"), ("note", "Note"),
    ]  # fmt: skip
    assert "Important: Synthetic data" in plain(page)
    assert "Note: A title of its own" in plain(page)


def test_heading_in_a_callout_is_no_section(page: str) -> None:
    nav = page[page.index("<nav") : page.index("</nav>")]
    assert "A title of its own" not in nav
    assert "The formula" in nav


def test_tabs_follow_the_aria_pattern(tags: Tags) -> None:
    tabs = [a for a in tags.all("button") if a.get("role") == "tab"]
    panels = [a for a in tags.all("section") if a.get("role") == "tabpanel"]
    assert [tab["aria-controls"] for tab in tabs] == [panel["id"] for panel in panels]
    assert [panel["aria-labelledby"] for panel in panels] == [tab["id"] for tab in tabs]
    assert [tab["aria-selected"] for tab in tabs] == ["true", "false"]
    assert len(tabs) == 2


def test_html_table_of_a_cell_passes_as_it_is(page: str) -> None:
    assert page.count('class="gt_table"') == 1
    assert "Mean (standard deviation)." in plain(page)


def test_tables_scroll_in_a_container_of_their_own(page: str) -> None:
    for table in re.finditer("<table", page):
        before = page[: table.start()]
        assert before.rindex('class="table-scroll"') > before.rfind("</table>")


def test_citations_and_their_list(page: str) -> None:
    words = plain(page)
    assert "the methods (Doe and Roe 2020; see Roe 2021, 6)" in words
    assert words.count("References") == 1
    assert 'id="ref-doe2020"' in page


def test_list_of_references_gets_a_heading_where_there_is_none(tmp_path: Path) -> None:
    page = render(tmp_path, "# One\n\nAs [@doe2020].\n")
    assert re.search(r"<h2[^>]*>References</h2>\s*<div id=\"refs\"", page)


def test_formulas_are_mathml(page: str) -> None:
    assert page.count("<math") >= 3


def test_script_for_tabs_is_there_only_with_tabs(tmp_path: Path, page: str) -> None:
    assert page.count("<script") == 1
    assert "[data-tabset]" in page
    assert "[data-tabset]" not in render(tmp_path, "Text.\n")


def test_title_is_the_only_heading_of_the_first_level(tmp_path: Path, page: str) -> None:
    assert page.count("<h1") == page.count("</h1>") == 1
    made = render(tmp_path, "# A\n\n## B\n\n`<h1>`\n\n##### C\n\n###### D\n")
    found = re.findall(r"<h(\d)[^>]*>(?:<span.*?</span>)? ?(.*?)</h(\d)>", made)
    assert found == [
        ("1", "A title", "1"), ("2", "A", "2"), ("3", "B", "3"), ("6", "C", "6"), ("6", "D", "6"),
    ]  # fmt: skip
    assert "&lt;h1&gt;" in made


def test_rows_of_a_cells_table_have_a_heading(tags: Tags) -> None:
    rows = [th for th in tags.all("th") if th.get("scope") == "row"]
    ids = {th["id"] for th in tags.all("th") if "id" in th}
    assert len(rows) == 3
    cells = [td["headers"] or "" for td in tags.all("td") if "headers" in td]
    assert cells
    for headers in cells:
        assert headers.split()[0] in {row["id"] for row in rows}
        assert set(headers.split()) <= ids


def test_metadata_replaces_the_title_literally(tmp_path: Path) -> None:
    path = write_document(tmp_path, "Text.\n")
    written = render_document(
        path, parameters={}, formats=["html"], out_dir=tmp_path,
        metadata={"title": "A *b* & <c>: d_e_f"},
    )  # fmt: skip
    page = written["html"].read_text(encoding="utf-8")
    assert "<title>A *b* &amp; &lt;c&gt;: d_e_f</title>" in page
    assert "A *b* &amp; &lt;c&gt;: d_e_f</h1>" in page


def test_unnumbered_sections_leave_no_gap(tmp_path: Path) -> None:
    body = (
        "# A\n\n# B {.unnumbered}\n\n## C {#sec-c}\n\n# D {#sec-d}\n\n@sec-c, @sec-d, [-@sec-d].\n"
    )
    words = plain(render(tmp_path, body))
    headings = re.findall(r'data-number="([\d.]+)"', render(tmp_path, body))
    assert headings == ["1", "1.1", "2"]
    assert "Section 1.1, Section 2, 2." in words


def test_references_in_groups_and_with_words_of_their_own(tmp_path: Path) -> None:
    figure = (
        "```{python}\n#| label: fig-%s\n#| fig-cap: C\nimport matplotlib.pyplot as plt\n"
        "_ = plt.plot([1])\n```\n\n"
    )
    body = figure % "a" + figure % "b" + "[@fig-a; @fig-b] and [Fig. @fig-b] and @fig-a's.\n"
    assert "Figure 1, Figure 2 and Fig. 2 and Figure 1’s." in plain(render(tmp_path, body))


def test_references_in_what_a_cell_writes(tmp_path: Path) -> None:
    body = "# A {#sec-a}\n\n```{python}\n#| output: asis\nprint('See @sec-a.')\n```\n"
    assert "See Section 1." in plain(render(tmp_path, body))


@pytest.mark.parametrize(
    ("shown", "reason"),
    [
        ("Markdown('See @fig-none.')", "@fig-none refers to nothing"),
        ("Markdown('```{=html}\\n<script>x</script>\\n```')", "<script"),
        ("Markdown('```{=html}\\n<img src=\"//a.b/c\">\\n```')", "ask the network"),
        ("Markdown('```{=html}\\n<style>@import url(x);</style>\\n```')", "@import"),
        ("Markdown('```{=latex}\\nx\\n```')", "raw latex"),
        ("Markdown('![](https://a.b/c.png)')", "not a local file"),
        ("Markdown('::: {.callout-odd}\\nx\\n:::')", "unknown callout 'odd'"),
        ("Markdown('::: {.panel-tabset}\\nx\\n:::')", "no heading"),
        ("HTML('<b>x</b>')", "shows HTML"),
        ("SVG('<svg xmlns=\"http://www.w3.org/2000/svg\"/>')", ""),
    ],
)
def test_what_a_cell_shows_is_checked_too(tmp_path: Path, shown: str, reason: str) -> None:
    body = f"```{{python}}\nfrom IPython.display import HTML, SVG, Markdown\n{shown}\n```\n"
    if not reason:
        assert "data:image/svg+xml" in render(tmp_path, body)
        return
    with pytest.raises(RenderError) as failed:
        render(tmp_path, body)
    assert reason in str(failed.value)
    assert "\n" not in str(failed.value)


def test_numbered_cell_that_shows_nothing_is_named(tmp_path: Path) -> None:
    body = "```{python}\n#| label: tbl-a\n#| tbl-cap: A\nn = 1\n```\n"
    with pytest.raises(RenderError, match="cell 'tbl-a' is numbered and shows nothing"):
        render(tmp_path, body)


def test_warnings_show_unless_the_document_says_no(tmp_path: Path) -> None:
    body = "```{python}\nimport warnings\nwarnings.warn('careful')\n```\n"
    assert "careful" in render(tmp_path, body)
    quiet = FRONT.replace("{echo: false}", "{echo: false, warning: false}") + PARAMETERS
    assert "careful" not in render(tmp_path, body, head=quiet)


def test_local_image_is_part_of_the_page(tmp_path: Path) -> None:
    (tmp_path / "images").mkdir()
    (tmp_path / "images" / "dot.svg").write_text('<svg xmlns="http://www.w3.org/2000/svg"/>')
    body = "![A dot](images/dot.svg){#fig-dot width=50%}\n\nSee @fig-dot.\n"
    page = render(tmp_path, body)
    assert "See Figure 1." in plain(page)
    assert 'alt="A dot" style="width: 50%"' in page
    assert "Figure 1: A dot" in plain(page)


def test_text_in_bare_tags_shows_as_typed_by_a_cell(tmp_path: Path) -> None:
    body = "```{python}\n#| output: asis\nprint('a <b>c</b> d')\n```\n"
    assert "a &lt;b&gt;c&lt;/b&gt; d" in render(tmp_path, body)
