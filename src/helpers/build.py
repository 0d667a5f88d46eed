"""Builds the report: analyse, render, and replace the old outputs only when all are complete."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from helpers.checkout import PACKAGE, ROOT, find_document
from helpers.errors import InputError
from helpers.mixed import refuse_mixed
from helpers.provenance import code_version
from helpers.replacing import Staging, check_targets, open_staging, replace_outputs
from helpers.settings import PARAMETERS, Settings, resolve_settings
from helpers.study import DATA_FILES
from helpers.verify.archive import ARCHIVE

if TYPE_CHECKING:
    from helpers.render.kernel import Kernel

# What takes seconds to import is imported where it is used: a report that is current needs none.
Progress = Callable[[str], None]
STAMP = ".report.json"
_NEEDED = ("helpers.report",)  # what the cells of report.qmd import


@dataclass(frozen=True, slots=True)
class BuiltReport:
    """The files of a report, and whether they were there already."""

    paths: tuple[Path, ...]
    unchanged: bool


def build_report(
    data: Path,
    out: Path,
    formats: Sequence[str],
    engine: str,
    parameters: Mapping[str, Any],
    progress: Progress,
) -> BuiltReport:
    """Render the report of a study folder into ``out``, with results and data queries.

    When data, parameters, code, lock file and date are those of the report that is there, and it
    is whole, nothing is done.

    Raises
    ------
    StudyError
        When the input, a parameter or the document is wrong; the old report stays.
    """
    if out.exists() and not out.is_dir():
        raise InputError(f"{out}: is a file; expected a folder for the output.")
    settings = resolve_settings(data, parameters) if data.is_dir() else None
    inputs = fingerprint(data, settings.parameters() if settings else {}, formats, engine)
    names = [*(f"report.{name}" for name in formats), "results.json"]
    if settings is None or not settings.for_release:
        names += ["data_queries.csv", "data_queries.xlsx"]
    paths = tuple(out / name for name in names)
    if settings and _is_current(out, inputs, paths):
        return BuiltReport(paths, unchanged=True)
    check_targets(paths)
    if settings:
        refuse_mixed(settings, out)
    with open_staging(out) as staging:
        build_into(staging, data, formats, engine, parameters, progress)
        digests = {name: _digest(staging.folder / name) for name in names}
        stamp = json.dumps({"inputs": inputs, "outputs": digests}, indent=1)
        staging.write({STAMP: stamp.encode()})
        replace_outputs((staging, [*names, STAMP]))
    return BuiltReport(paths, unchanged=False)


def build_into(
    staging: Staging,
    data: Path,
    formats: Sequence[str],
    engine: str,
    parameters: Mapping[str, Any],
    progress: Progress,
) -> None:
    """Write report, results and, unless it is a release, the data queries into a staging folder.

    Further arguments and errors as :func:`build_report`.
    """
    from helpers.render.engine import start_kernel_early
    from helpers.render.subset import parse_document

    document = parse_document(find_document())  # what is outside the subset is told before any work
    # The kernel starts and imports while this process reads and estimates.
    with start_kernel_early(document, formats, engine, _NEEDED) as kernel:
        _analyse_and_render(staging, data, formats, engine, parameters, progress, kernel)


def _analyse_and_render(
    staging: Staging,
    data: Path,
    formats: Sequence[str],
    engine: str,
    parameters: Mapping[str, Any],
    progress: Progress,
    kernel: Kernel | None,
) -> None:
    from helpers.analysis.kept import analyse_once
    from helpers.present.origin import format_origin
    from helpers.render import render_report
    from helpers.write import output_files

    analysis = analyse_once(data, parameters, progress)
    staging.write(output_files(analysis, data, staging.out))
    render_report(
        find_document(),
        {"data": str(data.resolve())} | report_parameters(analysis.settings),
        formats,
        staging.folder,
        engine=engine,
        title=analysis.settings.title,
        mark=page_mark(analysis.settings),
        origin=format_origin(analysis.results.provenance),
        progress=progress,
        kernel=kernel,
    )


def report_parameters(settings: Settings) -> dict[str, Any]:
    """Return what the cells of the report are told, so that they find the same analysis."""
    chosen = settings.parameters()
    return {name: chosen[name] for name in chosen if name in PARAMETERS}


def page_mark(settings: Settings) -> str:
    """Return what every page of a report says, so that none is taken for what it is not."""
    if settings.synthetic:
        return "SYNTHETIC DATA: no patient stands behind any number"
    return "" if settings.for_release else "Internal: not for release"


def fingerprint(
    data: Path, parameters: Mapping[str, Any], formats: Sequence[str], engine: str
) -> str:
    """Return a digest of everything that a report depends on: by content, never by time."""
    digest = hashlib.sha256()
    described = {
        "code": code_version(),
        "parameters": dict(parameters),
        "formats": list(formats),
        "engine": engine,
        "quarto": shutil.which("quarto"),
        "data": str(data.resolve()),  # the links in the data queries lead there
    }
    digest.update(json.dumps(described, sort_keys=True, default=str).encode())
    for path in (*_sources(), *(data / name for name in DATA_FILES)):
        if path.is_file():
            digest.update(f"\0{path.name}\0{_digest(path)}".encode())
    return digest.hexdigest()


def _sources() -> list[Path]:
    code = sorted(path for path in PACKAGE.rglob("*") if path.is_file() and path.suffix != ".pyc")
    documents = ["report.qmd", "references.bib", "_quarto.yml", "requirements.lock"]
    return [*code, *(ROOT / name for name in documents), ARCHIVE]


def _digest(path: Path) -> str:
    with path.open("rb") as stream:  # in pieces: how large it is has not been looked at yet
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _is_current(out: Path, inputs: str, paths: Sequence[Path]) -> bool:
    try:
        stamp = json.loads((out / STAMP).read_text(encoding="utf-8"))
        outputs = {path.name: _digest(path) for path in paths}
    except (OSError, ValueError):
        return False
    return bool(stamp == {"inputs": inputs, "outputs": outputs})
