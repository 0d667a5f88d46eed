"""A Dask cluster of two workers, for real, one of which is killed on the way."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from helpers import cli
from tests.simulation.runs import BLOCKS, blocks_of, contents, simulate, start, wait_for_a_block

distributed = pytest.importorskip("distributed")


@pytest.fixture(scope="module")
def cluster() -> Iterator[distributed.LocalCluster]:
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None, silence_logs=50
    ) as found:
        yield found


def test_a_lost_worker_changes_nothing(
    cluster: distributed.LocalCluster, whole: Path, tmp_path: Path
) -> None:
    out = tmp_path / "cluster"
    workers = {worker.process.pid for worker in cluster.workers.values()}
    assert len(workers) == 2
    with start(out, "--cluster", cluster.scheduler_address) as process:
        wait_for_a_block(out, process)
        os.kill(min(workers), signal.SIGKILL)
        done = len(blocks_of(out))
        _, told = process.communicate()
    assert process.returncode == 0, told
    assert done < BLOCKS
    lost = [event for _, event in cluster.scheduler.get_events("all")
            if event.get("action") == "remove-worker"]  # fmt: skip
    assert any(event["processing-tasks"] for event in lost)  # blocks went with it
    assert contents(out) == contents(whole)


def test_no_scheduler_is_one_message(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("helpers.simulation.workers.WAIT_SECONDS", 0.2)
    for address in ("tcp://127.0.0.1:9", "nonsense://x"):
        assert cli.main(simulate(tmp_path / "out", "--cluster", address)) == 2
        assert f"--cluster {address}: no Dask scheduler answers there" in capsys.readouterr().err
