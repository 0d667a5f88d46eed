"""The whole report as one HTML page, beside nbconvert, R Markdown and Quarto."""

from __future__ import annotations

import html
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import count
from pathlib import Path

from benchmarks.peers import make_environment
from benchmarks.table import Comparison
from benchmarks.timing import Timing, median_and_range, ratios, time_in_turn
from helpers.checkout import ROOT, SYNTHETIC, find_document
from helpers.render.quarto import find_quarto
from helpers.render.subset import Cell, Document, parse_document
from helpers.store import FOLDER_NAME

REPEATS = 3
TARGET = 0.5  # of nbconvert's time
OURS, PEER = "ours, warm: the analysis kept, no report there", "nbconvert"
QUARTO = "Quarto, called by `study report`"
Calls = dict[str, Callable[[], object]]
_TAG = re.compile(r"</?[a-zA-Z][^<>]*>")
_PACKAGES = ("jupyterlab", "nbconvert", "nbclient", "ipykernel")


def write_notebook(document: Document, file: Path) -> None:
    """Write the cells and the prose of a document as a notebook; inline values are displayed."""
    import nbformat.v4 as nb

    cells = []
    for block in document.blocks:
        if isinstance(block, Cell):
            source = block.source.replace('"data/synthetic"', repr(str(SYNTHETIC)))
            cells.append(nb.new_code_cell(source))
            continue
        cells.append(nb.new_markdown_cell(block.text))
        if block.expressions:
            shown = "\n".join(f"display({item.code})" for item in block.expressions)
            cells.append(nb.new_code_cell(shown))
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    notebook = nb.new_notebook(cells=cells, metadata={"kernelspec": kernel})
    file.write_text(nb.writes(notebook), encoding="utf-8")


class Report:
    """Calls `study report` with a store and an output folder of its own."""

    def __init__(self, folder: Path, engine: str = "embedded") -> None:
        """Take a folder for both, and what renders."""
        self.engine = engine
        self.store, self.out = folder / "store", folder / "out"
        self.environment = os.environ | {FOLDER_NAME: str(self.store),
                                         "PYTHONPATH": str(ROOT / "src")}  # fmt: skip
        self.seeds = count(1)

    def render(self, *parameters: str) -> None:
        """Render the page; raises subprocess.CalledProcessError when it fails."""
        call = [sys.executable, "-m", "helpers.cli", "report", str(SYNTHETIC), "--out",
                str(self.out), "--formats", "html", "--engine", self.engine]  # fmt: skip
        call += parameters
        subprocess.run(call, env=self.environment, cwd=ROOT, check=True, capture_output=True)

    @property
    def page(self) -> Path:
        """The page it writes."""
        return self.out / "report.html"

    def cold(self) -> None:
        """Render with nothing kept."""
        shutil.rmtree(self.store, ignore_errors=True)
        self.warm()

    def warm(self) -> None:
        """Render when the analysis was kept and the report was not."""
        shutil.rmtree(self.out, ignore_errors=True)
        self.render()

    def changed(self) -> None:
        """Render with another seed than ever before."""
        shutil.rmtree(self.out, ignore_errors=True)
        self.render("-P", f"seed={next(self.seeds)}")

    def threshold(self) -> None:
        """Render with another threshold of response than ever before."""
        shutil.rmtree(self.out, ignore_errors=True)
        self.render("-P", f"responder_threshold={30 + next(self.seeds) / 64}")

    def unchanged(self) -> None:
        """Ask for the report that is there."""
        self.render()


def convert_notebook(lab: Path, notebook: Path, environment: dict[str, str]) -> None:
    """Execute and convert a notebook with nbconvert; raises CalledProcessError when it fails."""
    call = [str(lab / "jupyter"), "nbconvert", "--to", "html", "--execute", str(notebook)]
    subprocess.run(call, env=environment, cwd=ROOT, check=True, capture_output=True)


def check(ours: str, theirs: str) -> int:
    """Return how many numbers in the tables of our page stand in the other page too.

    Raises
    ------
    RuntimeError
        When one is missing there, so that no speed is told of another report.
    """
    cells = " ".join(re.findall(r"<t[dh]\b[^>]*>(.*?)</t[dh]>", ours, re.DOTALL))
    wanted = _numbers(re.sub(r"<a\b.*?</a>", " ", cells, flags=re.DOTALL))  # without references
    missing = wanted - _numbers(theirs)
    if missing or not wanted:
        raise RuntimeError(f"nbconvert shows other numbers: {missing.total()} are missing")
    return wanted.total()


def _numbers(page: str) -> Counter[str]:
    plain = re.sub(r"<(style|script|svg)\b.*?</\1>", " ", page, flags=re.DOTALL)
    for _ in range(2):  # in nbconvert's page a table is told as code
        plain = html.unescape(_TAG.sub(" ", plain))
    return Counter(re.findall(r"\d+\.\d+", plain))


def versions(lab: Path) -> str:
    """Return the versions of the peer's packages."""
    told = f"from importlib.metadata import version as v; print(*(v(n) for n in {_PACKAGES!r}))"
    done = subprocess.run([str(lab / "python"), "-c", told], check=True, capture_output=True,
                          text=True)  # fmt: skip
    return ", ".join(f"{name} {v}" for name, v in zip(_PACKAGES, done.stdout.split(), strict=True))


def our_calls(report: Report) -> Calls:
    """Return the ways to ask for our report, the one with the target first."""
    return {
        OURS: report.warm,
        "ours, nothing kept": report.cold,
        "ours, another seed": report.changed,
        "ours, another threshold": report.threshold,
        "ours, nothing changed": report.unchanged,
    }


def nbconvert_calls(lab: Path, notebook: Path, report: Report) -> Calls:
    """Return nbconvert's calls: with every cell computing, and with what `study report` kept."""
    return {
        PEER: lambda: convert_notebook(lab, notebook, report.environment | {FOLDER_NAME: ""}),
        f"{PEER}, our analysis kept": lambda: convert_notebook(lab, notebook, report.environment),
    }


def run() -> Iterator[Comparison]:
    """Yield the comparison; raises RuntimeError when a peer shows other numbers."""
    absent: dict[str, str] = {}
    agreed: list[str] = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        document = parse_document(find_document())
        report = Report(folder)
        report.cold()
        ours = report.page.read_text(encoding="utf-8")
        calls = our_calls(report)
        lab = make_environment(folder / "peers")
        if lab is None:
            absent[PEER] = "JupyterLab cannot be installed here"
        else:
            notebook = folder / "report.ipynb"
            write_notebook(document, notebook)
            calls |= (found := nbconvert_calls(lab / "bin", notebook, report))
            found[PEER]()
            page = notebook.with_suffix(".html").read_text(encoding="utf-8")
            agreed.append(f"nbconvert's ({versions(lab / 'bin')}): {check(ours, page)}")
        if find_quarto():
            quarto = Report(folder / "quarto", "quarto")
            quarto.cold()
            calls |= {QUARTO: quarto.warm, f"{QUARTO}, nothing kept": quarto.cold}
            page = quarto.page.read_text(encoding="utf-8")
            agreed.append(f"Quarto's: {check(ours, page)}")
        else:
            absent[QUARTO] = "not installed here"
        yield compare(calls, agreed, absent)


def compare(calls: Calls, agreed: Sequence[str], absent: dict[str, str]) -> Comparison:
    """Time the calls in turn, and say whether the target is met."""
    timings = time_in_turn({name: (call, 1) for name, call in calls.items()}, REPEATS)
    return Comparison(
        "The whole report of the synthetic study as one HTML page",
        "decimal numbers of our tables that stand in the peer's page too: all of "
        + "; ".join(agreed or ["no peer's"]) + ".",
        timings,
        unit="page",
        absent=absent,
        remarks=[verdict(timings)] if PEER in timings else [],
    )  # fmt: skip


def verdict(timings: Mapping[str, Timing]) -> str:
    """Say whether a warm report takes at most half of nbconvert's time."""
    share = ratios(timings[OURS].wall, timings[PEER].wall)
    middle, low, high = median_and_range(share)
    met = "met" if middle <= TARGET else "not met"
    return (
        f"Target: warm, at most {TARGET:g} of nbconvert's time: {met} ({middle:.2f}, "
        f"{low:.2f} to {high:.2f})."
    )
