"""What a kernel sends back: outputs, values of expressions, failures."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Output:
    """What a cell showed: ``data`` by MIME type, or a stream's text as ``stdout``, ``stderr``."""

    data: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Failure:
    """An exception raised in the kernel; ``frames`` is its traceback without colours."""

    name: str
    message: str
    frames: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Reply:
    """What one execution gave: outputs, the values asked for, and the failure if there was one."""

    outputs: tuple[Output, ...]
    values: tuple[Mapping[str, str] | Failure, ...]
    failure: Failure | None


def collect_outputs(
    messages: Iterator[Mapping[str, Any]],
) -> tuple[tuple[Output, ...], Failure | None]:
    """Return what one execution showed, and its failure if it has one."""
    outputs: list[Output] = []
    failure = None
    for message in messages:
        content = message["content"]
        match message["msg_type"]:
            case "stream":
                _add_stream(outputs, content["name"], content["text"])
            case "display_data" | "execute_result":
                outputs.append(Output(content["data"]))
            case "error":
                failure = read_failure(content)
    return tuple(outputs), failure


def _add_stream(outputs: list[Output], name: str, text: str) -> None:
    """Append a stream's text, to the output before it where that is the same stream."""
    if outputs and name in outputs[-1].data:
        text = outputs.pop().data[name] + text
    outputs.append(Output({name: text}))


def read_value(content: Mapping[str, Any]) -> Mapping[str, str] | Failure:
    """Return the value of a user expression by MIME type, or its failure."""
    data: Mapping[str, str] = content.get("data", {})
    return data if content["status"] == "ok" else read_failure(content)


def read_failure(content: Mapping[str, Any]) -> Failure:
    """Return an exception of the kernel."""
    frames = re.sub(r"\x1b\[[0-9;]*m", "", "\n".join(content.get("traceback", [])))
    return Failure(content["ename"], " ".join(content["evalue"].split()), frames)
