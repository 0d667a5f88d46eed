"""The errors that a person can cause and mend: one message each, exit code 2, no traceback."""

from __future__ import annotations

import re
from typing import Final

_HEAD: Final = 1500  # letters of a message that quotes something endless, and of its end
_TAIL: Final = 400
# Control signs, halves of surrogate pairs, signs that turn the direction of writing, and two that
# no XML may hold.
_OBEYED: Final = re.compile(
    "[\\x00-\\x1f\\x7f-\\x9f\\ud800-\\udfff\\u202a-\\u202e\\u2066-\\u2069\\ufffe\\uffff]"
)


def visible(text: str) -> str:
    """Return one line in which signs are shown that a terminal or a page would obey instead."""
    return _OBEYED.sub("\ufffd", text)


class StudyError(Exception):
    """What came is not what is needed; the message says what, where, and what to do."""

    exit_code = 2

    def __str__(self) -> str:
        """Return the message as one line that is safe to print, the middle left out if endless."""
        text = super().__str__()
        if len(text) > _HEAD + _TAIL:
            text = f"{text[:_HEAD]} … {text[-_TAIL:]}"
        return visible(text)


class InputError(StudyError):
    """A file of the study folder cannot be used as it is."""


class CallError(StudyError):
    """A command line or a parameter asks for something impossible."""


class DocumentError(StudyError):
    """A document uses something that lies outside the supported subset of Quarto."""


class RenderError(StudyError):
    """A document could not be rendered."""


class OutputError(StudyError):
    """An output cannot be written where it belongs."""
