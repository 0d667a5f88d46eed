"""An analysis is found again by content: any change in what it depends on is seen, time is not."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from helpers import provenance
from helpers.analysis import kept
from helpers.analysis.kept import analyse_once, find_analysis
from helpers.analysis.remember import Memory, digest_tables, watch
from helpers.analysis.stages import stages_of
from helpers.analysis.study import analyse
from helpers.build import report_parameters
from helpers.settings import Settings
from helpers.store import Store, find_store
from helpers.study import PARTS, PROSPECTIVE, RETROSPECTIVE
from helpers.verify.run import verify_results
from helpers.write import results_json
from tests.studies import SAMPLE

pytestmark = pytest.mark.skipif(os.name != "posix", reason="kept where files have owners")
QUICK = {"n_boot": 100}


@pytest.fixture(scope="module")
def warm(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a store that holds the sample's analysis; to be copied, not changed."""
    folder = tmp_path_factory.mktemp("warm") / "kept"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("STUDY_CACHE", str(folder))
        analyse_once(SAMPLE, QUICK, lambda message: None)
    return folder


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return Path(shutil.copytree(SAMPLE, tmp_path / SAMPLE.name))


@pytest.fixture(autouse=True)
def store(warm: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Use a copy of the warm store."""
    folder = Path(shutil.copytree(warm, tmp_path / "kept"))
    monkeypatch.setenv("STUDY_CACHE", str(folder))
    return folder


@pytest.fixture
def computed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return the list to which every stage that computes adds its name."""
    names: list[str] = []
    recall = Memory.recall

    def told(
        self: Memory, stage: str, data: str, settings: Settings, compute: Callable[..., Any]
    ) -> Any:
        def compute_and_tell(watched: Settings) -> Any:
            names.append(stage)
            return compute(watched)

        return recall(self, stage, data, settings, compute_and_tell)

    monkeypatch.setattr(Memory, "recall", told)
    return names


def run(folder: Path, **parameters: Any) -> bytes:
    found = analyse_once(folder, QUICK | parameters, lambda message: None)
    return results_json(found)


def fresh(folder: Path, **parameters: Any) -> bytes:
    return results_json(analyse(folder, QUICK | parameters))


BOOTSTRAPPED = {
    "retrospective": {"short term", "npmle", "pain relief", "safety", "models", "all infusions",
                      "icc"},
    "prospective": {"short term", "npmle", "pain relief", "models"},
}  # fmt: skip
EACH = {part: set(stages_of(part)) for part in PARTS}
HORIZON = {"relief days", "npmle", "pain relief"}
NOTHING: dict[str, set[str]] = {}
CHANGES: dict[str, tuple[dict[str, Any], dict[str, set[str]]]] = {
    "title": ({"title": "Another"}, NOTHING),
    "part": ({"part": PROSPECTIVE}, {"": {"reading"}}),
    "n_boot": ({"n_boot": 120}, BOOTSTRAPPED),
    "seed": ({"seed": 5}, {part: names | {"imputed"} for part, names in BOOTSTRAPPED.items()}),
    "horizon": (
        {"horizon_days": 60},
        {RETROSPECTIVE: HORIZON | {"all infusions"}, PROSPECTIVE: HORIZON},
    ),
    "threshold": ({"responder_threshold": 40}, {part: {"short term"} for part in PARTS}),
    "level": (
        {"ci_level": 0.9},
        {RETROSPECTIVE: EACH[RETROSPECTIVE] - {"flow"}, PROSPECTIVE: EACH[PROSPECTIVE] - {"flow"}},
    ),
    "index infusion": ({"index_infusion": 3}, {RETROSPECTIVE: EACH[RETROSPECTIVE]}),
}


@pytest.mark.parametrize("name", CHANGES)
def test_a_parameter_computes_what_depends_on_it_and_gives_the_same_bytes(
    name: str, computed: list[str]
) -> None:
    changes, stages = CHANGES[name]
    content = run(SAMPLE, **changes)
    wanted = {f"{part} {stage}".strip() for part, names in stages.items() for stage in names}
    assert set(computed) == wanted
    assert len(computed) == len(wanted)
    assert content == fresh(SAMPLE, **changes)


def test_nothing_is_computed_a_second_time(computed: list[str]) -> None:
    before = fresh(SAMPLE)
    computed.clear()
    assert run(SAMPLE) == before
    assert computed == []
    found = find_analysis(SAMPLE, QUICK)
    assert found is not None
    assert results_json(found) == before


@pytest.mark.parametrize("changes", [{}, {"profile": "release"}, {"title": "Another"}])
def test_the_cells_of_a_report_find_the_analysis_that_was_made_for_it(
    changes: dict[str, Any],
) -> None:
    found = analyse_once(SAMPLE, QUICK | changes, lambda message: None)
    again = find_analysis(SAMPLE, report_parameters(found.settings))
    assert again is not None
    assert results_json(again) == results_json(found)


def test_neither_the_time_nor_the_place_of_a_file_matters(data: Path, computed: list[str]) -> None:
    for path in data.iterdir():
        os.utime(path, (0, 0))
    run(data)
    assert computed == []


@pytest.mark.parametrize("file", ["redcap_records.csv", "redcap_dictionary.csv"])
def test_a_byte_of_the_data_is_seen(file: str, data: Path, computed: list[str]) -> None:
    path = data / file
    times = path.stat().st_atime_ns, path.stat().st_mtime_ns
    path.write_bytes(path.read_bytes() + b"\n")
    os.utime(path, ns=times)
    assert find_analysis(data, QUICK) is None
    run(data)
    assert "reading" in computed
    assert set(computed) == {"reading"}  # an empty line changes no value


def test_a_value_in_the_data_is_seen(data: Path, computed: list[str]) -> None:
    path = data / "redcap_records.csv"
    rows = path.read_text(encoding="utf-8-sig").splitlines()
    path.write_text("\n".join(rows[:-1]) + "\n", encoding="utf-8")
    content = run(data)
    assert {name.split()[0] for name in computed} == {"reading", PROSPECTIVE}
    assert len(computed) == 1 + len(EACH[PROSPECTIVE])
    assert content == fresh(data)


SURROUNDINGS = ("code", "lock", "packages", "python", "platform")


@pytest.mark.parametrize("name", SURROUNDINGS)
def test_code_lock_packages_and_machine_are_seen(
    name: str, computed: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    others = kept.describe_surroundings() | {name: "another"}
    monkeypatch.setattr(kept, "describe_surroundings", lambda: others)
    assert find_analysis(SAMPLE, QUICK) is None
    run(SAMPLE, part=PROSPECTIVE)  # one part is the sooner done
    assert len(computed) == 1 + len(EACH[PROSPECTIVE])


def test_the_digests_are_those_of_the_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = kept.describe_surroundings()
    assert set(before) == set(SURROUNDINGS)
    package = shutil.copytree(provenance.PACKAGE, tmp_path / "helpers")
    lock = shutil.copy(provenance.LOCK, tmp_path / "requirements.lock")
    monkeypatch.setattr(provenance, "PACKAGE", package)
    monkeypatch.setattr(provenance, "LOCK", lock)
    assert kept.describe_surroundings() == before
    with (package / "units.py").open("a") as stream:
        stream.write("\n")
    with lock.open("a") as stream:
        stream.write("\n")
    after = kept.describe_surroundings()
    assert {name for name in before if before[name] != after[name]} == {"code", "lock"}


def test_another_commit_and_another_day_are_seen(
    computed: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kept, "code_version", lambda: "0.1.0 (another)")
    assert find_analysis(SAMPLE, QUICK) is None
    monkeypatch.undo()
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1900000000")
    assert find_analysis(SAMPLE, QUICK) is None


def test_data_that_change_while_they_are_analysed_are_not_kept(
    data: Path, store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = set(store.iterdir())

    def change(message: str) -> None:
        if message.startswith("estimating"):
            (data / "study.toml").write_text("title = 'Another'\n")

    analyse_once(data, QUICK | {"seed": 8}, change)
    assert set(store.iterdir()) == before
    analyse_once(data, QUICK | {"seed": 8}, lambda message: None)
    assert set(store.iterdir()) > before


def test_verification_never_asks_what_was_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "results.json"
    file.write_bytes(run(SAMPLE))

    def refuse(*arguments: Any) -> None:
        raise RuntimeError("the store was asked")

    monkeypatch.setattr(Store, "read", refuse)
    monkeypatch.setattr(Store, "write", refuse)
    with pytest.raises(RuntimeError):
        run(SAMPLE)
    assert verify_results(file, SAMPLE).differing == ()


def test_settings_tell_what_was_read_of_them() -> None:
    watched = watch(Settings(ci_level=0.9, profile="release"))
    assert object.__getattribute__(watched, "seen") == set()
    assert (watched.ci_level, watched.for_release) == (0.9, True)
    assert watched.is_after_cutoff(None) is False
    assert watched.seen == {"ci_level", "for_release"}


def test_a_stage_that_reads_by_what_it_read_is_right_on_every_way() -> None:
    memory = Memory(find_store(), {})

    def estimate(settings: Settings) -> float:
        return settings.seed if settings.part == "both" else settings.ci_level

    for _ in range(2):
        for part, seed, level in (("both", 1, 0.9), ("both", 2, 0.9), (PROSPECTIVE, 2, 0.9),
                                  (PROSPECTIVE, 3, 0.8), ("both", 3, 0.8)):  # fmt: skip
            settings = Settings(part=part, seed=seed, ci_level=level)
            found = memory.recall("a stage", "data", settings, estimate)
            memory.keep()
            assert found == estimate(settings)


@pytest.mark.parametrize(
    "other",
    [
        pd.DataFrame({"x": [1.0, np.nextafter(2.0, 3)], "y": ["a", None]}),
        pd.DataFrame({"x": [1.0, 2.0], "y": ["a", "None"]}),
        pd.DataFrame({"x": [1.0, 2.0], "z": ["a", None]}),
        pd.DataFrame({"x": [1, 2], "y": ["a", None]}),
        pd.DataFrame({"x": [1.0, 2.0], "y": ["a", None]}, index=[1, 0]),
        pd.DataFrame({"y": ["a", None], "x": [1.0, 2.0]}),
    ],
)
def test_the_digest_of_a_table_sees_values_types_names_and_order(other: pd.DataFrame) -> None:
    table = pd.DataFrame({"x": [1.0, 2.0], "y": ["a", None]})
    assert digest_tables({"t": table}) == digest_tables({"t": table.copy(deep=True)})
    assert digest_tables({"t": table}) != digest_tables({"t": other})
    assert digest_tables({"t": table}) != digest_tables({"u": table})
    assert digest_tables({"t": table}) != digest_tables({"t": table}, 4)
