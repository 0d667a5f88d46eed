"""Renders a document without Quarto: run its cells, convert with pandoc, replace the outputs."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final

from helpers.errors import CallError, RenderError
from helpers.render.subset import Document, parse_document

if TYPE_CHECKING:
    from helpers.render.kernel import Kernel

FORMATS: Final = ("html", "docx", "pdf")
_IMAGES: Final = {"html": "svg", "docx": "png", "pdf": "svg"}
Progress = Callable[[int, int, str], None]


def render_document(
    qmd: Path,
    *,
    parameters: Mapping[str, object],
    formats: Sequence[str],
    out_dir: Path,
    metadata: Mapping[str, str] | None = None,
    progress: Progress | None = None,
    kernel: Kernel | None = None,
) -> dict[str, Path]:
    """Render a document and return its outputs by format; none is replaced before all are done.

    Parameters
    ----------
    qmd
        The document; its folder is the working directory of its code.
    parameters
        Values by name, set directly after the cell tagged ``parameters``.
    formats
        Any of ``html``, ``docx``, ``pdf``.
    out_dir
        Where ``<name of the document>.<format>`` go; made where it is missing.
    metadata
        Plain texts that replace front-matter keys: title, subtitle, date, abstract; ``mark``, a
        text that nobody overlooks, on every page of every format; and ``origin``, where the
        document comes from, for its metadata.
    progress
        Called as ``progress(done, total, label)`` before each step and at the end.
    kernel
        One that ``start_early`` started for this document and these formats; None: none was.

    Raises
    ------
    DocumentError
        When the document lies outside the subset.
    CallError
        When a format or a parameter does not exist.
    RenderError
        When a cell fails, or the result cannot be converted.
    """
    check_formats(formats)
    document = parse_document(qmd)
    with staging(out_dir) as folder:
        from helpers.render.assemble import assemble_markdown
        from helpers.render.convert import convert
        from helpers.render.execute import count_steps, execute_document
        from helpers.render.source import Source

        count = _Count(count_steps(document) + len(formats), progress)
        images = _images(formats)
        shown = execute_document(document, parameters, images, count.step, kernel)
        text = assemble_markdown(document, shown, folder, images)
        written = convert(Source(document, text, folder, metadata or {}), formats, count.step)
        moved = {name: move_into(file, out_dir) for name, file in written.items()}
        count.finish()
    return moved


def start_early(
    document: Document, formats: Sequence[str], imports: Sequence[str]
) -> AbstractContextManager[Kernel]:
    """Start the kernel of a document while there is other work; it imports modules meanwhile."""
    from helpers.render.execute import prepare_kernel

    return prepare_kernel(document, _images(formats), imports)


def _images(formats: Sequence[str]) -> list[str]:
    return sorted({_IMAGES[name] for name in formats})


def check_formats(formats: Sequence[str]) -> None:
    """Refuse formats that do not exist, and none at all.

    Raises
    ------
    CallError
        In either case.
    """
    unknown = [name for name in formats if name not in FORMATS]
    if unknown or not formats:
        named = f"unknown format '{unknown[0]}'" if unknown else "no format"
        raise CallError(f"{named}; allowed: {', '.join(FORMATS)}.")


@contextmanager
def staging(out_dir: Path) -> Iterator[Path]:
    """Make a folder beside the outputs, and remove it, whatever happens.

    Raises
    ------
    RenderError
        When the folder for the outputs cannot be made.
    """
    made = [folder for folder in (out_dir, *out_dir.parents) if not folder.exists()]
    try:
        out_dir.mkdir(parents=True, exist_ok=True)
        folder = Path(tempfile.mkdtemp(prefix=".render-", dir=out_dir)).resolve()
    except OSError as error:
        raise RenderError(f"{out_dir}: cannot be written: {error.strerror}.") from None
    try:
        yield folder
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        for empty in made:
            with suppress(OSError):
                empty.rmdir()
        raise
    shutil.rmtree(folder, ignore_errors=True)


def move_into(file: Path, out_dir: Path) -> Path:
    """Move a finished file into its place, replacing what is there in one step."""
    return file.replace(out_dir / file.name)


class _Count:
    """Counts steps and tells them on."""

    def __init__(self, total: int, progress: Progress | None) -> None:
        self._total = total
        self._done = 0
        self._progress = progress

    def step(self, label: str) -> None:
        """Tell that a step begins."""
        if self._progress:
            self._progress(self._done, self._total, label)
        self._done += 1

    def finish(self) -> None:
        """Tell that all is done."""
        if self._progress:
            self._progress(self._total, self._total, "done")
