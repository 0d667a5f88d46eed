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
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

from benchmarks import rmarkdown
from benchmarks.notebook import convert_notebook, versions, write_notebook
from benchmarks.peers import make_environment
from benchmarks.table import Comparison
from benchmarks.timing import Timing, median_and_range, ratios, time_in_turn
from helpers.checkout import ROOT, SYNTHETIC, find_document
from helpers.render.quarto import find_quarto
from helpers.render.subset import Document, parse_document
from helpers.store import FOLDER_NAME

REPEATS = 3
TARGET = 0.5  # of nbconvert's time
OURS, PEER = "ours, warm: the analysis kept, no report there", "nbconvert"
R_MARKDOWN = "R Markdown"
NOTHING_KEPT, PEER_KEPT = "ours, nothing kept", f"{PEER}, our analysis kept"
QUARTO = "Quarto, called by `study report`"
MENDED = (
    "R Markdown runs the same cells in one Python session through reticulate, which asks five "
    "times before each cell whether a module is loaded, and each time hands all modules to R. "
    "*Mended* is with this one function replaced by an equal one, and the fairer row."
)
Calls = dict[str, Callable[[], object]]
_TAG = re.compile(r"</?[a-zA-Z][^<>]*>")


class Report:
    """Calls `study report` with a store and an output folder of its own."""

    def __init__(self, folder: Path, engine: str = "embedded", out: str = "out") -> None:
        """Take a folder for both, what renders, and the name of the output folder."""
        self.folder, self.engine = folder, engine
        self.store, self.out = folder / "store", folder / out
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
        raise RuntimeError(f"the peer shows other numbers: {missing.total()} are missing")
    return wanted.total()


def _numbers(page: str) -> Counter[str]:
    plain = re.sub(r"<(style|script|svg)\b.*?</\1>", " ", page, flags=re.DOTALL)
    for _ in range(2):  # in nbconvert's page a table is told as code
        plain = html.unescape(_TAG.sub(" ", plain))
    return Counter(re.findall(r"\d+\.\d+", plain))


def our_calls(report: Report) -> Calls:
    """Return the ways to ask for our report, the one with the target first."""
    still = Report(report.folder, out="still")
    still.warm()
    return {
        OURS: report.warm,
        NOTHING_KEPT: report.cold,
        "ours, another seed": report.changed,
        "ours, another threshold": report.threshold,
        "ours, nothing changed": still.render,
    }


def nbconvert_calls(lab: Path, notebook: Path, report: Report) -> Calls:
    """Return nbconvert's calls: with every cell computing, and with what `study report` kept."""
    return {
        PEER: lambda: convert_notebook(lab, notebook, report.environment | {FOLDER_NAME: ""}),
        PEER_KEPT: lambda: convert_notebook(lab, notebook, report.environment),
    }


def r_markdown_calls(peer: rmarkdown.Peer, report: Report) -> Calls:
    """Return R Markdown's calls: as installed, and without what slows reticulate down."""
    computing = report.environment | {FOLDER_NAME: ""}
    return {
        R_MARKDOWN: lambda: peer.render(computing),
        f"{R_MARKDOWN}, reticulate mended": lambda: peer.render(computing, mended=True),
        f"{R_MARKDOWN}, reticulate mended, our analysis kept": lambda: peer.render(
            report.environment, mended=True
        ),
    }


@dataclass
class Field:
    """Who takes part: our page, the calls that are timed, peers that agreed, and those absent."""

    document: Document
    folder: Path
    report: Report
    ours: str
    calls: Calls
    agreed: list[str] = field(default_factory=list)
    absent: dict[str, str] = field(default_factory=dict)

    def admit(self, peer: str, page: Path, calls: Calls) -> None:
        """Let a peer take part whose page, made just now, shows the numbers of ours."""
        agree = check(self.ours, page.read_text(encoding="utf-8"))
        self.agreed.append(f"{peer}: {agree}")
        self.calls |= calls


def add_nbconvert(taking: Field) -> None:
    """Let nbconvert take part where JupyterLab can be installed."""
    lab = make_environment(taking.folder / "peers")
    if lab is None:
        taking.absent[PEER] = "JupyterLab cannot be installed here"
        return
    notebook = taking.folder / "report.ipynb"
    write_notebook(taking.document, notebook)
    calls = nbconvert_calls(lab / "bin", notebook, taking.report)
    calls[PEER]()
    taking.admit(f"nbconvert ({versions(lab / 'bin')})", notebook.with_suffix(".html"), calls)


def add_r_markdown(taking: Field) -> None:
    """Let R Markdown take part where R can run our Python."""
    peer = rmarkdown.prepare(taking.document, taking.folder)
    if isinstance(peer, str):
        taking.absent[R_MARKDOWN] = peer
        return
    calls = r_markdown_calls(peer, taking.report)
    calls[R_MARKDOWN]()
    taking.admit(f"R Markdown ({peer.version})", peer.page, calls)


def add_quarto(taking: Field) -> None:
    """Let Quarto take part where it is installed."""
    if not find_quarto():
        taking.absent[QUARTO] = "not installed here"
        return
    report = Report(taking.folder / "quarto", "quarto")
    report.cold()
    calls = {QUARTO: report.warm, f"{QUARTO}, nothing kept": report.cold}
    taking.admit("Quarto", report.page, calls)


def run() -> Iterator[Comparison]:
    """Yield the comparison; raises RuntimeError when a peer shows other numbers."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        report = Report(folder)
        report.cold()
        page = report.page.read_text(encoding="utf-8")
        taking = Field(parse_document(find_document()), folder, report, page, our_calls(report))
        for add in (add_nbconvert, add_r_markdown, add_quarto):
            add(taking)
        yield compare(taking)


def compare(taking: Field) -> Comparison:
    """Time the calls in turn, and say whether the target is met."""
    timings = time_in_turn({name: (call, 1) for name, call in taking.calls.items()}, REPEATS)
    return Comparison(
        "The whole report of the synthetic study as one HTML page",
        "decimal numbers of our tables that stand in the peer's page too: all of "
        + "; ".join(taking.agreed or ["no peer"]) + ".",
        timings,
        unit="page",
        absent=taking.absent,
        remarks=[*([verdict(timings)] if PEER in timings else []),
                 *([MENDED] if R_MARKDOWN in timings else [])],
    )  # fmt: skip


def verdict(timings: Mapping[str, Timing]) -> str:
    """Say whether a warm report takes at most half of nbconvert's time."""
    share = ratios(timings[OURS].wall, timings[PEER].wall)
    middle, low, high = median_and_range(share)
    met = "met" if middle <= TARGET else "not met"
    cold, kept = (
        median_and_range(ratios(timings[ours].wall, timings[peer].wall))[0]
        for ours, peer in ((NOTHING_KEPT, PEER), (OURS, PEER_KEPT))
    )
    return (
        f"Target: warm, at most {TARGET:g} of nbconvert's time: {met} ({middle:.2f}, "
        f"{low:.2f} to {high:.2f}). Where nothing is kept for either the share is {cold:.2f}, "
        f"where nbconvert's cells find our analysis too, {kept:.2f}."
    )
