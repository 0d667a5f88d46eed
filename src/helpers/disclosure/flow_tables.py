"""The participant flow and the criteria of eligibility as they may leave the clinic."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from helpers.disclosure.basis import Disclosure, Rows
from helpers.disclosure.cells import is_safe_share, is_small, withhold_cells


def release_flow(disclosure: Disclosure) -> dict[str, int | None]:
    """Return the counts of the participant flow by key; None for those that are withheld."""
    part, sizes, least = disclosure.part, disclosure.sizes["patients"], disclosure.least
    counts = {key: int(estimate.estimate or 0) for key, estimate in
              disclosure.results.estimates.items() if key.startswith(f"{part}.flow.")}  # fmt: skip
    screened = counts[f"{part}.flow.screened"]
    first = {key: count for key, count in counts.items() if ".excluded." in key}
    shown = withhold_cells(first, least)
    released: dict[str, int | None] = {}
    for key, count in counts.items():
        if key in first:
            released[key] = shown[key]
        elif ".failed." in key:
            first_key = key.replace(".failed.", ".excluded.")
            safe = shown[first_key] is not None
            released[key] = _failed(count, screened, first[first_key], least) if safe else None
        else:
            released[key] = sizes.only_shown(count)
    return released


def _failed(count: int, screened: int, first: int, least: int) -> int | None:
    """Return who fails a criterion at all, unless that, the rest or the later ones are few."""
    safe = is_safe_share(count, screened, least) and not is_small(count - first, least)
    return count if safe else None


def release_eligibility(disclosure: Disclosure, flow: Mapping[str, int | None]) -> Rows:
    """Return who fails each criterion, as the flow shows it."""
    return [_criterion(row, disclosure, flow) for row in disclosure.rows("eligibility")]


def _criterion(
    row: Mapping[str, Any], disclosure: Disclosure, flow: Mapping[str, int | None]
) -> dict[str, Any]:
    """Return one criterion; nobody without an answer, beside who fails withheld, would be told."""
    key = f"{disclosure.part}.flow.{{}}.{row['criterion']}"
    failed = flow[key.format("failed")]
    undocumented = None if failed is None else disclosure.of(row["not_documented"], failed)
    return {
        **row,
        "first_failed": flow[key.format("excluded")],
        "failed": failed,
        "not_documented": undocumented,
    }
