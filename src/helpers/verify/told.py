"""A verification in words, as the terminal shows it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from helpers.verify.against_r import RComparison
from helpers.verify.causes import likely_cause
from helpers.verify.compare import ARCHIVED, Comparison, tally
from helpers.verify.run import Verification
from helpers.verify.with_r import RVerification

MOST_TOLD: Final = 20
_LONGEST: Final = 80  # characters of a value


def tell_verification(found: Verification, r: RVerification | None) -> str:
    """Return how many values agree, and of each that differs both values and the likely cause."""
    lines = [*_tell_counts(found), *_tell_kinds(found)]
    if found.changes:
        effect = "" if found.differing else ", without an effect on any value"
        lines += ["", f"Changed since the archived run{effect}:"]
        lines += [f"  {_printable(change.describe())}" for change in found.changes]
    by_r = {f"{each.key}.{each.field}": each.theirs for each in r.compared} if r else {}
    for each in found.differing[:MOST_TOLD]:
        lines += ["", *_tell_difference(each, found, by_r.get(each.name))]
    lines += _tell_rest(len(found.differing))
    return "\n".join([*lines, *(_tell_r(r) if r else [])])


def _tell_counts(found: Verification) -> list[str]:
    total, differing = len(found.compared), len(found.differing)
    file, data = _name(found.file), _name(found.data)
    first = f"{total - differing} of {total} values of {file} agree with what {data} gives now."
    return [first] if not differing else [first, f"{differing} differ."]


def _name(path: Path) -> str:
    """Return a path as a person would type it: from the working directory where it lies inside."""
    inside = path.is_absolute() and path.is_relative_to(Path.cwd())
    return _printable(path.relative_to(Path.cwd()) if inside else path)


def _tell_kinds(found: Verification) -> Iterator[str]:
    yield ""
    yield f"{'kind':<12} {'values':>7} {'agree':>7} {'tolerance':>10} {'largest difference':>19}"
    for each in tally(found.compared):
        tolerance = f"{each.kind.tolerance:.0e}" if each.kind.tolerance else "none"
        yield (f"{each.kind.name:<12} {each.values:>7} {each.agree:>7} {tolerance:>10} "
               f"{each.largest:>19.1e}")  # fmt: skip


def _tell_difference(each: Comparison, found: Verification, r: float | None) -> list[str]:
    values = f"  archived {_show(each.archived)}, recomputed {_show(each.recomputed)}"
    if each.only:
        values = f"  only {'archived' if each.only == ARCHIVED else 'recomputed'}: " + _show(
            each.archived if each.only == ARCHIVED else each.recomputed
        )
    by_r = "" if r is None else f", R {r:.10g}"
    size = "" if each.difference is None else (
        f"; difference {each.difference:.2g}, tolerance {each.kind.tolerance:.0e}"
    )  # fmt: skip
    cause = f"  likely cause: {_printable(likely_cause(each, found.changes))}"
    return [f"differs: {_printable(each.name)}", f"{values}{by_r}{size}", cause]


def _tell_rest(differing: int) -> list[str]:
    rest = differing - MOST_TOLD
    return ["", f"… and {rest} more; the certificate lists all."] if rest > 0 else []


def _tell_r(r: RVerification) -> Iterator[str]:
    differing = [each for each in r.compared if not each.agrees]
    yield ""
    yield f"R, live: {len(r.compared) - len(differing)} of {len(r.compared)} values agree."
    yield f"  {_printable(r.versions)}"
    for reason in r.left_out:
        yield f"  not compared: {reason}"
    for each in differing[:MOST_TOLD]:
        yield from _tell_difference_from_r(each)
    yield from _tell_rest(len(differing))


def _tell_difference_from_r(each: RComparison) -> Iterator[str]:
    yield f"differs from R: {_printable(each.key)}.{each.field}"
    yield (f"  recomputed {_show(each.ours)}, R {_show(each.theirs)}; difference "
           f"{each.difference:.2g}, tolerance {each.tolerance:.1g}")  # fmt: skip


def _show(value: Any) -> str:
    if value is None:
        return "no value"
    text = f"{value:.10g}" if isinstance(value, float) else _printable(value)
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"


def _printable(text: object) -> str:
    """Return a text without characters that steer a terminal."""
    return "".join(each if each.isprintable() else "\ufffd" for each in str(text))
