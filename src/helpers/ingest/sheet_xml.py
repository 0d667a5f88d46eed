"""What openpyxl would read without a word from a sheet's XML: a cell twice, `1_0` as ten, row 0."""

from __future__ import annotations

import re
from typing import Final

_NUMBER: Final = re.compile(r"\s*[-+]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]+)?\s*")
_ROW: Final = re.compile(r"[1-9][0-9]{0,6}")
_PLACE: Final = re.compile(rf"[A-Za-z]{{1,3}}{_ROW.pattern}")


class CellCheck:
    """Follows the cells of one sheet, element by element."""

    def __init__(self) -> None:
        """Start before the first cell."""
        self._seen: set[str] = set()
        self._cell = ""
        self._is_number = False
        self._text: list[str] | None = None

    def start(self, name: str, attributes: dict[str, str]) -> str | None:
        """Take the start of an element; return what is wrong with it, or None."""
        if name == "row" and not _ROW.fullmatch(attributes.get("r", "1")):
            return f"row {attributes['r'][:10]} is none that a sheet has"
        if name == "c":
            self._cell = attributes.get("r", "")
            self._is_number = attributes.get("t", "n") == "n"
            if self._cell and not _PLACE.fullmatch(self._cell):
                return f"cell {self._cell[:10]} is none that a sheet has"
            if self._cell and self._cell in self._seen:
                return f"cell {self._cell[:10]} is there twice, so it is not clear which counts"
            self._seen.add(self._cell)
        elif name == "v" and self._is_number:
            self._text = []
        return None

    def data(self, text: str) -> None:
        """Take text, which belongs to a number where one has started."""
        if self._text is not None:
            self._text.append(text)

    def end(self) -> str | None:
        """Take the end of an element; return what is wrong with the number that ends, or None."""
        number, self._text = self._text, None
        if number is None or not "".join(number).strip() or _NUMBER.fullmatch("".join(number)):
            return None
        return f"cell {self._cell[:10]} is stored as a number and is none"
