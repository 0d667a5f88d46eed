"""The metadata of a bundle: RO-Crate 1.1, every file described.

Source: RO-Crate Metadata Specification 1.1.1 (Sefton et al. 2021), sections 4 and 5.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from types import MappingProxyType
from typing import Any, Final
from urllib.parse import quote

from helpers.bundle import layout
from helpers.bundle.citation import Citation
from helpers.study import REGISTRY_ID

SPECIFICATION: Final = "https://w3id.org/ro/crate/1.1"
CONTEXT: Final = f"{SPECIFICATION}/context"
_ROOT: Final = "./"
_ANALYSIS: Final = "#analysis"
_RECORD: Final = f"https://clinicaltrials.gov/study/{REGISTRY_ID}"
_UNKNOWN_TYPE: Final = "text/plain"
# Not those of the operating system, which differ from one to the next.
_MEDIA_TYPES: Final = MappingProxyType(
    {
        ".bib": "application/x-bibtex", ".csv": "text/csv", ".css": "text/css",
        ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        ".html": "text/html", ".ipynb": "application/x-ipynb+json", ".js": "text/javascript",
        ".json": "application/json", ".md": "text/markdown", ".pdf": "application/pdf",
        ".png": "image/png", ".py": "text/x-python", ".qmd": "text/markdown",
        ".svg": "image/svg+xml", ".toml": "application/toml", ".xml": "application/xml",
        ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        ".yaml": "application/yaml", ".yml": "application/yaml",
    }
)  # fmt: skip
Entity = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Told:
    """What the metadata say of a bundle beside its files; the date is ISO 8601."""

    title: str
    description: str
    date: str
    code_version: str
    citation: Citation


def write_crate(files: Mapping[str, bytes], told: Told) -> bytes:
    """Return ``ro-crate-metadata.json`` for files by name; the checksums are described besides."""
    names = sorted({*files, layout.SUMS} - {layout.METADATA})
    entities = [
        _describe_metadata(), _describe_root(names, told), *_describe_folders(names, told),
        *(_describe_file(name, files.get(name)) for name in names), _describe_analysis(names, told),
        *told.citation.authors, told.citation.licence, _describe_record(),
    ]  # fmt: skip
    content = {"@context": CONTEXT, "@graph": entities}
    return (json.dumps(content, indent=1, ensure_ascii=False) + "\n").encode()


def _describe_metadata() -> Entity:
    return {
        "@id": layout.METADATA, "@type": "CreativeWork", "about": {"@id": _ROOT},
        "conformsTo": {"@id": SPECIFICATION},
    }  # fmt: skip


def _describe_root(names: Sequence[str], told: Told) -> Entity:
    at_root = [name for name in names if "/" not in name]
    return {
        "@id": _ROOT,
        "@type": "Dataset",
        "name": told.title,
        "description": told.description,
        "datePublished": told.date,
        "author": _refer(author["@id"] for author in told.citation.authors),
        "license": {"@id": told.citation.licence["@id"]},
        "about": {"@id": _RECORD},
        "hasPart": _refer([*_folders(names), *map(quote, at_root)]),
        "mentions": {"@id": _ANALYSIS},
    }


def _folders(names: Sequence[str]) -> list[str]:
    return [folder for folder in layout.FOLDERS if any(name.startswith(folder) for name in names)]


def _describe_folders(names: Sequence[str], told: Told) -> Iterable[Entity]:
    for folder in _folders(names):
        members = [quote(name) for name in names if name.startswith(folder)]
        entity: Entity = {
            "@id": folder, "@type": "Dataset", "name": folder.rstrip("/"),
            "description": layout.FOLDERS[folder], "hasPart": _refer(members),
        }  # fmt: skip
        if folder == layout.CODE:
            entity |= {
                "@type": ["Dataset", "SoftwareSourceCode"],
                "version": told.code_version,
                "programmingLanguage": "Python",
                "softwareRequirements": {"@id": layout.LOCK},
                "license": {"@id": told.citation.licence["@id"]},
                "author": _refer(author["@id"] for author in told.citation.authors),
            }
        yield entity


def _describe_file(name: str, content: bytes | None) -> Entity:
    kind = _MEDIA_TYPES.get(PurePosixPath(name).suffix, _UNKNOWN_TYPE)
    entity: Entity = {
        "@id": quote(name), "@type": "File", "name": PurePosixPath(name).name,
        "encodingFormat": kind,
    }  # fmt: skip
    if name in layout.NAMES:
        entity["description"] = layout.NAMES[name]
    return entity if content is None else entity | {"contentSize": str(len(content))}


def _describe_analysis(names: Sequence[str], told: Told) -> Entity:
    made = [name for name in names if name.startswith(layout.RESULTS)]
    data = [name for name in names if name.startswith(layout.DATA)]
    return {
        "@id": _ANALYSIS, "@type": "CreateAction", "name": "Analysis and report of the study",
        "endTime": told.date, "instrument": {"@id": layout.CODE},
        "object": _refer(map(quote, data)), "result": _refer(map(quote, made)),
    }  # fmt: skip


def _describe_record() -> Entity:
    return {"@id": _RECORD, "@type": "CreativeWork", "name": f"Registry record {REGISTRY_ID}"}


def _refer(identifiers: Iterable[str]) -> list[Entity]:
    return [{"@id": identifier} for identifier in identifiers]
