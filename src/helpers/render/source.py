"""The text that is converted, and the pandoc arguments that all formats share."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from helpers.render.front_matter import option
from helpers.render.metadata import pandoc_metadata
from helpers.render.pandoc import MARKDOWN
from helpers.render.references import bibliography_files
from helpers.render.subset import Document

HERE: Final = Path(__file__).resolve().parent
ASSETS: Final = HERE / "assets"
FILTER: Final = HERE / "filters" / "quarto.lua"


@dataclass(frozen=True, slots=True)
class Source:
    """An executed document as Markdown, and the folder that holds its figures and its outputs.

    ``changes`` holds plain texts that replace front-matter keys, and the ``mark``.
    """

    document: Document
    markdown: str
    folder: Path
    changes: Mapping[str, str]

    @property
    def mark(self) -> str:
        """The text that stands on every page; empty where there is none."""
        return self.changes.get("mark", "")

    def option(self, target: str, name: str, default: Any = None) -> Any:
        """Return an option of one format (html, docx, typst) from the front matter."""
        return option(self.document.front_matter, target, name, default)

    def output(self, suffix: str) -> Path:
        """Return the path of an output beside the figures."""
        return self.folder / f"{self.document.path.stem}.{suffix}"

    def metadata(self, target: str) -> dict[str, Any]:
        """Return the metadata of one format."""
        return pandoc_metadata(self.document.front_matter, target, self.changes)


def shared_arguments(source: Source, target: str, image_extension: str) -> list[str]:
    """Return the pandoc arguments that every format needs; write its metadata file."""
    front_matter = source.document.front_matter
    metadata = source.folder / f"metadata-{target}.json"
    metadata.write_text(json.dumps(source.metadata(target)), encoding="utf-8")
    arguments = [
        "--from", MARKDOWN, "--standalone", "--wrap=preserve",
        "--metadata-file", str(metadata),
        "--default-image-extension", image_extension,
        "--lua-filter", str(FILTER), "--citeproc",
    ]  # fmt: skip
    for file in bibliography_files(source.document.path, front_matter):
        arguments += ["--bibliography", str(file.resolve())]
    if source.option(target, "number-sections", False):
        arguments.append("--number-sections")
    if source.option(target, "toc", False):
        arguments += ["--toc", f"--toc-depth={source.option(target, 'toc-depth', 3)}"]
    return arguments
