"""What lies outside the subset is refused, with the file, the line and the reason."""

from __future__ import annotations

from pathlib import Path

import pytest

from helpers.errors import DocumentError
from helpers.render.subset import Cell, Prose, parse_document
from tests.render.documents import EVERYTHING, FIRST_LINE, FRONT, HEAD, PARAMETERS, write_document

CELL = "```{{python}}\n{}\n```\n"

# The body, the line of it (from 0) that is refused, and words of the reason.
REFUSED = {
    "unknown cell option": (CELL.format("#| eval: false"), 1, "unknown cell option 'eval'"),
    "cell option twice": (CELL.format("#| echo: true\n#| echo: false"), 2, "given twice"),
    "echo that is no flag": (CELL.format("#| echo: fenced"), 1, "true or false"),
    "output of another kind": (CELL.format("#| output: hold"), 1, "true, false or asis"),
    "options that are not YAML": (CELL.format("#| label: a: b"), 1, "not YAML"),
    "option after the code": (CELL.format("x = 1\n#| echo: true"), 2, "before its code"),
    "tags that are no list": (CELL.format("#| tags: later"), 1, "is a list"),
    "caption without its label": (CELL.format("#| fig-cap: A"), 1, "needs a label"),
    "sub-captions": (CELL.format("#| label: fig-a\n#| fig-cap: [A, B]"), 2, "no sub-figures"),
    "label without its caption": (CELL.format("#| label: tbl-a"), 1, "needs a tbl-cap"),
    "label of a section": (CELL.format("#| label: sec-a"), 1, "is for headings"),
    "label with a space": (CELL.format("#| label: a b"), 1, "label 'a b'"),
    "expression in a caption": (
        CELL.format("#| label: fig-a\n#| fig-cap: '`{python} n`'"), 2, "not evaluated",
    ),
    "numbered and hidden": (
        CELL.format("#| label: fig-a\n#| fig-cap: A\n#| include: false"), 1, "must be shown",
    ),
    "second parameters cell": (CELL.format("#| tags: [parameters]"), 1, "second cell is tagged"),
    "option in the braces": ("```{python echo=TRUE}\n1\n```\n", 0, "'#|' lines"),
    "indented cell": ("- a\n\n  ```{python}\n  1\n  ```\n", 2, "left margin"),
    "engine R": ("Text.\n\n```{r}\n1\n```\n", 2, "engine 'r'"),
    "engine of diagrams": ("```{mermaid}\ngraph\n```\n", 0, "engine 'mermaid'"),
    "raw block": ("\n```{=html}\n<b>x</b>\n```\n", 1, "raw html block"),
    "raw inline": ("A `<b>`{=html}.\n", 0, "raw html"),
    "raw tag": ("One.\n\nA <div>b</div>.\n", 2, "raw HTML '<div>'"),
    "code with attributes": ("```{.python .numberLines}\n1\n```\n", 0, "code attributes"),
    "expression in plain code": ("```\nx\n`{python} n`\n```\n", 2, "evaluates"),
    "shortcode": ("{{< include other.qmd >}}\n", 0, "shortcodes"),
    "unknown div": ("::: {.column-margin}\na\n:::\n", 0, "unknown div '{.column-margin}'"),
    "div by a bare name": ("::: aside\na\n:::\n", 0, "unknown div 'aside'"),
    "unknown callout": ("::: {.callout-danger}\na\n:::\n", 0, "unknown callout 'danger'"),
    "attribute of a callout": (
        '::: {.callout-note collapse="true"}\na\n:::\n', 0, "only a callout's title",
    ),
    "div never closed": ("a\n\n::: {.callout-note}\nb\n", 2, "never closed"),
    "div never opened": ("a\n\n:::\n", 2, "never opened"),
    "fence never closed": ("a\n\n```python\nb\n", 2, "never closed"),
    "cell never closed": ("```{python}\nb\n", 0, "never closed"),
    "comment never closed": ("a\n<!-- b\n", 1, "comment"),
    "expression never closed": ("a `{python} n\n", 0, "never closed"),
    "expression that is none": ("a\nb `{python} n = 1` c\n", 1, "not one Python expression"),
    "expression of another engine": ("a `{r} n` b\n", 0, "inline engine 'r'"),
    "span with attributes": ("A [b]{.mark} c.\n", 0, "span with attributes"),
    "rule that may open YAML": ("a\n\n---\n\nb\n", 2, "a rule is '***'"),
    "heading with another class": ("# A {.appendix}\n", 0, "heading attribute '.appendix'"),
    "heading with another id": ("# A {#a}\n", 0, "heading attribute '#a'"),
    "label in a tabset": (
        "::: {.panel-tabset}\n## A {#sec-a}\n:::\n", 1, "cannot be referred to",
    ),
    "figure without a target": ("As @fig-none shows.\n", 0, "@fig-none refers to nothing"),
    "table without a target": ("a\n[-@tbl-none]\n", 1, "@tbl-none refers to nothing"),
    "section without a target": ("@sec-none\n", 0, "@sec-none refers to nothing"),
    "target in a comment": ("@sec-a\n\n<!-- # A {#sec-a} -->\n", 0, "refers to nothing"),
    "label twice": ("# A {#sec-a}\n\n# B {#sec-a}\n", 2, f"first in line {FIRST_LINE}"),
    "unknown citation": ("a\n\nAs [@nobody1999, p. 3] says.\n", 2, "@nobody1999 is not in"),
    "citation in a caption": (
        CELL.format("#| label: fig-a\n#| fig-cap: 'A [@nobody]'"), 2, "@nobody is not in",
    ),
    "remote image": ("![a](https://example.org/a.png)\n", 0, "not a local file"),
    "missing image": ("![a](a.png)\n", 0, "does not exist"),
}  # fmt: skip

FRONT_REFUSED = {
    "unknown key": ("params: {n: 1}", "unknown front-matter key 'params'"),
    "unknown format": ("format: {pptx: default}", "unknown front-matter key 'format: pptx'"),
    "unknown option": ("format: {html: {minimal: true}}", "'format: html: minimal'"),
    "theme from a network": ("format: {html: {theme: cosmo}}", "expected one of: default"),
    "formulas from a network": ("format: {html: {html-math-method: katex}}", "one of: mathml"),
    "resources left outside": ("format: {html: {embed-resources: false}}", "one of: true"),
    "another kernel": ("jupyter: ir", "one of: python3"),
    "errors allowed": ("execute: {error: true}", "one of: false"),
    "results frozen": ("execute: {freeze: auto}", "one of: false"),
    "a font of the system": ("format: {typst: {mainfont: Arial}}", "Libertinus Serif"),
    "a length without a unit": ("format: {typst: {margin: {x: 20}}}", "a length"),
    "a number out of range": ("fig-width: 100", "a number from 1 to 20"),
    "another language": ("lang: de", "one of: en"),
    "an expression": ("subtitle: '`{python} n`'", "not evaluated in the front matter"),
    "a key twice": ("lang: en\nlang: en", "given twice"),
    "not YAML": ("lang: [en", "not YAML"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_refusal_names_file_line_and_reason(tmp_path: Path, case: str) -> None:
    body, line, reason = REFUSED[case]
    path = write_document(tmp_path, body)
    with pytest.raises(DocumentError) as refused:
        parse_document(path)
    message = str(refused.value)
    assert message.startswith(f"{path}, line {FIRST_LINE + line}: ")
    assert reason in message
    assert "\n" not in message


@pytest.mark.parametrize("case", FRONT_REFUSED)
def test_front_matter_is_a_closed_list(tmp_path: Path, case: str) -> None:
    text, reason = FRONT_REFUSED[case]
    path = write_document(tmp_path, PARAMETERS, head=f"---\ntitle: A\n{text}\n---\n")
    with pytest.raises(DocumentError) as refused:
        parse_document(path)
    line = 4 if "given twice" in reason else 3
    assert str(refused.value).startswith(f"{path}, line {line}: ")
    assert reason in str(refused.value)


@pytest.mark.parametrize(
    ("head", "line", "reason"),
    [
        ("", 1, "expected front matter"),
        ("---\ntitle: A\n", 1, "never closed"),
        ("---\nlang: en\n---\n" + PARAMETERS, 1, "no title"),
        (FRONT, 8, "no cell is tagged 'parameters'"),
        (FRONT + "```{python}\n#| tags: [parameters]\nn = 1\nprint(n)\n```\n", 11, "assignments"),
        (FRONT + "```{python}\n#| tags: [parameters]\nn = (\n```\n", 10, "parameters cell"),
    ],
)
def test_document_needs_front_matter_and_parameters(
    tmp_path: Path, head: str, line: int, reason: str
) -> None:
    path = write_document(tmp_path, "", head=head)
    with pytest.raises(DocumentError, match=reason) as refused:
        parse_document(path)
    assert str(refused.value).startswith(f"{path}, line {line}: ")


def test_section_reference_needs_numbers_in_every_format(tmp_path: Path) -> None:
    front = "---\ntitle: A\nformat:\n  html: {number-sections: true}\n  typst: {toc: true}\n---\n"
    path = write_document(tmp_path, "# A {#sec-a}\n\nSee @sec-a.\n", head=front + PARAMETERS)
    with pytest.raises(DocumentError, match="'number-sections: true' for typst"):
        parse_document(path)


def test_missing_bibliography_is_named(tmp_path: Path) -> None:
    path = write_document(tmp_path, "")
    (tmp_path / "references.bib").unlink()
    with pytest.raises(DocumentError, match=r"references\.bib: No such file"):
        parse_document(path)


def test_missing_document_is_named(tmp_path: Path) -> None:
    with pytest.raises(DocumentError, match=r"no\.qmd: cannot be read"):
        parse_document(tmp_path / "no.qmd")


@pytest.mark.parametrize(
    "body",
    [
        "Write to a@b.org, or \\@nobody; see <https://example.org/@nobody>.\n",
        "Code: `@fig-none`, `{{< x >}}`, ``a `{=html}` b``, $a_{<b>}$ and $x@y$.\n",
        "```\n@fig-none <b> {{< x >}}\n:::\n```\n",
        "```python\n#| unknown: option\n```\n",
        "<!-- ```{r}\n::: {.unknown}\n-->\n",
        "A < b and c > d; p<0.05.\n\n***\n",
        "# A {.unnumbered}\n\n## B {#sec-b .unnumbered}\n\n@sec-b\n",
        "| a |\n|---|\n| 1 |\n\n: Caption {#tbl-a}\n\nSee @tbl-a.\n",
        ":::: {.callout-tip}\n::: {.callout-note title=\"a\"}\nb\n:::\n::::\n",
    ],
)  # fmt: skip
def test_what_only_looks_like_markup_is_left_alone(tmp_path: Path, body: str) -> None:
    assert parse_document(write_document(tmp_path, body)).blocks


def test_blocks_come_in_order_with_their_lines() -> None:
    document = parse_document(EVERYTHING)
    text = EVERYTHING.read_text(encoding="utf-8").splitlines()
    for block in document.blocks:
        if isinstance(block, Cell):
            assert text[block.line - 2].startswith("```{python}")
        for expression in block.expressions if isinstance(block, Prose) else ():
            assert expression.code in text[expression.line - 1]
    assert [block.line for block in document.blocks] == sorted(b.line for b in document.blocks)
    assert document.parameters is document.cells[0]


def test_options_are_typed() -> None:
    options = {cell.options.label: cell.options for cell in parse_document(EVERYTHING).cells}
    assert options["fig-line"].fig_alt == "A line that rises from 0 to 2."
    assert options["tbl-gt"].kind == "tbl"
    assert options[""].kind == ""


def test_head_of_the_test_documents_is_itself_allowed(tmp_path: Path) -> None:
    assert parse_document(write_document(tmp_path, "")).front_matter["title"] == "A title"
    assert HEAD.startswith("---")
