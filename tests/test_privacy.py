"""Point 4, privacy: what people wrote comes back in the data queries and nowhere else."""

from __future__ import annotations

import base64
import contextlib
import functools
import io
import json
import logging
import re
import shutil
import socket
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import openpyxl
import pyarrow.parquet
import pytest

from helpers import narration
from helpers.cli import main
from helpers.cohort.uncoded import OTHER
from helpers.errors import RenderError
from helpers.ingest.identifier_values import NOT_SHOWN
from helpers.notebooks import execute_notebook, list_notebooks, render_notebook
from tests.canaries import TOKEN, copy_planted, plant_canaries, scan_for_canaries
from tests.report_text import run_report
from tests.running import run_cells, words_of
from tests.studies import save, workbook

QUERIES = {"data_queries.csv", "data_queries.xlsx"}
FORMATS = ("html", "docx", "pdf")
MARK = "marmaladeseverywhere"  # the report's title: a text that every format must show
needs_poppler = pytest.mark.skipif(
    shutil.which("pdftotext") is None, reason="needs pdftotext: Debian's package poppler-utils"
)


@dataclass(frozen=True)
class Run:
    """One call of the `study` command: its output folder, what it said, what it left behind."""

    out: Path
    code: int
    said: str
    temporary: Path

    def released(self) -> list[Path]:
        """Return everything that was written and is no data query."""
        return [path for path in sorted(self.out.rglob("*")) if path.name not in QUERIES]


def run_study(folder: Path, *arguments: str) -> Run:
    """Run the `study` command with a temporary folder of its own; all that is logged is said."""
    out, temporary = folder / "out", folder / "tmp"
    temporary.mkdir(parents=True)
    said = io.StringIO()
    handler = logging.StreamHandler(said)
    logging.getLogger().addHandler(handler)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TMPDIR", str(temporary))
        patch.setattr(tempfile, "tempdir", None)
        with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
            code = main([*arguments, "--out", str(out)])
    logging.getLogger().removeHandler(handler)
    return Run(out, code, said.getvalue(), temporary)


@pytest.fixture(scope="module")
def planted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return plant_canaries(tmp_path_factory.mktemp("study") / "planted")


@pytest.fixture(scope="module", params=["internal", "release"])
def report(
    request: pytest.FixtureRequest, planted: Path, tmp_path_factory: pytest.TempPathFactory
) -> Run:
    return run_study(
        tmp_path_factory.mktemp(request.param), "report", str(planted), "--engine", "embedded",
        "-P", "n_boot=100", "-P", f"title={MARK}", "-P", f"profile={request.param}",
    )  # fmt: skip


@pytest.fixture(scope="module")
def checked(planted: Path, tmp_path_factory: pytest.TempPathFactory) -> Run:
    return run_study(tmp_path_factory.mktemp("check"), "check", str(planted))


# the scanner sees what it must


def test_the_scanner_reads_every_kind_of_file(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active["A1"] = "Zqxvk-Canary"
    book.save(tmp_path / "book.xlsx")
    encoded = base64.b64encode(f"<svg>{TOKEN}</svg>".encode()).decode()
    (tmp_path / "page.html").write_text(f'<img src="data:image/svg+xml;base64,{encoded}">')
    (tmp_path / "parted.html").write_text("<b>Zqx</b>vk ca&#110;ary")
    (tmp_path / f"{TOKEN}.txt").write_text("")
    for source in (*tmp_path.glob("*.*ml"), tmp_path / "book.xlsx", TOKEN.encode("utf-16"),
                   "zqxvk_canary"):  # fmt: skip
        assert scan_for_canaries(source), source
    places = {found.partition(":")[0] for found in scan_for_canaries(tmp_path)}
    assert places == {"book.xlsx/xl/worksheets/sheet1.xml", "page.html, inside", "parted.html",
                      "file name"}  # fmt: skip
    assert scan_for_canaries("nothing", b"\0") == []


@needs_poppler
def test_the_scanner_finds_a_text_that_each_format_shows(report: Run) -> None:
    for name in ("results.json", *(f"report.{form}" for form in FORMATS)):
        assert scan_for_canaries(report.out / name, token=MARK), name


def test_the_canaries_are_in_the_data_queries(checked: Run) -> None:
    for name in QUERIES:
        found = scan_for_canaries(checked.out / name)
        assert len({re.search(rf"{TOKEN}\d+", place)[0] for place in found  # type: ignore[index]
                    if re.search(rf"{TOKEN}\d+", place)}) > 80, name  # fmt: skip


def test_patients_with_canaries_are_analysed(report: Run) -> None:
    results = json.loads((report.out / "results.json").read_text(encoding="utf-8"))
    found = {estimate["key"]: estimate["estimate"] for estimate in results["estimates"]}
    for part in ("retrospective", "prospective"):
        assert found[f"{part}.flow.eligible"] > 15
        assert f"{part}.safety.ae.other__uncoded_.proportion" in found


# and nothing else shows them


@needs_poppler
def test_no_output_but_the_queries_holds_a_canary(report: Run) -> None:
    assert report.code == 0
    assert {path.name for path in report.released()} >= {
        "results.json", ".report.json", *(f"report.{form}" for form in FORMATS),
    }  # fmt: skip
    for path in report.released():
        assert scan_for_canaries(path) == [], path.name


def test_a_release_holds_no_query(report: Run) -> None:
    names = {path.name for path in report.out.iterdir()}
    results = json.loads((report.out / "results.json").read_text(encoding="utf-8"))
    is_release = results["provenance"]["parameters"]["profile"] == "release"
    assert (names & QUERIES == set()) == is_release


def test_nothing_is_said_and_nothing_left_behind(report: Run, checked: Run) -> None:
    for run in (report, checked):
        assert run.said
        assert scan_for_canaries(run.said, run.temporary) == []


def test_the_summary_masks_a_code_that_is_none(checked: Run) -> None:
    assert checked.code == 0
    assert "R0" in checked.said
    assert NOT_SHOWN in checked.said


def test_no_figure_of_the_report_holds_a_canary(planted: Path) -> None:
    shown = run_report(planted, n_boot=100)
    words = [words_of(figure) for figure in shown.figures.values()]
    assert len(words) > 10 and OTHER in "\n".join(words)
    assert scan_for_canaries(shown.text, *words) == []


@pytest.fixture(scope="module")
def few_resamples() -> Iterator[None]:
    once = functools.cache(functools.partial(narration.open_notebook, n_boot=100))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(narration, "open_notebook", once)
        patch.chdir(list_notebooks()[0].parent)
        yield


@pytest.mark.usefixtures("few_resamples")
@pytest.mark.parametrize("notebook", list_notebooks(), ids=lambda path: path.stem)
def test_no_notebook_shows_a_canary(
    notebook: Path, planted: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    shown = run_cells(notebook, planted)
    assert len("".join(shown)) > 1000
    assert scan_for_canaries(*shown, *capfd.readouterr()) == []


def test_the_page_of_a_notebook_shows_no_canary(planted: Path) -> None:
    page = render_notebook(list_notebooks()[0], planted).decode()
    assert scan_for_canaries(page) == []
    assert NOT_SHOWN in page


# refusals

Break = Callable[[Path], object]


def in_workbook(change: Callable[[openpyxl.Workbook], object]) -> Break:
    def apply(folder: Path) -> None:
        book = openpyxl.load_workbook(folder / "chart_review.xlsx")
        change(book)
        book.save(folder / "chart_review.xlsx")

    return apply


def in_text(name: str, old: str, new: str) -> Break:
    def apply(folder: Path) -> None:
        text = (folder / name).read_text(encoding="utf-8")
        assert re.search(old, text), old
        (folder / name).write_text(re.sub(old, new, text, count=1), encoding="utf-8")

    return apply


def set_cell(sheet: int, cell: str, text: str) -> Break:
    return in_workbook(lambda book: book.worksheets[sheet].__setitem__(cell, text))


def cut(name: str) -> Break:
    return lambda folder: (folder / name).write_bytes((folder / name).read_bytes()[:-900])


REFUSALS: dict[str, Break] = {
    "a sheet is missing": in_workbook(lambda book: book.remove(book.worksheets[2])),
    "a sheet has another name": in_workbook(
        lambda book: setattr(book.worksheets[1], "title", f"{TOKEN} infusion")
    ),
    "a column is missing": in_workbook(lambda book: book.worksheets[0].delete_cols(3)),
    "a column has another name": set_cell(0, "C1", f"{TOKEN} age"),
    "two columns are the same": set_cell(0, "B1", f"Sex ({TOKEN})"),
    "two unknown columns are the same": in_workbook(
        lambda book: [book.worksheets[0].__setitem__(cell, f"{TOKEN} x") for cell in ("R1", "S1")]
    ),
    "two sheets are the same": in_workbook(
        lambda book: setattr(book.worksheets[4], "title", f"Infusions {{{TOKEN}}}")
    ),
    "a header names another unit": set_cell(0, "H1", f"Weight (lb {TOKEN})"),
    "a header names a person": set_cell(0, "S1", f"Surname {TOKEN}"),
    "a sheet of names": set_cell(4, "C1", f"Telephone {TOKEN}"),
    "a field names a person": in_text("redcap_records.csv", f"{TOKEN}_field", f"name_{TOKEN}"),
    "a field is marked": in_text(
        "redcap_dictionary.csv", r"\Z", f"{TOKEN}_field,b,,text,{TOKEN},,,,,,y,,,,,,,\n"
    ),
    "another event": in_text("redcap_records.csv", "week_1_arm_1", f"{TOKEN} week"),
    "another form": in_text("redcap_records.csv", ",adverse_event,", f",{TOKEN},"),
    "a field is there twice": in_text(
        "redcap_records.csv", "redcap_data_access_group", f"{TOKEN}_field"
    ),
    "another id": in_text("redcap_records.csv", "record_id", f"{TOKEN}_id"),
    "a field is missing": in_text("redcap_records.csv", ",nrs,", f",{TOKEN},"),
    "an export cut off": cut("redcap_records.csv"),
    "a dictionary cut off": cut("redcap_dictionary.csv"),
    "a dictionary that is none": in_text("redcap_dictionary.csv", "Field Type", TOKEN),
    "labels that fit in part": in_text("redcap_dictionary.csv", "1, Mild", f"1, {TOKEN}"),
    "a workbook cut off": cut("chart_review.xlsx"),
    "a text for a list": in_text("study.toml", r"missing_words = .*", f'missing_words = "{TOKEN}"'),
    "an unknown key": in_text("study.toml", "missing_words", f'"{TOKEN} words"'),
    "a word that stands for two": in_text(
        "study.toml", r"\Z", f'anxiety = ["{TOKEN}"]\nfatigue = ["{TOKEN}"]\n'
    ),
    "no TOML": in_text("study.toml", r"\Z", f'"{TOKEN} a" = []\n"{TOKEN} a" = []\n'),
    "an unknown key of an outcome": in_text(
        "study.toml", r"\Z", f'[[registered_outcome]]\n"{TOKEN} b" = "{TOKEN}"\n'
    ),
    "an outcome that is no text": in_text(
        "study.toml", r"\Z", f'[[registered_outcome]]\ntitle = ["{TOKEN}"]\n'
    ),
    "a number that is none": in_text("study.toml", r"\A", f'index_infusion = "{TOKEN}"\n'),
    "a date that is none": in_text("study.toml", r"\A", f'data_cutoff = "{TOKEN}"\n'),
}


@pytest.mark.parametrize("name", REFUSALS)
def test_a_refusal_shows_no_canary(
    name: str, planted: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    folder = copy_planted(planted, tmp_path / "data")
    REFUSALS[name](folder)
    code = main(["check", str(folder), "--out", str(tmp_path / "out")])
    said = capfd.readouterr()
    assert code == 2
    assert said.err.startswith("study check: ") or "\nstudy check: " in said.err
    assert scan_for_canaries(*said) == []
    assert not (tmp_path / "out").exists()


def test_a_notebook_that_fails_shows_no_canary(planted: Path, tmp_path: Path) -> None:
    folder = copy_planted(planted, tmp_path)
    REFUSALS["a header names a person"](folder)
    with pytest.raises(RenderError) as refusal:
        execute_notebook(list_notebooks()[0], folder)
    assert "column S: name" in str(refusal.value)
    assert scan_for_canaries(str(refusal.value)) == []


# what is shown, and to whom


def test_a_term_of_study_toml_is_internal(tmp_path: Path) -> None:
    events = [{"Event": "pruritus"}, {"Event": "queasy"}, {"Event": "dry mouth"}]
    book = workbook(infusions=[{"Infusion #": n} for n in range(1, 5)], follow_ups=[{}],
                    events=events)  # fmt: skip
    folder = save(book, tmp_path / "data")
    (folder / "study.toml").write_text(
        '[ae_synonyms]\nitch = ["pruritus"]\nnausea = ["queasy"]\n', encoding="utf-8"
    )
    terms = {
        profile: {estimate["key"].split(".ae.")[1].removesuffix(".proportion")
                  for estimate in _analyse(folder, tmp_path / profile, profile)["estimates"]
                  if ".safety.ae." in estimate["key"]}
        for profile in ("internal", "release")
    }  # fmt: skip
    assert terms["internal"] == {"itch", "nausea", "dry_mouth"}
    assert terms["release"] == {"other__uncoded_", "nausea"}


def _analyse(folder: Path, out: Path, profile: str) -> dict[str, list[dict[str, str]]]:
    code = main(["analyse", str(folder), "--out", str(out), "-P", "n_boot=100",
                 "-P", f"profile={profile}"])  # fmt: skip
    assert code == 0
    results: dict[str, list[dict[str, str]]] = json.loads((out / "results.json").read_text("utf-8"))
    return results


def test_provenance_counts_the_words_of_study_toml(report: Run) -> None:
    results = json.loads((report.out / "results.json").read_text(encoding="utf-8"))
    told = results["provenance"]["parameters"]
    if told["profile"] == "internal":
        assert told["missing_words"] == {"words": 1}
        assert told["ae_synonyms"] == {"terms": 2, "words": 2}
    else:
        assert (told["missing_words"], told["ae_synonyms"]) == (None, None)


def test_nothing_is_asked_from_a_network(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*arguments: object) -> None:
        raise RuntimeError("the network was asked")

    for name in ("connect", "connect_ex", "sendto"):
        monkeypatch.setattr(socket.socket, name, refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    _analyse(save(workbook(), tmp_path / "data"), tmp_path / "out", "internal")


def test_security_md_names_what_is_tested() -> None:
    text = (Path(__file__).parents[1] / "SECURITY.md").read_text(encoding="utf-8")
    for path in re.findall(r"`((?:src|tests|data)/[\w/.]+)`", text):
        if path == "data/raw/":  # made by the clinic
            continue
        assert (Path(__file__).parents[1] / path).exists(), path
    assert "@" not in text, "no address is made up"


@pytest.mark.parametrize("export", ["ctgov", "datasets"])
def test_no_export_that_leaves_the_clinic_holds_a_canary(
    export: str, planted: Path, tmp_path: Path
) -> None:
    exported = run_study(tmp_path, "export", export, str(planted), "-P", "n_boot=100",
                         "-P", "profile=release")  # fmt: skip
    assert exported.code == 0
    assert len(exported.released()) >= 4
    for path in exported.released():
        assert scan_for_canaries(path) == [], path.name
    assert scan_for_canaries(exported.said) == []


def test_internal_datasets_hold_codes_and_labels_and_no_other_word_of_anybody(
    planted: Path, tmp_path: Path
) -> None:
    exported = run_study(tmp_path, "export", "datasets", str(planted), "-P", "n_boot=100")
    assert exported.code == 0
    # The study code as typed, and labels that the clinic's own REDCAP dictionary adds to a list.
    as_read = {"patient", "sex", "severity", "related"}
    seen = set()
    for path in exported.released():
        if path.suffix == ".parquet":
            table = pyarrow.parquet.read_table(path)
            spoilt = {name for name in table.column_names
                      if scan_for_canaries(str(table[name].to_pylist()))}  # fmt: skip
            assert spoilt <= as_read, path.name
            seen |= spoilt
        elif path.suffix != ".csv":
            assert scan_for_canaries(path) == [], path.name
    assert seen == as_read
