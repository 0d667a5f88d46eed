"""Runs the cells of a notebook in a kernel that ends with them, whatever happens."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVarTuple

from helpers.interruption import uninterrupted

if TYPE_CHECKING:
    from nbformat import NotebookNode

_ARGUMENTS = ("--log-level=ERROR", "--HistoryManager.enabled=False")
_START_SECONDS = 60
_Arguments = TypeVarTuple("_Arguments")


def run_notebook(node: NotebookNode, folder: Path) -> None:
    """Run the cells of a notebook in a folder; their outputs become part of it.

    nbclient's own kernel would take the signals, end with a traceback or not at all when it is
    interrupted, and leave SIGTERM to the system afterwards.

    Raises
    ------
    nbclient.exceptions.CellExecutionError
        When a cell fails.
    """
    from nbclient import NotebookClient

    with (
        asyncio.Runner(loop_factory=_Loop) as runner,
        _start_kernel(runner, folder) as (manager, channels),
    ):
        client = NotebookClient(node, km=manager)
        client.kc = channels
        runner.run(client.async_execute())


@contextmanager
def _start_kernel(runner: asyncio.Runner, folder: Path) -> Iterator[tuple[Any, Any]]:
    from jupyter_client.manager import AsyncKernelManager

    manager = AsyncKernelManager(kernel_name="python3")
    channels = None
    try:
        with uninterrupted():
            channels = runner.run(_start(manager, folder))
        runner.run(channels.wait_for_ready(timeout=_START_SECONDS))
        yield manager, channels
    finally:
        with uninterrupted():
            runner.run(_end(manager, channels))


async def _start(manager: Any, folder: Path) -> Any:
    await manager.start_kernel(cwd=str(folder), extra_arguments=list(_ARGUMENTS))
    channels = manager.client()
    channels.start_channels(hb=False)  # a thread, which outlives an early end
    channels.allow_stdin = False
    return channels


async def _end(manager: Any, channels: Any) -> None:
    """End the kernel at once, and what still waits for its answers."""
    waiting = asyncio.all_tasks() - {asyncio.current_task()}
    for task in waiting:
        task.cancel()
    await asyncio.gather(*waiting, return_exceptions=True)
    if channels is not None:
        channels.stop_channels()
    await manager.shutdown_kernel(now=True)


class _Loop(asyncio.SelectorEventLoop):
    """An event loop that lets nbclient take no signal."""

    def add_signal_handler(
        self, sig: int, callback: Callable[[*_Arguments], object], *args: *_Arguments
    ) -> None:
        """Refuse, as on Windows; nbclient then does without."""
        raise NotImplementedError
