"""The results: every estimate in one shape, and ``results.json``, from which all else is read."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any, Final

from helpers.interruption import uninterrupted

SCHEMA_VERSION: Final = "1.0"


@dataclass(frozen=True, slots=True)
class Estimate:
    """One estimate of the analysis plan.

    ``n`` counts the unit that ``n_unit`` names, ``n_missing`` those of the same unit that could
    not be analysed. ``estimate`` is ``None`` where there is no number, and ``status`` says why.
    ``further`` holds the fields that the plan names for some keys only.
    """

    key: str
    label: str
    part: str
    population: str
    n: int | None
    n_unit: str
    n_missing: int | None
    estimate: float | None
    unit: str
    method: str
    lower: float | None = None
    upper: float | None = None
    level: float | None = None
    p_value: float | None = None
    p_adjusted: float | None = None
    sd: float | None = None
    status: str = "ok"
    further: Mapping[str, Any] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """Return the estimate as the plain object of ``results.json``."""
        plain: dict[str, Any] = asdict(self)
        further = plain.pop("further")
        plain.update(further)
        return plain


@dataclass(frozen=True, slots=True)
class Results:
    """All results of one run."""

    provenance: Mapping[str, Any]
    accounting: tuple[Mapping[str, Any], ...]
    estimates: Mapping[str, Estimate]
    tables: Mapping[str, Any]
    curves: Mapping[str, Any]

    def get(self, key: str) -> Estimate:
        """Return the estimate of a key.

        Raises
        ------
        KeyError
            When no estimate has that key; the message names the key.
        """
        if key not in self.estimates:
            raise KeyError(f"no estimate has the key '{key}'")
        return self.estimates[key]

    def keys(self, prefix: str) -> list[str]:
        """Return the keys that start with a prefix, in the order of the results."""
        return [key for key in self.estimates if key.startswith(prefix)]

    def as_json(self) -> dict[str, Any]:
        """Return the results as the plain object of ``results.json``."""
        return {
            "schema_version": SCHEMA_VERSION,
            "provenance": dict(self.provenance),
            "accounting": [dict(account) for account in self.accounting],
            "estimates": [estimate.as_json() for estimate in self.estimates.values()],
            "tables": dict(self.tables),
            "curves": dict(self.curves),
        }


def collect(estimates: Iterable[Estimate]) -> dict[str, Estimate]:
    """Return estimates by key.

    Raises
    ------
    ValueError
        When two estimates have the same key.
    """
    by_key: dict[str, Estimate] = {}
    for estimate in estimates:
        if estimate.key in by_key:
            raise ValueError(f"two estimates have the key '{estimate.key}'")
        by_key[estimate.key] = estimate
    return by_key


@cache
def read_schema() -> dict[str, Any]:
    """Return the JSON schema of ``results.json``, which ships with the package."""
    text = resources.files("helpers").joinpath("schema/results.schema.json").read_text("utf-8")
    schema: dict[str, Any] = json.loads(text)
    return schema


def check_results(results: Mapping[str, Any]) -> None:
    """Raise jsonschema.ValidationError unless results have the shape of the schema."""
    import jsonschema

    jsonschema.validate(results, read_schema())


def write_bytes(path: Path, content: bytes) -> None:
    """Write one file beside its target and move it into place when complete.

    It is for what no run puts beside other files, and may be written while a run still goes on.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(content)
        Path(name).chmod(0o644)
        Path(name).replace(path)
    except BaseException:
        with uninterrupted():
            Path(name).unlink(missing_ok=True)
        raise
