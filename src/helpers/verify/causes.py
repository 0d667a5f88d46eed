"""Why two computations differ: what changed between them, and which values that can reach."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from helpers.provenance import OWN_WORDS
from helpers.study import PART_OF_FILE, RETROSPECTIVE
from helpers.verify.compare import Comparison

DATA: Final = "data file"
PARAMETER: Final = "parameter"
PACKAGE: Final = "package"
CODE: Final = "code"
LOCK: Final = "lock file"
PYTHON: Final = "Python"
PLATFORM: Final = "platform"

_NO_VALUE: Final = ("title", "synthetic")  # they name the report and reach none of its numbers
_DRAWS: Final = ("n_boot", "seed")
_ABSENT: Final = "absent"
_NOISE: Final = 1e-3  # above it no processor alone makes a difference
_SHORT_HASH: Final = 12
_LONGEST: Final = 120  # characters of a value in a message


@dataclass(frozen=True, slots=True)
class Change:
    """Something that differs between the archived run and this one."""

    what: str
    name: str
    archived: str
    recomputed: str

    def describe(self) -> str:
        """Return the change in words."""
        subject = self.name if self.what == self.name else f"{self.what} {self.name}"
        if self.archived == self.recomputed:
            return f"{subject}: changed (the clinic's own words, not shown)"
        return f"{subject}: {_shorten(self.archived)} → {_shorten(self.recomputed)}"

    def reaches(self, compared: Comparison) -> bool:
        """Return whether the change can make a value differ."""
        if self.what == DATA:
            part = PART_OF_FILE.get(self.name, "")
            return not part or not compared.part or part == compared.part
        if self.what == PARAMETER:
            return self._reaches_as_parameter(compared)
        return True

    def _reaches_as_parameter(self, compared: Comparison) -> bool:
        if self.name in _NO_VALUE:
            return False
        if self.name == "index_infusion":
            return compared.part in {"", RETROSPECTIVE}
        return compared.drawn if self.name in _DRAWS else True


def _shorten(text: str) -> str:
    is_hash = len(text) == 64 and set(text) <= set("0123456789abcdef")
    longest = _SHORT_HASH if is_hash else _LONGEST
    return text if len(text) <= longest else f"{text[:longest]}…"


def find_changes(archived: Mapping[str, Any], now: Mapping[str, Any]) -> tuple[Change, ...]:
    """Return what differs between two provenances, the likelier causes first."""
    changes = [
        *_compare_members(DATA, archived["data"], now["data"]),
        *_compare_parameters(archived["parameters"], now["parameters"]),
        *_compare_members(PACKAGE, archived["packages"], now["packages"]),
        *_compare_code(archived, now),
    ]
    for what, field in ((LOCK, "lock"), (PYTHON, "python"), (PLATFORM, "platform")):
        if field in archived and archived[field] != now[field]:
            changes.append(Change(what, what, _text(archived[field]), _text(now[field])))
    return tuple(changes)


def _compare_members(
    what: str, archived: Mapping[str, Any], now: Mapping[str, Any]
) -> list[Change]:
    return [
        Change(what, name, _text(archived.get(name)), _text(now.get(name)))
        for name in dict.fromkeys([*archived, *now])
        if archived.get(name) != now.get(name)
    ]


def _compare_parameters(archived: Mapping[str, Any], now: Mapping[str, Any]) -> list[Change]:
    changes = _compare_members(PARAMETER, archived, now)
    return [
        Change(PARAMETER, change.name, "", "") if change.name in OWN_WORDS else change
        for change in changes
    ]


def _compare_code(archived: Mapping[str, Any], now: Mapping[str, Any]) -> list[Change]:
    """Compare the source where both recorded it, else the version: a commit need not change it."""
    field = "code" if "code" in archived else "code_version"
    if archived[field] == now[field]:
        return []
    versions = archived["code_version"], now["code_version"]
    if field == "code" and versions[0] == versions[1]:
        versions = (f"{versions[0]}, source {archived['code'][:_SHORT_HASH]}",
                    f"{versions[1]}, source {now['code'][:_SHORT_HASH]}")  # fmt: skip
    return [Change(CODE, CODE, *versions)]


def _text(value: Any) -> str:
    return _ABSENT if value is None else str(value)


def likely_cause(compared: Comparison, changes: Sequence[Change]) -> str:
    """Return in words what most likely makes a value differ, or that nothing recorded can."""
    reaching = [change for change in changes if change.reaches(compared)]
    if not reaching:
        return _no_cause(compared, changes)
    first = [change for change in reaching if change.what == reaching[0].what]
    others = list(dict.fromkeys(change.what for change in reaching[len(first) :]))
    also = f" (also changed: {', '.join(others)})" if others else ""
    return "; ".join(change.describe() for change in first) + also


def _no_cause(compared: Comparison, changes: Sequence[Change]) -> str:
    told = (
        "none of the recorded changes reaches this value"
        if changes
        else "nothing that is recorded has changed: neither data, parameters, packages, code, "
        "lock file, Python nor platform"
    )
    edited = "the archived file may have been edited after it was written"
    is_noise = compared.difference is not None and compared.difference <= _NOISE
    machine = ", or the two processors compute differently" if is_noise else ""
    return f"{told}; {edited}{machine}"
