"""Reads the ``#|`` options at the head of a cell."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal

import yaml

from helpers.render.refusal import refuse

ALLOWED: Final = ("label", "fig-cap", "fig-alt", "tbl-cap", "echo", "include", "output", "tags")
_LABEL = re.compile(r"^[A-Za-z][\w-]*$")
_OPTION = re.compile(r"^#\|\s?(.*)$")


@dataclass(frozen=True, slots=True)
class CellOptions:
    """The options of a cell; ``echo`` None leaves the choice to the document."""

    label: str = ""
    fig_cap: str = ""
    fig_alt: str = ""
    tbl_cap: str = ""
    echo: bool | None = None
    include: bool = True
    output: bool | Literal["asis"] = True
    tags: tuple[str, ...] = ()

    @property
    def kind(self) -> str:
        """``fig`` or ``tbl`` for a numbered figure or table, else empty."""
        kind = self.label.partition("-")[0]
        return kind if kind in ("fig", "tbl") and "-" in self.label else ""

    @property
    def caption(self) -> str:
        """The caption of a numbered figure or table."""
        return self.tbl_cap if self.kind == "tbl" else self.fig_cap


def parse_options(path: Path, lines: Sequence[str], first_line: int) -> CellOptions:
    """Return the options of a cell from its source lines.

    Raises
    ------
    DocumentError
        When an option is unknown, given twice, or has an impossible value.
    """
    count = next((i for i, line in enumerate(lines) if not _OPTION.match(line)), len(lines))
    for offset, line in enumerate(lines[count:], count):
        if line.startswith("#|"):
            refuse(path, first_line + offset, "a cell's options stand before its code")
    text = "\n".join(_OPTION.sub(r"\1", line) for line in lines[:count])
    values = _read_mapping(path, text, first_line)
    for name, (value, place) in values.items():
        _check_value(path, place, name, value)
    plain = {name.replace("-", "_"): value for name, (value, _) in values.items()}
    plain["tags"] = tuple(plain.get("tags") or ())
    options = CellOptions(**plain)
    _check_together(path, first_line, options)
    return options


def _read_mapping(path: Path, text: str, first_line: int) -> Mapping[str, tuple[Any, int]]:
    try:
        node = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark.line if error.problem_mark else 0
        refuse(path, first_line + mark, f"cell options are not YAML: {error.problem}")
    if node is None:
        return {}
    if not isinstance(node, yaml.MappingNode):
        refuse(path, first_line, "cell options have the form '#| name: value'")
    values: dict[str, tuple[Any, int]] = {}
    constructor = yaml.SafeLoader("")
    for key, value in node.value:
        line = first_line + key.start_mark.line
        if key.value in values:
            refuse(path, line, f"cell option '{key.value}' is given twice")
        values[key.value] = (constructor.construct_object(value, deep=True), line)
    return values


def _check_value(path: Path, line: int, name: str, value: Any) -> None:
    if name not in ALLOWED:
        allowed = ", ".join(ALLOWED)
        refuse(path, line, f"unknown cell option '{name}'; allowed: {allowed}")
    if name in ("echo", "include") and not isinstance(value, bool):
        refuse(path, line, f"cell option '{name}' is true or false, not '{value}'")
    if name == "output" and not (isinstance(value, bool) or value == "asis"):
        refuse(path, line, f"cell option 'output' is true, false or asis, not '{value}'")
    if name == "tags" and not _is_list_of_text(value):
        refuse(path, line, "cell option 'tags' is a list, as [parameters]")
    if name in ("fig-cap", "fig-alt", "tbl-cap") and not _is_text(value):
        refuse(path, line, f"cell option '{name}' is one text (no sub-figures)")
    if name in ("fig-cap", "fig-alt", "tbl-cap") and "`{python}" in value:
        refuse(path, line, f"inline expressions are not evaluated in '{name}'")
    if name == "label" and not (isinstance(value, str) and _LABEL.match(value)):
        refuse(path, line, f"label '{value}' is not a letter with letters, digits, - and _ after")


def _check_together(path: Path, line: int, options: CellOptions) -> None:
    if options.fig_cap and options.kind != "fig":
        refuse(path, line, "fig-cap needs a label that begins with 'fig-'")
    if options.tbl_cap and options.kind != "tbl":
        refuse(path, line, "tbl-cap needs a label that begins with 'tbl-'")
    if options.kind and not options.caption:
        refuse(path, line, f"label '{options.label}' needs a {options.kind}-cap")
    if options.label.startswith("sec-"):
        refuse(path, line, f"label '{options.label}': sec- is for headings")
    if options.kind and not (options.include and options.output):
        refuse(path, line, f"'{options.label}' is numbered, so its output must be shown")


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _is_list_of_text(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(item, str) for item in value)
