"""The one wording of a refusal: file, line, reason."""

from __future__ import annotations

from pathlib import Path
from typing import NoReturn

from helpers.errors import DocumentError


def refuse(path: Path, line: int, reason: str) -> NoReturn:
    """Refuse a document.

    Raises
    ------
    DocumentError
        Always; the message is ``file, line N: reason.``
    """
    raise DocumentError(f"{path}, line {line}: {reason}.")
