"""Starts one Jupyter kernel of this interpreter, runs code in it, and leaves nothing behind."""

from __future__ import annotations

import json
import math
import os
import queue
import secrets
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, Final

from helpers.errors import RenderError
from helpers.interruption import uninterrupted
from helpers.render.replies import Reply, collect_outputs, read_value

_LONGEST_SOCKET: Final = 90  # characters; a socket's path may have about 104
_START_SECONDS: Final = 60


@contextmanager
def start_kernel(
    folder: Path, images: Sequence[str], settings: Mapping[str, str], imports: Sequence[str] = ()
) -> Iterator[Kernel]:
    """Start a kernel in ``folder``; whatever happens, it is gone afterwards, and its files.

    It is not waited for: ``connect`` does that, before the first ``run``.

    Parameters
    ----------
    folder
        The working directory of the code.
    images
        What a figure is shown as: ``svg``, ``png`` or both.
    settings
        Settings of matplotlib, in place of any personal ones.
    imports
        Modules that it imports meanwhile; one that cannot be is left to the code that needs it.
    """
    # A folder of its own, private and of a short name: a socket's path may have 104 characters.
    with tempfile.TemporaryDirectory(prefix="kernel-", ignore_cleanup_errors=True) as name:
        scratch = Path(name)
        connection = write_connection(scratch)
        lines = [f"{key}: {value}\n" for key, value in settings.items()]
        (scratch / "matplotlibrc").write_text("".join(lines), encoding="utf-8")
        with ExitStack() as started:
            with uninterrupted(), (scratch / "kernel.log").open("wb") as log:
                process = subprocess.Popen(
                    kernel_command(connection, images), cwd=folder, env=_environment(scratch),
                    stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True,
                )  # fmt: skip
                kernel = Kernel(process, connection)
                started.callback(kernel.stop)
            kernel.begin(imports)
            yield kernel


class Kernel:
    """A running kernel; use ``start_kernel``."""

    def __init__(self, process: subprocess.Popen[bytes], connection: Path) -> None:
        """Take a process that was started with a connection file."""
        self._process = process
        self._connection = connection
        self._client: Any = None

    def begin(self, imports: Sequence[str]) -> None:
        """Open the channels, and have modules imported, without a name and without a word."""
        from jupyter_client.blocking.client import BlockingKernelClient

        self._client = BlockingKernelClient(connection_file=str(self._connection))
        self._client.load_connection_file()
        self._client.start_channels(hb=False, control=False)
        for module in imports:
            self._client.execute(f"__import__({module!r})", silent=True, allow_stdin=False)

    def connect(self) -> None:
        """Wait until the kernel answers, and its outputs arrive.

        Raises
        ------
        RenderError
            When it ends, or does not answer in a minute.
        """
        deadline = time.monotonic() + _START_SECONDS
        while True:
            request = self._client.kernel_info()
            self._reply(request, deadline)
            try:
                self._client.get_iopub_msg(timeout=0.2)
                return
            except queue.Empty:  # not subscribed yet: what it publishes now would be lost
                continue

    def run(self, code: str, expressions: Sequence[str] = ()) -> Reply:
        """Run code, then evaluate expressions, each on its own.

        Raises
        ------
        RenderError
            When the kernel dies; an exception of the code is part of the reply.
        """
        wanted = {str(i): expression for i, expression in enumerate(expressions)}
        request = self._client.execute(code, user_expressions=wanted, allow_stdin=False)
        outputs, failure = collect_outputs(self._messages(request))
        found = self._reply(request)["content"].get("user_expressions") or {}
        values = tuple(read_value(found[key]) for key in wanted if key in found)
        return Reply(outputs, values, failure)

    def stop(self) -> None:
        """End the kernel at once; one that has ended stays so."""
        self._process.kill()
        self._process.wait()
        if self._client is not None:
            self._client.stop_channels()
            self._client = None

    def _messages(self, request: str) -> Iterator[Mapping[str, Any]]:
        """Yield what the kernel publishes for a request until it is idle again."""
        while True:
            message = self._receive(self._client.get_iopub_msg)
            if message["parent_header"].get("msg_id") != request:
                continue
            if message["content"].get("execution_state") == "idle":
                return
            yield message

    def _reply(self, request: str, deadline: float = math.inf) -> Mapping[str, Any]:
        while True:
            message = self._receive(self._client.get_shell_msg, deadline)
            if message["parent_header"].get("msg_id") == request:
                return message

    def _receive(self, receive: Any, deadline: float = math.inf) -> Mapping[str, Any]:
        while True:
            try:
                message: Mapping[str, Any] = receive(timeout=0.5)
                return message
            except queue.Empty:
                if self._process.poll() is not None:
                    raise RenderError(self._obituary()) from None
                if time.monotonic() > deadline:
                    told = f"the Jupyter kernel did not answer in {_START_SECONDS} seconds."
                    raise RenderError(told) from None

    def _obituary(self) -> str:
        code = self._process.returncode
        log = self._connection.with_name("kernel.log").read_text("utf-8", "replace").split("\n")
        told = next((line.strip() for line in reversed(log) if line.strip()), "no message")
        if code < 0:
            told = "often out of memory, or a crash in a library"
        return f"the Jupyter kernel ended by itself (exit code {code}): {told.rstrip('.')}."


def write_connection(scratch: Path) -> Path:
    """Write a connection file for one kernel and return its path.

    The kernel talks over sockets in the private folder where the system has them: a TCP port
    would show every output to other users of the machine.
    """
    file = scratch / "kernel.json"
    sockets = scratch / "socket"
    if os.name != "posix" or len(str(sockets)) > _LONGEST_SOCKET:
        from jupyter_client.connect import write_connection_file

        return Path(write_connection_file(str(file), ip="127.0.0.1")[0])
    channels = ("shell", "iopub", "stdin", "control", "hb")
    ports = {f"{channel}_port": number for number, channel in enumerate(channels, 1)}
    connection = {**ports, "transport": "ipc", "ip": str(sockets), "key": secrets.token_hex(16),
                  "signature_scheme": "hmac-sha256", "kernel_name": ""}  # fmt: skip
    file.write_text(json.dumps(connection), encoding="utf-8")
    return file


def kernel_command(connection: Path, images: Sequence[str]) -> list[str]:
    """Return the command of a kernel of this interpreter, whatever else is installed.

    It needs no debugger, whose import takes a fifth of its start.
    """
    launch = (
        "import sys; del sys.path[0]; sys.modules['debugpy'] = None; "
        "from ipykernel.kernelapp import launch_new_instance as start; start()"
    )
    saving = {"bbox_inches": "tight", "dpi": 300, "metadata": {"Date": None}}
    return [
        sys.executable, "-c", launch, "-f", str(connection),
        "--HistoryManager.enabled=False",
        *(f"--InlineBackend.figure_formats={image}" for image in images),
        f"--InlineBackend.print_figure_kwargs={saving!r}",
    ]  # fmt: skip


def _environment(scratch: Path) -> dict[str, str]:
    """Return the kernel's environment: no personal IPython profile, the same order of sets."""
    own = {"IPYTHONDIR": str(scratch / "ipython"), "JUPYTER_RUNTIME_DIR": str(scratch),
           "MATPLOTLIBRC": str(scratch / "matplotlibrc"),
           "JPY_PARENT_PID": str(os.getpid()),
           "MPLBACKEND": "module://matplotlib_inline.backend_inline"}  # fmt: skip
    return {"PYTHONHASHSEED": "0", **os.environ, **own}
