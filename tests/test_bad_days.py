"""The clinic's worst days: whatever goes wrong, the old outputs are whole, or the new ones are."""

from __future__ import annotations

import contextlib
import errno
import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from helpers import build, cli, moving, notebooks
from helpers.build import build_report
from helpers.errors import OutputError, StudyError
from helpers.locking import lock_folder
from helpers.replacing import open_staging, replace_outputs
from helpers.results import write_bytes
from helpers.synthetic import write_synthetic_study
from helpers.write import write_files
from tests.outputs import STUDY, calls, contents, small_study, write_old

COMMANDS = ("check", "analyse", "synth")
OLD = {"a": b"old a", "b": b"old b", "c": b"old c"}
NEW = {"a": b"new a", "b": b"new b", "c": b"new c"}
Break = Callable[[int], None]


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return small_study(tmp_path_factory.mktemp("bad_days") / "data")


def told(capsys: pytest.CaptureFixture[str]) -> str:
    lines = [line for line in capsys.readouterr().err.splitlines() if not line.endswith("…")]
    assert len(lines) == 1
    return lines[0]


def failing(original: Callable[..., Any], number: int, at: int) -> Callable[..., Any]:
    """Return a call of the system that fails with an error number when it is called again."""
    left = [at]

    def call(*arguments: Any, **options: Any) -> Any:
        left[0] -= 1
        if left[0] < 0:
            raise OSError(number, os.strerror(number))
        return original(*arguments, **options)

    return call


# full disk


@pytest.fixture
def full_disk(monkeypatch: pytest.MonkeyPatch) -> Break:
    def fill(at: int) -> None:
        monkeypatch.setattr(Path, "write_bytes", failing(Path.write_bytes, errno.ENOSPC, at))

    return fill


@pytest.mark.parametrize("at", [0, 1])
@pytest.mark.parametrize("command", COMMANDS)
def test_full_disk_leaves_the_old_outputs(
    command: str, at: int, study: Path, tmp_path: Path, full_disk: Break,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    old = write_old(command, tmp_path)
    full_disk(at)
    assert cli.main([*calls(study)[command], "--out", str(tmp_path)]) == 2
    message = told(capsys)
    assert message.startswith(f"study {command}: {tmp_path}: no space is left on its disk")
    assert message.endswith("Nothing was replaced.")
    assert contents(tmp_path) == old


@contextlib.contextmanager
def mounted(folder: Path, options: str) -> Iterator[Path]:
    """Mount a file system of its own, where the machine and the user allow for it."""
    folder.mkdir()
    call = ["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(folder)]
    try:
        done = subprocess.run(call, capture_output=True, check=False)
    except FileNotFoundError:
        pytest.skip("no mount here")
    if done.returncode:
        pytest.skip("no right to mount")
    try:
        yield folder
    finally:
        subprocess.run(["umount", str(folder)], check=True)


@pytest.mark.parametrize("command", COMMANDS)
def test_a_disk_that_is_really_full(
    command: str, study: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with mounted(tmp_path / "disk", "size=1m") as disk:
        old = write_old(command, disk / "out")
        (disk / "filler").touch()
        with (disk / "filler").open("wb", buffering=0) as filler, contextlib.suppress(OSError):
            while filler.write(b"x" * 4096):
                pass
        assert cli.main([*calls(study)[command], "--out", str(disk / "out")]) == 2
        assert "no space is left" in told(capsys)
        assert contents(disk / "out") == old


# folders that take nothing


@pytest.mark.parametrize("command", COMMANDS)
def test_a_folder_that_cannot_be_written_is_told_before_any_work(
    command: str, study: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with mounted(tmp_path / "disk", "size=1m") as disk:
        old = write_old(command, disk / "out")
        subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)
        for out in (disk / "out", disk / "new" / "out"):
            assert cli.main([*calls(study)[command], "--out", str(out)]) == 2
            captured = capsys.readouterr().err
            assert "estimating" not in captured
            assert f"{out}: cannot be written: Read-only file system" in captured
        assert contents(disk) == {f"out/{name}": value for name, value in old.items()} | {
            "out": b"folder"
        }


def test_a_folder_without_the_right_to_write_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "open", failing(os.open, errno.EACCES, 0))
    with pytest.raises(OutputError, match="cannot be written: Permission denied"):
        write_files(NEW, tmp_path / "out")
    assert list(tmp_path.iterdir()) == []


# an output that is open in another program: on Windows it cannot be replaced


@pytest.fixture
def open_elsewhere(monkeypatch: pytest.MonkeyPatch) -> Callable[[Path], None]:
    def hold(target: Path) -> None:
        original = Path.replace

        def replace(self: Path, other: Path) -> Path:
            if other == target and ".study-run-" in str(self) and ".old" not in str(self):
                raise PermissionError(errno.EACCES, "Access is denied")
            return original(self, other)

        monkeypatch.setattr(Path, "replace", replace)

    return hold


@pytest.mark.parametrize("name", OLD)
def test_a_file_that_cannot_be_replaced_brings_all_back(
    name: str, tmp_path: Path, open_elsewhere: Callable[[Path], None]
) -> None:
    write_files(OLD, tmp_path)
    open_elsewhere(tmp_path / name)
    with pytest.raises(OutputError, match=rf"{name}: cannot be replaced.* close it there and run"):
        write_files(NEW | {"d": b"new d"}, tmp_path)
    assert contents(tmp_path) == OLD


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_says_what_to_close(
    command: str, study: Path, tmp_path: Path, open_elsewhere: Callable[[Path], None],
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    old = write_old(command, tmp_path)
    last = tmp_path / sorted(old)[-1]
    open_elsewhere(last)
    assert cli.main([*calls(study)[command], "--out", str(tmp_path)]) == 2
    assert told(capsys).startswith(f"study {command}: {last}: cannot be replaced: Access is denied")
    assert contents(tmp_path) == old


def test_a_disk_without_links_keeps_copies(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, open_elsewhere: Callable[[Path], None]
) -> None:
    write_files(OLD, tmp_path)
    monkeypatch.setattr(os, "link", failing(os.link, errno.EPERM, 0))
    open_elsewhere(tmp_path / "c")
    with pytest.raises(OutputError):
        write_files(NEW, tmp_path)
    assert contents(tmp_path) == OLD


def test_what_cannot_be_put_back_is_kept_for_the_next_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_files(OLD, tmp_path)
    with monkeypatch.context() as broken:
        # the journal's own move and that of "a" succeed; then the disk takes nothing any more
        broken.setattr(Path, "replace", failing(Path.replace, errno.EROFS, 2))
        with pytest.raises(OutputError, match=r"files of two runs.*next run .* puts them back"):
            write_files(NEW, tmp_path)
    assert (tmp_path / "a").read_bytes() == b"new a"
    with open_staging(tmp_path):
        assert {name: (tmp_path / name).read_bytes() for name in OLD} == OLD
    assert contents(tmp_path) == OLD


# reports and notebooks, with a renderer that takes no time


@pytest.fixture
def quick_report(monkeypatch: pytest.MonkeyPatch) -> None:
    def render(document: Path, values: Any, formats: Sequence[str], out: Path, **told: Any) -> None:
        for name in formats:
            (out / f"report.{name}").write_bytes(b"new")

    monkeypatch.setattr("helpers.render.render_report", render)


def report(study: Path, out: Path) -> build.BuiltReport:
    parameters = {"n_boot": 100}
    return build_report(study, out, ("html", "pdf"), "embedded", parameters, lambda line: None)


@pytest.mark.usefixtures("quick_report")
@pytest.mark.parametrize(
    "name", ["report.html", "report.pdf", "results.json", "data_queries.xlsx", ".report.json"]
)
def test_a_report_is_replaced_whole_or_not_at_all(
    name: str, study: Path, tmp_path: Path, open_elsewhere: Callable[[Path], None]
) -> None:
    names = ["report.html", "report.pdf", "results.json", "data_queries.csv", "data_queries.xlsx",
             ".report.json"]  # fmt: skip
    old = dict.fromkeys(names, b"old")
    write_files(old, tmp_path)
    open_elsewhere(tmp_path / name)
    with pytest.raises(OutputError, match="close it"):
        report(study, tmp_path)
    assert contents(tmp_path) == old


@pytest.mark.usefixtures("quick_report")
def test_a_report_knows_that_it_was_spoilt(study: Path, tmp_path: Path) -> None:
    assert not report(study, tmp_path).unchanged
    assert report(study, tmp_path).unchanged
    (tmp_path / "results.json").write_bytes(b"of another run")
    assert not report(study, tmp_path).unchanged


@pytest.mark.parametrize("at", [0, 3, 6])
def test_notebooks_are_replaced_whole_or_not_at_all(
    at: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, full_disk: Break
) -> None:
    old = {f"{notebook.stem}.html": b"old" for notebook in notebooks.list_notebooks()}
    write_files(old, tmp_path)
    monkeypatch.setattr(notebooks, "render_notebook", lambda notebook, data: b"new")
    full_disk(at)
    assert notebooks.main(["--out", str(tmp_path)], lambda line: None) == 2
    assert contents(tmp_path) == old
    monkeypatch.undo()
    monkeypatch.setattr(notebooks, "render_notebook", lambda notebook, data: b"new")
    assert notebooks.main(["--out", str(tmp_path)], lambda line: None) == 0
    assert set(contents(tmp_path).values()) == {b"new"}


def test_a_single_file_is_replaced_whole_or_not_at_all(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_bytes(tmp_path / "file", b"old")
    with monkeypatch.context() as broken:
        broken.setattr(Path, "replace", failing(Path.replace, errno.EACCES, 0))
        with pytest.raises(OSError, match="denied"):
            write_bytes(tmp_path / "file", b"new")
    assert contents(tmp_path) == {"file": b"old"}


# the synthetic study: two folders, and a part that goes


def test_a_study_and_its_truth_elsewhere_are_one_set(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, open_elsewhere: Callable[[Path], None]
) -> None:
    out, truth = tmp_path / "study", tmp_path / "elsewhere" / "truth.json"
    write_synthetic_study(out, seed=1, retrospective=1, prospective=1, truth_file=truth)
    old = contents(tmp_path)
    assert "study/redcap_records.csv" in old and "study/truth.json" not in old
    open_elsewhere(truth)
    with pytest.raises(StudyError, match="close it"):
        write_synthetic_study(out, seed=2, retrospective=1, prospective=0, truth_file=truth)
    assert contents(tmp_path) == old
    monkeypatch.undo()
    write_synthetic_study(out, seed=2, retrospective=1, prospective=0, truth_file=truth)
    new = contents(tmp_path)
    assert "study/redcap_records.csv" not in new
    assert json.loads(new["elsewhere/truth.json"])["call"]["seed"] == 2


# two runs into one folder


def test_a_second_run_is_told_to_wait(
    study: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    old = write_old("analyse", tmp_path)
    holder = (
        "import sys; from pathlib import Path; from helpers.replacing import open_staging\n"
        "with open_staging(Path(sys.argv[1])): print('held', flush=True); sys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", holder, str(tmp_path)], stdin=subprocess.PIPE,
        stdout=subprocess.PIPE, text=True,
    ) as first:  # fmt: skip
        assert first.stdout is not None
        first.stdout.readline()
        for command, call in calls(study).items():
            code = cli.main([*call, "--out", str(tmp_path)])
            assert (command, code) == (command, 2)
            assert f"{tmp_path}: another run is writing into this folder" in capsys.readouterr().err
        with pytest.raises(OutputError, match="another run"):
            build_report(study, tmp_path, ["html"], "embedded", {"n_boot": 100}, lambda line: None)
        assert notebooks.main(["--out", str(tmp_path)], lambda line: None) == 2
        assert {name: contents(tmp_path)[name] for name in old} == old
        first.kill()
    assert cli.main([*calls(study)["analyse"], "--out", str(tmp_path)]) == 0
    new = contents(tmp_path)
    assert new.keys() == old.keys()
    assert b"old" not in new.values()


def test_two_runs_at_once_leave_the_outputs_of_one(study: Path, tmp_path: Path) -> None:
    other = small_study(tmp_path / "other", patients=3)
    outs = [tmp_path / "one", tmp_path / "two"]
    for data, out in zip((study, other), outs, strict=True):
        assert cli.main([*calls(data)["check"], "--out", str(out)]) == 0
    whole = [contents(out) for out in outs]
    both = tmp_path / "both"
    runs = [subprocess.Popen([*STUDY, "check", str(data), "--out", str(both)],
                             stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            for data in (study, other)]  # fmt: skip
    codes = [run.wait() for run in runs]
    assert set(codes) <= {0, 2} and 0 in codes
    assert contents(both) in whole


def test_a_lock_left_by_a_killed_run_holds_nobody(tmp_path: Path) -> None:
    (tmp_path / ".study.lock").write_text("stale")
    write_files(NEW, tmp_path)
    assert contents(tmp_path) == NEW


def test_a_disk_without_locks_is_no_reason_to_fail(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fcntl = pytest.importorskip("fcntl")
    monkeypatch.setattr(fcntl, "flock", failing(fcntl.flock, errno.ENOLCK, 0))
    write_files(NEW, tmp_path)
    assert contents(tmp_path) == NEW


def test_a_lock_that_its_holder_removes_meanwhile_is_taken_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fcntl = pytest.importorskip("fcntl")
    original, first = fcntl.flock, [True]

    def flock(handle: int, how: int) -> None:
        if first.pop() if first else False:
            (tmp_path / ".study.lock").unlink()
        original(handle, how)

    monkeypatch.setattr(fcntl, "flock", flock)
    with lock_folder(tmp_path):
        assert (tmp_path / ".study.lock").exists()
    assert list(tmp_path.iterdir()) == []


# killed without a chance to clean up

KILLED = """
import os, signal, sys
from pathlib import Path
from helpers.replacing import open_staging, replace_outputs
original, left = Path.replace, [int(sys.argv[2])]
def replace(self, other):
    if left[0] == 0:
        os.kill(os.getpid(), signal.SIGKILL)
    left[0] -= 1
    return original(self, other)
Path.replace = replace
with open_staging(Path(sys.argv[1])) as staging:
    staging.write({name: b"new" for name in "abcd"})
    replace_outputs((staging, staging.names()))
"""


@pytest.mark.parametrize("moves", [0, 1, 2, 3, 4])
def test_the_next_run_puts_right_what_a_killed_one_left(moves: int, tmp_path: Path) -> None:
    write_files(OLD, tmp_path)
    done = subprocess.run([sys.executable, "-c", KILLED, str(tmp_path), str(moves)], check=False)
    assert done.returncode == -signal.SIGKILL
    assert len(contents(tmp_path)) > len(OLD)
    with contextlib.suppress(OSError), open_staging(tmp_path):
        raise OSError("the next run fails as well")
    assert contents(tmp_path) == OLD


def test_a_journal_cut_off_by_a_power_failure_undoes_nothing(tmp_path: Path) -> None:
    write_files(OLD, tmp_path)
    (tmp_path / ".study-run-x").mkdir()
    (tmp_path / ".study-run-x" / moving.JOURNAL).write_text('{"a": fal')
    with open_staging(tmp_path) as staging:
        staging.write(NEW)
        replace_outputs((staging, ["b"]))
    assert contents(tmp_path) == OLD | {"b": b"new b"}
