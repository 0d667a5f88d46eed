"""Progress on standard error, for whoever waits."""

from __future__ import annotations

import os
import sys

from helpers.interruption import check_interruption


class ProgressLine:
    """Progress on standard error: one line that is rewritten on a terminal, else plain lines."""

    def __init__(self) -> None:
        """Look at where the lines go."""
        self.silent = sys.stderr is None
        self.on_terminal = (
            not self.silent and sys.stderr.isatty() and os.environ.get("TERM") != "dumb"
        )

    def __call__(self, message: str) -> None:
        """Tell what is being done; raises KeyboardInterrupt where a stop was asked for."""
        check_interruption()
        if self.silent:
            return
        if self.on_terminal:
            print(f"\r\x1b[K{message} …", end="", file=sys.stderr, flush=True)
        else:
            print(f"{message} …", file=sys.stderr, flush=True)

    def __del__(self) -> None:
        """Leave no half line behind."""
        self.clear()

    def clear(self) -> None:
        """Leave the line to what is printed next."""
        if self.on_terminal:
            print("\r\x1b[K", end="", file=sys.stderr, flush=True)
