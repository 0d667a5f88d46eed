"""Quarto is called as it asks to be called; a script in its place records what it was given."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from helpers.errors import CallError, DocumentError, RenderError
from helpers.render import find_quarto, render_report, render_with_quarto
from tests.render.documents import write_document


def break_quarto(script: Path, action: str) -> None:
    script.write_text(
        script.read_text().replace("for name in formats:", action + "\nfor name in formats:")
    )


def test_quarto_is_given_formats_parameters_and_title(tmp_path: Path, quarto: Path) -> None:
    (tmp_path / "images").mkdir()
    (tmp_path / "images" / "dot.svg").write_text("<svg/>")
    path = write_document(tmp_path, "![A](images/dot.svg)\n")
    out = tmp_path / "out"
    written = render_with_quarto(
        path, parameters={"n": 4}, formats=["html", "docx", "pdf"], out_dir=out,
        metadata={"title": "A: b"},
    )  # fmt: skip
    record = json.loads((tmp_path / "record.json").read_text())
    assert record["arguments"] == [
        "render", "document.qmd", "--to", "html,docx,typst", "--execute-params", "parameters.yml",
        "--execute-dir", str(tmp_path), "-M", "title:A: b",
    ]  # fmt: skip
    assert record["values"] == {"n": 4}
    assert record["python"] == sys.executable
    assert record["files"] == ["document.qmd", "images/dot.svg", "parameters.yml", "references.bib"]
    assert Path(record["folder"]).parent == out
    assert written == {name: out / f"document.{name}" for name in ("html", "docx", "pdf")}
    assert sorted(p.name for p in out.iterdir()) == sorted(p.name for p in written.values())
    assert {p.read_text() for p in written.values()} == {"new"}


@pytest.mark.parametrize(
    ("action", "reason"),
    [
        ("print('\\x1b[31mERROR: no kernel.\\x1b[0m\\n\\n  at x'); sys.exit(1)",
         "quarto failed: no kernel."),
        ("print('Traceback\\nValueError: bad'); sys.exit(1)", "quarto failed: ValueError: bad."),
        ("sys.exit(1)", "it printed nothing"),
        ("sys.exit(0)", "without an error and without document.html"),
    ],
)  # fmt: skip
def test_failure_is_one_line_and_leaves_the_old_output(
    tmp_path: Path, quarto: Path, action: str, reason: str
) -> None:
    break_quarto(quarto, action)
    path = write_document(tmp_path, "Text.\n")
    out = tmp_path / "out"
    out.mkdir()
    (out / "document.html").write_text("old")
    with pytest.raises(RenderError) as failed:
        render_with_quarto(path, parameters={}, formats=["html"], out_dir=out)
    assert reason in str(failed.value)
    assert "\n" not in str(failed.value)
    assert [p.read_text() for p in out.iterdir()] == ["old"]


def test_document_and_parameters_are_checked_before_quarto_runs(
    tmp_path: Path, quarto: Path
) -> None:
    path = write_document(tmp_path, "Text.\n")
    with pytest.raises(CallError, match="no parameter 'k'"):
        render_with_quarto(path, parameters={"k": 1}, formats=["html"], out_dir=tmp_path)
    path = write_document(tmp_path, "{{< x >}}\n")
    with pytest.raises(DocumentError):
        render_with_quarto(path, parameters={}, formats=["html"], out_dir=tmp_path)
    assert not (tmp_path / "record.json").exists()


def test_missing_quarto_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    path = write_document(tmp_path, "Text.\n")
    assert find_quarto() is None
    with pytest.raises(RenderError, match="quarto is not on the PATH"):
        render_with_quarto(path, parameters={}, formats=["html"], out_dir=tmp_path)


def test_engine_is_chosen(tmp_path: Path, quarto: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write_document(tmp_path, "Text.\n")
    told: list[str] = []
    auto = render_report(path, {}, ["html"], tmp_path / "a", title="T", progress=told.append)
    assert auto["html"].read_text() == "new"
    assert told == ["Rendering with Quarto"]
    own = render_report(
        path, {}, ["html"], tmp_path / "b", engine="embedded", title="T", progress=told.append
    )
    assert "<title>T</title>" in own["html"].read_text()
    assert told[-1] == "Rendering 2/2: done"
    quarto.unlink()
    monkeypatch.setenv("PATH", str(quarto.parent))
    fallback = render_report(path, {}, ["html"], tmp_path / "c")
    assert "<title>A title</title>" in fallback["html"].read_text()


def test_unknown_engine_is_refused(tmp_path: Path) -> None:
    path = write_document(tmp_path, "Text.\n")
    with pytest.raises(CallError, match="allowed: auto, quarto, embedded"):
        render_report(path, {}, ["html"], tmp_path, engine="knitr")
