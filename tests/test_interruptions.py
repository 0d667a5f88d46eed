"""Interrupted at any moment: 130 and the old outputs whole, or 0 and the new ones whole."""

from __future__ import annotations

import contextlib
import inspect
import os
import signal
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from types import FrameType
from typing import Any

import pytest

from helpers import cli, notebooks
from helpers.errors import InputError
from helpers.interruption import check_interruption, uninterrupted
from helpers.replacing import open_staging
from helpers.write import write_files
from tests.outputs import STUDY, Contents, calls, contents, run_as_command, small_study, write_old
from tests.studies import SAMPLE

pytestmark = pytest.mark.skipif(os.name != "posix", reason="signals of POSIX")
STOPS = (signal.SIGINT, signal.SIGTERM)
COMMANDS = ("check", "analyse", "synth")
MOMENTS = 9
WRITERS = (
    "replacing.py",
    "moving.py",
    "locking.py",
    "write.py",
    "interruption.py",
    "contextlib.py",
)


@pytest.fixture(autouse=True)
def heeded() -> Iterator[None]:
    """Heed Ctrl-C although whoever started the tests in the background may have said not to."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return small_study(tmp_path_factory.mktemp("interruptions") / "data")


class Moment:
    """Sends a signal to this process at the n-th call inside some files; counts the calls.

    ``after`` names the function before which none counts: that which takes the signals in hand.
    """

    def __init__(
        self, files: tuple[str, ...], at: int = -1, stop: int = signal.SIGINT, after: str = ""
    ) -> None:
        self.files, self.at, self.stop, self.after = files, at, stop, after
        self.seen = 0

    def __call__(self, frame: FrameType, event: str, argument: Any) -> None:
        if event != "call" or not frame.f_code.co_filename.endswith(self.files):
            return
        if frame.f_code.co_flags & inspect.CO_GENERATOR:
            return  # an exception of a profiler skips its `finally`, which no signal's does
        if self.after:
            self.after = "" if frame.f_code.co_name == self.after else self.after
            return
        self.seen += 1
        if self.seen == self.at:
            sys.setprofile(None)
            signal.raise_signal(self.stop)

    def during(self, work: Callable[[], Any]) -> Any:
        sys.setprofile(self)
        try:
            return work()
        finally:
            sys.setprofile(None)


SOURCES = tuple(str(path) for path in Path(cli.__file__).parent.rglob("*.py"))


# at every call of the writing


NEW = {"a": b"new a", "b": b"new b", "c": b"new c"}


def write_new(out: Path, moment: Moment) -> int:
    return run_as_command(lambda: moment.during(lambda: write_files(NEW, out)))


def test_at_every_call_of_the_writing_all_is_old_or_all_is_new(tmp_path: Path) -> None:
    counting = Moment(WRITERS)
    assert write_new(tmp_path / "counted", counting) == 0
    assert counting.seen > 50
    codes = []
    for at in range(1, counting.seen + 1):
        out = tmp_path / str(at)
        old = write_old("analyse", out)
        codes.append(write_new(out, Moment(WRITERS, at, STOPS[at % 2])))
        assert contents(out) == (old if codes[-1] == 130 else old | NEW), f"call {at}"
    assert codes == sorted(codes, reverse=True), "early: interrupted; late: complete"
    assert set(codes) == {0, 130}


def test_at_every_call_a_folder_that_was_not_there_is_not_left_behind(tmp_path: Path) -> None:
    counting = Moment(WRITERS)
    write_new(tmp_path / "counted", counting)
    for at in range(1, counting.seen + 1):
        out = tmp_path / str(at) / "out"
        code = write_new(out, Moment(WRITERS, at))
        assert contents(out) == (NEW if code == 0 else {})
        assert (tmp_path / str(at)).exists() == (code == 0)


def fail(out: Path, moment: Moment) -> int:
    def work() -> None:
        with open_staging(out) as staging:
            staging.write(NEW)
            raise InputError("wrong input")

    return run_as_command(lambda: moment.during(work))


def test_at_every_call_of_the_cleaning_up_nothing_is_left(tmp_path: Path) -> None:
    counting = Moment(WRITERS)
    assert fail(tmp_path / "counted", counting) == 2
    for at in range(1, counting.seen + 1):
        assert fail(tmp_path / str(at) / "out", Moment(WRITERS, at)) == 130
        assert not (tmp_path / str(at)).exists(), f"call {at}"


# at many calls of whole commands


@pytest.fixture(scope="module")
def lengths(study: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[int, Any]]:
    """Return how many calls each command makes, and what it leaves when nobody interrupts it."""
    found = {}
    for command, call in calls(study).items():
        out = tmp_path_factory.mktemp(command) / "out"
        write_old(command, out)
        counting = Moment(SOURCES, after="_run")
        assert counting.during(lambda call=call, out=out: cli.main([*call, "--out", str(out)])) == 0
        found[command] = (counting.seen, contents(out))
    return found


@pytest.mark.parametrize("stop", STOPS)
@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_interrupted_at_many_moments(
    command: str, stop: signal.Signals, study: Path, tmp_path: Path,
    lengths: dict[str, tuple[int, Contents]], capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    length, new = lengths[command]
    offset = STOPS.index(stop) / 2
    for moment in range(MOMENTS):
        out = tmp_path / str(moment)
        old = write_old(command, out)
        at = 1 + int(length * (moment + offset) / MOMENTS)
        code = Moment(SOURCES, at, stop, "_run").during(
            lambda out=out: cli.main([*calls(study)[command], "--out", str(out)])
        )
        error = capsys.readouterr().err
        assert "Traceback" not in error
        assert ("interrupted; nothing was replaced." in error) == (code == 130)
        assert code in {0, 130}
        assert contents(out) == (old if code == 130 else new)


# what libraries do with an interruption


def test_an_interruption_that_a_library_swallows_is_noticed_before_anything_is_replaced(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    old = write_old("analyse", tmp_path)

    class Swallowing:
        def __del__(self) -> None:
            signal.raise_signal(signal.SIGTERM)

    def work() -> None:
        thing = Swallowing()
        del thing
        write_files(NEW, tmp_path)

    assert run_as_command(work) == 130
    assert capsys.readouterr().err == "study: interrupted; nothing was replaced.\n"
    assert contents(tmp_path) == old


def test_an_interruption_that_surfaces_as_another_error_is_one(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def work() -> None:
        try:
            signal.raise_signal(signal.SIGINT)
        except KeyboardInterrupt:
            raise ImportError("numpy: half imported") from None

    assert run_as_command(work) == 130
    assert capsys.readouterr().err == "study: interrupted; nothing was replaced.\n"


def test_an_error_that_is_none_of_these_keeps_its_traceback() -> None:
    with pytest.raises(ZeroDivisionError):
        run_as_command(lambda: 1 / 0)


def test_a_second_signal_does_not_disturb_the_cleaning_up(tmp_path: Path) -> None:
    cleaned = []

    def work() -> None:
        try:
            signal.raise_signal(signal.SIGINT)
        finally:
            signal.raise_signal(signal.SIGINT)
            cleaned.append(True)

    assert run_as_command(work) == 130
    assert cleaned == [True]


def test_a_signal_that_the_process_was_told_to_ignore_stays_ignored(tmp_path: Path) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)

    def work() -> None:
        with uninterrupted():
            signal.raise_signal(signal.SIGINT)
        signal.raise_signal(signal.SIGINT)
        check_interruption()
        write_files(NEW, tmp_path)

    assert run_as_command(work) == 0
    assert contents(tmp_path) == NEW


def test_handlers_are_those_of_before_afterwards() -> None:
    before = [signal.getsignal(number) for number in STOPS]
    run_as_command(lambda: signal.raise_signal(signal.SIGTERM))
    with uninterrupted():
        pass
    assert [signal.getsignal(number) for number in STOPS] == before


def test_other_threads_leave_the_signals_alone(tmp_path: Path) -> None:
    codes: list[int] = []
    work = lambda: codes.append(run_as_command(lambda: write_files(NEW, tmp_path)))  # noqa: E731
    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert codes == [0]


# real processes


def stop_at(
    call: list[str], words: str, stop: signal.Signals, *, stream: str = "stderr", child: str = ""
) -> tuple[int, str]:
    """Run a command, send a signal once it has said some words, and return how it ended.

    With ``child``, it is also waited for a process of that name, where the system lists them.
    Whatever it started has ended with it: what it leaves in the environment finds its children.
    """
    mark = f"STOPPED={uuid.uuid4().hex}"
    environment = os.environ | dict([mark.split("=")])
    streams = {"stderr": subprocess.PIPE, "stdout": subprocess.PIPE}
    with subprocess.Popen(call, env=environment, text=True, **streams) as process:
        source = getattr(process, stream)
        assert any(words in line for line in source)
        while child and marked(mark) and not any(child in name for name in marked(mark)):
            time.sleep(0.05)
        process.send_signal(stop)
        _, error = process.communicate()
    assert marked(mark) == []
    return process.returncode, error


def marked(mark: str) -> list[str]:
    """Return the processes that have a mark in their environment (none where there is no /proc)."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if mark.encode() in (folder / "environ").read_bytes():
                found.append((folder / "cmdline").read_text())
    return found


@pytest.mark.parametrize(
    ("stop", "words"),
    [(STOPS[0], "Rendering 5/"), (STOPS[1], "Rendering 5/"), (STOPS[0], "reading"),
     (STOPS[1], "estimating")],
)  # fmt: skip
def test_a_report_is_stopped_with_its_kernel(
    words: str, stop: signal.Signals, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out, kept = tmp_path / "out", tmp_path / "kept"
    monkeypatch.setenv("STUDY_CACHE", str(kept))
    call = [*STUDY, "report", str(SAMPLE), "--out", str(out), "--formats", "html",
            "--engine", "embedded", "-P", "n_boot=100"]  # fmt: skip
    code, error = stop_at(call, words, stop, child="ipykernel")
    assert not [name for name in contents(kept) if name.startswith(".")]
    assert code == 130
    assert error.splitlines()[-1] == "study report: interrupted; nothing was replaced."
    assert "Traceback" not in error
    assert not out.exists()


@pytest.mark.parametrize("stop", STOPS)
@pytest.mark.parametrize("words", ["reading", "estimating"])
def test_an_analysis_is_stopped_from_outside(
    words: str, stop: signal.Signals, study: Path, tmp_path: Path
) -> None:
    old = write_old("analyse", tmp_path)
    call = [*STUDY, "analyse", str(study), "-P", "n_boot=5000", "--out", str(tmp_path)]
    code, error = stop_at(call, words, stop)
    assert "Traceback" not in error
    assert code in {0, 130}
    found = contents(tmp_path)
    assert found.keys() == old.keys()
    assert (found == old) if code == 130 else (b"old" not in found.values())


def test_a_signal_while_python_shuts_down_does_not_make_a_finished_run_a_killed_one(
    study: Path, tmp_path: Path
) -> None:
    call = [*STUDY, "check", str(study), "--out", str(tmp_path)]
    code, _ = stop_at(call, "Written: ", signal.SIGTERM, stream="stdout")
    assert code == 0
    assert contents(tmp_path).keys() == {"data_queries.csv", "data_queries.xlsx"}


@pytest.mark.parametrize(
    ("stop", "words", "child"),
    [(STOPS[0], "01_clean", "ipykernel"), (STOPS[1], "01_clean", "ipykernel"),
     (STOPS[1], "02_clean", "")],
)  # fmt: skip
def test_notebooks_are_stopped_with_their_kernels(
    stop: signal.Signals, words: str, child: str, tmp_path: Path
) -> None:
    old = {f"{notebook.stem}.html": b"old" for notebook in notebooks.list_notebooks()}
    write_files(old, tmp_path)
    call = [sys.executable, "-m", "helpers.notebooks", "--data", str(SAMPLE),
            "--out", str(tmp_path)]  # fmt: skip
    code, error = stop_at(call, words, stop, child=child)
    assert (code, error) == (130, "notebooks: interrupted; nothing was replaced.\n")
    assert contents(tmp_path) == old


def test_a_reader_that_has_read_enough_is_no_error(study: Path, tmp_path: Path) -> None:
    call = [*STUDY, "check", str(study), "--out", str(tmp_path)]
    with subprocess.Popen(call, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as run:
        assert run.stdout is not None
        run.stdout.close()
        assert run.stderr is not None
        assert run.stderr.read() == "reading the study folder …\n"
    assert run.returncode == 0


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="a device that is always full")
def test_outputs_that_cannot_be_listed_are_said_to_be_there(study: Path, tmp_path: Path) -> None:
    call = [*STUDY, "check", str(study), "--out", str(tmp_path)]
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(call, stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr.endswith(
        "is in place, but cannot be listed here: No space left on device.\n"
    )
    assert contents(tmp_path).keys() == {"data_queries.csv", "data_queries.xlsx"}
