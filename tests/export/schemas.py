"""The registry's own schemas, next to the checkout; tests that need them are skipped without."""

from __future__ import annotations

import copy
import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml
from lxml import etree

CTGOV = Path(__file__).resolve().parents[2].parent / "shared" / "ctgov"
API, UPLOAD = CTGOV / "ctg-oas-v2.yaml", CTGOV / "RRSUploadSchema.xsd"
POSTED_RECORD = CTGOV / "NCT05594173.json"

needs_schemas = pytest.mark.skipif(
    not (API.is_file() and UPLOAD.is_file() and POSTED_RECORD.is_file()),
    reason=f"the registry's schemas are not in {CTGOV}: nothing was validated against them",
)


@cache
def api_schema() -> dict[str, Any]:
    """Return the schema of a study of the public API, in which no unknown field may stand.

    The API's description is OpenAPI 3.0 and allows any further field: a misspelled one would pass.
    """
    described = yaml.safe_load(API.read_text(encoding="utf-8"))
    components = copy.deepcopy(described["components"])
    for schema in components["schemas"].values():
        if "properties" in schema:
            schema["additionalProperties"] = False
    return {"$ref": "#/components/schemas/Study", "components": components}


@cache
def api_version() -> str:
    return str(yaml.safe_load(API.read_text(encoding="utf-8"))["info"]["version"])


def check_json(content: bytes) -> list[str]:
    """Return what a JSON validator finds wrong with a study."""
    import jsonschema

    validator = jsonschema.Draft4Validator(api_schema())  # what OpenAPI 3.0 builds on
    return [f"{list(error.absolute_path)}: {error.message}"
            for error in validator.iter_errors(json.loads(content))]  # fmt: skip


def check_xml(content: bytes) -> list[str]:
    """Return what an XML Schema validator finds wrong with an upload."""
    schema = etree.XMLSchema(file=str(UPLOAD))
    schema.validate(etree.fromstring(content))
    return [str(error) for error in schema.error_log]
