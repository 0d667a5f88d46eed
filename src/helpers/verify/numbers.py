"""Every value of ``results.json`` by name, and how far two computations of it may lie apart."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

from helpers.study import PART_OF_FILE, PARTS, PROSPECTIVE


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of value, and the tolerance that two computations of it have.

    ``tolerance`` is relative to the archived number, or to ``LEAST_SCALE`` where that is smaller;
    0: no difference at all.
    """

    name: str
    tolerance: float
    what: str


LEAST_SCALE: Final = 1e-3  # so that what is 0 but for rounding is 0, and a small p is compared
EXACT: Final = Kind("exact", 0.0, "counts, texts, and whether there is a value at all")
CLOSED: Final = Kind("closed form", 1e-9, "means, proportions, Kaplan–Meier curves, areas, ranks")
ITERATED: Final = Kind(
    "iterated", 1e-6, "models fitted in steps: Firth, Weibull, Cox, GEE, mixed models"
)
NPMLE: Final = Kind("NPMLE", 1e-5, "Turnbull's estimate, fitted to an optimality gap")
RESAMPLED: Final = Kind(
    "resampled", 1e-4, "limits from resamples, ridge models, imputations: drawn from one seed"
)
KINDS: Final = (EXACT, CLOSED, ITERATED, NPMLE, RESAMPLED)

# By what the method of an estimate says; the first that matches counts.
_DRAWN: Final = re.compile(r"bootstrap|resample|imputation")
_ALL_DRAWN: Final = re.compile(r"imputation|optimism")
_BY_METHOD: Final = (
    (re.compile(r"NPMLE"), NPMLE),
    (re.compile(r"Firth|Weibull|Cox|GEE|mixed model|random intercept|Grambsch"), ITERATED),
)
_DEEPEST: Final = 20  # a tenth of it is what results need
_LIMITS: Final = ("lower", "upper")
_RESAMPLED_BAND: Final = "all_infusions"  # several durations of one patient: no formula for it
_TABLES: Final = MappingProxyType(
    {"npmle": NPMLE, "hazards": ITERATED, "regression_to_the_mean": RESAMPLED}
)


@dataclass(frozen=True, slots=True)
class Value:
    """One value of ``results.json``.

    ``kind`` is that of a number with decimals; whole numbers and texts are exact. ``part`` is the
    part of the study, empty where it concerns both; ``drawn`` says whether random draws reach it.
    """

    name: str
    kind: Kind
    value: Any
    part: str
    drawn: bool


def name_values(results: Mapping[str, Any]) -> dict[str, Value]:
    """Return every value of ``results.json`` but its provenance, by name.

    Raises
    ------
    ValueError
        When two values have one name, as two estimates of one key.
    """
    named: dict[str, Value] = {}
    for value in _list_values(results):
        if value.name in named:
            raise ValueError(f"two values are named '{value.name}'")
        named[value.name] = value
    return named


def _list_values(results: Mapping[str, Any]) -> Iterator[Value]:
    for estimate in results["estimates"]:
        yield from _values_of_estimate(estimate)
    for account in results["accounting"]:
        part = PART_OF_FILE.get(account["file"], PROSPECTIVE)
        name = f"accounting.{account['file']}.{account['sheet']}"
        for place, leaf in _walk(name, account):
            yield Value(place, CLOSED, leaf, part, drawn=False)
    for name, table in results["tables"].items():
        kind = _TABLES.get(name, CLOSED)
        for place, leaf in _walk(f"tables.{name}", table):
            yield Value(place, kind, leaf, _part_of(place), drawn=kind is RESAMPLED)
    for name, curve in results["curves"].items():
        for field, content in curve.items():
            drawn = _RESAMPLED_BAND in name and field in _LIMITS
            for place, leaf in _walk(f"curves.{name}.{field}", content):
                kind = RESAMPLED if drawn else CLOSED
                yield Value(place, kind, leaf, _part_of(place), drawn)


def _values_of_estimate(estimate: Mapping[str, Any]) -> Iterator[Value]:
    key, method = estimate["key"], estimate["method"]
    drawn = _DRAWN.search(method) is not None
    for field, content in estimate.items():
        if field == "key":
            continue
        kind = kind_of(method, field)
        for place, leaf in _walk(f"{key}.{field}", content):
            yield Value(place, kind, leaf, estimate["part"], drawn)


def kind_of(method: str, field: str) -> Kind:
    """Return the kind of the numbers in one field of an estimate with a method."""
    is_limit = field in _LIMITS and _DRAWN.search(method) is not None
    if is_limit or _ALL_DRAWN.search(method):
        return RESAMPLED
    return next((kind for words, kind in _BY_METHOD if words.search(method)), CLOSED)


def _part_of(place: str) -> str:
    """Return the part that the second word of a place names, if it does."""
    second = place.split(".")[1 if place.startswith("curves.") else 2 :][:1]
    return next((part for part in PARTS if second and second[0].startswith(part)), "")


def _walk(name: str, content: Any, depth: int = 0) -> Iterator[tuple[str, Any]]:
    """Yield every leaf with its place: members after a dot, items in brackets."""
    if depth > _DEEPEST:
        raise ValueError("it is nested too deeply for a results.json")
    if isinstance(content, Mapping):
        for key, member in content.items():
            yield from _walk(f"{name}.{key}", member, depth + 1)
    elif isinstance(content, list | tuple):
        for number, item in enumerate(content):
            yield from _walk(f"{name}[{number}]", item, depth + 1)
    else:
        yield name, content
