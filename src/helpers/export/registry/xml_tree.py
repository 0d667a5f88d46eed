"""A tree of XML elements that remembers which of its texts are numbers, and where they stand."""

from __future__ import annotations

import re
from collections import Counter
from xml.etree.ElementTree import Comment, Element, SubElement, indent, tostring

from helpers.export.registry.told import Field, Told, text_of


class XmlTree:
    """A document under one root element."""

    def __init__(self, tag: str, attributes: dict[str, str]) -> None:
        """Start a document; ``attributes`` may declare the prefix of the root's name."""
        self.root = Element(tag, attributes)
        self._told: dict[Element, Told] = {}

    def add(self, parent: Element, tag: str, field: Field | None = None) -> Element:
        """Add an element that holds others, or a text."""
        element = SubElement(parent, tag)
        if field is not None:
            element.text = text_of(field)
            if not isinstance(field, str):
                self._told[element] = field
        return element

    def add_told(self, parent: Element, **fields: Field | None) -> None:
        """Add an element for each field that there is; the order is the schema's."""
        for tag, field in fields.items():
            if field is not None:
                self.add(parent, tag, field)

    def comment(self, lines: list[str]) -> None:
        """Put a comment before everything else; XML allows no double hyphen in it."""
        text = re.sub("-(?=-)", "- ", "\n".join(lines))
        self.root.insert(0, Comment(f"\n{text}\n"))

    def numbers(self) -> dict[str, Told]:
        """Return the fields that hold numbers by their XPath from the root."""
        return dict(self._walk(self.root, ""))

    def _walk(self, parent: Element, path: str) -> list[tuple[str, Told]]:
        found: list[tuple[str, Told]] = []
        seen: Counter[str] = Counter()
        for child in parent:
            if not isinstance(child.tag, str):
                continue
            seen[child.tag] += 1
            place = f"{path}/{child.tag}[{seen[child.tag]}]".lstrip("/")
            if child in self._told:
                found.append((place, self._told[child]))
            found += self._walk(child, place)
        return found

    def to_bytes(self) -> bytes:
        """Return the document, indented, as UTF-8."""
        indent(self.root, " ")
        text = tostring(self.root, encoding="unicode")
        return f'<?xml version="1.0" encoding="UTF-8"?>\n{text}\n'.encode()
