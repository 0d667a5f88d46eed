"""Finished blocks and truths on disk: each file complete or absent, so that a run can go on."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import Any, Final

from helpers.checkout import PACKAGE
from helpers.errors import CallError, InputError
from helpers.results import write_bytes
from helpers.simulation.call import Call
from helpers.simulation.studies import BLOCK
from helpers.simulation.tally import Tally
from helpers.simulation.truths import Truths

FOLDER: Final = "checkpoints"
CALL_FILE: Final = "call.json"
_SOURCES: Final = ("estimate/*.py", "simulation/*.py", "synthetic/parameters.py", "study.py")


@cache
def code_digest() -> str:
    """Return a digest of all that decides a block's numbers: sources, NumPy and SciPy."""
    digest = hashlib.sha256()
    for path in sorted(path for pattern in _SOURCES for path in PACKAGE.glob(pattern)):
        digest.update(f"{path.relative_to(PACKAGE).as_posix()}\0".encode() + path.read_bytes())
    for name in ("numpy", "scipy"):
        digest.update(f"\0{name} {metadata.version(name)}".encode())
    return digest.hexdigest()


def identity_of(call: Call) -> dict[str, Any]:
    """Return what a block depends on besides truth, size and number: another grid may share it."""
    return {
        "seed": call.seed,
        "ci_level": call.level,
        "population": call.population,
        "studies_per_block": BLOCK,
        "code": code_digest(),
    }


@dataclass(frozen=True, slots=True)
class Checkpoints:
    """The checkpoints of an output folder."""

    folder: Path

    def read_truths(self, scenario: str) -> Truths | None:
        """Return the truths of a scenario, None where they are not there yet."""
        content = _read(self.folder / scenario / "truths.json")
        return None if content is None else Truths(**content)

    def write_truths(self, scenario: str, truths: Truths) -> None:
        """Keep the truths of a scenario."""
        _write(self.folder / scenario / "truths.json", truths.as_json())

    def read_block(self, scenario: str, n: int, block: int, studies: int) -> Block | None:
        """Return a block, None where it is not there yet or holds another number of studies."""
        content = _read(self._block_file(scenario, n, block))
        if content is None or content["studies"] != studies:
            return None
        return {key: Tally(*numbers) for key, numbers in content["tallies"].items()}

    def write_block(self, scenario: str, n: int, block: int, found: Mapping[str, Tally]) -> None:
        """Keep a block."""
        columns = [field.name for field in fields(Tally)]
        tallies = {key: list(asdict(tally).values()) for key, tally in found.items()}
        studies = next(iter(found.values())).studies
        content = {"studies": studies, "columns": columns, "tallies": tallies}
        _write(self._block_file(scenario, n, block), content)

    def _block_file(self, scenario: str, n: int, block: int) -> Path:
        return self.folder / scenario / f"n{n}" / f"{block:06d}.json"


Block = dict[str, Tally]


def open_checkpoints(out: Path, call: Call) -> Checkpoints:
    """Open the checkpoints of an output folder, which is made where it is missing.

    Args:
        out: the output folder.
        call: what is asked for.

    Raises:
        InputError: when a file stands where the folder belongs.
        CallError: when the checkpoints there are of another call.
    """
    folder = out / FOLDER
    for path in (out, folder):
        if path.exists() and not path.is_dir():
            raise InputError(f"{path}: is a file; expected a folder for the output.")
    if not refuse_other_call(out, call):
        _refuse_unknown(folder)
        _write(folder / CALL_FILE, identity_of(call))
    _sweep(folder)
    return Checkpoints(folder)


def refuse_other_call(out: Path, call: Call) -> bool:
    """Say whether a folder has checkpoints of this call.

    Args:
        out: the output folder.
        call: what is asked for.

    Raises:
        CallError: when the checkpoints there are of another call.
    """
    asked, found = identity_of(call), _read(out / FOLDER / CALL_FILE)
    if found is not None and found != asked:
        raise CallError(
            f"{out / FOLDER}: holds checkpoints of another call ({_differences(found, asked)}); "
            "give another folder (--out), or remove that one to begin anew."
        )
    return found is not None


def _refuse_unknown(folder: Path) -> None:
    if folder.is_dir() and any(path.name[0] != "." for path in folder.iterdir()):
        raise CallError(
            f"{folder}: holds files of something else; give another folder (--out), or remove it."
        )


def _differences(found: Mapping[str, Any], asked: Mapping[str, Any]) -> str:
    different = [name for name in asked if found.get(name) != asked[name]]
    told = [f"{name} {found.get(name)} there, {asked[name]} here" for name in different
            if name != "code"]  # fmt: skip
    return "; ".join(told + ["other code"] * ("code" in different))


def _sweep(folder: Path) -> None:
    """Remove what a killed run was about to write."""
    for path in folder.rglob(".*.json.*"):
        path.unlink(missing_ok=True)


def _read(path: Path) -> dict[str, Any] | None:
    """Return the object of a file; None where there is none, or it is not whole."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return None
    return content if isinstance(content, dict) else None


def _write(path: Path, content: Mapping[str, Any]) -> None:
    write_bytes(path, (json.dumps(content) + "\n").encode("utf-8"))
