"""Being told to stop: at once where that is harmless, never in the middle of a move."""

from __future__ import annotations

import signal
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import FrameType
from typing import Any, Final

# Ctrl-C, the polite end, the closed terminal; Windows has no SIGHUP.
_SIGNALS: Final = tuple(
    getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)
)
_PATIENCE_SECONDS: Final = 5


@dataclass(slots=True)
class _State:
    """Of the process, as signals are: when it was asked to stop, and whether that is too late."""

    asked: float | None = None
    decided: bool = False


_STATE = _State()


@contextmanager
def stoppable(*, ends: bool) -> Iterator[None]:
    """Take SIGINT, SIGTERM and SIGHUP as interruptions, which raise KeyboardInterrupt.

    Parameters
    ----------
    ends
        True when the process ends afterwards. Signals are then ignored to the very end: Python
        gives them back to the system while it shuts down, and a run that is complete would be
        reported as killed.
    """
    global _STATE
    before, _STATE = _STATE, _State()
    handlers = _catch(_interrupt)
    hook, sys.unraisablehook = sys.unraisablehook, _hide_interruption
    try:
        yield
    finally:
        if ends:
            _catch(signal.SIG_IGN)
        else:
            _restore(handlers)
        sys.unraisablehook = hook
        _STATE = before


@contextmanager
def uninterrupted() -> Iterator[None]:
    """Hold interruptions back until the block is through, and deliver them then."""
    held: list[int] = []
    handlers = _catch(lambda number, frame: held.append(number))
    try:
        yield
    finally:
        _restore(handlers)
        for number in held[:1]:
            signal.raise_signal(number)


def check_interruption() -> None:
    """Raise KeyboardInterrupt when one was asked for and a library swallowed it.

    An exception that arises inside a finaliser or a callback of C code is lost there, and some
    imports turn it into another.
    """
    if was_interrupted():
        raise KeyboardInterrupt


def was_interrupted() -> bool:
    """Return whether the run was asked to stop while that could still leave the old outputs."""
    return _STATE.asked is not None and not _STATE.decided


def outputs_are_in_place() -> bool:
    """Return whether the run is past the point at which it can be interrupted."""
    return _STATE.decided


def ignore_interruptions() -> None:
    """Say that the new outputs are in place: from here on an interruption comes too late."""
    _STATE.decided = True


def _interrupt(number: int, frame: FrameType | None) -> None:
    """Interrupt the run; signals that follow at once do not disturb the cleaning up."""
    if _STATE.decided:
        return
    now = time.monotonic()
    if _STATE.asked is not None and now - _STATE.asked < _PATIENCE_SECONDS:
        return
    _STATE.asked = now
    raise KeyboardInterrupt


def _catch(handler: Any) -> dict[int, Any]:
    """Handle the signals that this process heeds; return the handlers so far.

    Who started it may have told it to heed none, as `nohup` and a shell's `&` do.
    """
    if threading.current_thread() is not threading.main_thread():
        return {}  # only the main thread receives signals
    before = {number: signal.getsignal(number) for number in _SIGNALS}
    before = {n: found for n, found in before.items() if found not in (signal.SIG_IGN, None)}
    try:
        for number in before:
            signal.signal(number, handler)
    except KeyboardInterrupt:  # between two of them
        _restore(before)
        raise
    return before


def _restore(handlers: dict[int, Any]) -> None:
    try:
        for number, handler in handlers.items():
            signal.signal(number, handler)
    except KeyboardInterrupt:
        _restore(handlers)
        raise


def _hide_interruption(unraisable: Any) -> None:
    """Print no traceback of an interruption that was swallowed: it is checked for later."""
    if not issubclass(unraisable.exc_type, KeyboardInterrupt):
        sys.__unraisablehook__(unraisable)
