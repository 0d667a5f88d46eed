"""Hostile bundles are refused in one message, before anything is unpacked."""

from __future__ import annotations

import stat
import struct
import warnings
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from helpers import cli
from helpers.bundle import unpack
from helpers.bundle.pack import pack
from helpers.bundle.unpack import open_bundle
from helpers.errors import InputError

Write = Callable[[zipfile.ZipFile], None]


def named(*names: str) -> Write:
    def write(archive: zipfile.ZipFile) -> None:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)  # zipfile's, of two equal names
            for name in names:
                archive.writestr(name, b"x")

    return write


def of_kind(kind: int) -> Write:
    def write(archive: zipfile.ZipFile) -> None:
        entry = zipfile.ZipInfo("a")
        entry.create_system = 3
        entry.external_attr = (kind | 0o777) << 16
        archive.writestr(entry, "/etc/passwd")

    return write


def bomb(archive: zipfile.ZipFile) -> None:
    archive.writestr("a", b"\0" * 3_000_000, zipfile.ZIP_DEFLATED)


def too_many(archive: zipfile.ZipFile) -> None:
    for number in range(21):
        archive.writestr(str(number), b"")


def oddly_packed(archive: zipfile.ZipFile) -> None:
    archive.writestr("a", b"x" * 1000, zipfile.ZIP_BZIP2)


HOSTILE: dict[str, tuple[Write, str]] = {
    "parent": (named("../a"), "leads elsewhere"),
    "parent inside": (named("code/../../a"), "leads elsewhere"),
    "absolute": (named("/etc/cron.d/a"), "leads elsewhere"),
    "drive": (named("C:/a"), "leads elsewhere"),
    "backslash": (named("..\\a"), "leads elsewhere"),
    "empty part": (named("a//b"), "leads elsewhere"),
    "escape": (named("\x1b[2J"), "leads elsewhere"),
    "long": (named("a" * 300), "leads elsewhere"),
    "twice": (named("a", "a"), "two files of the name"),
    "twice but for case": (named("a/B", "A/b"), "two files of the name"),
    "twice but for accents": (named("\u00e9", "e\u0301"), "two files of the name"),
    "folder": (of_kind(stat.S_IFDIR), "link or a folder"),
    "link": (of_kind(stat.S_IFLNK), "link or a folder"),
    "device": (of_kind(stat.S_IFBLK), "link or a folder"),
    "bomb": (bomb, "100 times its size"),
    "too many": (too_many, "it has 21 files"),
    "oddly packed": (oddly_packed, "packed in an unusual way"),
}


@pytest.fixture(autouse=True)
def small_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unpack, "MOST_FILES", 20)


@pytest.mark.parametrize("case", HOSTILE)
def test_a_hostile_bundle_is_refused_and_nothing_is_written(
    case: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write, expected = HOSTILE[case]
    file = tmp_path / "b.zip"
    with zipfile.ZipFile(file, "w") as archive:
        write(archive)
    assert cli.main(["verify", str(file), "--out", str(tmp_path / "out")]) == 2
    said = capsys.readouterr()
    assert expected in said.err
    assert "\x1b" not in said.err and said.err.count("Traceback") == 0
    assert [path.name for path in tmp_path.iterdir()] == ["b.zip"]


def test_a_name_that_hides_behind_a_zero_byte_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "b.zip"
    file.write_bytes(pack({"aQ../b": b""}).replace(b"aQ../b", b"a\0../b"))
    with pytest.raises(InputError, match="leads elsewhere"), open_bundle(file):
        pass


def test_what_is_larger_than_a_bundle_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "b.zip"
    file.write_bytes(pack({"a": bytes(range(256)) * 10}))
    monkeypatch.setattr(unpack, "MOST_BYTES", 2_000)
    with pytest.raises(InputError, match="unpacks to"), open_bundle(file):
        pass
    monkeypatch.setattr(unpack, "MOST_BYTES", 100)
    with pytest.raises(InputError, match="larger than any bundle"), open_bundle(file):
        pass
    monkeypatch.undo()
    monkeypatch.setattr(unpack, "_MOST_READ", 100)
    with open_bundle(file) as bundle, pytest.raises(InputError, match="a is larger"):
        bundle.read("a")


def test_a_damaged_file_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "b.zip"
    whole = pack({"SHA256SUMS": b"0" * 64 + b"  a\n", "a": bytes(range(256))})
    for content in (b"", b"PK\x03\x04", whole[:-30], whole.replace(bytes(range(9)), b"123456789")):
        file.write_bytes(content)
        assert cli.main(["verify", str(file), "--out", str(tmp_path / "out")]) == 2
        assert "cannot be read as a bundle" in capsys.readouterr().err


def test_a_size_that_lies_gives_no_more_than_it_says(tmp_path: Path) -> None:
    file = tmp_path / "b.zip"
    packed = bytearray(pack({"a": b"x" * 5_000}))
    place = packed.rindex(b"PK\x01\x02") + 24  # the size in the directory
    packed[place : place + 4] = (10).to_bytes(4, "little")
    file.write_bytes(packed)
    with open_bundle(file) as bundle, pytest.raises(InputError, match="cannot be read"):
        bundle.read("a")


@pytest.mark.parametrize("name", ["nothing.zip", "other.zip"])
def test_a_zip_that_is_no_bundle_and_a_missing_one_are_told(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "other.zip").write_bytes(pack({"a.txt": b""}))
    assert cli.main(["verify", str(tmp_path / name), "--out", str(tmp_path / "out")]) == 2
    assert "of `study bundle`" in capsys.readouterr().err


@pytest.mark.parametrize(
    "sums", [b"a\n", b"0" * 64 + b" a\n", (b"0" * 64 + b"  a\n") * 2, b"\xff\n"]
)
def test_checksums_that_cannot_be_read_are_told(sums: bytes, tmp_path: Path) -> None:
    file = tmp_path / "b.zip"
    file.write_bytes(pack({"SHA256SUMS": sums, "a": b""}))
    with open_bundle(file) as bundle, pytest.raises(InputError, match="SHA256SUMS: line"):
        unpack.check_sums(bundle)


def test_a_bundle_whose_files_are_said_to_start_before_it_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "b.zip"
    with zipfile.ZipFile(file, "w") as archive:
        named("a")(archive)
    content = bytearray(file.read_bytes())
    place = content.rindex(b"PK\x05\x06") + 16
    start = struct.unpack_from("<I", content, place)[0]
    struct.pack_into("<I", content, place, start + 100_000)
    file.write_bytes(content)
    with pytest.raises(InputError, match="damaged"), open_bundle(file):
        pass
