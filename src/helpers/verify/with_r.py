"""Runs the reference scripts in R, live, on the tables that were read, and compares the numbers."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from helpers.analysis.run import Analysis
from helpers.checkout import ROOT
from helpers.errors import CallError
from helpers.ingest.folder import StudyData
from helpers.settings import Settings
from helpers.study import STUDY_FILE
from helpers.verify.against_r import RComparison, compare_with_r, read_rows

SCRIPT: Final = ROOT / "tests" / "reference" / "plan" / "plan.R"
NEEDED: Final = ("survival", "nlme")
FOR_IMPUTATION: Final = "mice"
_STEPS: Final = ("closed", "model", "npmle", "boot")
_IMPUTED: Final = "imputed"
_ASK: Final = 'for (p in commandArgs(TRUE)) if (requireNamespace(p, quietly = TRUE)) cat(p, "\\n")'


@dataclass(frozen=True, slots=True)
class RVerification:
    """What R computed beside our numbers.

    ``versions`` is the line that the script wrote about itself; ``left_out`` says what could not
    be compared, and why.
    """

    versions: str
    compared: tuple[RComparison, ...]
    left_out: tuple[str, ...]


def find_r() -> tuple[str, tuple[str, ...]]:
    """Return the path of Rscript and the steps of the reference script that it can run.

    Raises
    ------
    CallError
        When there is no checkout, no R, or no package that R needs.
    """
    if not SCRIPT.is_file():
        raise CallError(
            f"--with-r: {SCRIPT} is missing; the reference scripts are in a checkout of the "
            "project, and nowhere else."
        )
    rscript = shutil.which("Rscript")
    if rscript is None:
        raise CallError("--with-r: Rscript is not on the PATH; install R (Debian: r-base-core).")
    there = _find_packages(rscript)
    missing = [name for name in NEEDED if name not in there]
    if missing:
        raise CallError(
            f"--with-r: R has no package {', '.join(missing)}; install it in R with "
            f'install.packages("{missing[0]}").'
        )
    return rscript, (*_STEPS, _IMPUTED) if FOR_IMPUTATION in there else _STEPS


def _check_parameters(settings: Settings) -> None:
    """Raise CallError when a run is not of the kind that the reference scripts compute."""
    plan = Settings()
    if settings.for_release or settings.ci_level != plan.ci_level or settings.n_boot < plan.n_boot:
        raise CallError(
            f"--with-r: the reference scripts compute the plan's numbers: with ci_level="
            f"{plan.ci_level}, profile={plan.profile} and n_boot of at least {plan.n_boot}."
        )


def _find_packages(rscript: str) -> set[str]:
    asked = [rscript, "--vanilla", "-e", _ASK, *NEEDED, FOR_IMPUTATION]
    return set(subprocess.run(asked, capture_output=True, text=True, check=False).stdout.split())


def verify_with_r(analysis: Analysis, folder_name: str) -> RVerification:
    """Compute the plan's numbers in R from the typed tables of an analysis, and compare them.

    Raises
    ------
    CallError
        As :func:`find_r`; when the parameters are not the plan's, and when the script fails.
    """
    _check_parameters(analysis.settings)
    rscript, steps = find_r()
    with tempfile.TemporaryDirectory(prefix="study-r-") as scratch:
        typed, study, out = (
            Path(scratch) / "typed",
            Path(scratch) / "study",
            Path(scratch) / "r.csv",
        )
        write_typed_tables(analysis.data, typed)
        _write_study_toml(analysis.settings, study)
        _run([rscript, "--vanilla", str(SCRIPT), str(typed), str(out), str(study)], steps)
        rows = read_rows(out)
        versions = out.read_text(encoding="utf-8").partition("\n")[0].partition("; ")[2]
    part_rows = [row for row in rows if row["key"].partition(".")[0] in analysis.data.parts]
    left_out = () if _IMPUTED in steps else (
        f"multiple imputation: R has no package {FOR_IMPUTATION}",
    )  # fmt: skip
    compared = tuple(compare_with_r(folder_name, part_rows, analysis.results))
    return RVerification(versions, compared, left_out)


def write_typed_tables(data: StudyData, folder: Path) -> None:
    """Write every typed table of a study as CSV, as the scripts in R read them."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, table in data.tables.items():
        table.to_csv(folder / f"{name}.csv", index=False, na_rep="NA", lineterminator="\n")


def _write_study_toml(settings: Settings, folder: Path) -> None:
    """Write what the script reads of ``study.toml``: the index infusion and the data cutoff."""
    folder.mkdir()
    lines = [f"index_infusion = {settings.index_infusion}"]
    if settings.data_cutoff:
        lines.append(f"data_cutoff = {settings.data_cutoff.isoformat()}")
    (folder / STUDY_FILE).write_text("\n".join(lines) + "\n", encoding="utf-8")


def _run(command: list[str], steps: tuple[str, ...]) -> None:
    plain = {name: value for name, value in os.environ.items() if not name.startswith("PLAN_")}
    done = subprocess.run(
        command, env=plain | {"PLAN_STEPS": ",".join(steps)}, capture_output=True, text=True,
        encoding="utf-8", errors="replace", check=False,
    )  # fmt: skip
    if done.returncode:
        raise CallError(f"--with-r: plan.R failed: {_reason(done.stderr)}")


def _reason(told: str) -> str:
    """Return what R said from its error on, in one line."""
    words = " ".join(told.split())
    start = words.find("Error")
    return words[max(start, 0) :].removesuffix("Execution halted").strip() or "it printed nothing"
