"""Renders a document with Quarto, where it is installed."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Final

from helpers.errors import RenderError
from helpers.interruption import uninterrupted
from helpers.render.document import check_formats, move_into, staging
from helpers.render.docx_mark import mark_docx
from helpers.render.front_matter import option
from helpers.render.parameters import injected_source, parameter_names
from helpers.render.quarto_mark import write_marked
from helpers.render.references import bibliography_files
from helpers.render.subset import Document, parse_document

_TO: Final = {"html": "html", "docx": "docx", "pdf": "typst"}
_COLOUR: Final = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")


def find_quarto() -> str | None:
    """Return the path of the ``quarto`` command, None where it is not installed."""
    return shutil.which("quarto")


def render_with_quarto(
    qmd: Path,
    *,
    parameters: Mapping[str, object],
    formats: Sequence[str],
    out_dir: Path,
    metadata: Mapping[str, str] | None = None,
) -> dict[str, Path]:
    """Render a document with Quarto and return its outputs by format.

    The arguments are those of ``render_document``. The mark goes into the page and the PDF through
    Quarto's own includes, and into the DOCX when Quarto has written it. Quarto runs on a copy in a
    folder of its own: beside the source it would leave files, and ``--output-dir`` empties the
    folder that it names.

    Raises
    ------
    DocumentError
        When the document lies outside the subset.
    CallError
        When a format or a parameter does not exist.
    RenderError
        When Quarto is missing or fails; the message is Quarto's own.
    """
    check_formats(formats)
    quarto = find_quarto()
    if quarto is None:
        raise RenderError("quarto is not on the PATH; install it, or use the embedded renderer.")
    document = parse_document(qmd)
    cell = document.parameters
    injected_source(parameter_names(qmd, cell.source, cell.line), parameters)
    with staging(out_dir) as folder:
        changes = dict(metadata or {})
        mark = changes.pop("mark", "")
        if "origin" in changes:
            changes["description-meta"] = changes.pop("origin")
        arguments = _arguments(document, parameters, formats, folder, changes)
        if mark:
            write_marked(document, folder, mark)
        _run([quarto, *arguments], folder)
        written = {name: _output(document, name, folder) for name in formats}
        if mark and "docx" in written:
            mark_docx(written["docx"], mark)
        return {name: move_into(file, out_dir) for name, file in written.items()}


def _arguments(
    document: Document,
    parameters: Mapping[str, object],
    formats: Sequence[str],
    folder: Path,
    metadata: Mapping[str, str],
) -> list[str]:
    copy = _copy_document(document, folder)
    values = folder / "parameters.yml"  # JSON is YAML
    values.write_text(json.dumps(dict(parameters), default=os.fspath), encoding="utf-8")
    home = document.path.resolve().parent
    arguments = ["render", copy.name, "--to", ",".join(_TO[name] for name in formats),
                 "--execute-params", values.name, "--execute-dir", str(home)]  # fmt: skip
    for key, value in metadata.items():
        arguments += ["-M", f"{key}:{' '.join(value.split())}"]
    return arguments


def _copy_document(document: Document, folder: Path) -> Path:
    """Copy the document and the files that it names; relative names stay as they are."""
    home = document.path.resolve().parent
    reference: Any = option(document.front_matter, "docx", "reference-doc", None)
    named = bibliography_files(document.path, document.front_matter)
    named += [document.path.parent / name for name in (reference, *document.images) if name]
    for file in named:
        inside = file.resolve()
        if inside.is_relative_to(home):
            target = folder / inside.relative_to(home)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(inside, target)
    return Path(shutil.copyfile(document.path, folder / document.path.name))


def _run(command: Sequence[str], folder: Path) -> None:
    """Run Quarto with this interpreter; on an interrupt, end all that it started."""
    environment = {**os.environ, "QUARTO_PYTHON": sys.executable, "NO_COLOR": "1"}
    with ExitStack() as started:
        with uninterrupted():
            process = started.enter_context(subprocess.Popen(
                command, cwd=folder, env=environment, stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, encoding="utf-8",
                errors="replace", start_new_session=True,
            ))  # fmt: skip
            started.push(lambda kind, error, trace: _end(process) if kind else None)
        told, _ = process.communicate()
    if process.returncode:
        raise RenderError(f"quarto failed: {_reason(told)}.")


def _end(process: subprocess.Popen[str]) -> None:
    if hasattr(os, "killpg"):
        os.killpg(process.pid, signal.SIGKILL)
    else:
        process.kill()


def _reason(told: str) -> str:
    """Return the line of Quarto's output that says what went wrong."""
    lines = [line.strip() for line in _COLOUR.sub("", told).splitlines() if line.strip()]
    marked = [line for line in lines if re.match(r"(ERROR|Error|\w+(Error|Exception)):", line)]
    reason = (marked or lines or ["it printed nothing"])[-1]
    return reason.removeprefix("ERROR:").strip().rstrip(".")


def _output(document: Document, name: str, folder: Path) -> Path:
    file = folder / f"{document.path.stem}.{name}"
    if not file.is_file():
        raise RenderError(f"quarto ended without an error and without {file.name}.")
    return file
