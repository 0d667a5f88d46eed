"""The same data, parameters, lock and machine give the same bytes, whatever else differs."""

from __future__ import annotations

import csv
import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.permuting import permute_folder
from tests.studies import SAMPLE

# Noon in UTC, 30 June 2024: already the next day in Kiritimati.
NOON = "1719748800"
QUICK = ("-P", "n_boot=100")
FILES = ("results.json", "data_queries.csv", "data_queries.xlsx")
# What a query says of itself wherever its row stands.
STEADY = ("query_id", "severity", "code", "file", "sheet", "column", "patient", "value", "action")
VARIABLES = ("LC_ALL", "LANG", "LOCPATH", "TZ", "PYTHONHASHSEED", "OMP_NUM_THREADS",
             "OPENBLAS_NUM_THREADS", "PYTHONUTF8", "PYTHONCOERCECLOCALE")  # fmt: skip


@dataclass(frozen=True)
class Surroundings:
    """Environment variables and a command prefix around a run, and what a probe shows of them."""

    variables: Mapping[str, str] = field(default_factory=dict)
    prefix: tuple[str, ...] = ()

    def run(self, *command: str) -> subprocess.CompletedProcess[str]:
        inherited = {name: text for name, text in os.environ.items() if name not in VARIABLES}
        plain = {"LC_ALL": "C.UTF-8", "TZ": "UTC", "PYTHONHASHSEED": "0", "OMP_NUM_THREADS": "1",
                 "OPENBLAS_NUM_THREADS": "1", "SOURCE_DATE_EPOCH": NOON}  # fmt: skip
        return subprocess.run(
            [*self.prefix, sys.executable, *command],
            env=inherited | plain | dict(self.variables), check=True,
            capture_output=True, text=True, encoding="utf-8",
        )  # fmt: skip

    def analyse(self, data: Path, out: Path) -> dict[str, bytes]:
        """Return the files that ``study analyse`` writes, by name."""
        self.run("-m", "helpers.cli", "analyse", str(data), "--out", str(out), *QUICK)
        return {name: (out / name).read_bytes() for name in FILES}

    def report(self, data: Path, out: Path, formats: str) -> dict[str, bytes]:
        """Return the files that ``study report`` writes, by name."""
        self.run("-m", "helpers.cli", "report", str(data), "--out", str(out), "--formats",
                 formats, "--engine", "embedded", *QUICK)  # fmt: skip
        return {path.name: path.read_bytes() for path in out.iterdir() if path.name[0] != "."}


# The links in the data queries are relative, so every run writes into a folder of one depth.
PLAIN = Surroundings()
_ONE_CORE = ("taskset", "-c", "0") if shutil.which("taskset") else ()
# Each beside what a short program shows of it, which must differ from the plain surroundings.
ELSEWHERE = {
    "an ASCII locale": (
        Surroundings({"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}),
        "import locale; print(locale.getpreferredencoding())",
    ),
    "east of the date line": (
        Surroundings({"TZ": "Pacific/Kiritimati"}),
        "import time; print(time.localtime(1719748800).tm_mday)",
    ),
    "another hash seed": (
        Surroundings({"PYTHONHASHSEED": "4242"}),
        "print(hash('ketamine'))",
    ),
    "four threads": (
        Surroundings({"OMP_NUM_THREADS": "4", "OPENBLAS_NUM_THREADS": "4"}),
        "import os; print(os.environ['OPENBLAS_NUM_THREADS'])",
    ),
}
if _ONE_CORE and (os.cpu_count() or 1) > 1:
    ELSEWHERE["one core"] = (
        Surroundings(prefix=_ONE_CORE),
        "import os; print(len(os.sched_getaffinity(0)))",
    )


@pytest.fixture(scope="module")
def baseline(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    return PLAIN.analyse(SAMPLE, tmp_path_factory.mktemp("here"))


@pytest.mark.parametrize("name", ELSEWHERE)
def test_an_analysis_elsewhere_has_the_same_bytes(
    name: str, baseline: dict[str, bytes], tmp_path: Path
) -> None:
    surroundings, probe = ELSEWHERE[name]
    assert surroundings.run("-c", probe).stdout != PLAIN.run("-c", probe).stdout
    assert surroundings.analyse(SAMPLE, tmp_path) == baseline


def german(folder: Path) -> Surroundings:
    """Return surroundings in German; the locale is compiled where the machine has none."""
    installed = subprocess.run(["locale", "-a"], capture_output=True, text=True, check=True).stdout
    for name in ("de_DE.utf8", "de_DE.UTF-8"):
        if name in installed.split():
            return Surroundings({"LC_ALL": name})
    if shutil.which("localedef") is None:
        pytest.skip("no German locale, and no localedef to compile one")
    done = subprocess.run(
        ["localedef", "-i", "de_DE", "-f", "UTF-8", str(folder / "de_DE.UTF-8")],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode > 1:  # 1: done, with warnings
        pytest.skip(f"no German locale, and it cannot be compiled: {done.stderr}")
    return Surroundings({"LC_ALL": "de_DE.UTF-8", "LOCPATH": str(folder)})


def test_an_analysis_where_the_decimal_sign_is_a_comma_has_the_same_bytes(
    baseline: dict[str, bytes], tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    surroundings = german(tmp_path_factory.mktemp("locales"))
    probe = "import locale; locale.setlocale(locale.LC_ALL, ''); print(locale.str(0.5))"
    assert surroundings.run("-c", probe).stdout == "0,5\n"
    assert surroundings.analyse(SAMPLE, tmp_path) == baseline


@pytest.mark.parametrize("what", ["rows", "columns"])
def test_the_order_of_rows_and_of_columns_changes_no_result(
    what: str, baseline: dict[str, bytes], tmp_path: Path
) -> None:
    data = permute_folder(SAMPLE, tmp_path / SAMPLE.name, seed=6, rows=what == "rows",
                          columns=what == "columns")  # fmt: skip
    permuted = PLAIN.analyse(data, tmp_path / "out")
    assert permuted["results.json"] != baseline["results.json"]  # the files are other files
    assert without_hashes(permuted["results.json"], data) == without_hashes(
        baseline["results.json"], SAMPLE
    )
    assert steady_queries(permuted) == steady_queries(baseline)


def without_hashes(content: bytes, data: Path) -> bytes:
    """Return a file without what names the bytes, and the folder, of the data."""
    for path in data.iterdir():
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        content = content.replace(digest.encode(), b"").replace(digest[:12].encode(), b"")
    return content.replace(str(data).encode(), b"")


def steady_queries(files: dict[str, bytes]) -> list[tuple[str, ...]]:
    rows = csv.DictReader(files["data_queries.csv"].decode("utf-8-sig").splitlines())
    queries = sorted(tuple(row[name] for name in STEADY) for row in rows)
    assert len(queries) > 50
    return queries


def test_a_report_elsewhere_and_of_shuffled_rows_has_the_same_bytes(tmp_path: Path) -> None:
    here = PLAIN.report(SAMPLE, tmp_path / "here", "html,docx,pdf")
    assert {"report.html", "report.docx", "report.pdf"} < set(here)
    every_variable = {name: text for surroundings, _ in ELSEWHERE.values()
                      for name, text in surroundings.variables.items()}  # fmt: skip
    elsewhere = Surroundings(every_variable | {"TZ": "America/St_Johns"}, _ONE_CORE)
    assert elsewhere.report(SAMPLE, tmp_path / "elsewhere", "html,docx,pdf") == here
    data = permute_folder(SAMPLE, tmp_path / SAMPLE.name, seed=7)
    shuffled = PLAIN.report(data, tmp_path / "shuffled", "html")
    assert without_hashes(shuffled["report.html"], data) == without_hashes(
        here["report.html"], SAMPLE
    )


def test_a_digest_that_is_left_out_is_the_only_thing_left_out() -> None:
    digest = hashlib.sha256((SAMPLE / "chart_review.xlsx").read_bytes()).hexdigest()
    content = json.dumps({"data": digest, "rows": 1}).encode()
    assert without_hashes(content, SAMPLE) == b'{"data": "", "rows": 1}'
