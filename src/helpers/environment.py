"""What the environment says: the one moment that a reproducible run takes for now."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager

from helpers.errors import CallError

_NAME = "SOURCE_DATE_EPOCH"


def source_date_epoch() -> int | None:
    """Return ``SOURCE_DATE_EPOCH`` in seconds since 1970, or None where it is not set.

    Raises
    ------
    CallError
        When it is something else than such a number.
    """
    text = os.environ.get(_NAME, "").strip()
    if not text:
        return None
    if not re.fullmatch(r"[0-9]{1,11}", text):
        raise CallError(f"{_NAME}: expected seconds since 1970, got '{text}'.")
    return int(text)


def check_environment() -> None:
    """Check ``SOURCE_DATE_EPOCH`` and drop an empty one, at which NumPy's import would fail.

    Raises
    ------
    CallError
        When it is no number of seconds.
    """
    if source_date_epoch() is None:
        os.environ.pop(_NAME, None)


@contextmanager
def at_moment(seconds: int) -> Iterator[None]:
    """Let all that runs inside take the same moment, in seconds since 1970, for now."""
    before = os.environ.get(_NAME)
    os.environ[_NAME] = str(seconds)
    try:
        yield
    finally:
        if before is None:
            del os.environ[_NAME]
        else:
            os.environ[_NAME] = before
