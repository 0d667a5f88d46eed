"""`study bundle`: what is in it and what never is, described and summed, the same bytes twice."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import stat
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from helpers import cli
from helpers.bundle import certify, layout, make, readme
from helpers.bundle.code import list_code
from helpers.bundle.consent import CONFIRM, INCLUDE
from helpers.bundle.pack import pack
from helpers.checklists import read_items
from helpers.checkout import SYNTHETIC
from helpers.provenance import VERSION_FILE, code_version
from helpers.study import DATA_FILES
from tests.bundle.bundles import ONE_PART, Made
from tests.canaries import scan_for_canaries
from tests.studies import SAMPLE

OUTSIDE_THE_CODE = {
    "README.md", "ro-crate-metadata.json", "SHA256SUMS", "certificate.json", "data_dictionary.md",
    "checklists/strobe.csv", "checklists/record.csv", "results/results.json",
    "results/report.html", "notebooks/03_short_term.html",
}  # fmt: skip


def outside_the_code(made: Made) -> set[str]:
    return {name for name in made.files() if not name.startswith(layout.CODE)}


def test_a_bundle_holds_everything_and_nothing_else(of_synthetic: Made) -> None:
    assert of_synthetic.code == 0
    assert outside_the_code(of_synthetic) == OUTSIDE_THE_CODE | {"certificate_study.json"}
    code = {name.removeprefix(layout.CODE) for name in of_synthetic.files()
            if name.startswith(layout.CODE)}  # fmt: skip
    assert code - {VERSION_FILE} == set(list_code())


def test_its_results_and_report_are_a_release_and_its_certificates_agree(
    of_synthetic: Made,
) -> None:
    results = json.loads(of_synthetic.text(layout.RESULTS_FILE))
    assert results["provenance"]["parameters"]["profile"] == "release"
    assert "No figure or table shows a single patient" in of_synthetic.text("results/report.html")
    for name, file in {layout.CERTIFICATE: "synthetic_results.json",
                       layout.STUDY_CERTIFICATE: "results.json"}.items():  # fmt: skip
        certificate = json.loads(of_synthetic.text(name))
        assert certificate["verdict"] == "all values agree"
        assert certificate["results"]["file"] == file
        assert certificate["counts"]["compared"] > 1000


def test_checklists_name_every_item(of_synthetic: Made) -> None:
    for name in ("strobe", "record"):
        rows = list(csv.DictReader(io.StringIO(of_synthetic.text(f"checklists/{name}.csv"))))
        asked = [item.number for item in read_items() if item.checklist == name.upper()]
        assert list(dict.fromkeys(row["item"] for row in rows)) == asked
        assert all(row["section"] for row in rows)


def test_no_page_tells_where_it_was_made(of_synthetic: Made) -> None:
    here = str(Path(__file__).parents[2]).encode()
    for name in outside_the_code(of_synthetic):
        assert here not in of_synthetic.files()[name], name


def test_the_checksums_are_of_all_other_files(of_synthetic: Made) -> None:
    files = of_synthetic.files()
    told = dict(reversed(line.split("  ", 1)) for line in files[layout.SUMS].decode().splitlines())
    expected = {name: hashlib.sha256(content).hexdigest() for name, content in files.items()}
    del expected[layout.SUMS]
    assert told == expected


def test_a_bundle_made_twice_has_the_same_bytes(
    of_synthetic: Made, bundle: Callable[..., Made]
) -> None:
    assert bundle(SYNTHETIC, *ONE_PART).path.read_bytes() == of_synthetic.path.read_bytes()


def test_the_bytes_of_a_zip_depend_on_names_and_contents_alone() -> None:
    one = pack({"b": b"2", "a/run": b"#!/bin/sh\n"})
    assert one == pack({"a/run": b"#!/bin/sh\n", "b": b"2"})
    with zipfile.ZipFile(io.BytesIO(one)) as archive:
        entries = archive.infolist()
    assert [each.filename for each in entries] == ["a/run", "b"]
    assert {each.date_time for each in entries} == {(2000, 1, 1, 0, 0, 0)}
    assert [stat.S_IMODE(each.external_attr >> 16) for each in entries] == [0o755, 0o644]


def test_without_its_data_a_clinic_hands_out_a_release_and_no_word_of_anybody(
    without_data: Made, planted: Path
) -> None:
    assert scan_for_canaries(planted), "the folder holds canaries"
    assert outside_the_code(without_data) == OUTSIDE_THE_CODE
    root = Path(__file__).parents[2]
    for name, content in without_data.files().items():
        place = root / name.removeprefix(layout.CODE)
        of_the_project = name.startswith(layout.CODE) and place.is_file()  # tests name canaries
        assert place.read_bytes() == content if of_the_project else not scan_for_canaries(content)
    assert scan_for_canaries(*without_data.files()) == [], "in the names"


def test_without_its_data_a_bundle_says_that_its_numbers_cannot_be_verified(
    without_data: Made,
) -> None:
    text = without_data.text("README.md")
    assert "you **cannot** recompute" in text
    assert "make up" not in text and "made up" not in text


def test_data_go_along_as_they_were_analysed_and_no_other_file(with_data: Made) -> None:
    inside = {name for name in with_data.files() if name.startswith(layout.DATA)}
    assert inside == {"data/redcap_records.csv", "data/redcap_dictionary.csv"}
    records = (SAMPLE / "redcap_records.csv").read_bytes()
    assert with_data.files()["data/redcap_records.csv"] == records
    assert "data of patients" in with_data.text("README.md")
    assert json.loads(with_data.text(layout.STUDY_CERTIFICATE))["counts"]["differ"] == 0


def test_a_data_query_is_never_in_it(of_synthetic: Made, with_data: Made) -> None:
    for made in (of_synthetic, with_data):
        assert not [name for name in made.files() if Path(name).name.startswith("data_queries")]


def refused(capsys: pytest.CaptureFixture[str], out: Path, *arguments: str) -> str:
    code = cli.main(["bundle", str(SAMPLE), "--out", str(out), *arguments])
    said = capsys.readouterr()
    assert code == 2
    assert said.err.count("\n") == 1
    assert not out.exists()
    return said.err


@pytest.mark.parametrize("flag", [INCLUDE, CONFIRM])
def test_one_flag_alone_takes_no_data_along(
    flag: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    message = refused(capsys, tmp_path / "b.zip", flag)
    assert INCLUDE in message and CONFIRM in message
    assert list(tmp_path.iterdir()) == []


def test_an_internal_bundle_and_another_kind_of_file_are_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert "profile must be release" in refused(capsys, tmp_path / "b.zip", "-P",
                                                "profile=internal")  # fmt: skip
    assert ".zip" in refused(capsys, tmp_path / "bundle.tar")


@pytest.mark.parametrize("at", ["reading", "verifying", "executing", "packing"])
def test_an_interruption_leaves_the_old_bundle_and_nothing_else(
    at: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt(message: str) -> None:
        if message.startswith(at):
            raise KeyboardInterrupt

    def no_report(folder: Path, staging: Any, parameters: Any, progress: Any) -> dict[str, bytes]:
        progress("reading")
        provenance = {"data": {}, "code_version": "1", "modified": None, "date": "2024-01-01"}
        return {layout.RESULTS_FILE: json.dumps({"provenance": provenance}).encode()}

    def no_certificate(*_: Any) -> certify.Certificates:
        interrupt("verifying")
        return certify.Certificates({}, True)

    monkeypatch.setattr(make, "_report_files", no_report)
    monkeypatch.setattr(certify, "certify", no_certificate)
    (tmp_path / "b.zip").write_bytes(b"old")
    with pytest.raises(KeyboardInterrupt):
        make.write_bundle(SAMPLE, tmp_path / "b.zip", {}, interrupt)
    assert [path.name for path in tmp_path.iterdir()] == ["b.zip"]
    assert (tmp_path / "b.zip").read_bytes() == b"old"


def test_data_that_changed_meanwhile_are_refused(tmp_path: Path) -> None:
    (tmp_path / "chart_review.xlsx").write_bytes(b"now")
    then = {"chart_review.xlsx": hashlib.sha256(b"then").hexdigest()}
    with pytest.raises(make.InputError, match="changed while"):
        make._data_files(tmp_path, then)


def test_made_up_is_what_the_project_made_up_whatever_a_title_says() -> None:
    archived = dict.fromkeys(DATA_FILES, "1")
    assert make._kind_of(archived, archived, include_data=False) == readme.SYNTHETIC
    titled = archived | {"study.toml": "2"}
    assert make._kind_of(titled, archived, include_data=False) == readme.WITHOUT_DATA
    assert make._kind_of(titled, archived, include_data=True) == readme.WITH_DATA


def test_a_certificate_that_does_not_agree_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def differing(*_: Any, **__: Any) -> make.Bundle:
        return make.Bundle(tmp_path / "b.zip", readme.SYNTHETIC, 1, agrees=False)

    monkeypatch.setattr(make, "write_bundle", differing)
    assert cli.main(["bundle", str(SAMPLE), "--out", str(tmp_path / "b.zip")]) == 1
    assert "differ" in capsys.readouterr().out


def test_the_bundle_tells_its_code(of_synthetic: Made) -> None:
    assert code_version() in of_synthetic.text("README.md")
    assert of_synthetic.text(f"code/{VERSION_FILE}").splitlines()[0] == code_version()
