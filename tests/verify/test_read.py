"""A results.json that somebody hands over: one message that names the place, or its content."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from helpers import cli
from helpers.commands import verify
from helpers.errors import InputError
from helpers.verify.archive import ARCHIVE, SYNTHETIC
from helpers.verify.read import read_results

TEXT = ARCHIVE.read_text(encoding="utf-8")
Edit = Callable[[dict[str, Any]], object]


def set_in(*path: str | int, to: Any) -> Edit:
    def edit(results: Any) -> None:
        for step in path[:-1]:
            results = results[step]
        results[path[-1]] = to

    return edit


def nested(depth: int) -> Any:
    found: Any = 1
    for _ in range(depth):
        found = [found]
    return found


BROKEN = {
    "empty": ("", "cannot be read as JSON"),
    "truncated": (TEXT[: len(TEXT) // 2], "cannot be read as JSON"),
    "another language": ("<html></html>", "cannot be read as JSON"),
    "nan": (TEXT.replace('"seed": 20201130', '"seed": NaN', 1), "NaN is no number of JSON"),
    "infinite": (TEXT.replace('"seed": 20201130', '"seed": 1e999', 1), "a number is too large"),
    "digits": (TEXT.replace("20201130", "9" * 5000, 1), "a whole number is too large"),
    "name twice": (TEXT.replace("{", '{"curves": {},', 1), "a name stands twice in one object"),
    "deep": ("[" * 100_000, "nested too deeply"),
    "list": ("[]", "schema_version is missing"),
    "text": ('"results"', "schema_version is missing"),
    "null": ("null", "schema_version is missing"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_what_is_no_results_json_is_refused(name: str, tmp_path: Path) -> None:
    text, words = BROKEN[name]
    file = tmp_path / "results.json"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=rf"^results\.json: .*{words}"):
        read_results(file)


@pytest.mark.parametrize(
    ("edit", "words"),
    [
        (set_in("schema_version", to="2.0"), "schema_version is not 1.0"),
        (set_in("schema_version", to=[1]), "schema_version is not 1.0"),
        (lambda results: results.pop("curves"), "the file: expected required"),
        (lambda results: results["provenance"].pop("data"), "provenance: expected required"),
        (set_in("provenance", to=[]), "provenance: expected type"),
        (set_in("provenance", "data", "x", to="1"), r"provenance\.data\.x: expected pattern"),
        (set_in("provenance", "date", to="yesterday"), "Invalid isoformat string"),
        (lambda results: results["estimates"][3].pop("n"), r"estimates\[3\]: expected required"),
        (set_in("estimates", 3, "estimate", to="x"), r"estimates\[3\]\.estimate: expected type"),
        (lambda results: results["estimates"].append(results["estimates"][0]), "two values"),
        (set_in("tables", "x", to=nested(60)), "nested too deeply"),
    ],
)
def test_what_has_another_shape_is_refused(edit: Edit, words: str, tmp_path: Path) -> None:
    results = json.loads(TEXT)
    edit(results)
    file = tmp_path / "results.json"
    file.write_text(json.dumps(results), encoding="utf-8")
    with pytest.raises(InputError, match=rf"^results\.json: {words}|^results\.json: .*{words}"):
        read_results(file)


def test_bytes_that_are_no_text_are_refused(tmp_path: Path) -> None:
    file = tmp_path / "results.json"
    file.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(InputError, match="no text in UTF-8"):
        read_results(file)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["nowhere.json", "--data", str(SYNTHETIC)], "no such file; expected a results.json"),
        ([str(SYNTHETIC), "--data", str(SYNTHETIC)], "no such file; expected a results.json"),
        (["COPY"], "say with --data which study folder"),
        (["COPY", "--data", "nowhere"], "no such folder"),
        (["COPY", "--data", str(SYNTHETIC), "-P", "data=x"], "the study folder is given twice"),
        (["COPY", "--data", str(SYNTHETIC), "-P", "sed=1"], "did you mean 'seed'"),
        (["EDITED", "--data", str(SYNTHETIC)], "provenance.parameters: ci_level must be"),
    ],
)
def test_a_wrong_call_is_one_message_and_writes_nothing(
    arguments: list[str], words: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    copy, edited = tmp_path / "copy.json", tmp_path / "edited.json"
    copy.write_text(TEXT, encoding="utf-8")
    edited.write_text(TEXT.replace('"ci_level": 0.95', '"ci_level": 95', 1), encoding="utf-8")
    named = [{"COPY": str(copy), "EDITED": str(edited)}.get(a, a) for a in arguments]
    assert cli.main(["verify", *named, "--out", str(tmp_path / "out")]) == 2
    told = capsys.readouterr().err.splitlines()
    assert words in told[-1]
    assert "Traceback" not in "".join(told)
    assert not (tmp_path / "out").exists()


def test_the_synthetic_study_and_its_archive_are_the_defaults(tmp_path: Path) -> None:
    assert verify._results_and_data(None, None) == (ARCHIVE, SYNTHETIC)
    assert verify._results_and_data(ARCHIVE, None) == (ARCHIVE, SYNTHETIC)
    assert verify._results_and_data(None, tmp_path) == (ARCHIVE, tmp_path)


def test_r_is_looked_for_before_any_work(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert cli.main(["verify", "--with-r", "--out", str(tmp_path / "out")]) == 2
    assert capsys.readouterr().err == (
        "study verify: --with-r: Rscript is not on the PATH; install R (Debian: r-base-core).\n"
    )
    assert not (tmp_path / "out").exists()
