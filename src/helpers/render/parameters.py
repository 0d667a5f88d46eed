"""Reads the parameters of a document and writes the cell that sets them."""

from __future__ import annotations

import ast
import math
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from helpers.errors import CallError
from helpers.render.refusal import refuse


def parameter_names(path: Path, source: str, line: int) -> tuple[str, ...]:
    """Return the names that the parameters cell assigns.

    Raises
    ------
    DocumentError
        When the cell holds anything but assignments to names.
    """
    try:
        statements = ast.parse(source).body
    except SyntaxError as error:
        refuse(path, line + (error.lineno or 1) - 1, f"the parameters cell: {error.msg}")
    names: list[str] = []
    for statement in statements:
        target = _target(statement)
        if target is None:
            place = line + statement.lineno - 1
            refuse(path, place, "the parameters cell holds assignments only, as name = value")
        names.append(target)
    return tuple(names)


def _target(statement: ast.stmt) -> str | None:
    if isinstance(statement, ast.Assign) and len(statement.targets) == 1:
        target: ast.expr = statement.targets[0]
    elif isinstance(statement, ast.AnnAssign):
        target = statement.target
    else:
        return None
    return target.id if isinstance(target, ast.Name) else None


def injected_source(names: tuple[str, ...], parameters: Mapping[str, object]) -> str:
    """Return the code that sets parameters, to run directly after the parameters cell.

    Raises
    ------
    CallError
        When the document has no such parameter, or a value cannot be written as Python.
    """
    unknown = [name for name in parameters if name not in names]
    if unknown:
        known = ", ".join(names) or "none"
        raise CallError(f"the document has no parameter '{unknown[0]}'; it has: {known}.")
    return "\n".join(f"{name} = {_literal(name, value)}" for name, value in parameters.items())


def _literal(name: str, value: Any) -> str:
    if value is None or isinstance(value, bool | int | str):
        return repr(value)
    if isinstance(value, os.PathLike):
        return repr(os.fspath(value))
    if isinstance(value, float):
        return repr(value) if math.isfinite(value) else f"float('{value}')"
    if isinstance(value, list | tuple):
        return f"[{', '.join(_literal(name, item) for item in value)}]"
    if isinstance(value, Mapping):
        items = (f"{_literal(name, k)}: {_literal(name, v)}" for k, v in value.items())
        return f"{{{', '.join(items)}}}"
    raise CallError(f"parameter '{name}' is a {type(value).__name__}: it cannot be passed on.")
