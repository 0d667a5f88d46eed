"""Outputs are replaced together or not at all, and nothing else is left behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from helpers.errors import CallError, DocumentError, RenderError
from helpers.render import render_document
from tests.render.conftest import EPOCH
from tests.render.documents import EVERYTHING, write_document

FORMATS = ("html", "docx", "pdf")


@pytest.fixture
def temporary(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Return the folder that serves as the system's for temporary files."""
    with tempfile.TemporaryDirectory(prefix="t") as folder:  # a short name, for the sockets
        monkeypatch.setattr(tempfile, "tempdir", folder)
        yield Path(folder)


def test_same_document_gives_the_same_bytes(
    rendered: dict[str, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", EPOCH)
    monkeypatch.chdir(tmp_path)
    time.sleep(2 - time.time() % 2)  # archives count time in steps of two seconds
    again = render_document(
        EVERYTHING, parameters={"n": 5}, formats=FORMATS, out_dir=tmp_path / "elsewhere"
    )
    assert {name: path.read_bytes() for name, path in again.items()} == {
        name: path.read_bytes() for name, path in rendered.items()
    }


def test_outputs_are_named_after_the_document(tmp_path: Path) -> None:
    path = write_document(tmp_path, "Text.\n")
    out = tmp_path / "new" / "folder"
    written = render_document(path, parameters={}, formats=["html", "docx"], out_dir=out)
    assert written == {"html": out / "document.html", "docx": out / "document.docx"}
    assert sorted(p.name for p in out.iterdir()) == ["document.docx", "document.html"]


def test_nothing_is_left_in_temporary_folders(tmp_path: Path, temporary: Path) -> None:
    path = write_document(tmp_path, "Text.\n")
    render_document(path, parameters={}, formats=["html"], out_dir=tmp_path / "out")
    assert list(temporary.iterdir()) == []


@pytest.mark.parametrize("place", ["a cell", "a conversion", "an interrupt"])
def test_failure_leaves_the_old_outputs_and_nothing_else(
    tmp_path: Path, temporary: Path, place: str
) -> None:
    body = {"a cell": "`{python} 1 / 0`\n", "a conversion": "", "an interrupt": ""}[place]
    if place == "a conversion":  # HTML can be made of it, DOCX cannot
        body = "```{python}\nfrom IPython.display import SVG\nSVG('<svg/>')\n```\n"
    path = write_document(tmp_path, body)
    out = tmp_path / "out"
    out.mkdir()
    for name in FORMATS:
        (out / f"document.{name}").write_text("old")

    def progress(done: int, total: int, label: str) -> None:
        if place == "an interrupt" and label == "DOCX":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt if place == "an interrupt" else RenderError):
        render_document(path, parameters={}, formats=FORMATS, out_dir=out, progress=progress)
    assert sorted(p.name for p in out.iterdir()) == [f"document.{name}" for name in sorted(FORMATS)]
    assert {p.read_text() for p in out.iterdir()} == {"old"}
    assert list(temporary.iterdir()) == []


def test_folders_that_were_made_go_again_on_failure(tmp_path: Path) -> None:
    path = write_document(tmp_path, "`{python} 1 / 0`\n")
    with pytest.raises(RenderError):
        render_document(path, parameters={}, formats=["html"], out_dir=tmp_path / "a" / "b")
    assert not (tmp_path / "a").exists()


def test_refused_document_makes_no_folder(tmp_path: Path) -> None:
    path = write_document(tmp_path, "{{< x >}}\n")
    with pytest.raises(DocumentError):
        render_document(path, parameters={}, formats=["html"], out_dir=tmp_path / "out")
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("formats", [["odt"], [], ["html", "typst"]])
def test_unknown_format_is_refused(tmp_path: Path, formats: list[str]) -> None:
    path = write_document(tmp_path, "Text.\n")
    with pytest.raises(CallError, match="allowed: html, docx, pdf"):
        render_document(path, parameters={}, formats=formats, out_dir=tmp_path / "out")


def test_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    path = write_document(tmp_path, "Text.\n")
    (tmp_path / "file").write_text("")
    with pytest.raises(RenderError, match="cannot be written"):
        render_document(path, parameters={}, formats=["html"], out_dir=tmp_path / "file" / "out")


def test_progress_counts_up_to_the_total(tmp_path: Path) -> None:
    path = write_document(tmp_path, "`{python} n`\n\n```{python}\n#| label: one\n```\n")
    told: list[tuple[int, int, str]] = []
    render_document(
        path, parameters={}, formats=["html"], out_dir=tmp_path,
        progress=lambda done, total, label: told.append((done, total, label)),
    )  # fmt: skip
    assert [done for done, _, _ in told] == [0, 1, 2, 3, 4]
    assert {total for _, total, _ in told} == {4}
    assert [label for _, _, label in told][2:] == ["one", "HTML", "done"]


@pytest.mark.skipif(os.name != "posix", reason="signals of POSIX")
def test_interrupt_from_the_keyboard_ends_the_kernel(tmp_path: Path, temporary: Path) -> None:
    marker = tmp_path / "running"
    body = (
        "```{python}\nimport os, time\nfrom pathlib import Path\n"
        f"Path({str(marker)!r}).write_text(str(os.getpid()))\ntime.sleep(60)\n```\n"
    )
    path = write_document(tmp_path, body)
    code = (
        "import sys; from pathlib import Path; from helpers.render import render_document as r\n"
        "try: r(Path(sys.argv[1]), parameters={}, formats=['html'], out_dir=Path(sys.argv[2]))\n"
        "except KeyboardInterrupt: sys.exit(130)"
    )
    out = tmp_path / "out"
    process = subprocess.Popen(
        [sys.executable, "-c", code, str(path), str(out)],
        env={**os.environ, "TMPDIR": str(temporary)},
    )  # fmt: skip
    deadline = time.monotonic() + 30
    while not (marker.exists() and marker.read_text()) and time.monotonic() < deadline:
        time.sleep(0.05)
    process.send_signal(signal.SIGINT)
    assert process.wait(timeout=10) == 130
    with pytest.raises(ProcessLookupError):
        os.kill(int(marker.read_text()), 0)
    assert not out.exists()
    assert list(temporary.iterdir()) == []
