"""`study verify BUNDLE.zip`: what agrees, what was changed, and what nobody can recompute."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path

import pytest

from helpers import cli
from helpers.bundle import layout
from helpers.provenance import VERSION_FILE
from tests.bundle.bundles import Made, change


@pytest.fixture
def verify(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Verify:
    return Verify(tmp_path, monkeypatch, capsys)


class Verify:
    """Verifies a bundle with a temporary folder of its own, in which nothing may stay."""

    def __init__(
        self, folder: Path, patch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        self.out, self.capsys = folder / "out", capsys
        self.temporary = folder / "tmp"
        self.temporary.mkdir()
        patch.setattr(tempfile, "tempdir", str(self.temporary))

    def __call__(self, bundle: Path, *arguments: str) -> tuple[int, str]:
        self.capsys.readouterr()
        code = cli.main(["verify", str(bundle), "--out", str(self.out), *arguments])
        assert list(self.temporary.iterdir()) == []
        said = self.capsys.readouterr()
        return code, said.out if code < 2 else said.err

    def certificates(self) -> dict[str, str]:
        found = sorted(self.out.glob("*")) if self.out.exists() else []
        return {path.name: json.loads(path.read_bytes())["verdict"] for path in found}


def test_a_bundle_as_it_was_packed_agrees(of_synthetic: Made, verify: Verify) -> None:
    code, said = verify(of_synthetic.path)
    assert code == 0
    assert "every checksum agrees" in said
    assert "byte for byte that of the bundle" in said
    assert "Lock file: that of the bundle" in said
    assert "values of code/data/archive/synthetic_results.json agree" in said
    assert "values of results/results.json agree with what code/data/synthetic" in said
    assert verify.certificates() == {"certificate.json": "all values agree",
                                     "certificate_study.json": "all values agree"}  # fmt: skip


def test_data_that_went_along_are_what_is_recomputed_from(with_data: Made, verify: Verify) -> None:
    code, said = verify(with_data.path)
    assert code == 0
    assert "values of results/results.json agree with what data gives now" in said


def test_without_its_data_it_is_said_that_the_numbers_were_not_recomputed(
    without_data: Made, planted: Path, verify: Verify
) -> None:
    code, said = verify(without_data.path)
    assert code == 0
    assert "NOT recomputed" in said and "says nothing about the clinic's numbers" in said
    assert verify.certificates() == {"certificate.json": "all values agree"}
    code, said = verify(without_data.path, "--data", str(planted))
    assert code == 0
    assert "NOT recomputed" not in said and "values of results/results.json agree" in said


def test_files_that_are_not_as_packed_are_named_and_nothing_is_recomputed(
    of_synthetic: Made, tmp_path: Path, verify: Verify
) -> None:
    changed = change(of_synthetic, tmp_path, {layout.LOCK: b"other", "code/more.py": b"",
                                              layout.DICTIONARY: None}, sums=False)  # fmt: skip
    code, said = verify(changed)
    assert code == 1
    assert said.splitlines()[1:] == [
        "  data_dictionary.md: missing",
        "  code/more.py: has no checksum",
        "  code/requirements.lock: is not the file of its checksum",
    ]
    assert verify.certificates() == {}


def test_a_number_that_was_changed_is_found_even_with_new_checksums(
    of_synthetic: Made, tmp_path: Path, verify: Verify
) -> None:
    results = json.loads(of_synthetic.text(layout.RESULTS_FILE))
    estimate = next(each for each in results["estimates"] if isinstance(each["estimate"], float))
    estimate["estimate"] += 1
    content = json.dumps(results).encode()
    changed = change(of_synthetic, tmp_path, {layout.RESULTS_FILE: content}, sums=True)
    code, said = verify(changed)
    assert code == 1
    assert f"differs: {estimate['key']}.estimate" in said
    assert verify.certificates() == {"certificate.json": "all values agree",
                                     "certificate_study.json": "values differ"}  # fmt: skip


def test_another_code_and_another_lock_file_are_named(
    of_synthetic: Made, tmp_path: Path, verify: Verify
) -> None:
    version = f"code/{VERSION_FILE}"
    changes = {f"{layout.PACKAGE}errors.py": b"", layout.LOCK: b"",
               version: b"0.0.9 (abc\x1b[2J)\n"}  # fmt: skip
    code, said = verify(change(of_synthetic, tmp_path, changes, sums=True))
    assert code == 0
    assert "Code: DIFFERS. The bundle's is 0.0.9 (abc" in said
    assert "Lock file: DIFFERS" in said
    assert "\x1b" not in said


@pytest.mark.parametrize("flag", [["--with-r"], ["-P", "seed=1"]])
def test_what_does_not_fit_a_bundle_is_refused(
    flag: list[str], of_synthetic: Made, verify: Verify
) -> None:
    code, said = verify(of_synthetic.path, *flag)
    assert code == 2
    assert "leave -P and --with-r out" in said


@pytest.mark.parametrize("name", [layout.ARCHIVED, layout.RESULTS_FILE, layout.LOCK])
def test_a_bundle_without_what_is_needed_is_told(
    name: str, of_synthetic: Made, tmp_path: Path, verify: Verify
) -> None:
    code, said = verify(change(of_synthetic, tmp_path, {name: None}, sums=True))
    assert code == 2
    assert f"{name} is missing" in said
