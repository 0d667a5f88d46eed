"""What stands where in a bundle."""

from __future__ import annotations

from types import MappingProxyType
from typing import Final

README: Final = "README.md"
METADATA: Final = "ro-crate-metadata.json"  # the name that RO-Crate demands
SUMS: Final = "SHA256SUMS"
CODE: Final = "code/"
RESULTS: Final = "results/"
DATA: Final = "data/"
NOTEBOOKS: Final = "notebooks/"
CHECKLISTS: Final = "checklists/"
SYNTHETIC: Final = f"{CODE}data/synthetic/"
ARCHIVED: Final = f"{CODE}data/archive/synthetic_results.json"
LOCK: Final = f"{CODE}requirements.lock"
PACKAGE: Final = f"{CODE}src/helpers/"
RESULTS_FILE: Final = f"{RESULTS}results.json"
CERTIFICATE: Final = "certificate.json"
STUDY_CERTIFICATE: Final = "certificate_study.json"
DICTIONARY: Final = "data_dictionary.md"
REPORT_FORMATS: Final = ("html", "docx", "pdf")

FOLDERS: Final = MappingProxyType(
    {
        CODE: "The program, with requirements.lock, the synthetic study and its archived results",
        RESULTS: "Results and report of the study, as a release: no single patient, no small count",
        NOTEBOOKS: "The notebooks, executed on the synthetic study",
        CHECKLISTS: "STROBE and RECORD: where the report meets each item",
        DATA: "The data of the study: rows of patients, for the reviewer alone",
    }
)
NAMES: Final = MappingProxyType(
    {
        README: "What this bundle is, and how to verify it",
        SUMS: "SHA-256 of every other file, for sha256sum -c",
        CERTIFICATE: "Certificate: the archived results of the synthetic study, recomputed",
        STUDY_CERTIFICATE: "Certificate: the results of the study, recomputed from their data",
        DICTIONARY: "Data dictionary: what each table and value of a study folder means",
        RESULTS_FILE: "Every number of the report, with what it was computed from",
        LOCK: "The version of every package, with hashes",
    }
)
