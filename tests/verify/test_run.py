"""`study verify` from the data on: what agrees, what differs and why, certificate and exit code."""

from __future__ import annotations

import datetime as dt
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from helpers import cli
from helpers.analysis.run import Analysis
from helpers.analysis.study import analyse
from helpers.errors import InputError
from helpers.verify import archive, run
from helpers.verify.told import MOST_TOLD
from helpers.write import results_json, write_results
from tests.studies import SAMPLE

DATE = dt.date(2024, 6, 30)  # not today: the date of the archived run is what counts


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("data") / "study"
    shutil.copytree(SAMPLE, folder)
    return folder


@pytest.fixture(scope="module")
def kept(data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("kept")
    write_results(analyse(data, {"n_boot": 100}, on=DATE), data, out)
    return out / "results.json"


@pytest.fixture
def verify(data: Path, tmp_path: Path) -> Callable[..., tuple[int, dict[str, Any]]]:
    def run(file: Path, *arguments: str, folder: Path = data) -> tuple[int, dict[str, Any]]:
        call = ["verify", str(file), "--data", str(folder), "--out", str(tmp_path / "out")]
        code = cli.main([*call, *arguments])
        text = (tmp_path / "out" / "certificate.json").read_text(encoding="utf-8")
        return code, json.loads(text)

    return run


def edited(kept: Path, folder: Path, edit: Callable[[dict[str, Any]], object]) -> Path:
    results = json.loads(kept.read_text(encoding="utf-8"))
    edit(results)
    file = folder / "edited.json"
    file.write_text(json.dumps(results), encoding="utf-8")
    return file


@pytest.fixture(autouse=True)
def one_analysis(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let equal recomputations of the unchanged folder share one analysis."""
    monkeypatch.setattr(run, "analyse", _analyse_once)


def _analyse_once(
    folder: Path, parameters: dict[str, Any], *rest: Any, resampling: bool
) -> Analysis:
    content = b"".join(path.read_bytes() for path in sorted(folder.iterdir()))
    known = (str(folder), hash(content), json.dumps(parameters, sort_keys=True), rest[-1],
             resampling)  # fmt: skip
    if known not in _ANALYSES:
        _ANALYSES[known] = analyse(folder, parameters, *rest, resampling=resampling)
    return _ANALYSES[known]


_ANALYSES: dict[tuple[Any, ...], Analysis] = {}


def set_first_estimate(results: dict[str, Any], by: float) -> str:
    """Change the first estimate that is no whole number, and return the name of its value."""
    found = next(e for e in results["estimates"] if isinstance(e["estimate"], float))
    found["estimate"] += by
    return f"{found['key']}.estimate"


def test_everything_agrees(
    kept: Path, verify: Callable[..., Any], capsys: pytest.CaptureFixture[str]
) -> None:
    code, certificate = verify(kept)
    assert code == 0
    assert certificate["verdict"] == "all values agree"
    assert certificate["counts"]["compared"] == certificate["counts"]["agree"] > 5000
    assert certificate["changes"] == certificate["differences"] == []
    assert certificate["archived"] == certificate["recomputed"]
    assert certificate["archived"]["date"] == DATE.isoformat()
    total = certificate["counts"]["compared"]
    assert f"{total} of {total} values of" in capsys.readouterr().out


def test_a_changed_byte_in_the_data_is_named_as_the_cause(
    kept: Path, data: Path, verify: Callable[..., Any], tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    folder = tmp_path / "changed"
    shutil.copytree(data, folder)
    file = folder / "redcap_records.csv"
    lines = file.read_text(encoding="utf-8").splitlines(keepends=True)
    place = lines[0].strip().split(",").index("nrs")
    cells = next(line for line in lines[1:] if line.split(",")[place] in set("6789")).split(",")
    before = ",".join(cells)
    cells[place] = str(int(cells[place]) - 1)
    changed = "".join(lines).replace(before, ",".join(cells), 1)
    file.write_text(changed, encoding="utf-8")
    code, certificate = verify(kept, folder=folder)
    assert code == 1
    [change] = certificate["changes"]
    assert (change["what"], change["name"]) == ("data file", "redcap_records.csv")
    assert len(change["archived"]) == len(change["recomputed"]) == 64
    causes = {each["cause"] for each in certificate["differences"]}
    assert causes == {change["in_words"]}
    told = capsys.readouterr().out
    assert told.count("differs: ") == MOST_TOLD
    assert f"and {certificate['counts']['differ'] - MOST_TOLD} more" in told


def test_a_changed_parameter_is_named_as_the_cause(
    kept: Path, verify: Callable[..., Any], capsys: pytest.CaptureFixture[str]
) -> None:
    code, certificate = verify(kept, "-P", "seed=7")
    assert code == 1
    words = "parameter seed: 20201130 → 7"
    assert {each["cause"] for each in certificate["differences"]} == {words}
    assert f"likely cause: {words}" in capsys.readouterr().out


def test_a_changed_package_version_is_named_as_the_cause(
    kept: Path, verify: Callable[..., Any], tmp_path: Path
) -> None:
    def edit(results: dict[str, Any]) -> None:
        results["provenance"]["packages"]["scipy"] = "1.0.0"
        set_first_estimate(results, 0.1)

    code, certificate = verify(edited(kept, tmp_path, edit))
    [difference] = certificate["differences"]
    assert code == 1
    assert difference["cause"].startswith("package scipy: 1.0.0 → ")


def test_changed_code_is_named_as_the_cause_and_without_effect_where_nothing_differs(
    kept: Path, verify: Callable[..., Any], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def other_code(results: dict[str, Any]) -> None:
        results["provenance"] |= {"code_version": "0.0.1 (abc)", "code": "0" * 64}

    code, certificate = verify(edited(kept, tmp_path, other_code))
    assert (code, certificate["differences"]) == (0, [])
    assert "without an effect on any value:\n  code: 0.0.1 (abc) → " in capsys.readouterr().out

    def edit(results: dict[str, Any]) -> None:
        other_code(results)
        set_first_estimate(results, 0.1)

    code, certificate = verify(edited(kept, tmp_path, edit))
    [difference] = certificate["differences"]
    assert code == 1
    assert difference["cause"].startswith("code: 0.0.1 (abc) → ")


def test_an_edited_value_without_any_change_is_called_that(
    kept: Path, verify: Callable[..., Any], tmp_path: Path
) -> None:
    names = []
    file = edited(kept, tmp_path, lambda results: names.append(set_first_estimate(results, 0.1)))
    code, certificate = verify(file)
    [difference] = certificate["differences"]
    assert code == 1
    assert difference["name"] == names[0]
    assert difference["cause"].startswith("nothing that is recorded has changed")


def test_a_key_on_one_side_only_is_a_difference(
    kept: Path, verify: Callable[..., Any], tmp_path: Path
) -> None:
    def edit(results: dict[str, Any]) -> None:
        results["tables"]["more"] = {"\x1b[31m": 1}
        results["estimates"].pop()

    code, certificate = verify(edited(kept, tmp_path, edit))
    counts = certificate["counts"]
    assert code == 1
    assert counts["only_archived"] == 1
    assert counts["only_recomputed"] == counts["differ"] - 1 > 10


def test_nothing_in_the_file_steers_the_terminal(
    kept: Path, verify: Callable[..., Any], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def edit(results: dict[str, Any]) -> None:
        results["tables"]["more"] = {"\x1b[31m": "\x1b]0;\x07"}
        results["provenance"]["code_version"] = "\x1b[2J"
        results["provenance"]["code"] = "0" * 64

    verify(edited(kept, tmp_path, edit))
    told = capsys.readouterr().out
    assert "differs: tables.more.\ufffd[31m" in told
    assert "\x1b" not in told and "\x07" not in told


def test_a_release_can_be_verified(data: Path, verify: Callable[..., Any], tmp_path: Path) -> None:
    file = tmp_path / "release.json"
    release = {"n_boot": 100, "profile": "release", "part": "prospective"}
    file.write_bytes(results_json(analyse(data, release, on=DATE)))
    code, certificate = verify(file)
    assert (code, certificate["differences"], certificate["changes"]) == (0, [], [])
    assert certificate["archived"]["parameters"]["profile"] == "release"


def test_the_certificate_names_no_folder_and_no_word_of_the_clinic(
    data: Path, verify: Callable[..., Any], tmp_path: Path
) -> None:
    folder = tmp_path / "canary_folder"
    shutil.copytree(data, folder)
    (folder / "study.toml").write_text('missing_words = ["canary word"]\n', encoding="utf-8")
    write_results(analyse(folder, {"n_boot": 100, "part": "prospective"}), folder, tmp_path)
    verify(tmp_path / "results.json", folder=folder)
    text = (tmp_path / "out" / "certificate.json").read_text(encoding="utf-8")
    assert "canary" not in text and str(tmp_path) not in text


def test_without_a_checkout_there_is_no_default(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(archive, "ARCHIVE", tmp_path / "synthetic_results.json")
    with pytest.raises(InputError, match=r"missing; .* with --data"):
        archive.find_archive()
