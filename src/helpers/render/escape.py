"""Writes values as Markdown that shows them literally."""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping
from typing import Any

_ACTIVE = re.compile(r"[\\`*_{}\[\]<>#|~^$@!&]|(?<=-)-|\.(?=\.\.)")
_MARKER = re.compile(r"^(\w{0,9})([.)+:-])(?=\s|$)")


def escape_markdown(text: str) -> str:
    """Return text as one line of Markdown that shows it literally."""
    escaped = _ACTIVE.sub(r"\\\g<0>", " ".join(text.split()))
    return _MARKER.sub(r"\1\\\2", escaped)


def value_as_markdown(data: Mapping[str, Any]) -> str:
    """Return the value of an inline expression: Markdown as it is, any other text escaped."""
    if "text/markdown" in data:
        return str(data["text/markdown"]).strip()
    return escape_markdown(_unquote(str(data.get("text/plain", ""))))


def _unquote(shown: str) -> str:
    """Return the string itself where a value is shown as a quoted string."""
    if not shown.startswith(("'", '"')):
        return shown
    try:
        value = ast.literal_eval(shown)
    except (ValueError, SyntaxError):
        return shown
    return value if isinstance(value, str) else shown
