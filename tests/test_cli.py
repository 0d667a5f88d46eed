"""The `study` command as people call it: outputs, exit codes, and one message when it is wrong."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from helpers import cli
from helpers.results import check_results
from tests.studies import SAMPLE, infusions, record, save, save_redcap, workbook

STUDY = [sys.executable, "-m", "helpers.cli"]


def small(folder: Path) -> Path:
    return save(workbook(infusions=infusions(count=4), follow_ups=[{}]), folder)


def test_check_prints_a_summary_and_writes_the_queries(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["check", str(SAMPLE), "--out", str(tmp_path)]) == 0
    text = capsys.readouterr().out
    assert "27 patients screened, 22 eligible" in text
    assert "To correct: 12" in text
    assert "Infusions, row 103, NRS before" in text
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "data_queries.csv",
        "data_queries.xlsx",
    ]


def test_check_prints_places_and_no_value(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    book = workbook(
        follow_ups=[{"Duration of relief": "canary phrase"}],
        events=[{"Event": "canary event"}],
        patients=[{"Comorbidities": "canary c"}],
    )
    folder = save(book, tmp_path / "data")
    cli.main(["check", str(folder), "--out", str(tmp_path / "out")])
    captured = capsys.readouterr()
    assert "canary" not in captured.out + captured.err


def test_analyse_writes_results_of_the_schema(tmp_path: Path) -> None:
    assert cli.main(["analyse", str(SAMPLE), "--out", str(tmp_path), "-P", "ci_level=0.9"]) == 0
    results = json.loads((tmp_path / "results.json").read_text(encoding="utf-8"))
    check_results(results)
    assert results["provenance"]["parameters"]["ci_level"] == 0.9
    assert {e["level"] for e in results["estimates"]} == {0.9, None}


def test_analyse_twice_gives_the_same_bytes(tmp_path: Path) -> None:
    for name in ("a", "b"):
        cli.main(["analyse", str(SAMPLE), "--out", str(tmp_path / name)])
    for name in ("results.json", "data_queries.csv", "data_queries.xlsx"):
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["analyse", "nowhere", "--out", "OUT"], "no such folder"),
        (["analyse", "SAMPLE", "--out", "OUT", "-P", "ci_levl=0.9"], "did you mean 'ci_level'"),
        (["analyse", "SAMPLE", "--out", "OUT", "-P", "ci_level=2"], "between 0.5 and 1"),
        (["analyse", "SAMPLE", "--out", "OUT", "-P", "data=x"], "given twice"),
        (["analyse", "SAMPLE", "--out", "OUT", "-P", "seed"], "expected name=value"),
        (["report", "SAMPLE", "--out", "OUT", "-P", "data=x"], "given twice"),
        (["report", "SAMPLE", "--out", "OUT", "--formats", "html,odt"], "unknown format 'odt'"),
        (["report", "SAMPLE", "--out", "OUT", "-P", "part=first"], "one of both"),
        (["report", "nowhere", "--out", "OUT"], "no such folder"),
        (["synth", "--out", "OUT", "--retrospective", "0", "--prospective", "0"], "nothing"),
    ],
)
def test_a_wrong_call_is_one_message_and_exit_code_2(
    tmp_path: Path, arguments: list[str], words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    places = {"OUT": str(out), "SAMPLE": str(SAMPLE), "nowhere": str(tmp_path / "nowhere")}
    assert cli.main([places.get(argument, argument) for argument in arguments]) == 2
    message = [line for line in capsys.readouterr().err.splitlines() if not line.endswith("…")]
    assert len(message) == 1
    assert message[0].startswith(f"study {arguments[0]}: ")
    assert words in message[0]
    assert not out.exists() or list(out.iterdir()) == []


def test_a_bad_environment_is_one_message_too(tmp_path: Path) -> None:
    for epoch, code in (("yesterday", 2), ("", 0)):
        done = subprocess.run(
            [*STUDY, "analyse", str(small(tmp_path / "data")), "--out", str(tmp_path / "out")],
            env={**os.environ, "SOURCE_DATE_EPOCH": epoch}, capture_output=True, text=True,
            check=False,
        )  # fmt: skip
        assert done.returncode == code
        assert "Traceback" not in done.stderr


def test_wrong_input_leaves_the_old_output_as_it_was(tmp_path: Path) -> None:
    out = tmp_path / "out"
    cli.main(["analyse", str(small(tmp_path / "good")), "--out", str(out)])
    before = {path.name: path.read_bytes() for path in out.iterdir()}
    (tmp_path / "bad").mkdir()
    (tmp_path / "bad" / "chart_review.xlsx").write_bytes(b"no workbook")
    assert cli.main(["analyse", str(tmp_path / "bad"), "--out", str(out)]) == 2
    assert {path.name: path.read_bytes() for path in out.iterdir()} == before


def test_out_that_is_a_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    target = tmp_path / "file"
    target.write_text("mine")
    assert cli.main(["analyse", str(small(tmp_path / "data")), "--out", str(target)]) == 2
    assert "is a file" in capsys.readouterr().err
    assert target.read_text() == "mine"


def test_a_report_of_one_part_says_that_the_other_is_absent(tmp_path: Path) -> None:
    folder = save_redcap(record(), tmp_path / "data")
    out = tmp_path / "out"
    assert cli.main(["report", str(folder), "--out", str(out), "--formats", "html"]) == 0
    page = (out / "report.html").read_text(encoding="utf-8")
    assert "Part 1, chart review: not part of this report." in page
    results = json.loads((out / "results.json").read_text(encoding="utf-8"))
    assert {e["part"] for e in results["estimates"]} == {"prospective"}


def test_a_second_report_finds_nothing_changed_until_something_is(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder, out = small(tmp_path / "data"), tmp_path / "out"
    call = ["report", str(folder), "--out", str(out), "--formats", "html"]
    assert cli.main(call) == 0
    first = (out / "report.html").stat().st_mtime_ns
    assert cli.main(call) == 0
    assert "Nothing has changed" in capsys.readouterr().out
    assert (out / "report.html").stat().st_mtime_ns == first
    for change in (
        lambda: (out / "report.html").write_text("spoilt"),
        lambda: save(workbook(infusions=infusions(count=5), follow_ups=[{}]), folder),
        lambda: call.extend(["-P", "ci_level=0.9"]),
    ):
        change()
        assert cli.main(call) == 0
        assert "Nothing has changed" not in capsys.readouterr().out


def test_help_names_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as done:
        cli.main(["--help"])
    assert done.value.code == 0
    text = capsys.readouterr().out
    for command in ("check", "analyse", "report", "synth", "export"):
        assert command in text


def test_a_folder_where_an_output_belongs_replaces_nothing(tmp_path: Path) -> None:
    out = tmp_path / "out"
    (out / "data_queries.csv").mkdir(parents=True)
    (out / "results.json").write_text("OLD")
    assert cli.main(["analyse", str(small(tmp_path / "data")), "--out", str(out)]) == 2
    assert (out / "results.json").read_text() == "OLD"


def test_a_spoilt_stamp_is_no_reason_to_fail(tmp_path: Path) -> None:
    out = tmp_path / "out"
    call = ["report", str(small(tmp_path / "data")), "--out", str(out), "--formats", "html"]
    assert cli.main(call) == 0
    (out / ".report.json").write_text("[]")
    assert cli.main(call) == 0


def test_a_terminal_without_the_characters_still_gets_the_summary(tmp_path: Path) -> None:
    done = subprocess.run(
        [*STUDY, "check", str(SAMPLE), "--out", str(tmp_path)],
        env={**os.environ, "PYTHONIOENCODING": "ascii"}, capture_output=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0
    assert b"To correct: 12" in done.stdout
