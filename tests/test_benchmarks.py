"""The benchmarks check that peers agree before they time them; here the checks alone."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from benchmarks import engine, npmle, rendering, rmarkdown
from benchmarks.timing import Timing

from helpers.checkout import find_document
from helpers.estimate.turnbull import npmle as estimate
from helpers.render.subset import parse_document


@pytest.mark.parametrize("heaped", [True, False])
def test_the_bootstrap_agrees_with_lifelines_resample_by_resample(heaped: bool) -> None:
    assert engine.check(*engine.simulate(heaped)) < 1e-9


def test_an_answer_that_differs_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    data = engine.simulate(True)
    wrong = engine.ours(*data, engine.PEER) + 1
    monkeypatch.setattr(engine, "lifelines_one_by_one", lambda *arguments: wrong)
    with pytest.raises(RuntimeError, match="disagree"):
        engine.check(*data)


def test_the_npmle_of_the_benchmark_is_optimal_and_near_lifelines() -> None:
    lower, upper, kind = npmle.simulate(50)
    fit = estimate(lower, upper, kind)
    assert fit.gap < 1e-8
    assert npmle.difference_from_lifelines(fit, lower, upper) < npmle.STOPPED_SHORT


def test_rates_are_ratios_to_ours() -> None:
    timings = {"ours": Timing((2.0, 1.0, 3.0), 100), "peer": Timing((10.0,), 5)}
    assert timings["ours"].rate == 50
    assert any("100 times as fast" in line for line in engine.rates(timings, None))


def test_nbconvert_runs_every_cell_of_the_report_in_its_order(tmp_path: Path) -> None:
    document = parse_document(find_document())
    rendering.write_notebook(document, tmp_path / "report.ipynb")
    cells = json.loads((tmp_path / "report.ipynb").read_text(encoding="utf-8"))["cells"]
    code = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]
    wanted = [cell.source for cell in document.cells][1:]  # the first names the study folder
    assert [source for source in code if source in wanted] == wanted
    assert "data/synthetic" in code[0]
    assert any(source.startswith("display(report.date)") for source in code)


def test_r_markdown_gets_every_cell_of_the_report_and_every_inline_value(tmp_path: Path) -> None:
    document = parse_document(find_document())
    rmarkdown.write_rmarkdown(document, tmp_path / "report.Rmd")
    text = (tmp_path / "report.Rmd").read_text(encoding="utf-8")
    chunks = [part.split("\n```\n")[0] for part in text.split("```{python}\n")[1:]]
    assert "data/synthetic" in chunks[0]  # the first names the study folder
    assert chunks[1:] == [cell.source for cell in document.cells][1:]
    assert 'Report date: `r reticulate::py_eval("str(report.date)")`.' in text
    assert "`{python} " not in text


def test_without_r_the_peer_is_told_in_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert rmarkdown.prepare(parse_document(find_document()), tmp_path) == "R is not installed"


def test_what_r_misses_is_told_in_its_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    for script, words in (
        ("printf 'rmarkdown finds no pandoc'; exit 1", "rmarkdown finds no pandoc"),
        ("exit 3", "R ended with code 3 before it could tell what it has"),
    ):
        (tmp_path / "Rscript").write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
        (tmp_path / "Rscript").chmod(0o755)
        assert rmarkdown.prepare(parse_document(find_document()), tmp_path) == words


def test_a_page_with_another_number_is_refused() -> None:
    ours = "<p>9.99</p><td><a href='#s'>2.1</a> 1.25 to <b>3.50</b>, p &lt; 0.01</td><th>0.95</th>"
    theirs = "<pre>&lt;td&gt;1.25 to 3.50, p &amp;lt; 0.01&lt;/td&gt;</pre> 0.95 <svg>7.77</svg>"
    assert rendering.check(ours, theirs) == 4
    for page in (theirs.replace("3.50", "3.51"), "<svg>1.25 3.50 0.95</svg>"):
        with pytest.raises(RuntimeError, match="other numbers"):
            rendering.check(ours, page)
    with pytest.raises(RuntimeError, match="other numbers"):
        rendering.check("<p>nothing in a table</p>", theirs)


def test_times_are_shares_of_nbconvert() -> None:
    timings = {rendering.OURS: Timing((2.0, 1.0, 3.0), 1), rendering.PEER: Timing((8.0,), 1)}
    told = rendering.tell(timings)
    assert "2.0 s (1.0 to 3.0)   0.25 of nbconvert" in told[0]
