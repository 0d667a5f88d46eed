"""A run that is stopped, split or moved gives the bytes of one that is not."""

from __future__ import annotations

import json
import os
import signal
from pathlib import Path

import pytest

from helpers import cli
from helpers.simulation.call import check_call
from helpers.simulation.checkpoints import identity_of
from tests.simulation.runs import (
    BLOCKS,
    FILES,
    blocks_of,
    contents,
    simulate,
    start,
    wait_for_a_block,
)


def test_a_killed_run_goes_on_and_gives_the_same_bytes(whole: Path, tmp_path: Path) -> None:
    out = tmp_path / "killed"
    with start(out, "--jobs", "1") as process:
        wait_for_a_block(out, process)
        process.send_signal(signal.SIGKILL)
    kept = {path: path.stat().st_mtime_ns for path in blocks_of(out)}
    assert 0 < len(kept) < BLOCKS
    assert not any((out / name).exists() for name in FILES)
    assert cli.main(simulate(out, "--jobs", "1")) == 0
    assert contents(out) == contents(whole)
    assert kept.items() <= {path: path.stat().st_mtime_ns for path in blocks_of(out)}.items()


def test_an_interrupted_run_says_so_and_leaves_whole_blocks(whole: Path, tmp_path: Path) -> None:
    out = tmp_path / "interrupted"
    with start(out, "--jobs", "2") as process:
        wait_for_a_block(out, process)
        os.killpg(process.pid, signal.SIGINT)  # as Ctrl-C in a terminal: to all processes
        _, told = process.communicate()
    assert process.returncode == 130
    assert "Traceback" not in told
    assert "goes on from there" in told
    assert list(out.rglob(".*")) == []
    for path in blocks_of(out):
        name = path.relative_to(out)
        assert path.read_bytes() == (whole / name).read_bytes()


def test_two_processes_give_the_bytes_of_one(whole: Path, tmp_path: Path) -> None:
    out = tmp_path / "two"
    assert cli.main(simulate(out, "--jobs", "2")) == 0
    assert contents(out) == contents(whole)


def test_more_studies_take_over_what_is_there(whole: Path, tmp_path: Path) -> None:
    out = tmp_path / "longer"
    for replicates in ("1500", "4500"):
        assert cli.main(simulate(out, "--jobs", "1", "--replicates", replicates)) == 0
    assert contents(out) == contents(whole)


@pytest.mark.parametrize("damage", [b"", b"{", b"[]", None])
def test_a_block_that_is_not_whole_is_computed_again(
    whole: Path, tmp_path: Path, damage: bytes | None
) -> None:
    out = tmp_path / "damaged"
    small = ["--truths", "stated", "--sizes", "20", "--replicates", "1000", "--jobs", "1"]
    cli.main(simulate(out, *small))
    before = contents(out)
    (block,) = blocks_of(out)
    expected = block.read_bytes()
    if damage is None:
        block.unlink()
    else:
        block.write_bytes(damage)
    assert cli.main(simulate(out, *small)) == 0
    assert block.read_bytes() == expected
    assert contents(out) == before


def test_what_a_killed_run_was_about_to_write_is_swept(tmp_path: Path) -> None:
    half = tmp_path / "checkpoints" / "stated" / "n20" / ".000000.json.x1y2"
    half.parent.mkdir(parents=True)
    half.write_text("{")
    call = json.dumps(identity_of(check_call(population=20_000)))
    (tmp_path / "checkpoints" / "call.json").write_text(call)
    small = ["--truths", "stated", "--sizes", "20", "--replicates", "1", "--jobs", "1"]
    assert cli.main(simulate(tmp_path, *small)) == 0
    assert not half.exists()


def test_checkpoints_of_another_call_are_refused(
    whole: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = contents(whole)
    for other, told in (
        (["--seed", "2"], "seed 6916403 there, 2 here"),
        (["-P", "ci_level=0.9"], "ci_level 0.95 there, 0.9 here"),
        (["--population", "30000"], "population 20000 there, 30000 here"),
    ):
        for more in ([], ["--show", "stated", "20", "3"]):
            assert cli.main(simulate(whole, *other, *more)) == 2
            assert told in capsys.readouterr().err
    assert contents(whole) == before


def test_checkpoints_of_other_code_are_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    small = ["--truths", "stated", "--sizes", "20", "--replicates", "1", "--jobs", "1"]
    assert cli.main(simulate(tmp_path, *small)) == 0
    file = tmp_path / "checkpoints" / "call.json"
    file.write_text(json.dumps(json.loads(file.read_text()) | {"code": "0" * 64}))
    assert cli.main(simulate(tmp_path, *small)) == 2
    assert "other code" in capsys.readouterr().err


def test_a_folder_of_something_else_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "checkpoints").mkdir()
    (tmp_path / "checkpoints" / "mine.txt").write_text("mine")
    assert cli.main(simulate(tmp_path)) == 2
    assert "something else" in capsys.readouterr().err
    assert (tmp_path / "checkpoints" / "mine.txt").read_text() == "mine"
