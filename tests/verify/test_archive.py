"""The archived results of the synthetic study are what the program computes, byte for byte."""

from __future__ import annotations

import json
from typing import Any

import pytest

from helpers.analysis.study import analyse
from helpers.checkout import SYNTHETIC
from helpers.results import check_results
from helpers.verify.archive import ARCHIVE
from helpers.verify.keep import DATE, keep_archive
from helpers.write import results_json

HINT = "the numbers changed; if they should: make archive, and say why in the commit"


@pytest.fixture(scope="module")
def recomputed() -> bytes:
    return results_json(analyse(SYNTHETIC, on=DATE))


def values(content: bytes) -> str:
    """Return everything but the provenance, as it is written."""
    results: dict[str, Any] = json.loads(content)
    results.pop("provenance")
    return json.dumps(results, indent=1, ensure_ascii=False)


def test_the_archive_is_current(recomputed: bytes) -> None:
    archived = ARCHIVE.read_bytes()
    check_results(json.loads(archived))
    assert values(archived) == values(recomputed), HINT
    before, now = (json.loads(content)["provenance"] for content in (archived, recomputed))
    for name in ("data", "parameters", "parts", "date", "seed", "lock", "packages"):
        assert before[name] == now[name], f"{name} changed: make archive"


def test_a_current_archive_is_left_alone_and_an_old_one_is_made_anew(
    tmp_path: Any, monkeypatch: pytest.MonkeyPatch, recomputed: bytes
) -> None:
    monkeypatch.setattr("helpers.verify.keep.analyse", lambda *_, **__: None)
    monkeypatch.setattr("helpers.verify.keep.results_json", lambda _: recomputed)
    file = tmp_path / "results.json"
    assert keep_archive(file)
    other_code = recomputed.replace(
        json.loads(recomputed)["provenance"]["code"].encode(), b"0" * 64
    )
    file.write_bytes(other_code)
    assert not keep_archive(file)
    assert file.read_bytes() == other_code
    file.write_bytes(recomputed.replace(b'"n": 22', b'"n": 23', 1))
    assert keep_archive(file)
    assert file.read_bytes() == recomputed
