"""Who came to which visit, as it may leave the clinic."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from helpers.disclosure.basis import Disclosure, Rows
from helpers.disclosure.rounding import round_numbers
from helpers.disclosure.whole_numbers import are_few

_GROUP_SIZES: Final = ("n", "n_nrs_pre", "n_nrs_reduction")


def release_attendance(disclosure: Disclosure) -> Rows:
    """Return who came to each visit, and means of those who did and did not, if neither is few."""
    return [_attendance(row, disclosure) for row in disclosure.rows("attendance")]


def _attendance(row: Mapping[str, Any], disclosure: Disclosure) -> dict[str, Any]:
    sizes, groups = disclosure.sizes["patients"], ("attenders", "lost")
    released = {name: value if name == "occasion" else sizes.only_shown(value)
                for name, value in row.items() if name not in groups}  # fmt: skip
    if "attenders" not in row:
        return released
    sizes_of = [row[group][name] for group in groups for name in _GROUP_SIZES]
    if any(are_few(count, disclosure.least) or not count for count in sizes_of):
        return released
    # Means of some of a group, beside the mean of all, would tell the scores of the others.
    if any(row[group][name] != row[group]["n"] for group in groups for name in _GROUP_SIZES):
        return released
    return released | {
        group: round_numbers(row[group], 1) | dict.fromkeys(_GROUP_SIZES) for group in groups
    }
