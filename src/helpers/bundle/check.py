"""Verifies a bundle: its checksums, then every value that its data can give again."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from helpers.bundle import layout
from helpers.bundle.unpack import OpenBundle, check_sums, open_bundle
from helpers.cohort.read import Progress, silent
from helpers.provenance import VERSION_FILE, code_hash, code_version, hash_sources, lock_hash
from helpers.settings import report_date
from helpers.study import DATA_FILES
from helpers.verify.certificate import agrees, write_certificate
from helpers.verify.read import read_results
from helpers.verify.run import Verification, verify_results

_UNKNOWN: Final = "of unknown version"


@dataclass(frozen=True, slots=True)
class Sides:
    """The code of a bundle beside the code that verifies it; a lock file is absent as None."""

    bundle_code: str
    code: str
    same_code: bool
    same_lock: bool | None


@dataclass(frozen=True, slots=True)
class BundleCheck:
    """What came of verifying a bundle.

    ``problems`` are files that are not as their checksums say: then nothing is recomputed.
    ``study`` is None where the bundle does not hold the data of its results.
    """

    file: Path
    files: int
    problems: tuple[str, ...]
    sides: Sides
    archived: Verification | None = None
    study: Verification | None = None

    @property
    def verifications(self) -> dict[str, Verification]:
        """What was recomputed, by the name of its certificate."""
        both = {layout.CERTIFICATE: self.archived, layout.STUDY_CERTIFICATE: self.study}
        return {name: found for name, found in both.items() if found}

    @property
    def agrees(self) -> bool:
        """Whether every file is as it was packed, and every recomputed value agrees."""
        return not self.problems and all(agrees(f, None) for f in self.verifications.values())

    def certificates(self) -> dict[str, bytes]:
        """Return the certificates as files by name."""
        return {name: write_certificate(found, None, report_date())
                for name, found in self.verifications.items()}  # fmt: skip


def verify_bundle(file: Path, data: Path | None = None, progress: Progress = silent) -> BundleCheck:
    """Verify a bundle with the code that is installed.

    Parameters
    ----------
    file
        The bundle.
    data
        The study folder of its results, for whoever holds it; None: what the bundle holds.
    progress
        Called with what is being done.

    Raises
    ------
    InputError
        When the file is no bundle or not safe to read, or what it holds cannot be used.
    """
    with open_bundle(file) as bundle:
        progress("checking every checksum")
        problems = check_sums(bundle)
        found = BundleCheck(file, len(bundle.files), problems, _compare_code(bundle))
        if problems:
            return found
        with tempfile.TemporaryDirectory(prefix="study-bundle-") as private:
            return _recompute(bundle, found, Path(private), data, progress)


def _compare_code(bundle: OpenBundle) -> Sides:
    sources = [name for name in bundle.inside(layout.PACKAGE) if name.endswith(".py")]
    code = hash_sources({name.removeprefix(layout.PACKAGE): bundle.read(name) for name in sources})
    version = f"{layout.CODE}{VERSION_FILE}"
    told = bundle.read(version).decode("utf-8", "replace") if version in bundle.files else _UNKNOWN
    lock = lock_hash()
    return Sides(
        bundle_code=(told.splitlines() or [_UNKNOWN])[0],
        code=code_version(),
        same_code=code == code_hash(),
        same_lock=None
        if lock is None
        else hashlib.sha256(bundle.read(layout.LOCK)).digest().hex() == lock,
    )


def _recompute(
    bundle: OpenBundle, found: BundleCheck, private: Path, data: Path | None, progress: Progress
) -> BundleCheck:
    archive = bundle.extract(layout.ARCHIVED, private / "synthetic_results.json")
    results = bundle.extract(layout.RESULTS_FILE, private / "results.json")
    synthetic = _extract_study(bundle, layout.SYNTHETIC, private)
    progress("verifying the synthetic study")
    archived = _verify(archive, synthetic, (layout.ARCHIVED, layout.SYNTHETIC), progress)
    place, folder = _find_data(bundle, read_results(results)["provenance"]["data"], private)
    folder = data or folder
    if folder is None:
        return replace(found, archived=archived)
    progress("verifying the results of the study")
    study = _verify(results, folder, (layout.RESULTS_FILE, str(data or place)), progress)
    return replace(found, archived=archived, study=study)


def _verify(file: Path, data: Path, told: tuple[str, str], progress: Progress) -> Verification:
    """Verify results, and tell of them by their places in the bundle."""
    found = verify_results(file, data, progress=progress)
    return replace(found, file=Path(told[0]), data=Path(told[1]))


def _find_data(
    bundle: OpenBundle, analysed: Mapping[str, str], private: Path
) -> tuple[str, Path | None]:
    """Return the study folder of the results: their own, the synthetic one, or none."""
    if bundle.inside(layout.DATA):
        return layout.DATA, _extract_study(bundle, layout.DATA, private)
    names = {name: f"{layout.SYNTHETIC}{name}" for name in analysed}
    made_up = all(place in bundle.files and bundle.hash(place) == analysed[name]
                  for name, place in names.items())  # fmt: skip
    return layout.SYNTHETIC, private / layout.SYNTHETIC if made_up and analysed else None


def _extract_study(bundle: OpenBundle, folder: str, private: Path) -> Path:
    """Write the files of a study folder, and no other, into a private folder."""
    for name in DATA_FILES:
        if f"{folder}{name}" in bundle.files:
            bundle.extract(f"{folder}{name}", private / folder / name)
    return private / folder
