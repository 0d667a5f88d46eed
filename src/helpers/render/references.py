"""Checks that every label is unique, and that every reference and citation has its target."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from helpers.errors import DocumentError
from helpers.render.front_matter import option
from helpers.render.refusal import refuse
from helpers.render.segments import Segment, hide_code_and_math

_LABEL = re.compile(r"\{[^{}\n]*#((?:fig|tbl|sec)-[\w-]+)[^{}\n]*\}")
_CITED = re.compile(r"(?<![\w\\@/.])@\{?([A-Za-z0-9_](?:[\w:.#$%&+?<>~/-]*[\w/])?)")
_REFERENCE = re.compile(r"^(fig|tbl|sec)-")
_ENTRY = re.compile(r"^[ \t]*@(\w+)\s*[{(]\s*([^\s,{}]+)\s*,", re.MULTILINE)


def check_references(
    path: Path,
    front_matter: Mapping[str, Any],
    segments: Sequence[Segment],
    cell_labels: Sequence[tuple[str, int]],
) -> None:
    """Check labels, cross-references and citations of a document.

    Raises
    ------
    DocumentError
        When a label is used twice, a reference has no target, a citation is not in the
        bibliography, or a bibliography cannot be read.
    """
    texts = [(hide_code_and_math(s.markdown), s.line) for s in segments if not s.fence]
    captions = [(c, s.line) for s in segments if s.engine for c in _captions(s)]
    labels = [*cell_labels, *_find(texts, _LABEL)]
    _check_unique(path, labels)
    known = {label for label, _ in labels}
    bibliography = read_keys(path, front_matter)
    for key, line in sorted(_find([*texts, *captions], _CITED), key=lambda found: found[1]):
        if _REFERENCE.match(key):
            _check_target(path, front_matter, key, line, known)
        elif bibliography is None:
            refuse(path, line, f"@{key} is cited, and the front matter names no bibliography")
        elif key not in bibliography:
            refuse(path, line, f"@{key} is not in the bibliography")


def _captions(segment: Segment) -> list[str]:
    """Return a cell's options with its code blanked, so that lines still count."""
    shown = [line if re.match(r"#\|\s?(fig|tbl)-cap", line) else "" for line in segment.lines]
    return ["\n".join(["", *shown])]


def _find(texts: Sequence[tuple[str, int]], pattern: re.Pattern[str]) -> list[tuple[str, int]]:
    return [
        (match[1], line + text.count("\n", 0, match.start()))
        for text, line in texts
        for match in pattern.finditer(text)
    ]


def _check_unique(path: Path, labels: Sequence[tuple[str, int]]) -> None:
    seen: dict[str, int] = {}
    for label, line in sorted(labels, key=lambda labelled: labelled[1]):
        if label in seen:
            refuse(path, line, f"label '{label}' is used twice, first in line {seen[label]}")
        seen[label] = line


def _check_target(
    path: Path, front_matter: Mapping[str, Any], key: str, line: int, known: set[str]
) -> None:
    if key not in known:
        refuse(path, line, f"@{key} refers to nothing: no label '{key}'")
    if not key.startswith("sec-"):
        return
    formats = front_matter.get("format") or {"html": {}}
    bare = [name for name in formats if not option(front_matter, name, "number-sections", False)]
    if bare:
        refuse(path, line, f"@{key} needs 'number-sections: true' for {', '.join(bare)}")


def bibliography_files(path: Path, front_matter: Mapping[str, Any]) -> list[Path]:
    """Return the bibliographies of a document; relative names count from its folder."""
    named = front_matter.get("bibliography") or []
    return [path.parent / name for name in ([named] if isinstance(named, str) else named)]


def read_keys(path: Path, front_matter: Mapping[str, Any]) -> set[str] | None:
    """Return the keys that may be cited, None where there is no bibliography.

    Raises
    ------
    DocumentError
        When a file is missing or neither BibTeX (.bib) nor CSL JSON (.json).
    """
    files = bibliography_files(path, front_matter)
    return {key for file in files for key in _keys(path, file)} if files else None


def _keys(path: Path, file: Path) -> list[str]:
    try:
        text = file.read_text(encoding="utf-8")
        if file.suffix == ".json":
            return [str(entry["id"]) for entry in json.loads(text)]
    except OSError as error:
        raise DocumentError(f"{path}: bibliography {file}: {error.strerror}.") from None
    except (ValueError, KeyError, TypeError) as error:
        raise DocumentError(f"{path}: bibliography {file} is not CSL JSON: {error}.") from None
    if file.suffix != ".bib":
        raise DocumentError(f"{path}: bibliography {file}: expected a .bib or .json file.")
    skipped = ("comment", "string", "preamble")
    return [key for kind, key in _ENTRY.findall(text) if kind.lower() not in skipped]
