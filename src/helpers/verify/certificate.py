"""The certificate: what was compared with what, how far it agrees, and why it does not."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from datetime import date
from functools import cache
from importlib import resources
from typing import Any, Final

from helpers.provenance import OWN_WORDS
from helpers.verify.against_r import RComparison
from helpers.verify.causes import likely_cause
from helpers.verify.compare import ARCHIVED, RECOMPUTED, Comparison, tally
from helpers.verify.run import Verification
from helpers.verify.with_r import RVerification

VERSION: Final = "1.0"
FILE: Final = "certificate.json"
AGREES: Final = "all values agree"
DIFFERS: Final = "values differ"


def write_certificate(found: Verification, r: RVerification | None, on: date) -> bytes:
    """Return the certificate as JSON, checked against its schema; ``on`` is its date."""
    import jsonschema

    content = make_certificate(found, r, on)
    jsonschema.validate(content, read_certificate_schema())
    text = json.dumps(content, indent=1, ensure_ascii=False, allow_nan=False)
    return (text + "\n").encode("utf-8")


@cache
def read_certificate_schema() -> dict[str, Any]:
    """Return the JSON schema of ``certificate.json``, which ships with the package."""
    text = resources.files("helpers").joinpath("schema/certificate.schema.json").read_text("utf-8")
    schema: dict[str, Any] = json.loads(text)
    return schema


def agrees(found: Verification, r: RVerification | None) -> bool:
    """Return whether every value agrees, with R too where it was asked."""
    return not found.differing and (r is None or all(each.agrees for each in r.compared))


def make_certificate(found: Verification, r: RVerification | None, on: date) -> dict[str, Any]:
    """Return the certificate as the plain object of ``certificate.json``."""
    by_r = {f"{each.key}.{each.field}": each.theirs for each in r.compared} if r else {}
    return {
        "certificate_version": VERSION,
        "verdict": AGREES if agrees(found, r) else DIFFERS,
        "date": on.isoformat(),
        "results": {"file": found.file.name, "sha256": found.sha256},
        "counts": _count(found),
        "kinds": [
            {
                "kind": each.kind.name,
                "what": each.kind.what,
                "tolerance": each.kind.tolerance,
                "values": each.values,
                "agree": each.agree,
                "largest_difference": each.largest,
            }
            for each in tally(found.compared)
        ],
        "changes": [
            {
                "what": change.what,
                "name": change.name,
                "archived": change.archived,
                "recomputed": change.recomputed,
                "in_words": change.describe(),
            }
            for change in found.changes
        ],
        "differences": [_describe(each, found, by_r) for each in found.differing],
        "archived": _provenance(found.archived["provenance"]),
        "recomputed": _provenance(found.analysis.results.provenance),
        "r": _describe_r(r) if r else None,
    }


def _count(found: Verification) -> dict[str, int]:
    return {
        "compared": len(found.compared),
        "agree": len(found.compared) - len(found.differing),
        "differ": len(found.differing),
        "only_archived": sum(each.only == ARCHIVED for each in found.differing),
        "only_recomputed": sum(each.only == RECOMPUTED for each in found.differing),
    }


def _describe(each: Comparison, found: Verification, by_r: Mapping[str, float]) -> dict[str, Any]:
    return {
        "name": each.name,
        "kind": each.kind.name,
        "archived": each.archived,
        "recomputed": each.recomputed,
        "r": by_r.get(each.name),
        "difference": each.difference,
        "tolerance": each.kind.tolerance,
        "only": each.only or None,
        "cause": likely_cause(each, found.changes),
    }


def _provenance(provenance: Mapping[str, Any]) -> dict[str, Any]:
    """Return a provenance without the clinic's own words, which a certificate need not carry."""
    parameters = {name: value for name, value in provenance["parameters"].items()
                  if name not in OWN_WORDS}  # fmt: skip
    return dict(provenance) | {"parameters": parameters}


def _describe_r(r: RVerification) -> dict[str, Any]:
    return {
        "versions": r.versions,
        "values": len(r.compared),
        "agree": sum(each.agrees for each in r.compared),
        "left_out": list(r.left_out),
        "column": [_describe_of_r(each) for each in r.compared],
    }


def _describe_of_r(each: RComparison) -> dict[str, Any]:
    return {
        "name": f"{each.key}.{each.field}",
        "kind": each.kind,
        "r": each.theirs,
        "recomputed": each.ours,
        "difference": each.difference if math.isfinite(each.difference) else None,
        "tolerance": each.tolerance,
        "agrees": each.agrees,
    }
