"""Reads the front matter and holds the closed list of its keys."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import yaml

from helpers.render.refusal import refuse


def _one_of(*allowed: Any) -> Callable[[Any], str]:
    names = ", ".join("true" if a is True else "false" if a is False else str(a) for a in allowed)
    types = tuple(type(a) for a in allowed)
    return lambda value: "" if value in allowed and type(value) in types else f"one of: {names}"


def _text(value: Any) -> str:
    return "" if isinstance(value, str) and value.strip() else "a text"


def _texts(value: Any) -> str:
    listed = value if isinstance(value, list) else [value]
    return "" if listed and not any(map(_text, listed)) else "a text or a list of texts"


def _flag(value: Any) -> str:
    return "" if isinstance(value, bool) else "true or false"


def _between(low: float, high: float) -> Callable[[Any], str]:
    def check(value: Any) -> str:
        number = isinstance(value, int | float) and not isinstance(value, bool)
        return "" if number and low <= value <= high else f"a number from {low:g} to {high:g}"

    return check


def _length(value: Any) -> str:
    fits = isinstance(value, str) and re.fullmatch(r"\d+(\.\d+)?(pt|mm|cm|in|em)", value)
    return "" if fits else "a length, as 10pt or 2.5cm"


_AUTHOR: Final = {"name": _text, "affiliation": _texts, "affiliations": _texts, "email": _text,
                  "orcid": _text, "corresponding": _flag}  # fmt: skip
_SHARED: Final = {"toc": _flag, "toc-depth": _between(1, 6), "toc-title": _text,
                  "number-sections": _flag}  # fmt: skip
_HTML: Final = _SHARED | {
    "theme": _one_of("default"), "embed-resources": _one_of(True),
    "html-math-method": _one_of("mathml"), "toc-location": _one_of("left", "right", "body"),
    "fig-format": _one_of("svg"), "fig-dpi": _between(72, 600),
    # Quarto would move the references, away from their own heading, into an appendix.
    "appendix-style": _one_of("none"),
}  # fmt: skip
_DOCX: Final = _SHARED | {
    "reference-doc": _text, "fig-format": _one_of("png"), "fig-dpi": _between(72, 600),
}  # fmt: skip
FONTS: Final = ("Libertinus Serif", "New Computer Modern", "DejaVu Sans", "DejaVu Serif")
_MARGIN: Final = dict.fromkeys(("x", "y", "left", "right", "top", "bottom"), _length)
_TYPST: Final = _SHARED | {
    "papersize": _one_of("a4", "us-letter"), "mainfont": _one_of(*FONTS), "fontsize": _length,
    "margin": _MARGIN, "fig-format": _one_of("svg"), "fig-dpi": _between(72, 600),
    "citeproc": _one_of(True),
}  # fmt: skip
_EXECUTE: Final = {"echo": _flag, "warning": _flag, "error": _one_of(False),
                   "cache": _one_of(False), "freeze": _one_of(False),
                   "enabled": _one_of(True)}  # fmt: skip
FORMATS: Final = {"html": _HTML, "docx": _DOCX, "typst": _TYPST}
KEYS: Final[Mapping[str, Any]] = _SHARED | {
    "title": _text, "subtitle": _text, "author": _AUTHOR, "date": _text, "abstract": _text,
    "date-format": _one_of("iso", "long"), "lang": _one_of("en", "en-GB", "en-US", "en-CA"),
    "format": FORMATS, "jupyter": _one_of("python3"), "bibliography": _texts,
    "link-citations": _flag, "execute": _EXECUTE, "fig-width": _between(1, 20),
    "fig-height": _between(1, 20),
}  # fmt: skip


def parse_front_matter(path: Path, lines: Sequence[str]) -> tuple[Mapping[str, Any], int]:
    """Return the front matter, and the index of the first line after it.

    Raises
    ------
    DocumentError
        When it is missing, is not YAML, or has a key or a value that is not allowed.
    """
    if not lines or lines[0].rstrip() != "---":
        refuse(path, 1, "expected front matter between two lines '---'")
    end = next((i for i, line in enumerate(lines[1:], 1) if line.rstrip() in ("---", "...")), None)
    if end is None:
        refuse(path, 1, "the front matter is never closed with '---'")
    node = _compose(path, "\n".join(lines[1:end]))
    value = _check(path, node, KEYS, "")
    if "title" not in value:
        refuse(path, 1, "the front matter has no title")
    for line, text in enumerate(lines[:end], 1):
        if "`{python}" in text:
            refuse(path, line, "inline expressions are not evaluated in the front matter")
    return value, end + 1


def _compose(path: Path, text: str) -> yaml.MappingNode:
    try:
        node = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark.line if error.problem_mark else 0
        refuse(path, mark + 2, f"the front matter is not YAML: {error.problem}")
    if not isinstance(node, yaml.MappingNode):
        refuse(path, 1, "the front matter is not a list of 'name: value'")
    return node


def _check(path: Path, node: yaml.MappingNode, keys: Mapping[str, Any], inside: str) -> Any:
    values: dict[str, Any] = {}
    for key, value in node.value:
        line = key.start_mark.line + 2
        name = f"{inside}{key.value}"
        if key.value not in keys:
            allowed = ", ".join(keys)
            refuse(path, line, f"unknown front-matter key '{name}'; allowed: {allowed}")
        if key.value in values:
            refuse(path, line, f"front-matter key '{name}' is given twice")
        values[key.value] = _check_value(path, value, keys[key.value], name)
    return values


def _check_value(path: Path, node: yaml.Node, rule: Any, name: str) -> Any:
    if isinstance(rule, Mapping):
        if isinstance(node, yaml.MappingNode):
            return _check(path, node, rule, f"{name}: ")
        return _check_short_form(path, node, rule, name)
    value = _construct(node)
    expected = rule(value)
    if expected:
        given = str(value).lower() if isinstance(value, bool) else value
        refuse(path, _line(node), f"front-matter key '{name}' is '{given}'; expected {expected}")
    return value


def _check_short_form(path: Path, node: yaml.Node, rule: Mapping[str, Any], name: str) -> Any:
    """Accept what may stand in place of a mapping: author names, a list of authors, a format."""
    if rule is _AUTHOR and isinstance(node, yaml.SequenceNode) and node.value:
        return [_check_value(path, item, rule, name) for item in node.value]
    value = _construct(node)
    if rule is _AUTHOR and not _text(value):
        return value
    if rule is FORMATS and value in FORMATS:
        return {value: {}}
    if rule in FORMATS.values() and value == "default":
        return {}
    refuse(path, _line(node), f"front-matter key '{name}' expects: {', '.join(rule)}")


def _construct(node: yaml.Node) -> Any:
    """Return a node's value; a date stays the text it is."""
    if node.tag == "tag:yaml.org,2002:timestamp" and isinstance(node, yaml.ScalarNode):
        return node.value
    return yaml.SafeLoader("").construct_object(node, deep=True)


def _line(node: yaml.Node) -> int:
    return int(node.start_mark.line) + 2


def option(front_matter: Mapping[str, Any], target: str, name: str, default: Any) -> Any:
    """Return an option of one format: its own value, else the document's, else the default."""
    own = (front_matter.get("format") or {}).get(target) or {}
    return own.get(name, front_matter.get(name, default))
