"""What is kept is its owner's alone, whole, and bounded; anything else is as if it were not."""

from __future__ import annotations

import os
import pickle
import shutil
from pathlib import Path

import pytest

from helpers import store as st
from helpers.checkout import ROOT
from helpers.store import Store, find_store, key_of

pytestmark = pytest.mark.skipif(os.name != "posix", reason="kept where files have owners")
VALUE = {"mean": 0.1 + 0.2, "words": ("a", "b")}


@pytest.fixture
def store(tmp_path: Path) -> Store:
    kept = Store(tmp_path / "kept" / "here")
    kept.write("key", VALUE)
    assert kept.read("key") == VALUE
    return kept


def file_of(store: Store, key: str = "key") -> Path:
    assert store.folder is not None
    return store.folder / key


def test_folder_and_files_are_closed_to_everybody_else(store: Store) -> None:
    assert file_of(store).parent.stat().st_mode & 0o777 == 0o700
    assert file_of(store).stat().st_mode & 0o777 == 0o600
    assert [path.name for path in file_of(store).parent.iterdir()] == ["key"]


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620])
def test_a_file_that_others_reach_is_not_read(mode: int, store: Store) -> None:
    file_of(store).chmod(mode)
    assert store.read("key") is None


@pytest.mark.parametrize("mode", [0o750, 0o701, 0o730])
def test_a_folder_that_others_reach_is_not_used(mode: int, store: Store) -> None:
    file_of(store).parent.chmod(mode)
    assert store.read("key") is None
    store.write("other", VALUE)
    file_of(store).parent.chmod(0o700)
    assert store.read("other") is None


def test_what_belongs_to_another_user_is_not_read(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    stranger = os.geteuid() + 1
    monkeypatch.setattr(os, "geteuid", lambda: stranger)
    assert store.read("key") is None


def test_a_link_is_not_followed(store: Store, tmp_path: Path) -> None:
    file_of(store).rename(tmp_path / "elsewhere")
    file_of(store).symlink_to(tmp_path / "elsewhere")
    assert store.read("key") is None
    linked = tmp_path / "linked"
    linked.symlink_to(file_of(store).parent)
    shutil.copy2(tmp_path / "elsewhere", file_of(store, "copied"))
    assert Store(linked).read("copied") is None


@pytest.mark.parametrize("at", [0, 40, -1])
def test_a_changed_byte_is_seen(at: int, store: Store) -> None:
    content = bytearray(file_of(store).read_bytes())
    content[at] ^= 1
    file_of(store).write_bytes(bytes(content))
    assert store.read("key") is None


@pytest.mark.parametrize("content", [b"", b"short", pickle.dumps(VALUE)])
def test_what_is_no_entry_is_not_read(content: bytes, store: Store) -> None:
    file_of(store).write_bytes(content)
    assert store.read("key") is None


def test_an_entry_under_another_key_is_not_read(store: Store) -> None:
    shutil.copy2(file_of(store), file_of(store, "other"))
    assert store.read("other") is None


def test_the_oldest_go_when_it_is_too_much(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(3):
        store.write(f"{number}", VALUE)
        os.utime(file_of(store, f"{number}"), (number, number))
    monkeypatch.setattr(st, "_MOST_FILES", 2)
    store.tidy()
    assert {path.name for path in file_of(store).parent.iterdir()} == {"key", "2"}
    monkeypatch.setattr(st, "_MOST_BYTES", file_of(store).stat().st_size)
    store.tidy()
    assert {path.name for path in file_of(store).parent.iterdir()} == {"key"}
    store.write("large", b"x" * 1_000)
    assert store.read("large") is None


def test_a_folder_that_cannot_be_made_keeps_nothing(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("here")
    nowhere = Store(tmp_path / "file" / "kept")
    nowhere.write("key", VALUE)
    nowhere.tidy()
    assert nowhere.read("key") is None


def test_where_it_lies(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("STUDY_CACHE")
    assert find_store().folder == ROOT / ".study-cache"
    monkeypatch.setenv("STUDY_CACHE", "")
    assert find_store().folder is None
    monkeypatch.setenv("STUDY_CACHE", str(tmp_path))
    assert find_store().folder == tmp_path


def test_keys_differ_with_the_kind_and_with_all_that_a_value_is_made_of() -> None:
    keys = {key_of("a", {}), key_of("b", {}), key_of("a", {"x": 1}), key_of("a", {"x": "1"}),
            key_of("a", {"y": 1}), key_of("a", {"x": 1.0000000000000002})}  # fmt: skip
    assert len(keys) == 6
