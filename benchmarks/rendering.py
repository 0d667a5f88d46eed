"""The whole report as one HTML page, beside nbconvert with the same cells where JupyterLab is.

The peer's environment is made for the occasion: JupyterLab and nbconvert from the package index,
and this environment's packages behind them. ``BENCH_LAB`` names one that was made before.
"""

from __future__ import annotations

import html
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Callable
from itertools import count
from pathlib import Path

from benchmarks.timing import Timing, time_in_turn
from helpers.checkout import ROOT, SYNTHETIC, find_document
from helpers.render.subset import Cell, Document, parse_document
from helpers.store import FOLDER_NAME

REPEATS = 3
OURS, PEER = "ours, warm", "nbconvert"
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


def make_lab(folder: Path) -> Path | None:
    """Return the ``bin`` folder of an environment with JupyterLab; None where it cannot be made."""
    made = os.environ.get("BENCH_LAB")
    if made:
        return Path(made) / "bin"
    subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
    python = folder / "bin" / "python"
    call = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check",
            "jupyterlab", "nbconvert"]  # fmt: skip
    if subprocess.run(call, capture_output=True, check=False).returncode:
        return None
    here = [path for path in sys.path if path.endswith("site-packages")]
    (packages,) = folder.glob("lib/python*/site-packages")
    (packages / "zz_behind.pth").write_text("\n".join([*here, str(ROOT / "src")]) + "\n")
    return folder / "bin"


class Report:
    """Calls `study report` with a store and an output folder of its own."""

    def __init__(self, folder: Path) -> None:
        """Take a folder for both."""
        self.store, self.out = folder / "store", folder / "out"
        self.environment = os.environ | {FOLDER_NAME: str(self.store),
                                         "PYTHONPATH": str(ROOT / "src")}  # fmt: skip
        self.seeds = count(1)

    def render(self, *parameters: str) -> None:
        """Render the page; raises subprocess.CalledProcessError when it fails."""
        call = [sys.executable, "-m", "helpers.cli", "report", str(SYNTHETIC), "--out",
                str(self.out), "--formats", "html", "--engine", "embedded"]  # fmt: skip
        call += parameters
        subprocess.run(call, env=self.environment, cwd=ROOT, check=True, capture_output=True)

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


def run() -> list[str]:
    """Return the lines of the report on rendering."""
    lines = ["The whole report of the synthetic study as one HTML page"]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        lab = make_lab(folder / "lab")
        if lab is None:
            return [*lines, "  not compared: JupyterLab cannot be installed here"]
        lines.append(f"  the peer: {versions(lab)}; medians of {REPEATS} runs in turn")
        notebook = folder / "report.ipynb"
        write_notebook(parse_document(find_document()), notebook)
        report = Report(folder)
        report.cold()
        convert = peers(lab, notebook, report)
        convert[PEER]()
        page = (report.out / "report.html").read_text(encoding="utf-8")
        agree = check(page, notebook.with_suffix(".html").read_text(encoding="utf-8"))
        lines.append(f"    agreement: all {agree} decimal numbers of our tables stand in both")
        calls: dict[str, Callable[[], object]] = {
            "ours, nothing kept": report.cold,
            "ours, another seed": report.changed,
            "ours, another threshold": report.threshold,
            OURS: report.warm,
            "ours, nothing changed": report.unchanged,
            **convert,
        }
        timings = time_in_turn({name: (call, 1) for name, call in calls.items()}, REPEATS)
    return lines + tell(timings)


def peers(lab: Path, notebook: Path, report: Report) -> dict[str, Callable[[], object]]:
    """Return nbconvert's calls: with every cell computing, and with what `study report` kept."""
    return {
        PEER: lambda: convert_notebook(lab, notebook, report.environment | {FOLDER_NAME: ""}),
        f"{PEER}, our analysis kept": lambda: convert_notebook(lab, notebook, report.environment),
    }


def tell(timings: dict[str, Timing]) -> list[str]:
    """Return median, range and share of nbconvert's time, a line each."""
    whole = timings[PEER].median
    return [
        f"    {name:<30} {timing.median:6.1f} s ({min(timing.seconds):.1f} to "
        f"{max(timing.seconds):.1f})   {timing.median / whole:.2f} of nbconvert's time"
        for name, timing in timings.items()
    ]
