"""Who wrote the program and under which licence, as ``CITATION.cff`` says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import yaml

from helpers.errors import InputError

FILE: Final = "CITATION.cff"
_LICENCES: Final = "https://spdx.org/licenses/"


@dataclass(frozen=True, slots=True)
class Citation:
    """Authors and licence as entities of RO-Crate."""

    authors: tuple[dict[str, Any], ...]
    licence: dict[str, Any]


def parse_citation(content: bytes) -> Citation:
    """Return authors and licence of a ``CITATION.cff``.

    Raises
    ------
    InputError
        When it is no YAML, or names no author or no licence.
    """
    try:
        told = yaml.safe_load(content)
        authors = tuple(_author(number, each) for number, each in enumerate(told["authors"], 1))
        licence = _licence(str(told["license"]))
    except (yaml.YAMLError, KeyError, TypeError, AttributeError):
        raise InputError(
            f"{FILE}: expected YAML with authors, each with a name, and a license; a bundle names "
            "both. See the Citation File Format, version 1.2.0."
        ) from None
    return Citation(authors, licence)


def _author(number: int, told: Mapping[str, Any]) -> dict[str, Any]:
    """Return a person, who has a family name, or an organisation, which has a name."""
    identifier = str(told.get("orcid") or told.get("website") or f"#author-{number}")
    if "family-names" not in told:
        return {"@id": identifier, "@type": "Organization", "name": str(told["name"])}
    given, family = str(told.get("given-names", "")), str(told["family-names"])
    person = {"@id": identifier, "@type": "Person", "name": f"{given} {family}".strip(),
              "familyName": family}  # fmt: skip
    if given:
        person["givenName"] = given
    if "affiliation" in told:
        person["affiliation"] = str(told["affiliation"])
    return person


def _licence(name: str) -> dict[str, Any]:
    return {
        "@id": f"{_LICENCES}{name}", "@type": "CreativeWork", "name": name,
        "description": "It covers the program and the synthetic study. It gives nobody a right to "
        "data of patients.",
    }  # fmt: skip
