"""The RO-Crate metadata: every file is described, everything referred to is there."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from typing import Any
from urllib.parse import unquote

import pytest

from helpers.bundle.citation import parse_citation
from helpers.bundle.crate import Told, write_crate
from helpers.errors import InputError
from tests.bundle.bundles import Made

Entities = dict[str, dict[str, Any]]


def read(content: str | bytes) -> Entities:
    crate = json.loads(content)
    assert crate["@context"] == "https://w3id.org/ro/crate/1.1/context"
    counted = Counter(entity["@id"] for entity in crate["@graph"])
    assert set(counted.values()) == {1}
    return {entity["@id"]: entity for entity in crate["@graph"]}


@pytest.fixture(scope="module", params=["of_synthetic", "with_data"])
def made(request: pytest.FixtureRequest) -> Made:
    found: Made = request.getfixturevalue(request.param)
    return found


@pytest.fixture
def entities(made: Made) -> Entities:
    return read(made.text("ro-crate-metadata.json"))


def references(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        if set(value) == {"@id"}:
            yield value["@id"]
        for each in value.values():
            yield from references(each)
    elif isinstance(value, list):
        for each in value:
            yield from references(each)


def test_the_descriptor_says_what_it_conforms_to(entities: Entities) -> None:
    assert entities["ro-crate-metadata.json"] == {
        "@id": "ro-crate-metadata.json",
        "@type": "CreativeWork",
        "about": {"@id": "./"},
        "conformsTo": {"@id": "https://w3id.org/ro/crate/1.1"},
    }


def test_the_root_has_what_the_specification_demands(entities: Entities) -> None:
    root = entities["./"]
    assert root["@type"] == "Dataset"
    assert root["name"] and root["description"]
    assert root["datePublished"] == "2023-11-14"
    assert root["license"] == {"@id": "https://spdx.org/licenses/MIT"}
    authors = [entities[author["@id"]] for author in root["author"]]
    assert [author["name"] for author in authors] == ["The authors of ketamine-fibromyalgia-report"]


def test_every_file_is_described_with_its_size_and_reached_from_the_root(
    made: Made, entities: Entities
) -> None:
    files = made.files()
    described = {unquote(name): entity for name, entity in entities.items()
                 if entity["@type"] == "File"}  # fmt: skip
    assert set(described) == set(files) - {"ro-crate-metadata.json"}
    for name, entity in described.items():
        assert entity["encodingFormat"]
        if name != "SHA256SUMS":  # it holds the sum of the metadata
            assert entity["contentSize"] == str(len(files[name]))
    reached, left = set[str](), ["./"]
    while left:
        parts = [part["@id"] for part in entities[left.pop()].get("hasPart", [])]
        left += parts
        reached |= {unquote(part) for part in parts if not part.endswith("/")}
    assert reached == set(described)


def test_everything_referred_to_is_in_it(entities: Entities) -> None:
    elsewhere = {"https://w3id.org/ro/crate/1.1"}
    assert set(references(list(entities.values()))) - set(entities) == elsewhere


def test_a_name_with_a_space_is_written_as_a_reference() -> None:
    told = Told("t", "d", "2024-01-01", "1", parse_citation(CITATION))
    assert read(write_crate({"a b.csv": b"1"}, told))["a%20b.csv"]["contentSize"] == "1"


CITATION = b"""
license: MIT
authors:
  - family-names: Doe
    given-names: Jo
    orcid: https://orcid.org/0000-0000-0000-0000
  - name: A clinic
"""


def test_authors_are_people_and_organisations() -> None:
    person, clinic = parse_citation(CITATION).authors
    assert person == {"@id": "https://orcid.org/0000-0000-0000-0000", "@type": "Person",
                      "name": "Jo Doe", "familyName": "Doe", "givenName": "Jo"}  # fmt: skip
    assert clinic == {"@id": "#author-2", "@type": "Organization", "name": "A clinic"}


@pytest.mark.parametrize("content", [b"", b"[", b"authors: []", b"license: MIT\nauthors: [1]"])
def test_a_citation_without_authors_or_licence_is_refused(content: bytes) -> None:
    with pytest.raises(InputError, match=r"CITATION\.cff"):
        parse_citation(content)
