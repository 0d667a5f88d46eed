"""What became of the data queries since an earlier export, in words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from helpers.ingest.codes import ERROR, WARNING
from helpers.ingest.previous import NEW, OPEN, SOLVED, ComparedQuery, Comparison
from helpers.ingest.queries import DataQuery
from helpers.study import PART_TITLES


def list_states(comparison: Comparison) -> dict[DataQuery, str]:
    """Return every query with its state, those that are solved last."""
    return _worded(comparison.queries) | _worded(comparison.solved)


def state_queries(compared: Iterable[ComparedQuery]) -> dict[DataQuery, str]:
    """Return queries with their state as people read it."""
    return {_explained(query): _said(query) for query in compared}


def _said(compared: ComparedQuery) -> str:
    if compared.other is None or compared.state == SOLVED:
        return compared.state
    return f"{compared.state}: same cell, still wrong"


def _worded(compared: Iterable[ComparedQuery]) -> dict[DataQuery, str]:
    return {_explained(query): query.state for query in compared}


def _explained(compared: ComparedQuery) -> DataQuery:
    """Return a query whose message names its pair: a value corrected to another wrong one."""
    query, other = compared.query, compared.other
    if other is None:
        return query
    if compared.state == SOLVED:
        note = f"The value was corrected, but the new one is wrong too: see {other.query_id}."
    else:
        note = f"Same cell, still wrong: before, it held '{other.value}' ({other.query_id})."
    return replace(query, message=f"{query.message} {note}")


def summarise_comparison(comparison: Comparison) -> str:
    """Return how many queries are solved, new and still open, without any value."""
    return "\n".join(_lines(comparison))


def _lines(comparison: Comparison) -> Iterator[str]:
    yield f"Since {comparison.folder}"
    for label, severity in (("To correct", ERROR), ("To look at", WARNING)):
        counts = {state: _count(comparison, state, severity) for state in (SOLVED, NEW, OPEN)}
        told = ", ".join(f"{count} {state}" for state, count in counts.items())
        yield f"  {label}: {told}"
    if comparison.still_wrong:
        yield "  Corrected to a value that is wrong too (same cell, still wrong):"
    for compared in comparison.still_wrong:
        query = compared.query
        where = [query.sheet or query.file, f"row {query.row}", query.column, query.patient]
        yield "        - " + ", ".join(filter(None, where))
    for part in comparison.only_now:
        yield f"  {PART_TITLES[part]}: not in the earlier folder; all its queries count as new"
    for part in comparison.only_before:
        yield f"  {PART_TITLES[part]}: in the earlier folder only; its queries are not compared"


def _count(comparison: Comparison, state: str, severity: str) -> int:
    compared = (*comparison.queries, *comparison.solved)
    return sum(c.state == state and c.query.severity == severity for c in compared)
