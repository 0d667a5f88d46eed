"""What computes the blocks, when it cannot: one message each."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

import pytest

from helpers import cli
from helpers.errors import CallError
from helpers.simulation.checkpoints import code_digest
from helpers.simulation.workers import LostWorkerError, Pool, Workers, open_pool
from tests.simulation.runs import simulate


def test_calls_come_back_with_their_numbers() -> None:
    for jobs in (1, 2):
        with open_pool(Workers(jobs)) as pool:
            found = dict(pool.compute(divmod, [(7, 2), (9, 5), (4, 4)]))
        assert found == {0: (3, 1), 1: (1, 4), 2: (1, 0)}


def test_a_process_that_is_lost_is_one_message() -> None:
    with open_pool(Workers(2)) as pool, pytest.raises(LostWorkerError, match="goes on from there"):
        list(pool.compute(os._exit, [(1,)]))


@pytest.mark.parametrize("same", [True, False])
def test_a_worker_with_other_code_is_refused(same: bool) -> None:
    def answer(tasks: Any) -> list[tuple[int, str, str]]:
        return [(0, code_digest() if same else "0" * 64, "result")]

    found = Pool(answer).compute(str, [("x",)])  # type: ignore[arg-type]
    if same:
        assert list(found) == [(0, "result")]
        return
    with pytest.raises(CallError, match="runs another version"):
        list(found)


def test_without_dask_a_cluster_is_one_message(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    assert cli.main(simulate(tmp_path / "out", "--cluster", "tcp://127.0.0.1:9")) == 2
    assert "needs Dask, which is not installed" in capsys.readouterr().err
