"""Reads a ``results.json`` that somebody hands over: nothing in it is trusted."""

from __future__ import annotations

import datetime as dt
import json
import math
from pathlib import Path
from typing import Any, Final

from helpers.errors import InputError
from helpers.results import SCHEMA_VERSION, check_results
from helpers.verify.numbers import name_values

_MOST_BYTES: Final = 100_000_000
_MOST_DIGITS: Final = 18
_AGAIN: Final = "make it anew with `study analyse`"


def read_results(path: Path) -> dict[str, Any]:
    """Read a ``results.json``, checked against its schema.

    Raises
    ------
    InputError
        When there is no such file, it is no JSON, of another version, or of another shape; the
        message names the place.
    """
    text = _read_text(path)
    try:
        content = json.loads(
            text, parse_constant=_refuse_constant, parse_float=_parse_float,
            parse_int=_parse_int, object_pairs_hook=_parse_object,
        )  # fmt: skip
        json.dumps(content, ensure_ascii=False).encode()  # no half of a sign, as \ud800 is
    except RecursionError:
        raise InputError(f"{path.name}: is nested too deeply for a results.json.") from None
    except ValueError as problem:
        raise InputError(
            f"{path.name}: cannot be read as JSON ({problem}); is it whole? Else {_AGAIN}."
        ) from None
    _check_version(path.name, content)
    _check_shape(path.name, content)
    return dict(content)


def _read_text(path: Path) -> str:
    if not path.is_file():
        raise InputError(f"{path}: no such file; expected a results.json.")
    if path.stat().st_size > _MOST_BYTES:
        raise InputError(f"{path.name}: is larger than any results.json; expected one.")
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise InputError(f"{path.name}: is no text in UTF-8; expected a results.json.") from None


def _refuse_constant(name: str) -> Any:
    raise ValueError(f"{name} is no number of JSON")


def _parse_float(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError("a number is too large")
    return number


def _parse_int(text: str) -> int:
    if len(text.lstrip("-")) > _MOST_DIGITS:
        raise ValueError("a whole number is too large")
    return int(text)


def _parse_object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a name stands twice in one object")
    return found


def _check_version(name: str, content: Any) -> None:
    version = content.get("schema_version") if isinstance(content, dict) else None
    if version is None:
        raise InputError(f"{name}: schema_version is missing; expected a results.json.")
    if version != SCHEMA_VERSION:
        raise InputError(
            f"{name}: schema_version is not {SCHEMA_VERSION}, which this program reads; verify it "
            f"with the version that wrote it, or {_AGAIN}."
        )


def _check_shape(name: str, content: dict[str, Any]) -> None:
    import jsonschema

    try:
        check_results(content)
    except jsonschema.ValidationError as error:
        place = "".join(f"[{step}]" if isinstance(step, int) else f".{step}"
                        for step in error.absolute_path).lstrip(".") or "the file"  # fmt: skip
        expected = f"{error.validator} {json.dumps(error.validator_value)[:200]}"
        raise InputError(f"{name}: {place}: expected {expected}; {_AGAIN}.") from None
    try:
        name_values(content)
        dt.date.fromisoformat(content["provenance"]["date"])
    except ValueError as problem:
        raise InputError(f"{name}: {problem}; {_AGAIN}.") from None
