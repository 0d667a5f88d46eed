"""Where blocks are computed: in this process, in several, or on a Dask cluster."""

from __future__ import annotations

import contextlib
import signal
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

import joblib

from helpers.errors import CallError, StudyError
from helpers.simulation.checkpoints import code_digest

RETRIES: Final = 10  # of a block whose worker fails; a worker that is lost costs one
IDLE_SECONDS: Final = 60  # after which processes end whose run was killed
WAIT_SECONDS: Final = 15  # for the scheduler, and for its first worker

Function = Callable[..., Any]


class LostWorkerError(StudyError):
    """Workers were lost; what they finished is kept."""


@dataclass(frozen=True, slots=True)
class Workers:
    """So many processes here (-1: one per core), or a Dask cluster by its scheduler's address."""

    jobs: int = -1
    cluster: str | None = None


@dataclass(frozen=True, slots=True)
class Pool:
    """What computes calls; None computes them in this process, one after the other."""

    parallel: joblib.Parallel | None

    def compute(
        self, function: Function, calls: Sequence[tuple[Any, ...]]
    ) -> Iterator[tuple[int, Any]]:
        """Yield the number of each call with what it returns, as they are finished.

        Args:
            function: of a module, so that other processes find it.
            calls: its arguments.

        Raises:
            CallError: when a worker runs other code.
            LostWorkerError: when workers were lost and their calls with them.
        """
        if self.parallel is None or not calls:
            yield from ((number, function(*call)) for number, call in enumerate(calls))
            return
        tasks = (joblib.delayed(_sign)(number, function, call) for number, call in enumerate(calls))
        try:
            for number, digest, result in self.parallel(tasks):
                if digest != code_digest():
                    raise CallError(
                        "--cluster: a worker runs another version of this package, of NumPy or "
                        "of SciPy; install the same everywhere."
                    )
                yield number, result
        except _lost_workers() as error:
            raise LostWorkerError(
                f"workers were lost ({type(error).__name__}), perhaps for want of memory; what "
                "they finished is kept, and the same command goes on from there."
            ) from error


def _sign(number: int, function: Function, call: tuple[Any, ...]) -> tuple[int, str, Any]:
    """Compute a call, and say which one and with what code."""
    return number, code_digest(), function(*call)


def _lost_workers() -> tuple[type[Exception], ...]:
    """Name what is raised where a worker is lost for good."""
    from joblib.externals.loky.process_executor import BrokenProcessPool

    try:
        from distributed import KilledWorker
    except ImportError:
        return (BrokenProcessPool,)
    return (BrokenProcessPool, KilledWorker)


@contextlib.contextmanager
def open_pool(workers: Workers) -> Iterator[Pool]:
    """Open what computes, and close it at the end.

    Args:
        workers: where.

    Raises:
        CallError: when a cluster is asked for and cannot be used.
    """
    if workers.cluster is None:
        jobs = joblib.cpu_count() if workers.jobs == -1 else workers.jobs
        if jobs == 1:
            yield Pool(None)
            return
        with joblib.parallel_config(
            backend="loky", idle_worker_timeout=IDLE_SECONDS, initializer=_leave_interrupts
        ):
            yield Pool(_parallel(jobs))
        return
    with (
        _connect(workers.cluster) as client,
        joblib.parallel_config(backend="dask", client=client, retries=RETRIES),
    ):
        yield Pool(_parallel(-1))


def _leave_interrupts() -> None:
    """Leave Ctrl-C, which a terminal sends to every process, to the one that ends the others."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def _parallel(jobs: int) -> joblib.Parallel:
    return joblib.Parallel(n_jobs=jobs, return_as="generator_unordered", batch_size=1)


def _connect(address: str) -> Any:
    """Connect to a scheduler that has a worker."""
    try:
        from distributed import Client
    except ImportError:
        raise CallError(
            "--cluster needs Dask, which is not installed; install this package with its "
            "optional part 'cluster': pip install '.[cluster]'."
        ) from None
    try:
        client = Client(address, timeout=WAIT_SECONDS, set_as_default=False)
    except (OSError, ValueError) as error:
        raise CallError(
            f"--cluster {address}: no Dask scheduler answers there ({error}); expected an address "
            "as tcp://host:8786."
        ) from None
    try:
        client.wait_for_workers(1, timeout=WAIT_SECONDS)
    except TimeoutError:
        client.close()
        raise CallError(f"--cluster {address}: the scheduler has no worker; start one.") from None
    return client
