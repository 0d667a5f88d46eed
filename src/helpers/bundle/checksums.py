"""The checksums of a bundle, in the format of ``sha256sum``."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from typing import Final

from helpers.errors import InputError

_LINE: Final = re.compile(r"(?P<digest>[0-9a-f]{64})  (?P<name>.+)")


def write_checksums(files: Mapping[str, bytes]) -> bytes:
    """Return the SHA-256 of files by name, one line each, in the order of their names."""
    lines = [f"{hashlib.sha256(files[name]).hexdigest()}  {name}\n" for name in sorted(files)]
    return "".join(lines).encode()


def parse_checksums(content: bytes, file: str) -> dict[str, str]:
    """Return the SHA-256 of every file by name.

    Raises
    ------
    InputError
        When a line is of another shape, or a file is named twice.
    """
    found: dict[str, str] = {}
    for number, line in enumerate(content.decode("utf-8", "replace").splitlines(), 1):
        read = _LINE.fullmatch(line)
        if read is None or read["name"] in found:
            raise InputError(
                f"{file}: line {number}: expected a SHA-256, two spaces and a file that no other "
                "line names. Ask for the bundle again."
            )
        found[read["name"]] = read["digest"]
    return found
