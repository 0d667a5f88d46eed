"""A tree of dictionaries and lists on its way to JSON, with the fields that are numbers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from helpers.export.registry.record import Group, ids_of
from helpers.export.registry.told import Number, Told, text_of

Node = Any  # a tree of dictionaries and lists whose leaves are fields, truth values or None


@dataclass(frozen=True, slots=True)
class Whole:
    """A number that the API wants as an integer, not as a text."""

    number: Number


def write_out(node: Node, told: dict[str, Told], place: str = "") -> Node:
    """Return a tree as plain JSON without what is None; ``told`` receives each number's place.

    A place is a JSON pointer (RFC 6901).
    """
    if isinstance(node, dict):
        kept = {name: value for name, value in node.items() if value is not None}
        return {name: write_out(value, told, f"{place}/{name}") for name, value in kept.items()}
    if isinstance(node, list):
        return [write_out(value, told, f"{place}/{i}") for i, value in enumerate(node)]
    if isinstance(node, bool | str):
        return node
    if isinstance(node, Whole):
        told[place] = node.number
        return int(node.number.text)
    told[place] = node
    return text_of(node)


def describe_groups(prefix: str, groups: tuple[Group, ...]) -> list[Node]:
    """Return the groups as each module of the API lists them."""
    ids = ids_of(prefix, groups)
    return [{"id": ids[group.part], "title": group.title, "description": group.description}
            for group in groups]  # fmt: skip
