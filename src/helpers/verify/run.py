"""Recomputes archived results from their data, with the parameters and the date they name."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from helpers.analysis.run import Analysis
from helpers.analysis.study import analyse
from helpers.cohort.read import Progress, silent
from helpers.settings import PARAMETERS, WITHOUT_RESAMPLING, check_parameters
from helpers.verify.causes import Change, find_changes
from helpers.verify.compare import Comparison, compare_results
from helpers.verify.read import read_results
from helpers.write import results_json


@dataclass(frozen=True, slots=True)
class Verification:
    """What was archived, what came of it now, and the comparison of every value."""

    file: Path
    sha256: str
    data: Path
    archived: Mapping[str, Any]
    analysis: Analysis
    compared: tuple[Comparison, ...]
    changes: tuple[Change, ...]

    @property
    def differing(self) -> tuple[Comparison, ...]:
        """The values that differ, or that one side alone has."""
        return tuple(each for each in self.compared if not each.agrees)


def verify_results(
    file: Path,
    data: Path,
    parameters: Mapping[str, Any] | None = None,
    progress: Progress = silent,
) -> Verification:
    """Recompute a ``results.json`` from a study folder and compare every value.

    Parameters
    ----------
    file
        The ``results.json`` to verify; its parameters and its date are used.
    data
        The study folder that it was computed from.
    parameters
        Parameters by name that replace the archived ones.
    progress
        Called with what is being done.

    Raises
    ------
    StudyError
        When the file, the folder or a parameter is wrong.
    """
    archived = read_results(file)
    provenance = archived["provenance"]
    archived_parameters = dict(provenance["parameters"])
    resampling = archived_parameters.get("n_boot") != WITHOUT_RESAMPLING
    if not resampling:
        del archived_parameters["n_boot"]
    chosen = _choose_parameters(file.name, archived_parameters, parameters or {})
    date = dt.date.fromisoformat(provenance["date"])
    resampling = resampling or "n_boot" in (parameters or {})
    analysis = analyse(data, chosen, progress, date, resampling=resampling)
    progress("comparing")
    recomputed = json.loads(results_json(analysis))
    return Verification(
        file=file,
        sha256=hashlib.sha256(file.read_bytes()).hexdigest(),
        data=data,
        archived=archived,
        analysis=analysis,
        compared=compare_results(archived, recomputed),
        changes=find_changes(provenance, recomputed["provenance"]),
    )


def _choose_parameters(
    name: str, archived: Mapping[str, Any], replaced: Mapping[str, Any]
) -> dict[str, Any]:
    """Return the archived parameters, checked, with those that are replaced.

    What only ``study.toml`` can say is read from the study folder again.
    """
    known = {key: value for key, value in archived.items() if key in PARAMETERS}
    chosen = check_parameters(known, f"{name}: provenance.parameters")
    if "profile" in replaced:
        chosen.pop("min_cell", None)  # each profile has its own
    return chosen | check_parameters(replaced, "parameters")
