"""The report as a reader gets it: its numbers are the results', and the page stays on its own."""

from __future__ import annotations

import ast
import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from helpers.present.numbers import format_with_interval
from helpers.present.wording import fill
from helpers.report import open_report
from tests.studies import SAMPLE

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "src" / "helpers"
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def plain(page: str) -> str:
    """Return the text of a page with white space collapsed."""
    without_tags = re.sub(r"<(style|script)\b.*?</\1>|<[^>]+>", " ", page, flags=re.DOTALL)
    return " ".join(without_tags.replace("&lt;", "<").replace("&amp;", "&").split())


def test_the_report_leaves_the_files_of_the_interface(sample_report: Path) -> None:
    names = {path.name for path in sample_report.iterdir() if not path.name.startswith(".")}
    documents = {"report.html", "report.docx", "report.pdf"}
    assert names == documents | {"results.json", "data_queries.csv", "data_queries.xlsx"}


def test_the_numbers_in_the_text_are_those_of_the_results(sample_report: Path) -> None:
    text = plain((sample_report / "report.html").read_text(encoding="utf-8"))
    results = open_report(str(SAMPLE)).analysis.results
    for key in (
        "prospective.short_term.nrs_reduction.mean",
        "retrospective.short_term.nrs_reduction.mean",
        "retrospective.long_term.relief_days.median",
        "prospective.long_term.relief_days.npmle_survival_14",
    ):
        shown = " ".join(format_with_interval(results.get(key)).split())
        assert shown in text, f"{key}: {shown}"
    for key in ("short_term.responders_30.proportion", "safety.any_ae.proportion"):
        for part in ("retrospective", "prospective"):
            shown = fill(results, part, f"{{{key}:events_ci}}")
            assert " ".join(shown.split()) in text, f"{part}.{key}: {shown}"


def test_the_same_results_are_written_beside_it(sample_report: Path) -> None:
    written = json.loads((sample_report / "results.json").read_text(encoding="utf-8"))
    ours = open_report(str(SAMPLE)).analysis.results.as_json()
    assert written == json.loads(json.dumps(ours))


def test_every_figure_and_table_is_cited() -> None:
    document = (ROOT / "report.qmd").read_text(encoding="utf-8")
    labels = re.findall(r"^#\| label: ((?:fig|tbl)-[\w-]+)$", document, re.MULTILINE)
    prose = re.sub(r"^```.*?^```", "", document, flags=re.DOTALL | re.MULTILINE)
    assert len(labels) > 10
    assert [label for label in labels if f"@{label}" not in prose] == []


def test_no_result_is_typed_in_the_prose() -> None:
    document = (ROOT / "report.qmd").read_text(encoding="utf-8")
    prose = re.sub(r"\A---\n.*?^---\n|^```.*?^```|`[^`\n]*`|<!--.*?-->", "", document,
                   flags=re.DOTALL | re.MULTILINE)  # fmt: skip
    assert re.findall(r"\d+\.\d|\d+ ?%|\bp ?[<=] ?0", prose) == []


def test_the_document_computes_nothing() -> None:
    document = (ROOT / "report.qmd").read_text(encoding="utf-8")
    code = "\n".join(re.findall(r"^```\{python\}\n(.*?)^```", document, re.DOTALL | re.MULTILINE))
    assert re.findall(r"^\s*(def|class|for|while|if|lambda)\b", code, re.MULTILINE) == []


def test_a_single_arm_study_is_never_called_effective(sample_report: Path) -> None:
    text = plain((sample_report / "report.html").read_text(encoding="utf-8")).lower()
    for word in ("effective", "efficacy of", "caused by ketamine", "significant"):
        assert word not in text.replace("safety and efficacy of ketamine intravenous", ""), word


def test_synthetic_data_are_called_so_on_the_page(tmp_path: Path) -> None:
    shutil.copytree(SAMPLE, tmp_path / "study")
    (tmp_path / "study" / "study.toml").write_text('title = "A SYNTHETIC study"')
    banner = open_report(str(tmp_path / "study"), title="Real?").banner().data
    assert "callout-important" in banner
    assert "No patient stands behind any number" in banner
    assert open_report(str(SAMPLE)).banner().data == ""


# the text and the program


def named_files(text: str) -> list[str]:
    """Return the files and folders that a text names in code font."""
    return re.findall(r"`([\w./-]+(?:\.py|\.md|/))`", text)


def methods_subsections() -> dict[str, str]:
    document = (ROOT / "report.qmd").read_text(encoding="utf-8")
    methods = document[document.index("# Methods {") : document.index("# Results {")]
    return {part.partition("\n")[0]: part for part in methods.split("\n## ")[1:]}


def imports_of(module: str) -> set[str]:
    """Return the estimators that a module uses, also through other estimators."""
    direct = set()
    for node in ast.walk(ast.parse((PACKAGE / module).read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("helpers.estimate"):
            names = [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
            files = {f"{name.removeprefix('helpers.').replace('.', '/')}.py" for name in names}
            direct |= {file for file in files if (PACKAGE / file).is_file()}
    return direct.union(*map(imports_of, direct))


def test_every_file_that_the_report_names_exists() -> None:
    document = (ROOT / "report.qmd").read_text(encoding="utf-8")
    named = named_files(re.sub(r"\A---\n.*?^---\n|^```.*?^```", "", document,
                               flags=re.DOTALL | re.MULTILINE))  # fmt: skip
    assert len(named) > 40
    assert [
        name for name in named if not ((PACKAGE / name).exists() or (ROOT / name).exists())
    ] == []


def test_every_method_names_the_file_that_does_it() -> None:
    subsections = methods_subsections()
    assert len(subsections) > 8
    assert [title for title, text in subsections.items() if "\n*Program:* `" not in text] == []
    named = {name for text in subsections.values() for name in named_files(text)}
    analyses = {f"analysis/{path.name}" for path in (PACKAGE / "analysis").glob("*.py")}
    plumbing = {f"analysis/{name}.py" for name in (
        "__init__", "randomness", "scope", "kept", "remember", "run", "stages")}  # fmt: skip
    exploring = {"analysis/chosen.py"}  # of the seventh notebook, and no part of the report
    assert analyses - plumbing - exploring - named == set()


def test_the_estimators_named_are_those_that_the_analysis_uses() -> None:
    for title, text in methods_subsections().items():
        named = named_files(text)
        used = set().union(*(imports_of(name) for name in named if name.startswith("analysis/")))
        assert {name for name in named if name.startswith("estimate/")} - used == set(), title


def test_the_report_has_the_parts_of_an_article_in_their_order() -> None:
    document = (ROOT / "report.qmd").read_text(encoding="utf-8")
    prose = re.sub(r"^```.*?^```", "", document, flags=re.DOTALL | re.MULTILINE)
    headings = re.findall(r"^(#+) (.+)$", prose, re.MULTILINE)
    parts = [re.sub(r" \{.*", "", title) for level, title in headings if level == "#"]
    assert parts[:6] == ["Abstract", "Summary in plain language", "Introduction", "Methods",
                         "Results", "Discussion"]  # fmt: skip
    unnamed = [title for _, title in headings if "{#sec-" not in title]
    assert unnamed == ["References {.unnumbered}"]


def test_no_placeholder_is_hidden(sample_report: Path) -> None:
    text = plain((sample_report / "report.html").read_text(encoding="utf-8"))
    for word in (
        "ethics approval",
        "funding",
        "competing interests",
        "outcome measures as registered",
    ):
        assert word in text[text.index("To be filled in by the investigators") :], word


# in a browser


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """Start Chromium; where there is none, the tests of the page in a browser are skipped."""
    if CHROMIUM is None:
        pytest.skip("no chromium on this machine: install Debian's package chromium")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield started
        started.close()


@pytest.mark.parametrize("width", [400, 1400])
def test_the_page_opens_alone_and_fits(browser: Any, sample_report: Path, width: int) -> None:
    page = browser.new_page(viewport={"width": width, "height": 900})
    messages: list[str] = []
    requests: list[str] = []
    page.on("console", lambda message: messages.append(message.text))
    page.on("pageerror", lambda error: messages.append(str(error)))
    page.on("request", lambda request: requests.append(request.url))
    address = (sample_report / "report.html").as_uri()
    page.goto(address)
    page.wait_for_load_state("networkidle")
    assert messages == []
    assert [url for url in requests if url != address and not url.startswith("data:")] == []
    scroll, client = page.evaluate(
        "[document.documentElement.scrollWidth, document.documentElement.clientWidth]"
    )
    assert scroll <= client
    page.close()


def test_links_inside_the_page_lead_somewhere(browser: Any, sample_report: Path) -> None:
    page = browser.new_page()
    page.goto((sample_report / "report.html").as_uri())
    dead = page.evaluate(
        """[...document.querySelectorAll('a[href^="#"]')]
           .map(a => decodeURIComponent(a.getAttribute('href').slice(1)))
           .filter(id => id && !document.getElementById(id))"""
    )
    assert dead == []
    assert page.evaluate("[...document.images].every(i => i.alt || i.ariaHidden)")
    assert page.evaluate("document.documentElement.lang") == "en"
    page.close()
