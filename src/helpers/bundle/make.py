"""Makes the package for peer review: complete, or not at all."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from helpers.build import build_into
from helpers.bundle import certify, layout, readme
from helpers.bundle.checksums import write_checksums
from helpers.bundle.citation import FILE, parse_citation
from helpers.bundle.code import read_code
from helpers.bundle.consent import check_consent
from helpers.bundle.crate import Told, write_crate
from helpers.bundle.pack import pack
from helpers.bundle.reporting import checklist_files
from helpers.checkout import SYNTHETIC, find_document
from helpers.cohort.read import Progress, silent
from helpers.environment import at_moment, source_date_epoch
from helpers.errors import CallError, InputError
from helpers.notebooks import list_notebooks, render_notebook
from helpers.replacing import Staging, check_targets, open_staging, replace_outputs
from helpers.settings import RELEASE, report_date
from helpers.study import REGISTRY_ID
from helpers.verify.archive import find_archive
from helpers.verify.read import read_results


@dataclass(frozen=True, slots=True)
class Bundle:
    """What was written: the file, of which kind it is, and whether its certificates agree."""

    path: Path
    kind: str
    files: int
    agrees: bool


def write_bundle(
    data: Path,
    out: Path,
    parameters: Mapping[str, Any],
    progress: Progress = silent,
    *,
    include_data: bool = False,
    confirmed: bool = False,
) -> Bundle:
    """Write the package for peer review of a study folder.

    Parameters
    ----------
    data
        The study folder.
    out
        The zip file to write.
    parameters
        Report parameters by name; the profile is always that of a release.
    progress
        Is told what is being done.
    include_data, confirmed
        Both are needed to take the data of the study folder along.

    Raises
    ------
    CallError
        When another profile is asked for, the file is no .zip, or only one of the two is said.
    InputError
        When the data cannot be used, or data of a clinic may be among the files of the project.
    """
    check_consent(include_data=include_data, confirmed=confirmed)
    _check_call(out, parameters)
    check_targets([out])
    archived = read_results(find_archive())["provenance"]["data"]
    code = read_code(archived)
    with open_staging(out.parent) as staging, at_moment(_choose_moment()):
        files = {f"{layout.CODE}{name}": content for name, content in code.items()}
        files |= _report_files(data, staging, dict(parameters) | {"profile": RELEASE}, progress)
        provenance = json.loads(files[layout.RESULTS_FILE])["provenance"]
        if include_data:
            files |= _data_files(data, provenance["data"])
        kind = _kind_of(provenance["data"], archived, include_data=include_data)
        source = None if kind == readme.WITHOUT_DATA else data
        certificates = certify.certify(staging.folder / "report" / "results.json", source, progress)
        files |= {**certificates.files, **_notebook_files(progress)}
        progress("packing")
        files = _complete(files, kind, provenance)
        staging.write({out.name: pack(files)})
        replace_outputs((staging, [out.name]))
    return Bundle(out, kind, len(files), certificates.agree)


def _choose_moment() -> int:
    """Return the moment that every file tells: a bundle made twice on one day is the same."""
    epoch = source_date_epoch()
    if epoch is not None:
        return epoch
    return int(dt.datetime.combine(report_date(), dt.time(), dt.UTC).timestamp())


def _check_call(out: Path, parameters: Mapping[str, Any]) -> None:
    profile = parameters.get("profile", RELEASE)
    if profile != RELEASE:
        raise CallError(
            f"parameters: profile must be {RELEASE} in a bundle, which leaves the clinic; got "
            f"'{profile}'. Leave it out."
        )
    if out.suffix.lower() != ".zip":
        raise CallError(f"--out: expected the name of a .zip file; got '{out.name}'.")


def _report_files(
    data: Path, staging: Staging, parameters: Mapping[str, Any], progress: Progress
) -> dict[str, bytes]:
    """Return results and report of a release; the embedded renderer gives the same bytes again."""
    folder = staging.folder / "report"
    folder.mkdir()
    made = Staging(folder, folder)
    build_into(made, data, layout.REPORT_FORMATS, "embedded", parameters, progress)
    names = ["results.json", *(f"report.{name}" for name in layout.REPORT_FORMATS)]
    return {f"{layout.RESULTS}{name}": (folder / name).read_bytes() for name in names}


def _data_files(data: Path, analysed: Mapping[str, str]) -> dict[str, bytes]:
    """Return the files of a study folder that were analysed, and no other."""
    files = {}
    for name, digest in analysed.items():
        content = (data / name).read_bytes()
        if hashlib.sha256(content).hexdigest() != digest:
            raise InputError(f"{name}: changed while the bundle was made; run again.")
        files[f"{layout.DATA}{name}"] = content
    return files


def _kind_of(data: Mapping[str, str], archived: Mapping[str, str], *, include_data: bool) -> str:
    """Return the kind of a bundle: made up is what the project itself made up, byte for byte."""
    if data.items() <= archived.items():
        return readme.SYNTHETIC
    return readme.WITH_DATA if include_data else readme.WITHOUT_DATA


def _notebook_files(progress: Progress) -> dict[str, bytes]:
    """Return the notebooks as pages, of the synthetic study: they show single patients."""
    files = {}
    for notebook in list_notebooks():
        progress(f"executing {notebook.name} on the synthetic study")
        files[f"{layout.NOTEBOOKS}{notebook.stem}.html"] = render_notebook(notebook, SYNTHETIC)
    return files


def _complete(
    files: Mapping[str, bytes], kind: str, provenance: Mapping[str, Any]
) -> dict[str, bytes]:
    """Return the files with all that describes them: the checksums come last."""
    found = dict(files) | checklist_files(find_document().read_text(encoding="utf-8"))
    found[layout.DICTIONARY] = files[f"{layout.CODE}data/README.md"]
    version, date = _describe_code(provenance), provenance["date"]
    found[layout.README] = readme.write_readme(kind, version, date, sorted(found))
    told = Told(
        title=f"Review bundle: the analysis of {REGISTRY_ID}",
        description=readme.describe_kind(kind),
        date=date,
        code_version=version,
        citation=parse_citation(files[f"{layout.CODE}{FILE}"]),
    )
    found[layout.METADATA] = write_crate(found, told)
    return found | {layout.SUMS: write_checksums(found)}


def _describe_code(provenance: Mapping[str, Any]) -> str:
    unknown = "" if provenance["modified"] is not None else ", not known from which commit"
    return f"{provenance['code_version']}{unknown}"
