"""The certificates of a bundle: what it holds, recomputed before it is packed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from helpers.bundle import layout
from helpers.checkout import SYNTHETIC
from helpers.cohort.read import Progress
from helpers.settings import report_date
from helpers.verify.archive import find_archive
from helpers.verify.certificate import agrees, write_certificate
from helpers.verify.run import verify_results


@dataclass(frozen=True, slots=True)
class Certificates:
    """Certificates as files by name, and whether every value of each agrees."""

    files: Mapping[str, bytes]
    agree: bool


def certify(results: Path, data: Path | None, progress: Progress) -> Certificates:
    """Recompute the archived results, and those of the study where its data go along.

    Parameters
    ----------
    results
        The ``results.json`` of the study.
    data
        The study folder; None when its data are not in the bundle.
    progress
        Is told what is being done.
    """
    asked = {layout.CERTIFICATE: (find_archive(), SYNTHETIC)}
    if data is not None:
        asked[layout.STUDY_CERTIFICATE] = (results, data)
    files, agree = {}, True
    for name, (file, folder) in asked.items():
        progress(f"verifying {file.name}")
        found = verify_results(file, folder, progress=progress)
        files[name] = write_certificate(found, None, report_date())
        agree = agree and agrees(found, None)
    return Certificates(files, agree)
