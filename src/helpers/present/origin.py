"""Where an output comes from, in words: the same for every file that leaves the program."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any, Final

import pandas as pd

from helpers.cohort.read import CleanStudy
from helpers.provenance import OWN_WORDS, describe_provenance

_NOT_A_CHECKOUT: Final = "no lock file: not run from a checkout"


def describe_origin(provenance: Mapping[str, Any]) -> dict[str, str]:
    """Return the provenance of a run as labelled texts, without folders and the clinic's words."""
    files = {f"SHA-256 of {name}": digest for name, digest in provenance["data"].items()}
    return {
        "Code": _describe_code(provenance),
        "SHA-256 of the code": provenance["code"],
        "SHA-256 of requirements.lock": provenance["lock"] or _NOT_A_CHECKOUT,
        "Python": f"{provenance['python']}, {provenance['platform']}",
        "Packages": ", ".join(f"{n} {v}" for n, v in provenance["packages"].items()),
        "Date of the report": provenance["date"],
        "Seed of the random numbers": str(provenance["seed"]),
        "Parameters": _describe_parameters(provenance["parameters"]),
        "SHA-256 of the parameters": hash_parameters(provenance["parameters"]),
        **files,
    }


def origin_of(study: CleanStudy) -> dict[str, str]:
    """Return the provenance of a study as it was read, as labelled texts."""
    data = study.data
    return describe_origin(describe_provenance(study.settings, data.files, data.parts))


def tabulate_origin(origin: Mapping[str, str]) -> pd.DataFrame:
    """Return labelled texts as a table of two columns."""
    return pd.DataFrame([{"What": name, "Value": text} for name, text in origin.items()])


def format_origin(provenance: Mapping[str, Any]) -> str:
    """Return the provenance in one line, for the metadata of a document."""
    files = ", ".join(f"{name} {digest}" for name, digest in provenance["data"].items())
    return "; ".join(
        [
            f"code {_describe_code(provenance)} {provenance['code']}",
            f"requirements.lock {provenance['lock'] or _NOT_A_CHECKOUT}",
            f"parameters {hash_parameters(provenance['parameters'])}",
            f"data {files}",
            f"Python {provenance['python']}, {provenance['platform']}",
            f"date {provenance['date']}",
        ]
    )


def hash_parameters(parameters: Mapping[str, Any]) -> str:
    """Return the SHA-256 of parameters, as JSON with sorted keys."""
    text = json.dumps(parameters, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def _describe_code(provenance: Mapping[str, Any]) -> str:
    known = {True: "", False: ", not modified", None: ", not known whether modified"}
    return f"{provenance['code_version']}{known[provenance['modified']]}"


def _describe_parameters(parameters: Mapping[str, Any]) -> str:
    return ", ".join(
        f"{name} = {value}"
        for name, value in parameters.items()
        if name not in OWN_WORDS and value is not None
    )
