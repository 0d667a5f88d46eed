"""Finds the inline expressions of prose and says where each stands."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass
from pathlib import Path

from helpers.render.refusal import refuse

_EXPRESSION = re.compile(r"(?<!`)`\{python\}[ \t\n]+([^`]+?)\s*`(?!`)")
_ANY_ENGINE = re.compile(r"(?<!`)`\{(\w+)\}")


@dataclass(frozen=True, slots=True)
class Expression:
    """An inline expression: its code and line, and where its markup starts and ends."""

    code: str
    line: int
    start: int
    end: int


def find_expressions(path: Path, text: str, first_line: int) -> tuple[Expression, ...]:
    """Return the inline expressions of prose in their order.

    Raises
    ------
    DocumentError
        When one is not closed, is not one Python expression, or names another engine.
    """
    found = [
        Expression(match[1].strip(), _line(text, match.start(), first_line), *match.span())
        for match in _EXPRESSION.finditer(text)
    ]
    for expression in found:
        _check_code(path, expression)
    starts = {expression.start for expression in found}
    for match in _ANY_ENGINE.finditer(text):
        if match.start() not in starts:
            _refuse_engine(path, _line(text, match.start(), first_line), match[1])
    return tuple(found)


def _line(text: str, offset: int, first_line: int) -> int:
    return first_line + text.count("\n", 0, offset)


def _check_code(path: Path, expression: Expression) -> None:
    try:
        ast.parse(expression.code.replace("\n", " "), mode="eval")
    except SyntaxError as error:
        reason = f"inline `{expression.code}` is not one Python expression: {error.msg}"
        refuse(path, expression.line, reason)


def _refuse_engine(path: Path, line: int, engine: str) -> None:
    if engine == "python":
        refuse(path, line, "the inline expression `{python} is never closed, or empty")
    refuse(path, line, f"inline engine '{engine}' is outside the subset; only python is allowed")
