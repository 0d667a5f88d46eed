"""How a command ends: the exit code, and the one message that goes with it."""

from __future__ import annotations

import os
import sys

from helpers.errors import StudyError
from helpers.interruption import ignore_interruptions, outputs_are_in_place, was_interrupted


def exit_code_of(error: BaseException, command: str) -> int:
    """Say on standard error why a command did not end well, and return its exit code.

    Parameters
    ----------
    error
        What was raised. What no person can cause is raised again, unless the command was
        interrupted: an interruption that arrives inside a library may surface as its own error.
    command
        The command as it was called, as ``study report``.
    """
    interrupted, complete = was_interrupted(), outputs_are_in_place()
    ignore_interruptions()
    if complete and isinstance(error, OSError):
        return _could_not_print(error, command)
    if interrupted or isinstance(error, KeyboardInterrupt):
        code, told = 130, "interrupted; nothing was replaced."
    elif isinstance(error, StudyError):
        code, told = error.exit_code, str(error)
    elif isinstance(error, OSError):
        place = f" ({error.filename})" if error.filename else ""
        code, told = 2, f"{error.strerror or error}{place}"
    else:
        raise error
    print(f"{command}: {told}", file=sys.stderr)
    return code


def _could_not_print(error: OSError, command: str) -> int:
    """Say that the outputs are there although standard output takes no more words."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # nor when Python ends
    if isinstance(error, BrokenPipeError):  # who reads has read enough
        return 0
    told = f"every output is in place, but cannot be listed here: {error.strerror}."
    print(f"{command}: {told}", file=sys.stderr)
    return 1
