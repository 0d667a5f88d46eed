"""Every output says which code, lock, data and parameters it comes from, and on what it ran."""

from __future__ import annotations

import functools
import html
import json
import re
import shutil
import subprocess
import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from helpers import narration
from helpers.analysis.study import analyse
from helpers.cohort.read import read_cohorts
from helpers.notebooks import list_notebooks
from helpers.present.origin import describe_origin, format_origin, hash_parameters, origin_of
from helpers.provenance import code_hash, code_version, lock_hash
from helpers.write import query_files, results_json
from tests.running import code_cells, run_cells
from tests.studies import SAMPLE, record, save_redcap

ROOT = Path(__file__).parents[1]


def squeezed(text: str) -> str:
    """Return a text without tags and white space: tables break long words over lines."""
    return re.sub(r"\s+", "", html.unescape(re.sub(r"<[^>]+>", "", text)))


@pytest.fixture
def results(sample_report: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((sample_report / "results.json").read_text(encoding="utf-8"))
    return found


def what_to_name(provenance: dict[str, Any]) -> list[str]:
    return [
        provenance["code_version"], provenance["code"], provenance["lock"],
        *provenance["data"].values(), hash_parameters(provenance["parameters"]),
        provenance["platform"], provenance["python"],
    ]  # fmt: skip


def missing_in(text: str, provenance: dict[str, Any]) -> list[str]:
    return [name for name in what_to_name(provenance) if squeezed(name) not in squeezed(text)]


def test_results_json_names_its_origin(results: dict[str, Any]) -> None:
    provenance = results["provenance"]
    assert provenance["code_version"] == code_version()
    assert provenance["code"] == code_hash()
    assert provenance["lock"] == lock_hash()
    assert provenance["modified"] == ("modified" in code_version())
    assert provenance["data"].keys() == {path.name for path in SAMPLE.iterdir()} & {
        "chart_review.xlsx", "redcap_dictionary.csv", "redcap_records.csv", "study.toml",
    }  # fmt: skip
    assert provenance["parameters"]["ci_level"] == 0.95


def test_the_page_names_its_origin_in_the_appendix_and_in_its_metadata(
    sample_report: Path, results: dict[str, Any]
) -> None:
    page = (sample_report / "report.html").read_text(encoding="utf-8")
    found = re.search(r'<meta name="description" content="([^"]*)"', page)
    assert found
    assert missing_in(found[1], results["provenance"]) == []
    assert missing_in(page[page.index('id="sec-provenance"') :], results["provenance"]) == []


def test_the_document_names_its_origin_in_the_appendix_and_in_its_metadata(
    sample_report: Path, results: dict[str, Any]
) -> None:
    with zipfile.ZipFile(sample_report / "report.docx") as archive:
        core, text = (archive.read(name).decode("utf-8")
                      for name in ("docProps/core.xml", "word/document.xml"))  # fmt: skip
    assert missing_in(core, results["provenance"]) == []
    assert missing_in(text, results["provenance"]) == []


@pytest.mark.skipif(
    shutil.which("pdftotext") is None, reason="needs poppler: Debian's package poppler-utils"
)
def test_the_pdf_names_its_origin_in_the_appendix_and_in_its_metadata(
    sample_report: Path, results: dict[str, Any]
) -> None:
    pdf = str(sample_report / "report.pdf")
    for command in (["pdfinfo", pdf], ["pdftotext", pdf, "-"]):
        told = subprocess.run(command, capture_output=True, check=True).stdout.decode("utf-8")
        assert missing_in(told, results["provenance"]) == []


def test_the_data_queries_name_their_origin_on_a_sheet_of_their_own(
    sample_report: Path, results: dict[str, Any]
) -> None:
    sheet = openpyxl.load_workbook(sample_report / "data_queries.xlsx")["About"]
    told = "\n".join(f"{name}: {text}" for name, text in sheet.iter_rows(values_only=True))
    assert missing_in(told, results["provenance"]) == []


def test_a_title_that_looks_like_a_formula_stays_a_text(tmp_path: Path) -> None:
    folder = save_redcap(record(), tmp_path / "data")
    study = read_cohorts(folder, {"title": "=1+1"})
    (tmp_path / "q.xlsx").write_bytes(query_files(study, folder, tmp_path)["data_queries.xlsx"])
    sheet = openpyxl.load_workbook(tmp_path / "q.xlsx")["About"]
    assert all(cell.data_type == "s" for row in sheet.iter_rows() for cell in row)


_open_once = functools.cache(narration.open_notebook)


@pytest.mark.parametrize("notebook", list_notebooks(), ids=lambda notebook: notebook.stem)
def test_every_notebook_ends_with_its_origin(
    notebook: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(narration, "open_notebook", _open_once)
    monkeypatch.chdir(notebook.parent)
    assert code_cells(notebook)[-1]["id"] == "cell-origin"
    part = {"01": "retrospective", "02": "prospective"}.get(notebook.name[:2], "both")
    origin = origin_of(read_cohorts(SAMPLE, {"part": part}))
    shown = squeezed(run_cells(notebook, SAMPLE)[-1])
    assert [text for text in origin.values() if squeezed(text) not in shown] == []


@pytest.mark.parametrize("profile", ["internal", "release"])
def test_no_origin_tells_a_folder_or_a_word_of_the_clinic(profile: str, tmp_path: Path) -> None:
    folder = save_redcap(record(), tmp_path / "canary_folder")
    (folder / "study.toml").write_text(
        'missing_words = ["canary"]\n[ae_synonyms]\nnausea = ["canary two"]\n', encoding="utf-8"
    )
    analysis = analyse(folder, {"n_boot": 100, "profile": profile})
    provenance = analysis.results.provenance
    told = "\n".join([*describe_origin(provenance).values(), format_origin(provenance)])
    if profile == "release":
        told += results_json(analysis).decode()
    assert "canary" not in told and str(tmp_path) not in told


def test_without_a_checkout_the_lock_is_said_to_be_absent(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("helpers.provenance.LOCK", tmp_path / "requirements.lock")
    origin = origin_of(read_cohorts(SAMPLE))
    assert origin["SHA-256 of requirements.lock"] == "no lock file: not run from a checkout"


@pytest.mark.parametrize(
    ("modified", "words"),
    [(False, ", not modified"), (True, ""), (None, ", not known whether modified")],
)
def test_whether_the_code_is_modified_is_said(modified: bool | None, words: str) -> None:
    provenance = dict(analyse_nothing()) | {"code_version": "1", "modified": modified}
    assert describe_origin(provenance)["Code"] == f"1{words}"


@functools.cache
def analyse_nothing() -> dict[str, Any]:
    study = read_cohorts(SAMPLE)
    from helpers.provenance import describe_provenance

    return describe_provenance(study.settings, study.data.files, study.data.parts)
