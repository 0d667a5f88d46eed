"""The benchmarks check that peers agree before they time them; here the checks alone."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from benchmarks import __main__ as suite
from benchmarks import (
    cox,
    curve,
    notebook,
    npmle,
    race,
    rendering,
    resamples,
    rmarkdown,
    simulated,
    weibull,
)
from benchmarks.race import LIFELINES, OURS, Answer, difference
from benchmarks.table import Comparison
from benchmarks.timing import Seconds, Timing, time_in_turn

from helpers.checkout import find_document
from helpers.estimate.turnbull import npmle as estimate
from helpers.render.subset import parse_document


@pytest.mark.parametrize("heaped", [True, False])
def test_the_bootstrap_agrees_with_lifelines_resample_by_resample(heaped: bool) -> None:
    data = resamples.simulate(heaped)
    mine = resamples.ours(*data, resamples.FEW)
    theirs = resamples.lifelines_one_by_one(*data)
    assert difference(mine[:, 1], theirs[:, 1], LIFELINES, resamples.SAME_MEAN) > 0
    assert np.isclose(mine[:, 0], theirs[:, 0]).mean() >= 0.9  # but for medians on a plateau


PAIRS: dict[str, tuple[Callable[[], dict[str, Answer]], float]] = {
    "curve, tied": (lambda: curve.answers(*curve.simulate(3000, True)), curve.APART),
    "curve, not tied": (lambda: curve.answers(*curve.simulate(3000, False)), curve.APART),
    "Cox": (lambda: cox.answers(cox.simulate(50)), cox.SAME_MAXIMUM),
    "Weibull": (lambda: weibull.answers(*npmle.simulate(50)), weibull.NEAR_MAXIMUM),
    "studies": (lambda: simulated.answers(*simulated.simulate()), simulated.SAME),
}


@pytest.mark.parametrize("task", PAIRS)
def test_what_is_timed_agrees_with_lifelines(task: str) -> None:
    answers, within = PAIRS[task]
    found = answers()
    assert difference(found[OURS](), found[LIFELINES](), LIFELINES, within) > 0


def test_answers_that_differ_are_refused() -> None:
    assert difference([1.0, np.nan], [1.5, np.nan], "peer", 0.6) == 0.5
    for wrong in ([2.0, np.nan], [1.0, 0.0], [1.0], [np.nan, np.nan]):
        with pytest.raises(RuntimeError, match="peer"):
            difference([1.0, np.nan], wrong, "peer", 0.6)
    answers: dict[str, Answer] = {OURS: lambda: np.ones(1), LIFELINES: lambda: np.zeros(1)}
    with pytest.raises(RuntimeError, match="lifelines differs from ours by 1"):
        race.race("task", answers, {}, within={LIFELINES: 0.5}, what="a number")


def test_a_peer_that_is_not_there_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(race, "has_scikit_survival", lambda: False)
    monkeypatch.setattr(race, "REPEATS", 1)
    answers: dict[str, Answer] = {
        OURS: lambda: np.ones(1),
        race.SCIKIT_SURVIVAL: lambda: pytest.fail("called"),
    }
    found = race.race("task", answers, {}, within={race.SCIKIT_SURVIVAL: 1}, what="a number")
    assert "| scikit-survival | – | not installed here | – | – |" in list(found.lines())


def test_the_npmle_of_the_benchmark_is_optimal_and_near_lifelines() -> None:
    lower, upper, kind = npmle.simulate(50)
    fit = estimate(lower, upper, kind)
    assert fit.gap < npmle.AT_MAXIMUM
    assert npmle.difference_from_lifelines(fit, lower, upper) < npmle.STOPPED_SHORT


def test_rounds_run_in_turn_and_a_program_that_times_itself_is_believed() -> None:
    called: list[str] = []

    def timed_itself() -> Seconds:
        called.append("r")
        return Seconds(5.0, 4.0)

    calls: dict[str, tuple[Callable[[], object], int]] = {
        "ours": (lambda: called.append("ours"), 10),
        "r": (timed_itself, 2),
    }
    timings = time_in_turn(calls, 2, shortest=0)
    assert called == ["ours", "r"] * 3  # the first round does not count
    assert timings["r"].wall == (2.5, 2.5)
    assert timings["r"].processor == (2.0, 2.0)
    assert len(timings["ours"].runs) == 2


def test_short_calls_are_repeated_within_a_run() -> None:
    called: list[None] = []
    timings = time_in_turn({"ours": (lambda: called.append(None), 1)}, 1, shortest=0.001)
    assert timings["ours"].units == len(called) - 1 > 1


def test_the_table_tells_ratios_run_by_run() -> None:
    ours = Timing(tuple(Seconds(s, s) for s in (1.0, 2.0, 4.0)), 100)
    peer = Timing(tuple(Seconds(s, 3 * s) for s in (5.0, 20.0, 80.0)), 10)
    lines = list(Comparison("task", "all", {"ours": ours, "peer 1.0": peer}).lines())
    assert "| ours | 3 | 20 ms (10 to 40) | 1 | 1 |" in lines
    row = "| peer 1.0 | 3 | 2 s (0.5 to 8) | **100** (50 to 200) | **300** (150 to 600) |"
    assert row in lines


def test_the_page_holds_what_was_asked_for_and_all_by_default(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(suite, "add_peers", lambda folder: None)
    asked: list[str] = []

    def answer(name: str) -> SimpleNamespace:
        asked.append(name.removeprefix("benchmarks."))
        found = Comparison(f"task of {name}", "all", {"ours": Timing((Seconds(1, 1),))})
        return SimpleNamespace(run=lambda: [found])

    monkeypatch.setattr(suite.importlib, "import_module", answer)
    page = tmp_path / "page.md"
    suite.main(["--out", str(page), "cox"])
    assert "## task of benchmarks.cox" in page.read_text(encoding="utf-8")
    suite.main(["--out", str(page)])
    assert asked == ["cox", *suite.QUESTIONS]
    with pytest.raises(SystemExit):
        suite.main(["--out", str(page), "nothing"])


def test_nbconvert_runs_every_cell_of_the_report_in_its_order(tmp_path: Path) -> None:
    document = parse_document(find_document())
    notebook.write_notebook(document, tmp_path / "report.ipynb")
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


@pytest.mark.parametrize(("share", "verdict"), [(0.5, "met (0.50"), (0.6, "not met (0.60")])
def test_the_target_is_told_as_met_or_not(share: float, verdict: str) -> None:
    walls = {rendering.OURS: share, rendering.NOTHING_KEPT: 0.8, rendering.PEER: 1.0,
             rendering.PEER_KEPT: 0.9}  # fmt: skip
    told = rendering.verdict({name: Timing((Seconds(wall, 1),)) for name, wall in walls.items()})
    assert verdict in told
    assert "for either the share is 0.80" in told
    assert f"too, {share / 0.9:.2f}" in told
    rate = simulated.TARGET * share / 0.5
    told = simulated.verdict(Timing((Seconds(1 / rate, 1),)))
    assert ("not met" in told) == (rate < simulated.TARGET)
