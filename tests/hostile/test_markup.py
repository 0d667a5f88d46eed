"""HTML, Markdown, Typst, Lua, Quarto and Word: a text of the clinic is shown as it was written."""

from __future__ import annotations

import html
import json
import re
import subprocess
import xml.etree.ElementTree as ElementTree
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path

import pytest
from IPython.core.formatters import DisplayFormatter

from helpers.analysis.study import analyse
from helpers.build import build_report
from helpers.errors import InputError
from helpers.ingest.text import normalise_text
from helpers.notebooks import list_notebooks
from helpers.present.figures_models import plot_severity
from helpers.settings import resolve_settings
from tests import running
from tests.hostile.tried import REFUSED, SURVIVED, Tried, code
from tests.pages import Page, squeezed
from tests.studies import SAMPLE, infusions, record, save, save_redcap, workbook

TITLE = "Mark-up in terms, outcomes, titles, codes, labels and names"
PAYLOADS = (
    "<script>alert(1)</script>", "</td></table><script>alert(2)</script>", "<img src=x onerror=y>",
    "&lt;b&gt; &amp; &", "<!-- comment -->", "![x](http://evil.example/a.png)",
    "[click](javascript:alert(1))", "<http://evil.example>", "**bold** _it_ ~~no~~ ^up^ ~low~",
    "# head", "- item", "1. one", "> quote", "---", "a | b \\ c", "``` x", "~~~ {=html}",
    "`<b>x</b>`{=html}", "::: {.x} :::", "[^1] and [^1]: note", "{{< include /etc/passwd >}}",
    "{{< env HOME >}}", "`r 1+1` `{python} 1+1`", "#| echo: true", "@cite and [@cite]",
    "@fig-flow @sec-methods", "$x^2$ \\(y\\) \\[z\\]", "\\foo $\\frac{", "\\input{/etc/passwd}",
    "#eval(read(\"/etc/passwd\"))", "#set page(width: 1pt)", "*a* <label> @ref = h", "#{1 + 1}",
    "$body$ $if(x)$ {{x}} {%x%}", "@@boom@@", "${HOME} $(id)", "{0} {x} %s %(x)s",
    "]]></w:t>&#x41;", "{ HYPERLINK x }", "\"'`", "头晕 دوار 😀",
)  # fmt: skip
CONTROL = "bell \x07 colour \x1b[31m turned \u202eleft"
BROKEN_OUT = "a\n```\n<script>alert(3)</script>\n\n# Heading\n\n![](http://evil.example/b.png)"
LABEL = "<script>alert(4)</script> $z$ <i>q</i>"
REPORT_TITLE = "T <script>alert(5)</script> {{< env HOME >}} #eval(1) $x$ @cite `r 1` *b*"
PATIENTS = 6
FOLDER = "data <b>x</b> $y$ @c #z '\"` {{< x >}}"

CASES: Sequence[Tried] = tuple(
    Tried(code(text), SURVIVED, lambda folder: folder)
    for text in PAYLOADS
) + tuple(
    Tried(what, SURVIVED, lambda folder: folder)
    for what in ("mark-up in the title of study.toml", "mark-up in a choice of the dictionary",
                 "mark-up in the name of the study folder", "mark-up in patient codes",
                 "mark-up in the name of a sheet", "text of 3,000 letters without a space")
) + (
    Tried("line breaks around mark-up in study.toml", REFUSED,
          lambda folder: with_outcome(folder, BROKEN_OUT), "registered_outcome"),
    Tried("control signs, and a sign that turns the direction of writing, in study.toml", REFUSED,
          lambda folder: with_outcome(folder, CONTROL), "registered_outcome"),
)  # fmt: skip


def with_outcome(folder: Path, text: str) -> Path:
    """Save a study.toml that has a text that cannot be printed as one line."""
    (folder / "study.toml").write_text(
        f"[[registered_outcome]]\ntitle = {json.dumps(text)}\n", encoding="utf-8"
    )
    return folder


def hostile_folder(folder: Path) -> Path:
    """Save both parts with every payload in every text that an output shows."""
    codes = [f"R{n} {' '.join(PAYLOADS[n::PATIENTS])}" for n in range(PATIENTS)]
    patients = [{"Patient ID": code} for code in codes]
    visits = [
        row | {"NRS after": 3 + number % 4}
        for number, row in enumerate(row for code in codes for row in infusions(code))
    ]
    book = workbook(
        patients, visits, [{"Patient ID": code} for code in codes],
        [{"Patient ID": codes[number % PATIENTS], "Infusion #": 1, "Event": text}
         for number, text in enumerate(PAYLOADS)],
    )  # fmt: skip
    book["Patients"]["N1"] = "<script>alert(6)</script>"
    book.create_sheet("<b>x<b> $y$ {{< x >}}")
    for row in (row for sheet in book for row in sheet.iter_rows()):
        for cell in row:
            cell.data_type = "s" if isinstance(cell.value, str) else cell.data_type
    save(book, folder)
    _save_part_2(folder)
    (folder / "study.toml").write_text(_study_toml(), encoding="utf-8")
    return folder


def _save_part_2(folder: Path) -> None:
    terms = [*PAYLOADS, CONTROL, "long", *(f"zz{n}" for n in range(len(PAYLOADS)))]
    rows = []
    for patient in range(PATIENTS):
        events = [
            ("ae", {"ae_term": text, "ae_serious": "0", "ae_severity": str(1 + number % 4)})
            for number, text in enumerate(terms) if number % PATIENTS == patient
        ]  # fmt: skip
        name = f"{patient} {PAYLOADS[patient]}"
        rows += record(("post_40min", {"nrs": "4"}), *events, name=name, sex=str(1 + patient % 3))
    dictionary = (SAMPLE / "redcap_dictionary.csv").read_text(encoding="utf-8")
    for before, number in (("2, Male", 3), ("3, Severe", 4)):
        assert before in dictionary
        dictionary = dictionary.replace(before, f"{before} | {number}, {LABEL}")
    save_redcap(rows, folder, dictionary=dictionary.encode())


def _study_toml() -> str:
    def quoted(text: str) -> str:
        return json.dumps(text, ensure_ascii=False)

    outcomes = [
        f"[[registered_outcome]]\ntype = {quoted(text)}\ntitle = {quoted(text)}\n"
        f"time_frame = {quoted(text)}\nkey = {quoted(text)}"
        for text in PAYLOADS
    ]
    synonyms = [f'{quoted(text + " t")} = ["zz{n}"]' for n, text in enumerate(PAYLOADS)]
    synonyms.append(f'{quoted("x" * 3000)} = ["long"]')
    return "\n".join([f"title = {quoted(REPORT_TITLE)}", "[ae_synonyms]", *synonyms, *outcomes])


@dataclass(frozen=True, slots=True)
class Rendered:
    """The hostile folder and its report."""

    data: Path
    out: Path


@pytest.fixture(scope="module")
def rendered(tmp_path_factory: pytest.TempPathFactory) -> Rendered:
    home = tmp_path_factory.mktemp("markup")
    data, out = hostile_folder(home / FOLDER), home / "out"
    formats = ("html", "docx", "pdf")
    parameters = {"n_boot": 100, "part": "prospective"}  # both would only take longer
    build_report(data, out, formats, "embedded", parameters, lambda message: None)
    return Rendered(data, out)


# the page


class Active(HTMLParser):
    """Collects what of a page would act: scripts, handlers, and where it leads."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.handlers: list[str] = []
        self.targets: list[str] = []
        self.scripts: list[str] = []
        self._in_script = False
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self._in_script = tag == "script"
        self.handlers += [name for name, _ in attrs if name.startswith("on")]
        self.targets += [value or "" for name, value in attrs if name in {"href", "src"}]

    def handle_endtag(self, tag: str) -> None:
        self._in_script = False

    def handle_data(self, data: str) -> None:
        if self._in_script:
            self.scripts.append(data)


def assert_nothing_acts(text: str) -> None:
    """Fail when a page runs, loads or links anything that a payload names."""
    active = Active(text)
    assert not any("alert(" in script for script in active.scripts)
    assert active.handlers == []
    assert [t for t in active.targets if "evil" in t or t.startswith("javascript")] == []
    assert "passwd" not in " ".join(active.targets)


@pytest.fixture(scope="module")
def page_text(rendered: Rendered) -> str:
    return (rendered.out / "report.html").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def cells(page_text: str) -> list[str]:
    return Page(page_text).cells


@pytest.mark.parametrize("text", PAYLOADS)
def test_the_page_shows_it_as_written(text: str, cells: list[str]) -> None:
    assert cells.count(squeezed(text)) >= 3


@pytest.mark.parametrize("text", [*(f"{text} t" for text in PAYLOADS), "x" * 3000])
def test_the_page_shows_the_term_of_a_synonym_as_written(text: str, cells: list[str]) -> None:
    assert squeezed(normalise_text(text)) in cells


@pytest.mark.parametrize(
    "tried", [case for case in CASES if case.outcome == REFUSED], ids=lambda case: case.what
)
def test_what_is_no_line_of_text_is_refused(tried: Tried, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=tried.expect):
        resolve_settings(tried.make(tmp_path))


def test_nothing_in_the_page_acts(page_text: str, cells: list[str]) -> None:
    assert_nothing_acts(page_text)
    title = re.search(r'<h1 class="title">(.*?)</h1>', page_text)
    assert title and html.unescape(title[1]) == REPORT_TITLE
    assert FOLDER not in page_text, "the folder's name is not part of the report"
    assert "<h1>Heading" not in page_text and "root:x:" not in page_text
    assert page_text.count("<b>x</b>") == 0


# the other formats


@pytest.fixture(scope="module")
def docx(rendered: Rendered) -> dict[str, str]:
    with zipfile.ZipFile(rendered.out / "report.docx") as package:
        return {name: package.read(name).decode("utf-8", "replace") for name in package.namelist()}


@pytest.fixture(scope="module")
def docx_text(docx: dict[str, str]) -> str:
    runs = re.findall(r"<w:t(?: [^>]*)?>([^<]*)</w:t>", docx["word/document.xml"])
    return " ".join(html.unescape("".join(runs)).split())


@pytest.mark.parametrize("text", [*PAYLOADS, REPORT_TITLE, "x" * 3000])
def test_word_shows_it_as_written(text: str, docx_text: str) -> None:
    assert " ".join(text.split()).replace('"', "") in docx_text.replace('"', "")


def test_nothing_in_word_leads_elsewhere(docx: dict[str, str]) -> None:
    ElementTree.fromstring(docx["word/document.xml"])  # no sign that XML cannot hold
    targets = [t for name, part in docx.items() if name.endswith(".rels")
               for t in re.findall(r'Target="([^"]*)"', part)]  # fmt: skip
    assert [t for t in targets if "evil" in t or "javascript" in t or "passwd" in t] == []
    fields = " ".join(re.findall(r"<w:instrText[^>]*>([^<]*)", docx["word/document.xml"]))
    assert "HYPERLINK x" not in fields


@pytest.fixture(scope="module")
def pdf_text(rendered: Rendered) -> str:
    command = ["pdftotext", "-raw", str(rendered.out / "report.pdf"), "-"]
    return _bare(subprocess.run(command, capture_output=True, text=True, check=True).stdout)


def _bare(text: str) -> str:
    """Return text without white space and signs at which lines break or change direction."""
    text = re.sub(r"[\s\u00ad\u202a-\u202e\u2066-\u2069]|[\u2010-\u2015]", "", text)
    return text.replace("-", "").replace("’", "'")


@pytest.mark.parametrize("text", PAYLOADS)
def test_the_pdf_shows_it_as_written(text: str, pdf_text: str) -> None:
    assert _bare(text).replace("دوار", "") in pdf_text.replace("دوار", "")


def test_nothing_in_the_pdf_leads_elsewhere(rendered: Rendered) -> None:
    command = ["pdfinfo", "-url", str(rendered.out / "report.pdf")]
    links = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert "evil" not in links and "javascript" not in links
    content = (rendered.out / "report.pdf").read_bytes()
    assert b"/JavaScript" not in content and b"/Launch" not in content


# figures and notebooks


def test_figures_show_terms_as_written_and_shorten_long_ones(rendered: Rendered) -> None:
    results = analyse(rendered.data, {"n_boot": 100}, lambda message: None).results
    figure = plot_severity(results, ["retrospective", "prospective"])
    labels = [label for ax in figure.axes for label in ax.get_yticklabels()]
    assert not any(label.get_parse_math() for label in labels)
    shown = [label.get_text() for label in labels]
    assert normalise_text("$x^2$ \\(y\\) \\[z\\] t") in shown
    assert max(map(len, shown)) == 40


@pytest.mark.parametrize(
    "notebook", [n for n in list_notebooks() if n.stem[:2] in {"01", "02", "05"}],
    ids=lambda notebook: notebook.stem,
)  # fmt: skip
def test_nothing_in_a_notebook_acts(
    notebook: Path, rendered: Rendered, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(notebook.parent)
    monkeypatch.setattr(running, "words_of", _shown_by_a_browser)
    shown = "\n".join(running.run_cells(notebook, rendered.data))
    assert len(shown) > 1000
    assert_nothing_acts(shown)
    assert "<b>x</b>" not in shown


def _shown_by_a_browser(value: object) -> str:
    bundle, _ = DisplayFormatter().format(value)
    return "\n".join(bundle.get(kind, "") for kind in ("text/html", "text/markdown"))
